"""Which rows a figure counts, by table and number: what a frozen report keeps."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db, scoped
from labms.indicators import daily
from labms.indicators.figures import Count, first_day
from labms.indicators.queries import (
    day_known_until,
    first_results,
    idle_bodies,
    passing,
    within,
)
from labms.indicators.supplied import counted_work, periodic
from labms.jobs.models import Job, Order
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RAISED_INDICATORS, RaisedKind
from labms.policy import EVERYTHING
from labms.registry.models import Instrument
from labms.supply.models import ReportedWork
from labms.tasks.qualifying import unfit

#: What is below the line of all three shares is kept once, under this code.
DEMAND = "demand"

#: An indicator, or DEMAND; a table; a number in it.
Row = tuple[str, str, int]


def counted_rows(count: Count) -> Iterator[Row]:
    """Yield every row that the figures of an area and a day count, each once a figure.

    Standards in the register and instruments that are due have no row here: cells
    keep how many they are.
    """
    with scoped(EVERYTHING):
        yield from sorted({*_of_shares(count), *_of_events(count), *_of_days(count)})


def _of_shares(count: Count) -> Iterator[Row]:
    for cell in count.cells:
        yield from ((DEMAND, "demand_figure", figure.id) for figure in cell.entered)
    due = {line.type_slug for line in count.lines if line.due}
    may = [line for line in periodic(count.scopes) if line.type_slug in due]
    for code in ("designated-share", "capacity-share"):
        yield from ((code, line.table, line.id) for line in may)
    pairs = {(line.organisation_id, line.type_slug) for line in may}
    for stated in count.capacities:
        if (stated.organisation_id, stated.type_slug) in pairs:
            yield "capacity-share", "body_capacity", stated.id
    code = "verified-share"
    days = _days(count, code)
    jobs = first_passes(count.area, **days)
    yield from ((code, "job", number) for number in db.session.scalars(jobs))
    work = counted_work(count.area, **days).with_only_columns(
        ReportedWork.id, maintain_column_froms=True
    )
    yield from ((code, "reported_work", number) for number in db.session.scalars(work))


def first_passes(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> sa.Select[Any]:
    """Return the query of the jobs by which instruments count: the first of each."""
    return (
        sa.select(sa.func.min(Job.id))
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(passing(area, first=first, last=last, known_on=known_on))
        .group_by(Job.instrument_id)
    )


def _of_events(count: Count) -> Iterator[Row]:
    orders = first_results(count.area, **_days(count, "enterprises-served"))
    for number in db.session.scalars(sa.select(orders.c.id)):
        yield "enterprises-served", "order", number
    for code, model, day in (
        ("enterprises-served", ProgrammeSupport, ProgrammeSupport.supported_on),
        ("persons-trained", Training, Training.held_on),
    ):
        condition = within(model, day, count.area, **_days(count, code))
        for number in db.session.scalars(sa.select(model.id).where(condition)):
            yield code, model.__tablename__, number
    yield from _of_bodies(count)


def _of_bodies(count: Count) -> Iterator[Row]:
    codes = {kind: code for code, kind in RAISED_INDICATORS.items()}
    idle = idle_bodies(count.on, known_on=count.known_on)
    condition = within(
        BodyRaised,
        BodyRaised.achieved_on,
        count.area,
        first=count.plan.counts_from,
        last=count.on,
        known_on=count.known_on,
    )
    before = day_known_until(count.on, count.known_on)
    left_out = unfit(condition, on=count.on, entered_before=before)
    for raised in db.session.scalars(sa.select(BodyRaised).where(condition)):
        is_idle = raised.organisation_id in idle
        is_idle = is_idle and raised.kind is RaisedKind.SOCIALISED
        if not is_idle and raised.id not in left_out:
            yield codes[raised.kind], "body_raised", raised.id


def _of_days(count: Count) -> Iterator[Row]:
    days = {
        "first": first_day("turnaround-median", count.plan, on=count.on),
        "last": count.on,
    }
    closed = daily.closed_jobs(count.area, **days).with_only_columns(
        Job.id, Order.promised_on, maintain_column_froms=True
    )
    for number, promised in db.session.execute(closed):
        yield "turnaround-median", "job", number
        if promised is not None:
            yield "on-time-share", "job", number
    for code, condition in (
        ("pass-share", daily.judged(count.area, **_days(count, "pass-share"))),
        ("workload", daily.in_work(count.area, on=count.on)),
    ):
        rows = sa.select(Job.id).join(Instrument, Instrument.id == Job.instrument_id)
        for number in db.session.scalars(rows.where(condition)):
            yield code, "job", number
    last = daily.last_days(count.area, on=count.on)
    late = sa.select(last.c.id).where(last.c.valid_until < count.on)
    yield from (
        ("overdue-instruments", "instrument", number)
        for number in db.session.scalars(late)
    )


def _days(count: Count, code: str) -> dict[str, Any]:
    return {
        "first": first_day(code, count.plan, on=count.on),
        "last": count.on,
        "known_on": count.known_on,
    }
