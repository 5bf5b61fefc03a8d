"""Entering what was undertaken for the plan, and striking out mistakes."""

from datetime import date
from typing import Any, TypeVar

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.firsts import check_new
from labms.i18n import N_, gettext
from labms.organisations.models import Organisation
from labms.organisations.queries import organisation_by_id
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.queries import lies_in_area
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import (
    AlreadyStruck,
    AssessmentMissing,
    NotAnEnterprise,
    OutsideTheArea,
    Raised,
    check_entry,
    check_raised,
    check_striking,
    check_turns,
)
from labms.policy import Actor, Permission, authorize

Row = TypeVar("Row", Training, ProgrammeSupport, BodyRaised)
_NO_STATE_UNIT = N_("Confirmed: no unit of the state.")


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

    Refuses with NotAllowed, BadDay, BadCount, TooMany, DocumentMissing, UnknownArea or
    EnteredBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=held_on, document=document, area=area, on=clock.today())
    check_turns(turns=turns, distinct=distinct_count)
    check_new(Training, title=title, held_on=held_on, organiser=organiser, area=area)
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

    Refuses with NotAllowed, NotFound, NotAnEnterprise, OutsideTheArea, and as
    `enter_training`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(
        happened_on=supported_on, document=document, area=area, on=clock.today()
    )
    enterprise = organisation_by_id(enterprise_id)
    if enterprise.kind is not OrganisationKind.ENTERPRISE:
        raise NotAnEnterprise(name=enterprise.name)
    if not lies_in_area(enterprise.commune_key, area):
        raise OutsideTheArea(name=enterprise.name)
    check_new(
        ProgrammeSupport,
        enterprise_id=enterprise.id,
        supported_on=supported_on,
        activity=activity,
    )
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
    is_non_state: bool = False,
) -> BodyRaised:
    """Enter what an organisation became or achieved under the plan.

    Refuses with NotAllowed, NotFound, AssessmentMissing, as `enter_training` and as
    `check_raised`.
    """
    if kind is RaisedKind.CRITERIA:
        raise AssessmentMissing
    return add_body_raised(
        organisation_id=organisation_id,
        kind=kind,
        achieved_on=achieved_on,
        achievement=achievement,
        document=document,
        area=area,
        actor=actor,
        is_non_state=is_non_state,
    )


def add_body_raised(
    *,
    organisation_id: int,
    kind: RaisedKind,
    achieved_on: date,
    achievement: str,
    document: str,
    area: str,
    actor: Actor,
    is_non_state: bool = False,
) -> BodyRaised:
    """Add the record of any kind, that of an assessment too; refuses as above."""
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=achieved_on, document=document, area=area, on=clock.today())
    organisation = organisation_by_id(organisation_id)
    check_raised(kind, _raised(organisation, area), is_non_state=is_non_state)
    check_new(
        BodyRaised,
        organisation_id=organisation.id,
        kind=kind,
        achieved_on=achieved_on,
    )
    raised = BodyRaised(
        organisation_id=organisation.id,
        kind=kind,
        achieved_on=achieved_on,
        achievement=achievement,
        **_entered(document=document, area=area, actor=actor),
    )
    checked = gettext(_NO_STATE_UNIT) if is_non_state else None
    return _added(raised, EventType.BODY_RAISED_ENTERED, actor=actor, reason=checked)


def _raised(organisation: Organisation, area: str) -> Raised:
    kinds = (OrganisationKind.ENTERPRISE, OrganisationKind.PERSON)
    return Raised(
        name=organisation.name,
        is_enterprise_or_person=organisation.kind in kinds,
        is_body=OrganisationRole.BODY in organisation.roles,
        is_authority=OrganisationRole.AUTHORITY in organisation.roles,
        lies_in_area=lies_in_area(organisation.commune_key, area),
    )


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


def _added(
    undertaking: Row, event: EventType, *, actor: Actor, reason: str | None = None
) -> Row:
    db.session.add(undertaking)
    db.session.flush()
    record(event, undertaking, actor=actor, reason=reason)
    return undertaking
