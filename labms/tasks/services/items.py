"""Yearly work on a task, and how far it has come."""

from datetime import date

from labms import clock
from labms.audit.rules import EventType
from labms.firsts import check_new
from labms.plan.data import plan as plan_named
from labms.plan.rules import Plan, Task
from labms.plan.undertakings import DocumentMissing
from labms.policy import Actor, Permission, authorize
from labms.tasks.models import ItemProgress, TaskItem
from labms.tasks.rules import (
    EndsBeforeItBegins,
    HeadingHasNoWork,
    ItemState,
    OutsideThePlan,
    OutsideTheTask,
    UnknownTask,
    check_days,
    check_progress,
)
from labms.tasks.services.striking import added, entered


def task_of(plan: Plan, code: str) -> Task:
    """Return a row of the annex. Raises UnknownTask."""
    for task in plan.tasks:
        if task.code == code:
            return task
    raise UnknownTask(task=code)


def add_item(
    *,
    plan_code: str,
    task_code: str,
    year: int,
    title: str,
    lead: str,
    cooperating: str,
    begins_on: date,
    ends_on: date,
    expected: str,
    document: str,
    actor: Actor,
) -> TaskItem:
    """Plan a piece of work on a task for a year.

    Refuses with NotAllowed, UnknownPlan, UnknownTask, HeadingHasNoWork, OutsideThePlan,
    OutsideTheTask, EndsBeforeItBegins, DocumentMissing or EnteredBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    plan = plan_named(plan_code)
    task = task_of(plan, task_code)
    if task.is_heading:
        raise HeadingHasNoWork(task=task.number)
    first, last = plan.phases[0].first_year, plan.phases[-1].last_year
    if not first <= year <= last or {begins_on.year, ends_on.year} - {year}:
        raise OutsideThePlan(first=first, last=last)
    if task.years and not task.years[0] <= year <= task.years[1]:
        raise OutsideTheTask(task=task.number, first=task.years[0], last=task.years[1])
    if ends_on < begins_on:
        raise EndsBeforeItBegins
    if not document.strip():
        raise DocumentMissing
    check_new(
        TaskItem, plan_code=plan.code, task_code=task.code, year=year, title=title
    )
    item = TaskItem(
        plan_code=plan.code,
        task_code=task.code,
        year=year,
        title=title,
        lead=lead,
        cooperating=cooperating,
        begins_on=begins_on,
        ends_on=ends_on,
        expected=expected,
        document=document,
        reports=[],
        lines=[],
        purchases=[],
        **entered(actor),
    )
    added(item, EventType.TASK_ITEM_ADDED, actor=actor)
    return item


def report_progress(
    item: TaskItem,
    *,
    reported_on: date,
    state: ItemState,
    percent: int,
    result: str,
    document: str,
    actor: Actor,
) -> ItemProgress:
    """Say how far a piece of work has come. Needs its reports loaded.

    Refuses with NotAllowed, AlreadyOver, BadPercent, DoneIsAll, DayToCome, DayBefore or
    EnteredBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    last = standing_report(item)
    check_progress(percent, state, before=last.state if last else None)
    check_days(
        day=reported_on, before=last.reported_on if last else None, on=clock.today()
    )
    check_new(
        ItemProgress,
        item_id=item.id,
        reported_on=reported_on,
        state=state,
        percent=percent,
        result=result,
    )
    report = ItemProgress(
        item_id=item.id,
        reported_on=reported_on,
        state=state,
        percent=percent,
        result=result,
        document=document,
        **entered(actor),
    )
    added(report, EventType.TASK_PROGRESS_REPORTED, actor=actor)
    return report


def standing_report(item: TaskItem, *, on: date = date.max) -> ItemProgress | None:
    """Return the newest report of a piece of work, of a day or before it."""
    standing = [
        each
        for each in item.reports
        if each.struck_on is None and each.reported_on <= on
    ]
    return standing[-1] if standing else None
