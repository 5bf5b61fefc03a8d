"""Keeping what is kept right: only what changed is counted anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.demand.narrowing import Narrow
from labms.indicators import daily
from labms.jobs.models import Job
from labms.plan.rules import Plan
from labms.policy import EVERYTHING
from labms.summaries import counting, keeping
from labms.summaries.building import (
    areas_kept,
    build,
    count_day,
    days_kept,
    first_of_pace,
    has_work,
    keep_day,
    lock,
)
from labms.summaries.figures import as_text
from labms.summaries.models import (
    SummaryCell,
    SummaryDay,
    SummaryMark,
    SummaryPace,
    SummaryServed,
    SummaryState,
    SummaryTold,
)
from labms.summaries.reading import count_kept
from labms.summaries.rules import Touched, batches
from labms.summaries.touching import Map, read_map, touched_by

#: So many changes a reader of the page counts anew; more wait for the command.
FEW = 200
#: If more wait, nobody has counted them for long.
MANY = 20_000
#: In an instance with so few jobs a reader of the page may count everything.
SMALL = 30_000


def is_behind() -> bool:
    """Whether anything is to be counted anew before what is kept is of now."""
    today = clock.today()
    kept = db.session.execute(
        sa.select(
            SummaryDay.plan_code,
            SummaryDay.area,
            SummaryDay.version,
            sa.exists().where(SummaryMark.id.is_not(None)),
        ).where(SummaryDay.is_today.is_(True), SummaryDay.day == today)
    ).all()
    wanted = {(plan.code, area) for plan, area in areas_kept()}
    return (
        {(code, area) for code, area, _, _ in kept} != wanted
        or any(version != counting.counted_by() for _, _, version, _ in kept)
        or any(waiting for *_, waiting in kept)
    )


@dataclass(frozen=True, slots=True)
class State:
    """How far what is kept is."""

    waiting: int
    recounted_at: datetime | None
    #: How many figures differed then.
    differing: int | None


def state() -> State:
    """Return how many changes wait, and what the last recount found."""
    row = db.session.get(SummaryState, 1)
    return State(
        waiting=db.session.scalar(sa.select(sa.func.count(SummaryMark.id))) or 0,
        recounted_at=row.recounted_at if row else None,
        differing=row.differing if row else None,
    )


def catch_up(*, few: bool = False, at_most: int | None = None) -> bool:
    """Count anew what changed since, and go on to today. Returns whether all is done.

    With `few` only if that is soon done: few changes wait, and what is kept is of this
    year, or the instance is small. With `at_most` so many changes, the oldest first.
    """
    with scoped(EVERYTHING):
        head = lock()
        if not can_go_on():
            if few and not is_small():
                return False
            build()
            return True
        marks = db.session.scalars(
            sa.select(SummaryMark)
            .order_by(SummaryMark.id)
            .limit(FEW + 1 if few else at_most)
        ).all()
        if few and len(marks) > FEW and not is_small():
            return False
        if few and len(marks) > FEW:
            marks = db.session.scalars(sa.select(SummaryMark)).all()
        for plan, area in areas_kept():
            _go_on(plan, area)
        where = read_map()
        touched = touched_by(marks, where)
        for day in db.session.scalars(sa.select(SummaryDay)).all():
            count_anew(day, touched, where)
        _pace_anew(touched.closed)
        keeping.forget_marks([mark.id for mark in marks])
        for mark in marks:
            db.session.expunge(mark)
        head.folded_at = clock.now()
        db.session.flush()
        return at_most is None or len(marks) < at_most


def is_small() -> bool:
    """Whether a reader of the page may wait for what is counted anew."""
    return (db.session.scalar(sa.select(sa.func.max(Job.id))) or 0) <= SMALL


def can_go_on() -> bool:
    """Whether what is kept is of this year, and counted by this program."""
    today = clock.today()
    kept = db.session.execute(
        sa.select(SummaryDay.plan_code, SummaryDay.area, SummaryDay.day).where(
            SummaryDay.is_today.is_(True),
            SummaryDay.version == counting.counted_by(),
            SummaryDay.day <= today,
        )
    )
    known = {(code, area) for code, area, day in kept if day.year == today.year}
    return {(plan.code, area) for plan, area in areas_kept()} == known


def _go_on(plan: Plan, area: str) -> None:
    """Let what is kept of an earlier day of the year be that of today.

    What happens is entered on its day or later, so that a day that comes changes
    nothing by itself but what evidence ran out. Month ends on the way stay.
    """
    today = clock.today()
    own = sa.select(SummaryDay).where(
        SummaryDay.plan_code == plan.code, SummaryDay.area == area
    )
    day = db.session.execute(own.where(SummaryDay.is_today.is_(True))).scalar_one()
    if day.day == today:
        return
    wanted = days_kept(plan, area, today)
    others = db.session.scalars(own.where(SummaryDay.is_today.is_(False))).all()
    known = {other.day for other in others}
    for stop in [each for each in wanted if day.day <= each and each not in known]:
        _run_out(day, stop)
        work = has_work(plan, area, stop, today)
        copy = keeping.copied(day, has_work=work)
        copy.facts = counting.facts(keeping.count_of(copy))
        copy.figures = as_text(count_kept(copy), has_work=work)
    _run_out(day, today)
    for other in others:
        if other.day not in wanted:
            keeping.remove(other)
    for missing in set(wanted) - known - {d.day for d in db.session.scalars(own)}:
        keep_day(count_day(plan, area, missing, is_today=False))
    db.session.flush()


def _run_out(day: SummaryDay, to: date) -> None:
    """Go on to a later day: more evidence has run out."""
    if to == day.day:
        return
    since, day.day = day.day, to
    db.session.flush()
    late = daily.overdue(day.area, on=to, since=since)
    for (slug, commune), number in late.items():
        db.session.connection().execute(
            sa.update(SummaryCell)
            .where(
                SummaryCell.day_id == day.id,
                SummaryCell.type_slug == slug,
                SummaryCell.commune_key == commune,
            )
            .values(overdue=SummaryCell.overdue + number)
        )
    if late:
        keeping.sum_types(day.id, {slug for slug, _ in late})


def count_anew(day: SummaryDay, touched: Touched, where: Map) -> None:
    """Count again what was touched of a day, from the rows."""
    on, area = day.day, day.area
    noted = [touched.cells, *([touched.worked] if day.has_work else [])]
    here = {
        key
        for cells in noted
        for key, first in cells.items()
        if first <= on and where.lies_in(key[1], area)
    }
    told = [
        place
        for place, first in touched.told.items()
        if day.has_work
        and first <= on
        and (not place[1] or where.lies_in(place[1], area))
    ]
    _cells_anew(day, here, where)
    _told_anew(day, told, where)
    types = {slug for slug, _ in chain(here, told)}
    if types:
        keeping.sum_types(day.id, types)
    communes = {commune for _, commune in chain(here, told)} - {""}
    if communes:
        keeping.sum_communes(day.id, communes)
    served = [n for n, first in touched.customers.items() if first <= on]
    _served_anew(day, served)
    if day.is_today:
        return
    if touched.facts:
        day.facts = counting.facts(keeping.count_of(day))
    if here or told or served or touched.facts:
        day.figures = as_text(count_kept(day), has_work=day.has_work)


def _cells_anew(day: SummaryDay, keys: Iterable[tuple[str, str]], where: Map) -> None:
    for types, communes in batches(keys):
        narrow = Narrow(frozenset(types), where.of_any_time(communes))
        found = counting.cells(
            keeping.count_of(day),
            is_today=day.is_today,
            has_work=day.has_work,
            narrow=narrow,
        )
        keeping.delete(
            SummaryCell,
            SummaryCell.day_id == day.id,
            SummaryCell.type_slug.in_(types),
            SummaryCell.commune_key.in_(communes),
        )
        keeping.write_cells(day.id, found)


def _told_anew(day: SummaryDay, places: Iterable[tuple[str, str]], where: Map) -> None:
    for types, communes in batches(places):
        somewhere = communes - {""}
        # to ask for no commune would be to ask for all
        keys = where.of_any_time(somewhere) if somewhere else frozenset({""})
        found = counting.told(
            keeping.count_of(day),
            has_work=True,
            narrow=Narrow(frozenset(types), keys),
        )
        keeping.delete(
            SummaryTold,
            SummaryTold.day_id == day.id,
            SummaryTold.type_slug.in_(types),
            SummaryTold.commune_key.in_(communes | {""}),
        )
        keeping.write_told(day.id, found)


def _served_anew(day: SummaryDay, numbers: list[int]) -> None:
    if not numbers:
        return
    one_of = SummaryServed.organisation_id.in_(numbers)
    before = keeping.kept_served(day.id, one_of)
    after = counting.served(keeping.count_of(day), only=numbers)
    if before == after:
        return
    keeping.delete(SummaryServed, SummaryServed.day_id == day.id, one_of)
    keeping.write_served(day.id, after)
    day.served_turns += sum(after.values()) - sum(before.values())
    day.served += len(after) - len(before)


def _pace_anew(closed: Iterable[date]) -> None:
    today = clock.today()
    first = first_of_pace(today)
    for day in sorted(each for each in closed if first <= each <= today):
        for area in {area for _, area in areas_kept()}:
            keeping.delete(
                SummaryPace, SummaryPace.area == area, SummaryPace.closed_on == day
            )
            keeping.write_pace(area, daily.taken(area, first=day, last=day))
