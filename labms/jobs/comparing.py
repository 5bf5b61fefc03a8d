"""What differs between a job and the last one of the same instrument."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.catalogue.rules import Both
from labms.i18n import N_, Message
from labms.jobs.sheets import rows_of
from labms.jobs.wording import signed, with_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two jobs: what it was about and what it came to."""

    snapshot: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    procedure: str
    """As `slug@revision`."""
    performed_on: date | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    what: Message
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorChange:
    """By how much an error changed, beside its limit."""

    row: Mapping[str, Any]
    before: str
    now: str
    change: str
    share: int | None
    """The change in percent of the limit, upwards; None without a limit."""


NAMED = (
    ("owner_name", N_("Owner")),
    ("commune_name", N_("Commune")),
    ("place_of_use", N_("Place of use")),
    ("maker", N_("Maker")),
    ("model", N_("Model")),
    ("serial", N_("Serial number")),
    ("type_approval", N_("Type approval")),
)


def differences(before: Side, now: Side) -> list[Difference]:
    """Return what a reviewer should know has changed since the last verification."""
    return [*_of_subject(before, now), *_of_characteristics(before, now)]


def _of_subject(before: Side, now: Side) -> Iterator[Difference]:
    for key, name in NAMED:
        was, is_ = before.snapshot.get(key) or "", now.snapshot.get(key) or ""
        if was != is_:
            yield Difference(Message(name), str(was), str(is_))
    if before.procedure != now.procedure:
        yield Difference(Message(N_("Procedure")), before.procedure, now.procedure)


def _of_characteristics(before: Side, now: Side) -> Iterator[Difference]:
    was = {each["key"]: each for each in before.evaluation.get("characteristics", ())}
    is_ = {each["key"]: each for each in now.evaluation.get("characteristics", ())}
    for key in dict.fromkeys((*was, *is_)):
        old, new = was.get(key), is_.get(key)
        if (old and old["value"]) != (new and new["value"]):
            named = new or old or {}
            name = Both(named["name_vi"], named["name_en"])
            yield Difference(
                Message("{name}", {"name": name}), _value(old), _value(new)
            )


def _value(found: Mapping[str, str] | None) -> str:
    return with_unit(found["value"], found["unit"]) if found else "—"


def biggest_error_change(before: Side, now: Side) -> ErrorChange | None:
    """Return the reading whose error changed most since the last time, if comparable.

    Only rows that both sheets have count: the same point, direction and repetition.
    """
    was = {row["key"]: row for row in rows_of(before.evaluation) if row["error"]}
    found: list[tuple[Fraction, ErrorChange]] = []
    for row in rows_of(now.evaluation):
        old = was.get(row["key"])
        if old is None or row["error"] is None or old["nominal"] != row["nominal"]:
            continue
        change = Fraction(row["error"]) - Fraction(old["error"])
        limit = row["limit_plus"]
        share = None
        if limit is not None and Fraction(limit):
            share = int(-(-100 * abs(change) / Fraction(limit) // 1))
        unit = row["error_unit"]
        shown = Decimal(row["error_shown"]) - Decimal(old["error_shown"])
        weight = abs(change) / Fraction(limit) if share is not None else abs(change)
        found.append(
            (
                weight,
                ErrorChange(
                    row=row,
                    before=with_unit(signed(old["error_shown"]), unit),
                    now=with_unit(signed(row["error_shown"]), unit),
                    change=with_unit(signed(format(shown, "f")), unit),
                    share=share,
                ),
            )
        )
    return max(found, key=lambda each: each[0], default=(None, None))[1]
