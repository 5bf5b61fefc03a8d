"""The measurement sheet of one instrument: its stages, checks and rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import Check, CheckKind, LimitUse, Procedure
from labms.catalogue.rules import VerificationReason
from labms.metrology.expressions import Value
from labms.metrology.limits import Limits
from labms.metrology.units import convert

#: The column of a check that is answered by yes or no.
ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing to type in a row."""

    key: str
    label_vi: str
    label_en: str
    unit: str
    is_shared: bool = False
    """Whether it is read on the standard, once for a whole bench."""
    follows: str = ""
    standard: str = ""
    """The need of which it says how much is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the sheet: a question, or a reading at a point."""

    key: str
    """Stable, and fit to be an id on a page: metrological-loads-3-up-1."""
    stage: str
    check: str
    kind: CheckKind
    label_vi: str
    label_en: str
    columns: tuple[Column, ...]
    unit: str = ""
    error_unit: str = ""
    point_label: str = ""
    point_label_en: str = ""
    position_vi: str = ""
    position_en: str = ""
    nominal: Decimal | None = None
    direction: str | None = None
    repetition: int | None = None
    limit_plus: Decimal | None = None
    limit_minus: Decimal | None = None
    may_not_apply: bool = False
    point_key: str = ""
    point_number: int = 0
    """The how manieth point of its check."""
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    """What formulas may name at this point."""

    @property
    def limit(self) -> Decimal | None:
        """The limit, if it is known beforehand and the same to both sides."""
        return self.limit_plus if self.limit_plus == self.limit_minus else None

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The keys under which its entries are kept."""
        return tuple(f"{self.key}.{column.key}" for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCheck:
    """The rows of one check."""

    slug: str
    name_vi: str
    name_en: str
    kind: CheckKind
    unit: str
    error_unit: str
    rows: tuple[Row, ...]
    note_vi: str = ""
    note_en: str = ""
    is_unlimited: bool = False
    """Whether it has a limit that nobody knows: it can be recorded, not passed."""
    is_recorded: bool = False
    """Whether there is nothing to judge: what is typed serves later checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStage:
    """The checks of one stage."""

    slug: str
    name_vi: str
    name_en: str
    checks: tuple[SheetCheck, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the stage, in the order in which they are filled in."""
        return tuple(row for check in self.checks for row in check.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What has to be looked at and measured on one instrument."""

    procedure: Procedure = field(repr=False)
    reason: VerificationReason | None
    """None in a calibration."""
    options: Mapping[str, str]
    stages: tuple[SheetStage, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order in which they are filled in."""
        return tuple(row for stage in self.stages for row in stage.rows)

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The keys of all that may be entered."""
        return tuple(key for row in self.rows for key in row.entry_keys)

    @property
    def has_budgets(self) -> bool:
        """Whether any check says how the uncertainty of its errors follows."""
        checks = [one for stage in self.procedure.stages for one in stage.checks]
        return any(check.uncertainty for check in checks)

    def check(self, slug: str) -> Check:
        """Return what the procedure says about a check."""
        return {
            check.slug: check
            for stage in self.procedure.stages
            for check in stage.checks
        }[slug]

    def limits_at(
        self, use: LimitUse, *, values: Mapping[str, Value], unit: str
    ) -> Limits:
        """Return the limits for these values, in the unit of the error."""
        if use.formula is not None:
            return use.formula.limits(values)
        table = self.procedure.tables[use.table]
        option = table.option(self.options[use.table])
        assert option is not None  # noqa: S101 (chosen_options saw to it)
        given = {name: each.evaluate(values) for name, each in use.given.items()}
        limits = option.limit.limits(given)
        if use.factor:
            limits = limits.times(Fraction(option.factors[use.factor]))
        if table.unit and unit and table.unit != unit:
            limits = Limits(
                *(convert(each, unit=table.unit, into=unit) for each in limits)
            )
        return limits
