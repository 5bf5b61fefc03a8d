"""Counting everything that is kept from the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.indicators import daily
from labms.indicators.days import days_looked_at
from labms.indicators.figures import Count, first_day
from labms.places.rules import AREAS
from labms.plan.data import plans
from labms.plan.rules import Plan, is_closed
from labms.policy import EVERYTHING
from labms.summaries import counting, keeping
from labms.summaries.figures import OF_WORK, as_text
from labms.summaries.models import SummaryDay, SummaryMark, SummaryPace, SummaryState
from labms.summaries.reading import count_kept
from labms.summaries.rules import KeptCell, Place
from labms.supply.rules import Source


@dataclass(frozen=True, slots=True)
class CountedDay:
    """What was counted of a day, to be kept."""

    plan: Plan
    area: str
    on: date
    is_today: bool
    has_work: bool
    cells: list[KeptCell]
    told: Mapping[tuple[Place, Source], int]
    served: Mapping[int, int]
    #: Not of today.
    facts: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that is kept, counted from the rows as they were at one moment."""

    days: Sequence[CountedDay]
    pace: Mapping[str, keeping.Taken]
    #: What waited to be counted anew at that moment: it is in here.
    marks: frozenset[int]
    #: When somebody had last counted anything.
    folded_at: datetime | None


def lock() -> SummaryState:
    """Let nobody else write here until the transaction ends, and return the state."""
    db.session.connection().execute(
        sa.text("INSERT INTO summary_state (id) VALUES (1) ON CONFLICT DO NOTHING")
    )
    return db.session.execute(
        sa.select(SummaryState)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def count_all() -> Counted:
    """Count everything from the rows; minutes with millions of them.

    Set-based, a few queries for each kept day: see `counting.cells`.
    """
    with scoped(EVERYTHING):
        marks = frozenset(db.session.scalars(sa.select(SummaryMark.id)))
        folded_at = db.session.scalar(sa.select(SummaryState.folded_at))
        today = clock.today()
        first = first_of_pace(today)
        return Counted(
            days=[
                count_day(plan, area, day, is_today=is_today)
                for plan, area in areas_kept()
                for day, is_today in (
                    *((day, False) for day in days_kept(plan, area, today)),
                    (today, True),
                )
            ],
            pace={
                area: daily.taken(area, first=first, last=today)
                for area in {area for _, area in areas_kept()}
            },
            marks=marks,
            folded_at=folded_at,
        )


def keep(counted: Counted) -> bool:
    """Keep what was counted, in place of what was kept.

    Changes nothing and returns False if somebody counted anew meanwhile.
    """
    with scoped(EVERYTHING):
        head = lock()
        if head.folded_at != counted.folded_at:
            return False
        keeping.forget_marks(counted.marks)
        for day in db.session.scalars(sa.select(SummaryDay)).all():
            keeping.remove(day)
        for each in counted.days:
            keep_day(each)
        keeping.delete(SummaryPace)
        for area, taken in counted.pace.items():
            keeping.write_pace(area, taken)
        head.folded_at = clock.now()
        db.session.flush()
        return True


def build() -> None:
    """Count everything from the rows and keep it. Nothing is left to be counted."""
    lock()
    keep(count_all())


def areas_kept() -> list[tuple[Plan, str]]:
    """Return the areas of which figures are kept, for each plan."""
    today = clock.today()
    return [
        (plan, code)
        for plan in plans()
        for code, area in AREAS.items()
        if area.exists_from is None or area.exists_from <= today
    ]


def days_kept(plan: Plan, area: str, today: date) -> list[date]:
    """Return the days beside today of which figures are kept.

    Those that targets are held against, and the month ends of their trend.
    """
    targets = plan.targets_for(area)
    if not targets:
        return []
    closed = {target.judged_on for target in targets if is_closed(target, today)}
    return sorted(closed | set(days_looked_at(plan, area, today)) - {today})


def has_work(plan: Plan, area: str, on: date, today: date) -> bool:
    """Whether figures of a day that has passed ask what was done, not only what is due.

    Those of targets that were judged on it, and of the trend of open ones.
    """
    wanted: set[str] = set()
    for target in plan.targets_for(area):
        if not is_closed(target, today):
            wanted.add(target.indicator)
        elif target.judged_on == on:
            wanted |= {target.indicator, *target.beside}
    return not wanted.isdisjoint(OF_WORK)


def count_day(plan: Plan, area: str, on: date, *, is_today: bool) -> CountedDay:
    """Count a day from the rows."""
    work = is_today or has_work(plan, area, on, clock.today())
    count = Count(plan, area, on)
    return CountedDay(
        plan,
        area,
        on,
        is_today,
        work,
        cells=counting.cells(count, is_today=is_today, has_work=work),
        told=counting.told(count, has_work=work),
        served=counting.served(count),
        facts="" if is_today else counting.facts(count),
    )


def keep_day(counted: CountedDay) -> None:
    """Keep a day of which nothing is kept."""
    day = SummaryDay(
        plan_code=counted.plan.code,
        area=counted.area,
        day=counted.on,
        is_today=counted.is_today,
        has_work=counted.has_work,
        version=counting.counted_by(),
        served_turns=sum(counted.served.values()),
        served=len(counted.served),
        facts=counted.facts,
    )
    db.session.add(day)
    db.session.flush()
    keeping.write_cells(day.id, counted.cells)
    keeping.write_told(day.id, counted.told)
    keeping.sum_types(day.id)
    keeping.sum_communes(day.id)
    keeping.write_served(day.id, counted.served)
    if not counted.is_today:
        day.figures = as_text(count_kept(day), has_work=counted.has_work)
    db.session.flush()


def first_of_pace(today: date) -> date:
    """Return the first day of closing of which the page shows how long jobs took."""
    return min(first_day("turnaround-median", plan, on=today) for plan in plans())
