"""What managers ask every day: how long, how late, how well, how much."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.registered import joined_successor, present_key
from labms.indicators.lasting import lasts_until
from labms.indicators.queries import PASSED_STATES, not_revoked
from labms.indicators.rules import Key
from labms.jobs.models import Job, Order
from labms.jobs.rules import CLOSED_STATES, JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.places.models import CommuneSuccession
from labms.places.queries import keys_in
from labms.policy import EVERYTHING
from labms.registry.models import Instrument

#: So many rows are read at a time.
_AT_ONCE = 10_000


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
    return _closed(first, last).where(Instrument.commune_key.in_(keys_in(area)))


def _closed(first: date, last: date) -> Any:
    return (
        sa.select(Job, Order, Instrument)
        .join(Order, Order.id == Job.order_id)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(
            Job.state.in_(CLOSED_STATES),
            Job.closed_at >= start_of(first),
            Job.closed_at < end_of(last),
        )
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How long jobs took, in whole days from taking in to closing, and by when."""

    #: So many days → so many jobs.
    days: Mapping[int, int]
    promised: int
    on_time: int


def pace(area: str, *, first: date, last: date) -> Pace:
    """Return how long the jobs took that were closed within days. One query."""
    found = taken(area, first=first, last=last)
    days: Counter[int] = Counter()
    for (_, each), (jobs, _, _) in found.items():
        days[each] += jobs
    return Pace(
        days=days,
        promised=sum(promised for _, promised, _ in found.values()),
        on_time=sum(on_time for _, _, on_time in found.values()),
    )


def taken(
    area: str, *, first: date, last: date
) -> Mapping[tuple[date, int], tuple[int, int, int]]:
    """Return, by day of closing and days that it took: jobs, promised, on time.

    Of all areas, and those of this one are taken here: an engine that is asked for
    them looks through all instruments there rather than through the jobs of a day.
    """
    here = set(db.session.scalars(keys_in(area)))
    rows = (
        _closed(first, last)
        .with_only_columns(
            Order.received_at,
            Order.promised_on,
            Job.closed_at,
            Instrument.commune_key,
            maintain_column_froms=True,
        )
        .execution_options(yield_per=_AT_ONCE)
    )
    found: dict[tuple[date, int], list[int]] = {}
    with scoped(EVERYTHING):
        for received, promised, closed_at, commune in db.session.execute(rows):
            if commune not in here:
                continue
            closed = clock.day_of(closed_at)
            key = closed, (closed - clock.day_of(received)).days
            counted = found.setdefault(key, [0, 0, 0])
            counted[0] += 1
            if promised is not None:
                counted[1] += 1
                counted[2] += closed <= promised
    return {
        key: (n, promised, on_time) for key, (n, promised, on_time) in found.items()
    }


def judged(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> sa.ColumnElement[bool]:
    """Return the condition for verifications with a final verdict. Needs Instrument.

    One whose certificate was revoked has none from that day on, see `not_revoked`.
    """
    return sa.and_(
        Job.kind == JobKind.VERIFICATION,
        Job.state.in_(CLOSED_STATES),
        Job.verdict.is_not(None),
        Job.performed_on.between(first, last),
        Instrument.commune_key.in_(keys_in(area)),
        not_revoked(last, known_on),
    )


def verdicts_by_type(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> Mapping[str, tuple[int, int]]:
    """Return, for each type, how many verifications passed and how many there were."""
    found: dict[str, tuple[int, int]] = {}
    cells = verdicts(area, first=first, last=last, known_on=known_on)
    for (slug, _), (passed, number) in cells.items():
        before = found.get(slug, (0, 0))
        found[slug] = before[0] + passed, before[1] + number
    return found


def verdicts(
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> Mapping[Key, tuple[int, int]]:
    """Return the same by type and commune of today. One query."""
    passed = sa.func.sum(sa.case((Job.verdict == Verdict.PASS, 1), else_=0))
    rows = _by_cell(passed, sa.func.count()).where(
        judged(area, first=first, last=last, known_on=known_on), *_in_cells(narrow)
    )
    with scoped(EVERYTHING):
        return {
            (slug, commune): (int(p), n)
            for slug, commune, p, n in db.session.execute(rows)
        }


def _by_cell(*counted: Any) -> Any:
    """Return the Select of what is counted of jobs, by type and commune of today."""
    commune = present_key(Instrument.commune_key)
    return (
        sa.select(Instrument.type_slug, commune, *counted)
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .group_by(Instrument.type_slug, commune)
    )


def _in_cells(narrow: Narrow) -> list[sa.ColumnElement[bool]]:
    return narrow.of(Instrument.type_slug, Instrument.commune_key)


def last_days(
    area: str,
    *,
    on: date,
    narrow: Narrow = EVERYTHING_COUNTED,
    since: date | None = None,
) -> Any:
    """Return the subquery of instruments in use with the last day of their evidence.

    Columns: id, valid_until. Of what passed by the day, whichever lasts longest, see
    `lasts_until`; instruments that never passed in labms, or whose evidence has no last
    day, are not there. A pass that was approved and awaits its evidence counts as well.
    With `since` only instruments of which some evidence ran out since then.
    """
    until = lasts_until(on)
    candidates = _in_cells(narrow)
    if since is not None:
        ended = sa.select(Job.instrument_id).where(
            Job.valid_until >= since, Job.valid_until < on
        )
        candidates.append(Instrument.id.in_(ended))
    found = (
        sa.select(Instrument.id, until.label("valid_until"))
        .join(Job, Job.instrument_id == Instrument.id)
        .where(
            Job.kind == JobKind.VERIFICATION,
            # what awaits its certificate is verified: nobody has to go there again
            Job.state.in_(PASSED_STATES | {JobState.APPROVED}),
            Job.verdict == Verdict.PASS,
            Job.performed_on <= on,
            Instrument.registered_on <= on,
            sa.or_(Instrument.out_of_use_on.is_(None), Instrument.out_of_use_on > on),
            Instrument.commune_key.in_(keys_in(area)),
            *candidates,
        )
        .group_by(Instrument.id)
        .subquery()
    )
    return sa.select(found).where(found.c.valid_until < date.max).subquery()


def overdue(
    area: str,
    *,
    on: date,
    narrow: Narrow = EVERYTHING_COUNTED,
    since: date | None = None,
) -> Mapping[Key, int]:
    """Return how many are overdue, by type and commune of today. One query.

    With `since` only those that were not yet overdue on that earlier day.
    """
    found = last_days(area, on=on, narrow=narrow, since=since)
    ran_out = [found.c.valid_until < on]
    if since is not None:
        ran_out.append(found.c.valid_until >= since)
    commune = present_key(Instrument.commune_key)
    rows = (
        sa.select(Instrument.type_slug, commune, sa.func.count())
        .join(found, found.c.id == Instrument.id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(*ran_out)
        .group_by(Instrument.type_slug, commune)
    )
    with scoped(EVERYTHING):
        return {(slug, key): number for slug, key, number in db.session.execute(rows)}


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


def working(
    area: str, *, on: date, narrow: Narrow = EVERYTHING_COUNTED
) -> Mapping[Key, int]:
    """Return how many jobs were in work, by type and commune of today. One query."""
    rows = _by_cell(sa.func.count()).where(in_work(area, on=on), *_in_cells(narrow))
    with scoped(EVERYTHING):
        return {(slug, key): number for slug, key, number in db.session.execute(rows)}


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
