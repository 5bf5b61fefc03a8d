"""Entering what was undertaken for the plan, and striking out mistakes."""

from datetime import date
from typing import Any, TypeVar

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.organisations.queries import organisation_by_id
from labms.organisations.rules import OrganisationKind
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import (
    AlreadyStruck,
    NotAnEnterprise,
    check_entry,
    check_striking,
    check_turns,
)
from labms.policy import Actor, Permission, authorize

Row = TypeVar("Row", Training, ProgrammeSupport, BodyRaised)


def enter_training(
    *,
    title: str,
    held_on: date,
    organiser: str,
    turns: int,
    distinct_count: int,
    document: str,
    area: str,
    actor: Actor,
) -> Training:
    """Enter a training; it counts on `held_on`, its last day.

    Refuses with NotAllowed, BadDay, BadCount, DocumentMissing or UnknownArea.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=held_on, document=document, area=area, on=clock.today())
    check_turns(turns=turns, distinct=distinct_count)
    training = Training(
        title=title,
        held_on=held_on,
        organiser=organiser,
        turns=turns,
        distinct_count=distinct_count,
        **_entered(document=document, area=area, actor=actor),
    )
    return _added(training, EventType.TRAINING_ENTERED, actor=actor)


def enter_support(
    *,
    enterprise_id: int,
    supported_on: date,
    activity: str,
    document: str,
    area: str,
    actor: Actor,
) -> ProgrammeSupport:
    """Enter that the measurement-assurance programme reached an enterprise once.

    Refuses with NotAllowed, NotFound, NotAnEnterprise, and as `enter_training`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(
        happened_on=supported_on, document=document, area=area, on=clock.today()
    )
    enterprise = organisation_by_id(enterprise_id)
    if enterprise.kind is not OrganisationKind.ENTERPRISE:
        raise NotAnEnterprise(name=enterprise.name)
    support = ProgrammeSupport(
        enterprise_id=enterprise.id,
        supported_on=supported_on,
        activity=activity,
        **_entered(document=document, area=area, actor=actor),
    )
    return _added(support, EventType.SUPPORT_ENTERED, actor=actor)


def enter_body_raised(
    *,
    organisation_id: int,
    kind: RaisedKind,
    achieved_on: date,
    achievement: str,
    document: str,
    area: str,
    actor: Actor,
) -> BodyRaised:
    """Enter what an organisation became or achieved under the plan.

    Refuses with NotAllowed, NotFound, and as `enter_training`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=achieved_on, document=document, area=area, on=clock.today())
    raised = BodyRaised(
        organisation_id=organisation_by_id(organisation_id).id,
        kind=kind,
        achieved_on=achieved_on,
        achievement=achievement,
        **_entered(document=document, area=area, actor=actor),
    )
    return _added(raised, EventType.BODY_RAISED_ENTERED, actor=actor)


def strike_out(
    undertaking: Training | ProgrammeSupport | BodyRaised, *, reason: str, actor: Actor
) -> None:
    """Say that a record was a mistake: it stays to be seen and no longer counts.

    Refuses with NotAllowed, AlreadyStruck or StrikingReasonMissing.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if undertaking.struck_on is not None:
        raise AlreadyStruck
    undertaking.struck_reason = check_striking(reason)
    undertaking.struck_on = clock.today()
    db.session.flush()
    record(EventType.UNDERTAKING_STRUCK, undertaking, actor=actor, reason=reason)


def _entered(*, document: str, area: str, actor: Actor) -> dict[str, Any]:
    return {
        "document": document,
        "area": area,
        "entered_on": clock.today(),
        "entered_by_id": actor.id,
    }


def _added(undertaking: Row, event: EventType, *, actor: Actor) -> Row:
    db.session.add(undertaking)
    db.session.flush()
    record(event, undertaking, actor=actor)
    return undertaking
