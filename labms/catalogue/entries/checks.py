"""Checks and stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from labms.catalogue.entries.limits import GroupLimit, LimitUse
from labms.catalogue.entries.sources import Source
from labms.catalogue.entries.uncertainty import UncertaintyModel
from labms.catalogue.rules import VerificationReason
from labms.metrology.decision import Rule
from labms.metrology.expressions import Expression, Value
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert, convertible


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a reading is taken, from the instrument's own characteristics."""

    at: Expression
    label_vi: str
    label_en: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where on the instrument a reading is taken, as at a corner of the pan."""

    slug: str
    name_vi: str
    name_en: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryColumn:
    """One thing that is typed for each reading."""

    key: str
    name_vi: str
    name_en: str
    unit: str
    when: Expression | None = None
    """Without it the column is not there, and the error must do without as well."""
    planned: Expression | None = None
    """What it is taken to be for the limit, as long as nothing is typed."""
    is_shared: bool = False
    """Read on the standard: the same for all instruments on one bench."""
    follows: str = ""
    """The column of the point before that it goes on from, as a meter's first reading
    does from its last one."""
    standard: str = ""
    """The need of which it says how much is used: no more than the chosen ones make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRule:
    """What has to hold for a reading to count at all; it says nothing of a limit."""

    rule: Expression
    text_vi: str
    text_en: str
    source: Source


class CheckKind(StrEnum):
    """How a check is answered."""

    YES_NO = "yes_no"
    READING = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is looked at or measured."""

    slug: str
    kind: CheckKind
    name_vi: str
    name_en: str
    source: Source
    reasons: frozenset[VerificationReason]
    when: Expression | None = None
    may_not_apply: bool = False
    note_vi: str = ""
    """How to go about it."""
    note_en: str = ""
    unit: str = ""
    """What it is read in; with `unit_from` only where the plate names no other."""
    unit_from: str = ""
    points: tuple[Point, ...] = ()
    keep: Expression | None = None
    is_ascending: bool = True
    positions: tuple[Position, ...] = ()
    directions: tuple[str, ...] = ()
    repetitions: int = 1
    columns: tuple[EntryColumn, ...] = ()
    error: Expression | None = None
    """None where the readings are recorded only."""
    error_unit: str = ""
    error_places: int | None = None
    uses: Mapping[str, str] = field(default_factory=dict)
    """Names for what earlier checks gave: an error, a "check.spread", a column."""
    requires: tuple[ReadingRule, ...] = ()
    limits: tuple[LimitUse, ...] = ()
    judges_mean: bool = False
    judges_each: bool = True
    decision: Rule = Rule.SIMPLE
    spread: GroupLimit | None = None
    hysteresis: GroupLimit | None = None
    shift: GroupLimit | None = None
    """Of the indication within one reading, as when a gauge is tapped."""
    one_sign: GroupLimit | None = None
    """Within which one error has to lie at least, where all have the same sign."""
    uncertainty: UncertaintyModel | None = None

    def unit_on(self, values: Mapping[str, Value]) -> str:
        """Return the unit in which an instrument of these characteristics is read."""
        return str(values.get(self.unit_from) or self.unit)

    def taken(
        self, numbers: Mapping[str, Decimal], units: Mapping[str, str], *, unit: str
    ) -> dict[str, Decimal]:
        """Return what was typed as formulas take it: in the unit of the check.

        A column with a unit of its own (small weights in grams beside an indication in
        kilograms) is converted where the check's unit is the instrument's; elsewhere
        the formulas know both.
        """
        return {
            key: as_decimal(convert(number, unit=units[key], into=unit))
            if self.unit_from and units[key] != unit and convertible(units[key], unit)
            else number
            for key, number in numbers.items()
        }

    def is_unlimited(self, reason: VerificationReason | None) -> bool:
        """Whether it has a limit that is not known, so that it can give no pass."""
        use = self.limit_for(reason)
        groups = [each for each in (self.spread, self.hysteresis, self.shift) if each]
        return (use is not None and use.is_unknown) or any(
            each.limit is None for each in groups
        )

    def limit_for(self, reason: VerificationReason | None) -> LimitUse | None:
        """Return how the limit is found in this kind of verification, if it has one.

        In a calibration (None) it is what values may be asked to conform to.
        """
        if reason is None:
            return next(iter(self.limits), None)
        return next((use for use in self.limits if reason in use.reasons), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Checks that belong together; failing one ends the verification."""

    slug: str
    name_vi: str
    name_en: str
    checks: tuple[Check, ...]
