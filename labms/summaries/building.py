"""Counting everything that is kept from the rows."""

from datetime import date

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.indicators import daily
from labms.indicators.days import days_looked_at
from labms.indicators.figures import first_day
from labms.places.rules import AREAS
from labms.plan.data import plans
from labms.plan.rules import Plan, is_closed
from labms.policy import EVERYTHING
from labms.summaries import counting, keeping
from labms.summaries.figures import OF_WORK, as_text
from labms.summaries.models import SummaryDay, SummaryMark, SummaryPace, SummaryState
from labms.summaries.reading import count_kept


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


def build() -> None:
    """Count everything from the rows and keep it. Nothing is left to be counted.

    Set-based, a few queries for each kept day: see `counting.cells`.
    """
    with scoped(EVERYTHING):
        head = lock()
        keeping.delete(SummaryMark)
        for day in db.session.scalars(sa.select(SummaryDay)).all():
            keeping.remove(day)
        for plan, area in areas_kept():
            _build_area(plan, area)
        _build_pace()
        head.folded_at = clock.now()
        db.session.flush()


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


def _build_area(plan: Plan, area: str) -> None:
    today = clock.today()
    for day in days_kept(plan, area, today):
        build_day(plan, area, day, is_today=False)
    build_day(plan, area, today, is_today=True)


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


def build_day(plan: Plan, area: str, on: date, *, is_today: bool) -> None:
    """Count a day from the rows and keep it."""
    work = is_today or has_work(plan, area, on, clock.today())
    day = SummaryDay(
        plan_code=plan.code,
        area=area,
        day=on,
        is_today=is_today,
        has_work=work,
        version=counting.counted_by(),
    )
    db.session.add(day)
    db.session.flush()
    count = keeping.count_of(day)
    cells = counting.cells(count, is_today=is_today, has_work=work)
    keeping.write_cells(day.id, cells)
    keeping.write_told(day.id, counting.told(count, has_work=work))
    keeping.sum_types(day.id)
    keeping.sum_communes(day.id)
    served = counting.served(count)
    keeping.write_served(day.id, served)
    day.served_turns, day.served = sum(served.values()), len(served)
    if not is_today:
        day.facts = counting.facts(count)
        day.figures = as_text(count_kept(day), has_work=work)
    db.session.flush()


def first_of_pace(today: date) -> date:
    """Return the first day of closing of which the page shows how long jobs took."""
    return min(first_day("turnaround-median", plan, on=today) for plan in plans())


def _build_pace() -> None:
    today = clock.today()
    first = first_of_pace(today)
    keeping.delete(SummaryPace)
    for area in {area for _, area in areas_kept()}:
        keeping.write_pace(area, daily.taken(area, first=first, last=today))
