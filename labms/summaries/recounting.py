"""Counting everything from the rows again, and naming what is kept otherwise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.indicators import daily
from labms.plan.data import plans
from labms.policy import EVERYTHING
from labms.summaries import counting, keeping
from labms.summaries.building import first_of_pace
from labms.summaries.figures import as_text
from labms.summaries.models import SummaryDay
from labms.summaries.rules import communes_of, types_of

#: By what it is of: what was counted there.
_Table = Mapping[tuple[str, ...], Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where what is kept is not what the rows say."""

    #: "cell", "type", "commune", "reported", "enterprise", "pace" or "day".
    what: str
    area: str
    day: date
    #: Type and commune, or a number.
    of: tuple[str, ...]
    kept: str
    counted: str


def differences() -> Iterator[Difference]:
    """Yield where what is kept is not what the rows say. Changes nothing."""
    days = sa.select(SummaryDay).order_by(
        SummaryDay.plan_code, SummaryDay.area, SummaryDay.day, SummaryDay.is_today
    )
    with scoped(EVERYTHING):
        for day in db.session.scalars(days).all():
            for what, kept, counted in _tables(day):
                yield from _between(what, day.area, day.day, kept, counted)
        today = clock.today()
        first = first_of_pace(today)
        for area in sorted({plan.area for plan in plans()} | _areas()):
            counted_pace = daily.taken(area, first=first, last=today)
            kept_pace = {
                key: value
                for key, value in keeping.kept_pace(area).items()
                if first <= key[0] <= today
            }
            yield from _between(
                "pace", area, today, _named(kept_pace), _named(counted_pace)
            )


def _areas() -> set[str]:
    return set(db.session.scalars(sa.select(SummaryDay.area).distinct()))


def _tables(day: SummaryDay) -> Iterator[tuple[str, _Table, _Table]]:
    count = keeping.count_of(day)
    work = day.has_work
    cells = counting.cells(count, is_today=day.is_today, has_work=work)
    told = counting.told(count, has_work=work)
    served = counting.served(count)
    kept = keeping.kept_cells(day.id)
    yield "cell", {c.key: c for c in kept}, {c.key: c for c in cells}
    kept_told = keeping.kept_told(day.id)
    yield "reported", _of_reports(kept_told), _of_reports(told)
    yield (
        "type",
        {(each.type_slug,): each for each in keeping.kept_types(day.id)},
        {(each.type_slug,): each for each in types_of(cells, told)},
    )
    yield (
        "commune",
        {(each.commune_key,): each for each in keeping.kept_communes(day.id)},
        {(each.commune_key,): each for each in communes_of(cells, told)},
    )
    kept_served = keeping.kept_served(day.id)
    yield (
        "enterprise",
        {(str(number),): turns for number, turns in kept_served.items()},
        {(str(number),): turns for number, turns in served.items()},
    )
    yield (
        "day",
        {
            ("enterprises",): (day.served_turns, day.served),
            ("facts",): day.facts,
            ("figures",): day.figures,
        },
        {
            ("enterprises",): (sum(served.values()), len(served)),
            ("facts",): "" if day.is_today else counting.facts(count),
            ("figures",): "" if day.is_today else as_text(count, has_work=work),
        },
    )


def _of_reports(told: Mapping[Any, int]) -> dict[tuple[str, ...], int]:
    return {(*place, source.value): passed for (place, source), passed in told.items()}


def _named(taken: keeping.Taken) -> dict[tuple[str, ...], Any]:
    return {(on.isoformat(), str(days)): value for (on, days), value in taken.items()}


def _between(
    what: str, area: str, day: date, kept: _Table, counted: _Table
) -> Iterator[Difference]:
    for of in sorted(kept.keys() | counted.keys()):
        was, now = kept.get(of), counted.get(of)
        if was != now:
            only = _differing(was, now)
            yield Difference(what, area, day, of, *only)


def _differing(was: Any, now: Any) -> tuple[str, str]:
    """Return both in words, of a row or of what is kept as text only what differs."""
    before, after = _plain(was), _plain(now)
    if before is None or after is None:
        return str(was), str(now)
    names = [name for name in before | after if before.get(name) != after.get(name)]
    return _words(before, names), _words(after, names)


def _plain(told: Any) -> dict[str, Any] | None:
    """Return a row, or a JSON object, as a flat one: "verified-share.share.numerator".

    None of a number or a pair of them, which say what they are themselves.
    """
    if told is None or told == "":
        return {}
    if is_dataclass(told) and not isinstance(told, type):
        return asdict(told)
    return dict(_flat(json.loads(told))) if isinstance(told, str) else None


def _flat(told: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(told, dict):
        yield within, told
        return
    for name, value in told.items():
        yield from _flat(value, f"{within}.{name}" if within else name)


def _words(row: Mapping[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in names if name in row) or "–"
