"""What a sheet comes to: its rows, what they come to together, and the verdict."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.catalogue.sheet.budgets import PointBudget
from labms.i18n import Message
from labms.metrology.limits import Limits
from labms.metrology.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What one row comes to. Errors and limits are in the row's `error_unit`."""

    values: Mapping[str, str]
    """As typed, by column."""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    error: Decimal | None = None
    """Exact, unless its digits never end."""
    error_shown: Decimal | None = None
    """Rounded as the indication is, but never to the other side of a limit."""
    mpe_plus: Decimal | None = None
    mpe_minus: Decimal | None = None
    verdict: Verdict | None = None
    is_complete: bool = False
    problem: Message | None = None
    warning: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """What several readings come to together: spread, hysteresis or mean."""

    key: str
    stage: str
    check: str
    kind: str
    rows: tuple[str, ...]
    value: Decimal | None
    value_shown: Decimal | None
    limit: Decimal | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a sheet comes to."""

    rows: Mapping[str, RowResult]
    groups: tuple[GroupResult, ...]
    stages: Mapping[str, Verdict | None]
    verdict: Verdict | None
    """None while something is missing and nothing has failed."""
    failed_stage: str | None
    missing: tuple[str, ...]
    """Keys of entries that are still needed; none after a stage that failed."""
    untaken: tuple[str, ...] = ()
    """Keys of entries that are empty up to the stage that failed, that one included."""
    obstacles: tuple[Message, ...] = ()
    """What stands against a pass, though nothing has failed."""
    budgets: Mapping[str, PointBudget] = field(default_factory=dict)
    """The uncertainty at each point that is complete, where the check has a model."""

    @property
    def failures(self) -> tuple[str, ...]:
        """The keys of the rows and groups that failed."""
        rows = [key for key, row in self.rows.items() if row.verdict is Verdict.FAIL]
        groups = [each.key for each in self.groups if each.verdict is Verdict.FAIL]
        return (*rows, *groups)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The keys of the rows in which something was typed that is no entry."""
        return tuple(
            key
            for key, row in self.rows.items()
            if row.problem is not None
            and any(
                text.strip() and column not in row.numbers
                for column, text in row.values.items()
            )
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as texts, lists and dictionaries, to be frozen."""
        return {
            "rows": {key: _plain(row) for key, row in self.rows.items()},
            "groups": [_plain(group) for group in self.groups],
            "stages": {slug: _text(verdict) for slug, verdict in self.stages.items()},
            "verdict": _text(self.verdict),
            "failed_stage": self.failed_stage,
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A row's exact values, for those that are judged together."""

    error: Fraction
    limits: Limits | None
    places: int
    numbers: Mapping[str, Decimal]
    """What was typed, by column."""


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _plain(result: RowResult | GroupResult) -> dict[str, Any]:
    plain = asdict(result)
    for key, value in plain.items():
        if isinstance(value, Decimal):
            plain[key] = format(value, "f")
        elif isinstance(value, Verdict):
            plain[key] = str(value)
        elif isinstance(value, tuple):
            plain[key] = list(value)
        elif key == "numbers":
            plain[key] = {name: format(number, "f") for name, number in value.items()}
    return plain
