"""What the files of the catalogue say, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from labms.catalogue.rules import (
    CHECKERS_NEEDED,
    Confidence,
    Control,
    Evidence,
    VerificationReason,
)
from labms.catalogue.uncertainty import UncertaintyModel
from labms.metrology.expressions import Expression
from labms.metrology.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from, how it is known, and who compared it."""

    text: str
    confidence: Confidence
    checked_by: tuple[str, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether enough people compared it with the official text."""
        return len(set(self.checked_by)) >= CHECKERS_NEEDED


class CharacteristicKind(StrEnum):
    """What a characteristic is written as."""

    DECIMAL = "decimal"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """Something that an instrument bears on its plate, as Max or its class."""

    key: str
    name_vi: str
    name_en: str
    kind: CharacteristicKind
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = True
    default: Expression | None = None
    """From the other characteristics, taken in this one's unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentType:
    """A kind of instrument under legal control, by the name the lists use."""

    slug: str
    code: str
    name_vi: str
    name_en: str
    field: str
    field_vi: str
    field_en: str
    unit: str
    dlvn: str
    dlvn_source: Source | None
    source: Source
    characteristics: tuple[Characteristic, ...] = ()

    def characteristic(self, key: str) -> Characteristic:
        """Return one characteristic by its key, or raise KeyError."""
        return {each.key: each for each in self.characteristics}[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """What one list of the law asks for one type, from a day to a day."""

    list_slug: str
    list_title: str
    type_slug: str
    code: str
    controls: frozenset[Control]
    cycle_months: int | None
    in_force_from: date
    in_force_until: date | None
    source: Source
    controls_source: Source
    note_vi: str = ""
    note_en: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day; both its days are included."""
        return self.in_force_from <= on and (
            self.in_force_until is None or on <= self.in_force_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """That a list took a type off, so that a gap in the entries is meant."""

    type_slug: str
    in_force_from: date
    in_force_until: date | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalList:
    """One edition of the list of legally controlled instruments."""

    slug: str
    title: str
    in_force_from: date
    in_force_until: date | None
    entries: tuple[ListEntry, ...]
    dropped: tuple[Dropped, ...] = ()
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOption:
    """One document's limits; where sources disagree a table has several."""

    slug: str
    document: str
    edition: str
    clause: str
    source: Source
    limit: Limit
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    in_force_from: date | None = None
    in_force_until: date | None = None
    note: str = ""

    @property
    def title(self) -> str:
        """How it is cited: document and edition."""
        return f"{self.document}:{self.edition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTable:
    """Limits of error under one name, with the options to choose from."""

    slug: str
    title_vi: str
    title_en: str
    unit: str
    inputs: Mapping[str, str]
    options: tuple[LimitOption, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def needs_choice(self) -> bool:
        """Whether whoever releases a procedure has to name an option."""
        return len(self.options) > 1

    def option(self, slug: str) -> LimitOption | None:
        """Return an option by its name, or None."""
        return next((each for each in self.options if each.slug == slug), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """How a check gets its limit: from a table, or by a formula of its own."""

    reasons: frozenset[VerificationReason]
    table: str = ""
    given: Mapping[str, Expression] = field(default_factory=dict)
    factor: str = ""
    formula: Limit | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimit:
    """A limit on several readings together; may name the limit of one, `mpe`."""

    limit: Expression
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a reading is taken, from the instrument's own characteristics."""

    at: Expression
    label_vi: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where on the instrument a reading is taken, as at a corner of the pan."""

    slug: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryColumn:
    """One thing that is typed for each reading."""

    key: str
    name_vi: str
    name_en: str
    unit: str


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
    unit: str = ""
    unit_from: str = ""
    points: tuple[Point, ...] = ()
    keep: Expression | None = None
    is_ascending: bool = True
    positions: tuple[Position, ...] = ()
    directions: tuple[str, ...] = ()
    repetitions: int = 1
    columns: tuple[EntryColumn, ...] = ()
    error: Expression | None = None
    error_unit: str = ""
    error_places: int | None = None
    uses: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[LimitUse, ...] = ()
    judges_mean: bool = False
    spread: GroupLimit | None = None
    hysteresis: GroupLimit | None = None
    uncertainty: UncertaintyModel | None = None

    def limit_for(self, reason: VerificationReason) -> LimitUse | None:
        """Return how the limit is found in this kind of verification, if it has one."""
        return next((use for use in self.limits if reason in use.reasons), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Checks that belong together; failing one ends the verification."""

    slug: str
    name_vi: str
    name_en: str
    checks: tuple[Check, ...]


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
    """One revision of how a type of instrument is verified."""

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
    characteristics: tuple[Characteristic, ...] = ()
    tables: Mapping[str, LimitTable] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def name(self) -> str:
        """How a job remembers it."""
        return f"{self.slug}@{self.revision}"

    @property
    def choices(self) -> tuple[LimitTable, ...]:
        """The tables of which whoever releases it has to name an option."""
        return tuple(table for table in self.tables.values() if table.needs_choice)

    def standard(self, slug: str) -> StandardRequirement:
        """Return one of the standards needed, or raise KeyError."""
        return {each.slug: each for each in self.standards}[slug]
