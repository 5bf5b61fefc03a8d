"""One revision of a procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from labms.catalogue.entries.checks import Check, Stage
from labms.catalogue.entries.limits import LimitTable
from labms.catalogue.entries.sources import Source
from labms.catalogue.entries.types import Characteristic
from labms.catalogue.rules import Evidence, ProcedureKind, VerificationReason
from labms.metrology.expressions import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRule:
    """A condition that an instrument has to meet for the procedure to cover it."""

    rule: Expression
    unit: str
    text_vi: str
    text_en: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentItem:
    """What is noted about the surroundings, and between which values it must be."""

    key: str
    name_vi: str
    name_en: str
    unit: str
    minimum: Decimal | None
    maximum: Decimal | None
    is_required: bool
    source: Source

    def allows(self, value: Decimal) -> bool:
        """Whether a measured value is within what the procedure asks for."""
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)


class StandardUse(StrEnum):
    """What of a standard counts: its nominal value, or that with its correction."""

    NOMINAL = "nominal"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRequirement:
    """What kind of standard is needed, and how accurate it has to be."""

    slug: str
    name_vi: str
    name_en: str
    quantity: str
    unit: str
    is_required: bool
    several: bool
    checks: tuple[str, ...]
    tolerance: Expression
    """From `mpe` and `nominal` of a reading, in the unit of the standard."""
    accuracy: Expression | None
    use: StandardUse = StandardUse.NOMINAL
    reach: Expression | None = None
    drawn: Expression | None = None
    """How much of it is used at a line, from what is typed there; None: all of it."""
    """How much of a point they have to make, where the rest is a substitution load."""
    class_limits: LimitTable | None = None
    """By class and nominal value, for sets that state what holds for the largest."""
    text_vi: str
    text_en: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """What a pass may give, and what it gives unless somebody chooses."""

    allowed: tuple[Evidence, ...]
    default: Evidence
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One revision of how a type of instrument is verified, or calibrated."""

    slug: str
    revision: str
    types: tuple[str, ...]
    document: str
    title_vi: str
    title_en: str
    record_title_vi: str
    record_title_en: str
    reasons: tuple[VerificationReason, ...]
    source: Source
    on_pass_vi: str
    on_pass_en: str
    on_fail_vi: str
    on_fail_en: str
    evidence: EvidenceRule
    scope: tuple[ScopeRule, ...]
    values: Mapping[str, Expression]
    environment: tuple[EnvironmentItem, ...]
    standards: tuple[StandardRequirement, ...]
    stages: tuple[Stage, ...]
    kind: ProcedureKind = ProcedureKind.VERIFICATION
    characteristics: tuple[Characteristic, ...] = ()
    tables: Mapping[str, LimitTable] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)
    """What a typical instrument bears, to try the procedure with and to draw it."""
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def name(self) -> str:
        """How a job remembers it."""
        return f"{self.slug}@{self.revision}"

    @property
    def is_calibration(self) -> bool:
        """Whether it states values with their uncertainty, instead of a verdict."""
        return self.kind is ProcedureKind.CALIBRATION

    @property
    def unlimited(self) -> tuple[Check, ...]:
        """The checks with a limit that nobody knows: they can give no pass."""
        checks = [check for stage in self.stages for check in stage.checks]
        return tuple(
            check
            for check in checks
            if any(check.is_unlimited(reason) for reason in self.reasons)
        )

    @property
    def choices(self) -> tuple[LimitTable, ...]:
        """The tables of which whoever releases it has to name an option."""
        return tuple(table for table in self.tables.values() if table.needs_choice)

    def standard(self, slug: str) -> StandardRequirement:
        """Return one of the standards needed, or raise KeyError."""
        return {each.slug: each for each in self.standards}[slug]
