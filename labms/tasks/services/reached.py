"""Who was reached: activities, participants, programmes, bodies, laboratories."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.errors import NotFound
from labms.firsts import check_new
from labms.organisations.queries import organisation_by_id
from labms.organisations.rules import OrganisationKind
from labms.plan.models import BodyRaised, Training
from labms.plan.queries import lies_in_area
from labms.plan.rules import RaisedKind
from labms.plan.services import add_body_raised, enter_support
from labms.plan.undertakings import (
    DocumentMissing,
    NotAnEnterprise,
    OutsideTheArea,
    check_entry,
)
from labms.policy import Actor, Permission, authorize
from labms.tasks.data import STEPS_IN_USE, CriteriaSet, step_lists
from labms.tasks.models import (
    Accreditation,
    Activity,
    Assessment,
    Participant,
    Programme,
    ProgrammeStep,
    Score,
)
from labms.tasks.queries import CERTIFIED
from labms.tasks.rules import (
    ActivityKind,
    Conclusion,
    EndsBeforeItBegins,
    Listed,
    StepTwice,
    check_days,
    check_listed,
    check_scores,
)
from labms.tasks.services.striking import added, entered


def enter_activity(
    *,
    kind: ActivityKind,
    title: str,
    held_on: date,
    partners: str,
    result: str,
    reached_count: int | None,
    document: str,
    area: str,
    actor: Actor,
) -> Activity:
    """Enter a review, a survey, cooperation or communication.

    Refuses with NotAllowed, BadDay, DocumentMissing or UnknownArea.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=held_on, document=document, area=area, on=clock.today())
    check_new(Activity, kind=kind, title=title, held_on=held_on, area=area)
    activity = Activity(
        kind=kind,
        title=title,
        held_on=held_on,
        partners=partners,
        result=result,
        reached_count=reached_count,
        document=document,
        area=area,
        **entered(actor),
    )
    added(activity, EventType.ACTIVITY_ENTERED, actor=actor)
    return activity


def list_participants(
    training: Training, rows: Sequence[Listed], *, actor: Actor
) -> None:
    """Put a list of participants in the place of the one before.

    The figures of the training stay as they were entered; whether the list agrees with
    them is shown beside. Refuses with NotAllowed or BadList.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_listed(rows)
    before = db.session.scalar(
        sa.select(sa.func.count()).where(Participant.training_id == training.id)
    )
    db.session.execute(
        sa.delete(Participant).where(Participant.training_id == training.id)
    )
    db.session.add_all(
        Participant(
            training_id=training.id,
            full_name=row.full_name,
            birth_year=row.birth_year,
            workplace=row.workplace,
            id_tail=row.id_tail,
            occasions=row.occasions,
            person_key=row.person_key,
        )
        for row in rows
    )
    db.session.flush()
    record(
        EventType.PARTICIPANTS_LISTED,
        training,
        actor=actor,
        changes={"participants": [before, len(rows)]},
    )


def begin_programme(
    *, enterprise_id: int, begun_on: date, document: str, area: str, actor: Actor
) -> Programme:
    """Enter that an enterprise begins its measurement-assurance programme.

    Refuses with NotAllowed, NotFound, NotAnEnterprise, OutsideTheArea, EnteredBefore,
    and as `enter_activity`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=begun_on, document=document, area=area, on=clock.today())
    enterprise = organisation_by_id(enterprise_id)
    if enterprise.kind is not OrganisationKind.ENTERPRISE:
        raise NotAnEnterprise(name=enterprise.name)
    if not lies_in_area(enterprise.commune_key, area):
        raise OutsideTheArea(name=enterprise.name)
    check_new(Programme, enterprise_id=enterprise.id, begun_on=begun_on)
    programme = Programme(
        enterprise_id=enterprise.id,
        begun_on=begun_on,
        steps_slug=STEPS_IN_USE,
        document=document,
        area=area,
        steps=[],
        **entered(actor),
    )
    added(programme, EventType.PROGRAMME_BEGUN, actor=actor)
    return programme


