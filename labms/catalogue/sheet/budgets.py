"""What an uncertainty budget at a point consists of, and what it follows from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import NamedTuple

from labms.catalogue.sheet.offers import StandardOffer
from labms.i18n import N_, Message
from labms.metrology.coverage import Coverage
from labms.metrology.distributions import Distribution
from labms.metrology.expressions import CannotEvaluate, Value
from labms.metrology.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What surrounded the readings: the standards used, and the conditions."""

    standards: Mapping[str, Sequence[StandardOffer]] = field(default_factory=dict)
    """By the need that they met."""
    environment: Mapping[str, Fraction] = field(default_factory=dict)
    """As formulas name it; of begin and end the mean."""


class Measured(NamedTuple):
    """What a row came to, exactly."""

    error: Fraction
    limits: Limits | None
    numbers: Mapping[str, Decimal]
    used: Mapping[str, Value]
    """What it took over from other checks."""

    @property
    def mpe(self) -> Fraction | None:
        """The narrower limit."""
        return None if self.limits is None else min(self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One input of a budget."""

    key: str
    name_vi: str
    name_en: str
    distribution: Distribution
    standard_uncertainty: float
    """In the unit of the input."""
    sensitivity: float
    degrees_of_freedom: float

    @property
    def contribution(self) -> float:
        """|c| u, in the unit of the error."""
        return abs(self.sensitivity) * self.standard_uncertainty


@dataclass(frozen=True, slots=True, kw_only=True)
class PointBudget:
    """The uncertainty of the error at one point, in the unit of the error."""

    key: str
    stage: str
    check: str
    rows: tuple[str, ...]
    nominal: Decimal | None
    value: Fraction
    """The mean error of its readings."""
    lines: tuple[BudgetLine, ...] = ()
    standard_uncertainty: float = 0.0
    degrees_of_freedom: float = inf
    coverage: Coverage | None = None
    """None: it could not be worked out, and `problem` says why."""
    value_shown: Decimal | None = None
    uncertainty_shown: Decimal | None = None
    limits: Limits | None = None
    """The narrowest of its readings."""
    is_small_enough: bool | None = None
    """Beside the limit, where the procedure asks for that."""
    is_refused: bool = False
    """Whether its size stands against a pass."""
    problem: Message | None = None
    warnings: tuple[str, ...] = ()

    @property
    def uncertainty(self) -> Fraction | None:
        """U, not rounded."""
        return None if self.coverage is None else Fraction(self.coverage.uncertainty)


class NotStated(CannotEvaluate):
    """Something that a budget needs is not known; that is never zero."""

    code = "catalogue.not_stated"
    message = N_("{problem}")

    def __init__(self, problem: str) -> None:
        super().__init__(source="", problem=problem)
