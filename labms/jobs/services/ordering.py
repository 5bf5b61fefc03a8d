"""Taking in what customers bring, giving it to verifiers, giving it up."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.accounts.models import User
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.queries import cycle_on
from labms.catalogue.rules import VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import NotAllowed
from labms.jobs.asked_for import check_reason_listed
from labms.jobs.calibrating import Agreement, check_agreement
from labms.jobs.conformity import RuleAgreedAlready
from labms.jobs.models import Job, Order
from labms.jobs.queries import open_jobs_of
from labms.jobs.rules import (
    AlreadyOpen,
    JobKind,
    JobState,
    NothingChosen,
    PromisedTooEarly,
    check_reason,
    check_transition,
)
from labms.organisations.models import Organisation
from labms.organisations.numbering import next_number
from labms.organisations.rules import NumberKind
from labms.people.queries import check_entitled
from labms.policy import Actor, Permission, allowed, authorize
from labms.registry.models import Instrument
from labms.registry.services import withdraw_ending
from labms.stamps.queries import live_stamp_of_job
from labms.stamps.services import cancel_stamp


def register_order(
    customer: Organisation,
    instruments: Sequence[Instrument],
    *,
    reason: VerificationReason | None,
    actor: Actor,
    agreement: Agreement | None = None,
    is_test: bool = False,
    promised_on: date | None = None,
    place: str = "",
    note: str = "",
) -> Order:
    """Take in what a customer brings or asks for at once: a job for each instrument.

    They are verified for a reason, calibrated as agreed, or tested. Takes the next
    number of the body's orders. Refuses with NotAllowed, NothingChosen,
    PromisedTooEarly, RecalibrationTooEarly, AlreadyOpen or ReasonNotListed.
    """
    authorize(actor, Permission.ORDER_EDIT)
    if actor.organisation_id is None or actor.id is None:
        raise NotAllowed(permission=Permission.ORDER_EDIT)
    if not instruments:
        raise NothingChosen
    today = clock.today()
    if promised_on is not None and promised_on < today:
        raise PromisedTooEarly
    _, number = next_number(actor.organisation_id, NumberKind.ORDER, year=today.year)
    order = Order(
        body_id=actor.organisation_id,
        number=number,
        customer_id=customer.id,
        received_at=clock.now(),
        received_by_id=actor.id,
        promised_on=promised_on,
        note=note,
    )
    db.session.add(order)
    db.session.flush()
    record(EventType.ORDER_REGISTERED, order, actor=actor)
    _add(
        order,
        instruments,
        reason=reason,
        agreement=agreement,
        is_test=is_test,
        place=place,
        actor=actor,
        first=1,
    )
    return order


def add_jobs(
    order: Order,
    instruments: Sequence[Instrument],
    *,
    reason: VerificationReason | None,
    actor: Actor,
    agreement: Agreement | None = None,
    is_test: bool = False,
    place: str = "",
) -> list[Job]:
    """Add instruments to an order that was taken in before.

    Refuses with NotAllowed, NothingChosen, RecalibrationTooEarly, AlreadyOpen or
    ReasonNotListed.
    """
    authorize(actor, Permission.ORDER_EDIT, order)
    if not instruments:
        raise NothingChosen
    first = max((job.position for job in order.jobs), default=0) + 1
    return _add(
        order,
        instruments,
        reason=reason,
        agreement=agreement,
        is_test=is_test,
        place=place,
        actor=actor,
        first=first,
    )


def _add(
    order: Order,
    instruments: Sequence[Instrument],
    *,
    reason: VerificationReason | None,
    agreement: Agreement | None,
    is_test: bool,
    place: str,
    actor: Actor,
    first: int,
) -> list[Job]:
    if [reason is not None, agreement is not None, is_test].count(True) != 1:
        raise ValueError("verified for a reason, calibrated as agreed, or tested")
    kind = JobKind.CALIBRATION if agreement else JobKind.VERIFICATION
    if agreement is not None:
        check_agreement(agreement, today=clock.today())
    busy = open_jobs_of([each.id for each in instruments])
    for instrument in instruments:
        if instrument.id in busy:
            raise AlreadyOpen(instrument=f"{instrument.maker} {instrument.serial}")
    if reason is not None:
        for slug in sorted({each.type_slug for each in instruments}):
            _check_listed(order.body_id, slug, reason)
    jobs = [
        Job(
            body_id=order.body_id,
            order_id=order.id,
            position=position,
            kind=JobKind.TEST if is_test else kind,
            reason=reason,
            agreed_rule=agreement and agreement.rule,
            recalibration_on=agreement and agreement.recalibration_on,
            state=JobState.REGISTERED,
            instrument_id=instrument.id,
            registered_at=clock.now(),
            place=place,
        )
        for position, instrument in enumerate(instruments, start=first)
    ]
    try:
        with db.session.begin_nested():
            db.session.add_all(jobs)
    except IntegrityError as error:  # somebody took one of them in at the same moment
        raise AlreadyOpen(instrument=instruments[0].serial) from error
    for job in jobs:
        record(EventType.JOB_REGISTERED, job, actor=actor)
    return jobs


def _check_listed(body_id: int, type_slug: str, reason: VerificationReason) -> None:
    """Raise ReasonNotListed if today's list does not ask for it.

    A body that has released no list yet is told when the job begins.
    """
    today = clock.today()
    cycle = cycle_on(body_id, type_slug, today)
    if cycle is not None:
        kind = shipped_catalogue().type(type_slug)
        check_reason_listed(cycle.entry, reason, kind=kind, on=today)


def agree_on(job: Job, agreement: Agreement, *, actor: Actor) -> None:
    """Settle the decision rule of a calibration anew, while nobody has begun it.

    Refuses with NotAllowed, RuleAgreedAlready or RecalibrationTooEarly.
    """
    authorize(actor, Permission.ORDER_EDIT, job)
    if job.kind is not JobKind.CALIBRATION or job.state is not JobState.REGISTERED:
        raise RuleAgreedAlready
    check_agreement(agreement, today=clock.today())
    job.agreed_rule = agreement.rule
    job.recalibration_on = agreement.recalibration_on
    db.session.flush()
    record(EventType.JOB_AGREED, job, actor=actor)


def assign_job(job: Job, verifier: User, *, actor: Actor) -> None:
    """Give a job that nobody has begun to a verifier, with a card for a verification.

    Refuses with NotAllowed, WrongState or NotEntitled.
    """
    authorize(actor, Permission.JOB_ASSIGN, job)
    check_transition(job.state, JobState.IN_PROGRESS, only_from=JobState.REGISTERED)
    assert job.instrument is not None  # noqa: S101 (jobs are about instruments)
    if job.kind is JobKind.VERIFICATION:
        check_entitled(
            verifier, job.instrument.type_slug, on=clock.today(), body_id=job.body_id
        )
    job.assigned_to_id = verifier.id
    record(EventType.JOB_ASSIGNED, job, actor=actor)


def cancel_job(job: Job, *, actor: Actor, reason: str) -> None:
    """Give a job up before it is submitted; a stamp that it put on is destroyed.

    What it ended, by a failure for which it was returned, is valid again.
    A job that was begun is cancelled by who performs it or by who assigns jobs. Refuses
    with NotAllowed, WrongState or ReasonMissing.
    """
    if job.state is JobState.REGISTERED:
        authorize(actor, Permission.ORDER_EDIT, job)
    elif not allowed(actor, Permission.READING_RECORD, job):
        authorize(actor, Permission.JOB_ASSIGN, job)
    check_transition(job.state, JobState.CANCELLED)
    job.cancel_reason = check_reason(reason)
    job.state = JobState.CANCELLED
    if (stamp := live_stamp_of_job(job.id)) is not None:
        cancel_stamp(stamp, actor=actor, reason=job.cancel_reason, on=clock.today())
    withdraw_ending(job.id, actor=actor, reason=job.cancel_reason)
    db.session.flush()
    record(EventType.JOB_CANCELLED, job, actor=actor, reason=job.cancel_reason)
