"""Writing down what was counted, and reading it again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.indicators.figures import Count
from labms.plan.data import plan as plan_named
from labms.summaries.models import (
    SummaryCell,
    SummaryCommune,
    SummaryDay,
    SummaryMark,
    SummaryPace,
    SummaryServed,
    SummaryTold,
    SummaryType,
)
from labms.summaries.rules import (
    KeptCell,
    KeptCommune,
    KeptType,
    Place,
    communes_of,
    types_of,
)
from labms.supply.rules import Source

#: What is kept of a day.
OF_A_DAY: tuple[Any, ...] = (
    SummaryCell,
    SummaryTold,
    SummaryType,
    SummaryCommune,
    SummaryServed,
)
_BATCH = 5000


def count_of(day: SummaryDay) -> Count:
    """Return what counts a kept day from the rows."""
    return Count(plan_named(day.plan_code), day.area, day.day)


def insert(model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows in bulk."""
    batch: list[Mapping[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            db.session.connection().execute(sa.insert(model.__table__), batch)
            batch = []
    if batch:
        db.session.connection().execute(sa.insert(model.__table__), batch)


def delete(model: Any, *conditions: Any) -> None:
    """Remove rows in bulk."""
    db.session.connection().execute(sa.delete(model.__table__).where(*conditions))


def forget_marks(numbers: Collection[int]) -> None:
    """Remove marks of changes that are counted."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 1000):
        delete(SummaryMark, SummaryMark.id.in_(ordered[start : start + 1000]))


def _rows(kind: type[Any], model: Any, *conditions: Any) -> list[Any]:
    columns = [getattr(model, each.name) for each in fields(kind)]
    names = [each.name for each in fields(kind)]
    rows = db.session.execute(sa.select(*columns).where(*conditions))
    return [kind(**dict(zip(names, row, strict=True))) for row in rows]


def kept_cells(day_id: int, *conditions: Any) -> list[KeptCell]:
    """Return cells that are kept of a day."""
    return _rows(KeptCell, SummaryCell, SummaryCell.day_id == day_id, *conditions)


def kept_types(day_id: int) -> list[KeptType]:
    """Return the types that are kept of a day."""
    return _rows(KeptType, SummaryType, SummaryType.day_id == day_id)


def kept_communes(day_id: int) -> list[KeptCommune]:
    """Return the communes that are kept of a day."""
    return _rows(KeptCommune, SummaryCommune, SummaryCommune.day_id == day_id)


def kept_told(day_id: int, *conditions: Any) -> dict[tuple[Place, Source], int]:
    """Return what is kept of reports on a day."""
    rows = db.session.execute(
        sa.select(
            SummaryTold.type_slug,
            SummaryTold.commune_key,
            SummaryTold.source,
            SummaryTold.passed,
        ).where(SummaryTold.day_id == day_id, *conditions)
    )
    return {((slug, key), source): passed for slug, key, source, passed in rows}


def kept_served(day_id: int, *conditions: Any) -> dict[int, int]:
    """Return how often enterprises were served, as it is kept of a day."""
    rows = db.session.execute(
        sa.select(SummaryServed.organisation_id, SummaryServed.turns).where(
            SummaryServed.day_id == day_id, *conditions
        )
    )
    return dict(rows.all())


def write_cells(day_id: int, cells: Iterable[KeptCell]) -> None:
    """Keep cells of which nothing is kept."""
    insert(SummaryCell, (asdict(cell) | {"day_id": day_id} for cell in cells))


def write_told(day_id: int, told: Mapping[tuple[Place, Source], int]) -> None:
    """Keep what was reported, of places of which nothing is kept."""
    insert(
        SummaryTold,
        (
            {
                "day_id": day_id,
                "type_slug": slug,
                "commune_key": commune,
                "source": source,
                "passed": passed,
            }
            for ((slug, commune), source), passed in told.items()
        ),
    )


def write_served(day_id: int, served: Mapping[int, int]) -> None:
    """Keep how often enterprises were served, of which nothing is kept."""
    insert(
        SummaryServed,
        (
            {"day_id": day_id, "organisation_id": number, "turns": turns}
            for number, turns in served.items()
        ),
    )


def sum_types(day_id: int, types: Collection[str] | None = None) -> None:
    """Sum up types anew from the cells that are kept: some, or all."""
    of, told_of, own = [], [], [SummaryType.day_id == day_id]
    if types is not None:
        of = [SummaryCell.type_slug.in_(types)]
        told_of = [SummaryTold.type_slug.in_(types)]
        own.append(SummaryType.type_slug.in_(types))
    delete(SummaryType, *own)
    found = types_of(kept_cells(day_id, *of), kept_told(day_id, *told_of))
    insert(SummaryType, (asdict(each) | {"day_id": day_id} for each in found))


def sum_communes(day_id: int, communes: Collection[str] | None = None) -> None:
    """Sum up communes anew from the cells that are kept: some, or all."""
    of, told_of, own = [], [], [SummaryCommune.day_id == day_id]
    if communes is not None:
        of = [SummaryCell.commune_key.in_(communes)]
        told_of = [SummaryTold.commune_key.in_(communes)]
        own.append(SummaryCommune.commune_key.in_(communes))
    delete(SummaryCommune, *own)
    found = communes_of(kept_cells(day_id, *of), kept_told(day_id, *told_of))
    insert(SummaryCommune, (asdict(each) | {"day_id": day_id} for each in found))


def copied(day: SummaryDay, *, has_work: bool) -> SummaryDay:
    """Keep a day as it is now, beside the one that goes on to the next day.

    Without what is kept for today only, and without work if nobody asks for it.
    """
    made = SummaryDay(
        plan_code=day.plan_code,
        area=day.area,
        day=day.day,
        is_today=False,
        has_work=has_work,
        version=day.version,
        served_turns=day.served_turns,
        served=day.served,
    )
    db.session.add(made)
    db.session.flush()
    of_cells = DAILY if has_work else DAILY | WORK
    models: list[Any] = [SummaryCell, SummaryServed]
    if has_work:
        models.append(SummaryTold)
    for model in models:
        columns = [c for c in model.__table__.columns if c.name != "day_id"]
        left_out = of_cells if model is SummaryCell else frozenset()
        values = [sa.literal(0) if c.name in left_out else c for c in columns]
        own = sa.select(sa.literal(made.id), *values).where(model.day_id == day.id)
        if model is SummaryCell:
            own = own.where(_is_known(has_work=has_work))
        db.session.connection().execute(
            sa.insert(model.__table__).from_select(
                ["day_id", *(c.name for c in columns)], own
            )
        )
    sum_types(made.id)
    sum_communes(made.id)
    return made


def _is_known(*, has_work: bool) -> sa.ColumnElement[bool]:
    """Return which cells say anything on a day that is not today."""
    work = [SummaryCell.turns > 0, SummaryCell.passed > 0] if has_work else []
    return sa.or_(SummaryCell.has_demand, SummaryCell.is_covered, *work)


#: Columns of cells that are kept for today only, and those of work.
DAILY = frozenset({"judged", "judged_passed", "overdue", "in_work"})
WORK = frozenset({"turns", "passed"})


def remove(day: SummaryDay) -> None:
    """Keep a day no longer."""
    for model in OF_A_DAY:
        delete(model, model.day_id == day.id)
    db.session.delete(day)
    db.session.flush()


#: Day of closing and days it took → jobs, promised, on time.
Taken = Mapping[tuple[date, int], tuple[int, int, int]]


def write_pace(area: str, taken: Taken) -> None:
    """Keep how long jobs took, of days of which nothing is kept."""
    insert(
        SummaryPace,
        (
            {
                "area": area,
                "closed_on": closed_on,
                "days": days,
                "jobs": jobs,
                "promised": promised,
                "on_time": on_time,
            }
            for (closed_on, days), (jobs, promised, on_time) in taken.items()
        ),
    )


def kept_pace(area: str) -> Taken:
    """Return how long jobs took, as it is kept."""
    rows = db.session.execute(
        sa.select(
            SummaryPace.closed_on,
            SummaryPace.days,
            SummaryPace.jobs,
            SummaryPace.promised,
            SummaryPace.on_time,
        ).where(SummaryPace.area == area)
    )
    return {(on, days): (jobs, p, on_time) for on, days, jobs, p, on_time in rows}
