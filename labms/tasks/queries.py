"""Finding what is planned, paid, bought and done for the tasks of a plan."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from labms.db import Model, db
from labms.errors import NotFound
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.tasks.models import (
    Accreditation,
    Activity,
    Assessment,
    BudgetLine,
    BudgetStep,
    ItemProgress,
    Participant,
    Programme,
    ProgrammeStep,
    Purchase,
    PurchaseStep,
    TaskItem,
)
from labms.tasks.rules import ActivityKind, Purpose

Row = TypeVar("Row", bound=Model)

#: Records that count by a certificate: of a management system, or of recognition.
CERTIFIED = (RaisedKind.CAPABILITY, RaisedKind.CRITERIA)

#: What may be struck out, by the word in addresses.
ENTRIES: Mapping[str, Any] = {
    "item": TaskItem,
    "progress": ItemProgress,
    "line": BudgetLine,
    "decision": BudgetStep,
    "purchase": Purchase,
    "purchase-step": PurchaseStep,
    "activity": Activity,
    "programme": Programme,
    "programme-step": ProgrammeStep,
    "accreditation": Accreditation,
    "assessment": Assessment,
}


def entry_by_id(kind: str, entry_id: int) -> Any:
    """Return an entry that may be struck out. Raises NotFound."""
    if kind not in ENTRIES:
        raise NotFound
    return _found(db.session.get(ENTRIES[kind], entry_id))


def record_behind(entry: Any) -> BodyRaised | ProgrammeSupport | None:
    """Return the record with which an entry counts for the plan, if it does."""
    if isinstance(entry, ProgrammeStep) and entry.support_id:
        return db.session.get_one(ProgrammeSupport, entry.support_id)
    if isinstance(entry, Accreditation | Assessment) and entry.raised_id:
        return db.session.get_one(BodyRaised, entry.raised_id)
    return None


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


def _whole(kind: type[Row], row_id: int, *options: Any) -> Row:
    """Return a row with what hangs on it, as it is now. Raises NotFound."""
    key: Any = sa.inspect(kind).primary_key[0]
    rows = sa.select(kind).where(key == row_id).options(*options)
    fresh = rows.execution_options(populate_existing=True)
    return _found(db.session.scalars(fresh).one_or_none())


_WHOLE_ITEM = (
    selectinload(TaskItem.reports),
    selectinload(TaskItem.lines).selectinload(BudgetLine.steps),
    selectinload(TaskItem.purchases).selectinload(Purchase.steps),
    selectinload(TaskItem.purchases).joinedload(Purchase.holder),
)


def items_of(
    plan_code: str, *, year: int | None = None, task_code: str = ""
) -> list[TaskItem]:
    """Return yearly work with its reports, money and purchases. Six queries."""
    rows = (
        sa.select(TaskItem)
        .where(TaskItem.plan_code == plan_code)
        .options(*_WHOLE_ITEM)
        .order_by(TaskItem.year, TaskItem.task_code, TaskItem.begins_on, TaskItem.id)
    )
    if year is not None:
        rows = rows.where(TaskItem.year == year)
    if task_code:
        rows = rows.where(TaskItem.task_code == task_code)
    return list(db.session.scalars(rows))


def years_of(plan_code: str) -> list[int]:
    """Return the years for which any work was planned."""
    rows = sa.select(TaskItem.year).where(TaskItem.plan_code == plan_code).distinct()
    return sorted(db.session.scalars(rows))


def item_by_id(item_id: int) -> TaskItem:
    """Return yearly work with everything that hangs on it. Raises NotFound."""
    return _whole(TaskItem, item_id, *_WHOLE_ITEM)


def line_by_id(line_id: int) -> BudgetLine:
    """Return a line of money with its steps. Raises NotFound."""
    return _whole(BudgetLine, line_id, selectinload(BudgetLine.steps))


def purchase_by_id(purchase_id: int) -> Purchase:
    """Return a purchase with its steps. Raises NotFound."""
    return _whole(Purchase, purchase_id, selectinload(Purchase.steps))


def purchases(*, purpose: Purpose | None = None) -> sa.Select[Any]:
    """Return the query of purchases, newest first, with steps and yearly work."""
    rows = (
        sa.select(Purchase)
        .options(
            selectinload(Purchase.steps),
            joinedload(Purchase.item),
            joinedload(Purchase.holder),
        )
        .order_by(Purchase.id.desc())
    )
    return rows.where(Purchase.purpose == purpose) if purpose else rows


def activities(kind: ActivityKind | None = None) -> sa.Select[Any]:
    """Return the query of activities, newest first, struck ones too."""
    rows = sa.select(Activity).order_by(Activity.held_on.desc(), Activity.id.desc())
    return rows.where(Activity.kind == kind) if kind else rows


def activities_between(
    areas: Iterable[str], *, first: date, last: date
) -> list[Activity]:
    """Return the activities of these days that stand, the oldest first."""
    rows = sa.select(Activity).where(
        Activity.held_on.between(first, last),
        Activity.area.in_(list(areas)),
        Activity.struck_on.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Activity.held_on, Activity.id)))


def training_by_id(training_id: int) -> Training:
    """Return a training. Raises NotFound."""
    return _found(db.session.get(Training, training_id))


def participants_of(training_id: int) -> sa.Select[Any]:
    """Return the query of the people on the list of a training, as it was sent."""
    return (
        sa.select(Participant)
        .where(Participant.training_id == training_id)
        .order_by(Participant.id)
    )


def listed_counts(training_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return persons and participations on the lists of trainings. One query."""
    rows = (
        sa.select(
            Participant.training_id,
            sa.func.count(),
            sa.func.sum(Participant.occasions),
        )
        .where(Participant.training_id.in_(list(training_ids)))
        .group_by(Participant.training_id)
    )
    return {
        key: (persons, int(turns)) for key, persons, turns in db.session.execute(rows)
    }


