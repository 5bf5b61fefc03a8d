"""Whether a body's certificates of verification carry their DCC in the file too."""

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.dcc.models import TwinChoice
from labms.dcc.rules import TwinReach
from labms.policy import Actor, Permission, authorize
from labms.remembering import once


def encloses_twins(body_id: int) -> bool:
    """Return what a body has chosen; no until it has chosen."""
    newest = (
        sa.select(TwinChoice.reach)
        .where(TwinChoice.body_id == body_id)
        .order_by(TwinChoice.id.desc())
        .limit(1)
    )
    return once(
        ("encloses twins", body_id),
        lambda: db.session.scalar(newest) is TwinReach.ALL,
    )


def choose_twins(body: object, *, is_enclosed: bool, actor: Actor) -> None:
    """Let a body's verifications carry their DCC from now on, or no more.

    What was reserved before stays as it is. `body` has a `body_id`. Choosing what holds
    already changes nothing. Refuses with NotAllowed.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    body_id: int = body.body_id  # type: ignore[attr-defined]
    if encloses_twins(body_id) is is_enclosed:
        return
    choice = TwinChoice(
        body_id=body_id,
        reach=TwinReach.ALL if is_enclosed else TwinReach.CALIBRATIONS,
        chosen_at=clock.now(),
        chosen_by_id=actor.id,
    )
    db.session.add(choice)
    db.session.flush()
    record(EventType.TWINS_CHOSEN, choice, actor=actor)
