"""What managers ask every day: how long, how late, how well, how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.indicators.queries import PASSED_STATES
from labms.jobs.models import Job, Order
from labms.jobs.rules import CLOSED_STATES, JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.places.queries import keys_in
from labms.policy import EVERYTHING
from labms.registry.models import Instrument


def end_of(day: date) -> datetime:
    """Return the moment at which a day of the laboratory is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.ZONE)


def start_of(day: date) -> datetime:
    """Return the moment at which a day of the laboratory begins."""
    return datetime.combine(day, time(), tzinfo=clock.ZONE)


def closed_jobs(area: str, *, first: date, last: date) -> Any:
    """Return the Select of jobs on instruments of an area that were closed within days.

    Columns: Job, Order, Instrument.
    """
    return (
        sa.select(Job, Order, Instrument)
        .join(Order, Order.id == Job.order_id)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(
            Job.state.in_(CLOSED_STATES),
            Job.closed_at >= start_of(first),
            Job.closed_at < end_of(last),
            Instrument.commune_key.in_(keys_in(area)),
        )
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How long jobs took, in whole days from taking in to closing, and by when."""

    days: tuple[int, ...]
    promised: int
    on_time: int


def pace(area: str, *, first: date, last: date) -> Pace:
    """Return how long the jobs took that were closed within days. One query."""
    rows = closed_jobs(area, first=first, last=last).with_only_columns(
        Order.received_at, Order.promised_on, Job.closed_at, maintain_column_froms=True
    )
    with scoped(EVERYTHING):
        found = [
            (clock.day_of(received), promised, clock.day_of(closed))
            for received, promised, closed in db.session.execute(rows)
        ]
    return Pace(
        days=tuple((closed - received).days for received, _, closed in found),
        promised=sum(promised is not None for _, promised, _ in found),
        on_time=sum(promised is not None and c <= promised for _, promised, c in found),
    )


def judged(area: str, *, first: date, last: date) -> sa.ColumnElement[bool]:
    """Return the condition for verifications with a final verdict. Needs Instrument."""
    return sa.and_(
        Job.kind == JobKind.VERIFICATION,
        Job.state.in_(CLOSED_STATES),
        Job.verdict.is_not(None),
        Job.performed_on.between(first, last),
        Instrument.commune_key.in_(keys_in(area)),
    )


def verdicts_by_type(
    area: str, *, first: date, last: date
) -> Mapping[str, tuple[int, int]]:
    """Return, for each type, how many verifications passed and how many there were."""
    passed = sa.func.sum(sa.case((Job.verdict == Verdict.PASS, 1), else_=0))
    rows = (
        sa.select(Instrument.type_slug, passed, sa.func.count())
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(judged(area, first=first, last=last))
        .group_by(Instrument.type_slug)
    )
    with scoped(EVERYTHING):
        return {slug: (int(p), n) for slug, p, n in db.session.execute(rows)}


def last_days(area: str, *, on: date) -> Any:
    """Return the subquery of instruments in use with the last day of their evidence.

    Columns: id, valid_until. Of what passed by the day, whichever lasts longest;
    instruments that never passed in labms, or whose type has no cycle, have none.
    """
    until = sa.func.max(Job.valid_until)
    return (
        sa.select(Instrument.id, until.label("valid_until"))
        .join(Job, Job.instrument_id == Instrument.id)
        .where(
            Job.kind == JobKind.VERIFICATION,
            Job.state.in_(PASSED_STATES),
            Job.verdict == Verdict.PASS,
            Job.performed_on <= on,
            Job.valid_until.is_not(None),
            Instrument.registered_on <= on,
            sa.or_(Instrument.out_of_use_on.is_(None), Instrument.out_of_use_on > on),
            Instrument.commune_key.in_(keys_in(area)),
        )
        .group_by(Instrument.id)
        .subquery()
    )


def overdue_count(area: str, *, on: date) -> int:
    """Return how many instruments have evidence that ran out before the day."""
    found = last_days(area, on=on)
    with scoped(EVERYTHING):
        number = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(found)
            .where(found.c.valid_until < on)
        )
    return number or 0


def in_work(area: str, *, on: date) -> sa.ColumnElement[bool]:
    """Return the condition for jobs in work at the end of a day. Needs Instrument."""
    return sa.and_(
        Job.registered_at < end_of(on),
        sa.or_(Job.closed_at.is_(None), Job.closed_at >= end_of(on)),
        Job.state != JobState.CANCELLED,
        Instrument.commune_key.in_(keys_in(area)),
    )


def workload(area: str, *, on: date) -> int:
    """Return how many jobs were in work at the end of a day. One query."""
    with scoped(EVERYTHING):
        number = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Job)
            .join(Instrument, Instrument.id == Job.instrument_id)
            .where(in_work(area, on=on))
        )
    return number or 0
