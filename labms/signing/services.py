"""Choosing how a body's documents are signed."""

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.policy import Actor, Permission, authorize
from labms.signing.models import SigningChoice
from labms.signing.queries import way_of
from labms.signing.rules import SigningWay


def choose_way(body: object, way: SigningWay, *, actor: Actor) -> None:
    """Let a body's documents be signed in another way from now on.

    What was reserved before keeps its own. `body` has a `body_id`. Choosing what holds
    already changes nothing. Refuses with NotAllowed.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    body_id: int = body.body_id  # type: ignore[attr-defined]
    if way_of(body_id) is way:
        return
    choice = SigningChoice(
        body_id=body_id, way=way, chosen_at=clock.now(), chosen_by_id=actor.id
    )
    db.session.add(choice)
    db.session.flush()
    record(EventType.SIGNING_CHOSEN, choice, actor=actor, reason=way.value)