def do_programme_step(
    programme: Programme,
    *,
    step_code: str,
    done_on: date,
    note: str,
    document: str,
    counts: bool,
    actor: Actor,
) -> ProgrammeStep:
    """Enter a step that an enterprise has done. Needs the programme's steps loaded.

    With `counts`, the step is a turn of the enterprise as well, so a record of support
    is entered with it. Refuses with NotAllowed, UnknownStep, StepTwice,
    DocumentMissing, DayToCome or DayBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    step = step_lists()[programme.steps_slug].step(step_code)
    standing = {each.step_code for each in programme.steps if each.struck_on is None}
    if step.code in standing:
        raise StepTwice
    if not document.strip():
        raise DocumentMissing
    check_days(day=done_on, before=programme.begun_on, on=clock.today())
    support = None
    if counts:
        support = enter_support(
            enterprise_id=programme.enterprise_id,
            supported_on=done_on,
            activity=step.name.vi,
            document=document,
            area=programme.area,
            actor=actor,
        )
    done = ProgrammeStep(
        programme_id=programme.id,
        step_code=step.code,
        done_on=done_on,
        note=note,
        document=document,
        support_id=support.id if support else None,
        **entered(actor),
    )
    added(done, EventType.PROGRAMME_STEP_DONE, actor=actor)
    return done


def enter_accreditation(
    raised: BodyRaised,
    *,
    number: str,
    issued_by: str,
    issued_on: date,
    valid_until: date,
    scope: str,
    actor: Actor,
) -> Accreditation:
    """Enter the certificate of a raised body, or the recognition of a laboratory.

    Refuses with NotAllowed, NotFound, DayToCome or EndsBeforeItBegins.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if raised.kind not in CERTIFIED or raised.struck_on is not None:
        raise NotFound
    check_days(day=issued_on, before=None, on=clock.today())
    if valid_until < issued_on:
        raise EndsBeforeItBegins
    check_new(Accreditation, raised_id=raised.id, number=number)
    accreditation = Accreditation(
        raised_id=raised.id,
        number=number,
        issued_by=issued_by,
        issued_on=issued_on,
        valid_until=valid_until,
        scope=scope,
        **entered(actor),
    )
    added(accreditation, EventType.ACCREDITATION_ENTERED, actor=actor)
    return accreditation


def enter_assessment(
    *,
    organisation_id: int,
    criteria: CriteriaSet,
    assessed_on: date,
    assessors: str,
    scores: Mapping[str, tuple[Decimal, str]],
    conclusion: Conclusion,
    document: str,
    area: str,
    actor: Actor,
) -> Assessment:
    """Enter how a laboratory was assessed.

    One that meets the criteria gets a record for the plan, which counts with the
    recognition of the laboratory (`enter_accreditation`) and where the plan wants it.

    The conclusion is that of those who assessed: labms knows no sum of scores from
    which the criteria are met. Refuses with NotAllowed, NotFound, BadScore,
    EvidenceMissing, as `enter_activity` and as `check_raised`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_entry(happened_on=assessed_on, document=document, area=area, on=clock.today())
    total = check_scores(criteria.criteria, scores)
    check_new(
        Assessment,
        organisation_id=organisation_id,
        assessed_on=assessed_on,
        document=document,
    )
    raised = None
    if conclusion is Conclusion.MEETS:
        raised = add_body_raised(
            organisation_id=organisation_id,
            kind=RaisedKind.CRITERIA,
            achieved_on=assessed_on,
            achievement=f"{criteria.about.name.vi}: {total:f}/{criteria.most:f}",
            document=document,
            area=area,
            actor=actor,
        )
    assessment = Assessment(
        organisation_id=organisation_by_id(organisation_id).id,
        criteria=criteria.reference,
        assessed_on=assessed_on,
        assessors=assessors,
        conclusion=conclusion,
        total=total,
        raised_id=raised.id if raised else None,
        document=document,
        area=area,
        scores=[
            Score(criterion=code, score=score, evidence=evidence)
            for code, (score, evidence) in scores.items()
        ],
        **entered(actor),
    )
    added(assessment, EventType.ASSESSMENT_ENTERED, actor=actor)
    return assessment
