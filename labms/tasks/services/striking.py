"""What all entries bear, and striking one out."""

from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.plan.models import BodyRaised, ProgrammeSupport
from labms.plan.services import strike_out
from labms.plan.undertakings import AlreadyStruck, check_striking
from labms.policy import Actor, Permission, authorize
from labms.tasks.models import Assessment, Programme, ProgrammeStep


def entered(actor: Actor) -> dict[str, Any]:
    """Return what every entry says of who entered it, and when."""
    return {"entered_on": clock.today(), "entered_by_id": actor.id}


def added(row: Any, event: EventType, *, actor: Actor) -> Any:
    """Keep a new row, with its event."""
    db.session.add(row)
    db.session.flush()
    record(event, row, actor=actor)
    return row


def strike_entry(row: Any, *, reason: str, actor: Actor) -> None:
    """Say that an entry was a mistake: it stays to be seen and no longer counts.

    Neither do the record with which it counted for the plan and, of a programme, its
    steps. Refuses with NotAllowed, AlreadyStruck or StrikingReasonMissing.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if row.struck_on is not None:
        raise AlreadyStruck
    row.struck_reason = check_striking(reason)
    row.struck_on = clock.today()
    db.session.flush()
    record(EventType.TASK_ENTRY_STRUCK, row, actor=actor, reason=reason)
    if isinstance(row, Programme):
        for step in _standing_steps(row):
            strike_entry(step, reason=reason, actor=actor)
    if (counted := _counted_with(row)) is not None and counted.struck_on is None:
        strike_out(counted, reason=reason, actor=actor)


def _standing_steps(programme: Programme) -> list[ProgrammeStep]:
    rows = sa.select(ProgrammeStep).where(
        ProgrammeStep.programme_id == programme.id, ProgrammeStep.struck_on.is_(None)
    )
    return list(db.session.scalars(rows))


def _counted_with(row: Any) -> ProgrammeSupport | BodyRaised | None:
    if isinstance(row, ProgrammeStep) and row.support_id:
        return db.session.get_one(ProgrammeSupport, row.support_id)
    if isinstance(row, Assessment) and row.raised_id:
        return db.session.get_one(BodyRaised, row.raised_id)
    return None