def persons_listed(areas: Iterable[str], *, first: date, last: date) -> tuple[int, int]:
    """Return different persons on all lists of some days, and trainings with a list.

    One person who came to two trainings is one.
    """
    persons, trainings = db.session.execute(
        sa.select(
            sa.func.count(Participant.person_key.distinct()),
            sa.func.count(Participant.training_id.distinct()),
        )
        .join(Training, Training.id == Participant.training_id)
        .where(
            Training.held_on.between(first, last),
            Training.area.in_(list(areas)),
            Training.struck_on.is_(None),
        )
    ).one()
    return persons, trainings


def programmes() -> sa.Select[Any]:
    """Return the query of programmes, newest first, with steps and enterprise."""
    return (
        sa.select(Programme)
        .options(selectinload(Programme.steps), joinedload(Programme.enterprise))
        .order_by(Programme.begun_on.desc(), Programme.id.desc())
    )


def programme_by_id(programme_id: int) -> Programme:
    """Return a programme with steps and enterprise. Raises NotFound."""
    return _whole(
        Programme,
        programme_id,
        selectinload(Programme.steps),
        joinedload(Programme.enterprise),
    )


def raised_bodies() -> sa.Select[Any]:
    """Return the query of bodies that count for the plan and stand, newest first."""
    return (
        sa.select(BodyRaised)
        .options(joinedload(BodyRaised.organisation))
        .where(BodyRaised.struck_on.is_(None))
        .order_by(BodyRaised.kind, BodyRaised.achieved_on.desc(), BodyRaised.id.desc())
    )


def raised_by_id(raised_id: int) -> BodyRaised:
    """Return a body whose record needs a certificate. Raises NotFound."""
    found = _whole(BodyRaised, raised_id, joinedload(BodyRaised.organisation))
    if found.kind not in CERTIFIED:
        raise NotFound
    return found


def accreditations_of(raised_ids: Iterable[int]) -> dict[int, list[Accreditation]]:
    """Return the certificates behind bodies, the newest first. One query."""
    rows = (
        sa.select(Accreditation)
        .where(
            Accreditation.raised_id.in_(list(raised_ids)),
            Accreditation.struck_on.is_(None),
        )
        .order_by(Accreditation.valid_until.desc(), Accreditation.id.desc())
    )
    found: dict[int, list[Accreditation]] = {}
    for row in db.session.scalars(rows):
        found.setdefault(row.raised_id, []).append(row)
    return found


def assessments() -> sa.Select[Any]:
    """Return the query of assessments, newest first, struck ones too."""
    return (
        sa.select(Assessment)
        .options(joinedload(Assessment.organisation))
        .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
    )


def assessment_by_id(assessment_id: int) -> Assessment:
    """Return an assessment with its scores. Raises NotFound."""
    return _whole(
        Assessment,
        assessment_id,
        selectinload(Assessment.scores),
        joinedload(Assessment.organisation),
    )
