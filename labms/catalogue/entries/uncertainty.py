"""How a check's uncertainty is modelled, as its file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from labms.metrology.distributions import Distribution
from labms.metrology.expressions import Expression

if TYPE_CHECKING:
    from labms.catalogue.entries.sources import Source


class Span(StrEnum):
    """Which readings share a budget."""

    POINT = "point"
    """The repetitions at one point, position and direction."""
    NOMINAL = "nominal"
    """All readings at one point, whatever their direction."""


class Stated(StrEnum):
    """What a calibration states of a point: one is minus the other."""

    ERROR = "error"
    CORRECTION = "correction"


class Excess(StrEnum):
    """What follows from an uncertainty that is too large beside the limit."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyInput:
    """One input of a model: a line of the budget."""

    key: str
    name_vi: str
    name_en: str
    distribution: Distribution
    value: Expression | None = None
    half_width: Expression | None = None
    standard_uncertainty: Expression | None = None
    expanded: Expression | None = None
    coverage_factor: Expression | None = None
    repeats: str = ""
    """The check whose repetitions give it."""
    standard: str = ""
    """The need for standards that `standard_…` names speak of …"""
    at: Expression | None = None
    """… and the load that they make, if that is not the nominal value."""
    degrees_of_freedom: Expression | None = None
    sensitivity: Expression | None = None
    when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyModel:
    """From the readings and what is known of them to the uncertainty of an error."""

    model: Expression
    inputs: tuple[UncertaintyInput, ...]
    source: "Source"
    values: Mapping[str, Expression] = field(default_factory=dict)
    """Names for what its formulas need several times; each may name those before."""
    span: Span = Span.POINT
    coverage_factor: Fraction | None = None
    """A fixed k; None: Student's, for p = 95.45 %."""
    max_share: Fraction | None = None
    """U is at most this share of the limit …"""
    excess: Excess = Excess.WARN
    """… and otherwise?"""
    stated: Stated = Stated.ERROR
    name_vi: str = ""
    """What that is called, if not error or correction."""
    name_en: str = ""
    shows: tuple[str, ...] = ()
    """The columns whose means a calibration certificate prints beside it."""
