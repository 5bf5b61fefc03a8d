"""Putting stamps on instruments, confirming and destroying them."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.policy import Actor, Permission, authorize
from labms.registry.rules import LEAST_REASON
from labms.stamps.models import Stamp
from labms.stamps.queries import live_stamp_of_job, stamp_of
from labms.stamps.rules import (
    MISTYPED,
    NotDestroyed,
    ReleaseUnexplained,
    StampLooksAlike,
    StampState,
    StampUsed,
    stamp_serial,
)


def check_unused(serial: str, before: Stamp | None, *, job_id: int) -> None:
    """Raise StampUsed or StampLooksAlike unless a job may have this serial.

    `before` is what `stamp_of` found for it: nothing, or what the job itself put on.
    """
    if before is None or (
        before.serial == serial
        and before.job_id == job_id
        and before.state is StampState.APPLIED
    ):
        return
    if before.serial != serial:
        raise StampLooksAlike(serial=serial, other=before.serial)
    raise StampUsed(serial=serial)


def apply_stamp(
    typed: str,
    *,
    body_id: int,
    instrument_id: int,
    job_id: int,
    on: date,
    at: datetime | None,
    valid_until: date | None,
    actor: Actor,
) -> Stamp:
    """Note that a stamp was stuck on an instrument in a job.

    It awaits the reviewer from then on; `at` is from when on it counts. Refuses with
    BadStampSerial, or with StampUsed or StampLooksAlike if the body has ever used the
    serial, for another job or for one destroyed. Belongs to the submission of the job,
    which authorizes it.
    """
    serial = stamp_serial(typed)
    before = stamp_of(body_id, serial)
    check_unused(serial, before, job_id=job_id)
    if before is not None:
        before.valid_until = valid_until
        before.applied_at = at or clock.now()
        record(EventType.STAMP_APPLIED, before, actor=actor)
        return before
    stamp = Stamp(
        body_id=body_id,
        serial=serial,
        instrument_id=instrument_id,
        job_id=job_id,
        applied_at=at or clock.now(),
        applied_on=on,
        applied_by_id=actor.id,
        valid_until=valid_until,
    )
    try:
        with db.session.begin_nested():
            db.session.add(stamp)
    except IntegrityError as error:  # two people at once, with the same roll
        raise StampUsed(serial=serial) from error
    record(EventType.STAMP_APPLIED, stamp, actor=actor)
    return stamp


def confirm_stamp(stamp: Stamp, *, actor: Actor) -> None:
    """Let a stamp stand: the job that put it on is closed."""
    if stamp.confirmed_at is None:
        stamp.confirmed_at = clock.now()
        record(EventType.STAMP_CONFIRMED, stamp, actor=actor)


def cancel_stamp(stamp: Stamp, *, actor: Actor, reason: str, on: date) -> None:
    """Note that a stamp was taken off and destroyed; its serial stays used up."""
    if stamp.state is StampState.APPLIED:
        stamp.state = StampState.CANCELLED
        stamp.cancelled_on = on
        stamp.cancel_reason = reason
        record(EventType.STAMP_CANCELLED, stamp, actor=actor, reason=reason)


def forget_mistyped(job_id: int, typed: str, *, actor: Actor) -> None:
    """Free the serial that a job noted by a slip, where another was typed since.

    The stamp was never on the instrument, so it can still be used. Belongs to saving a
    job that was given back, which authorizes it.
    """
    stamp = live_stamp_of_job(job_id)
    if stamp is not None and stamp.serial != "".join(typed.split()).upper():
        _release(stamp, actor=actor, reason=MISTYPED)


def release_stamp(stamp: Stamp, *, actor: Actor, reason: str) -> None:
    """Note that a stamp which counts as destroyed was never used: its serial is free.

    Refuses with NotAllowed, NotDestroyed or ReleaseUnexplained.
    """
    authorize(actor, Permission.STAMP_RELEASE, stamp)
    if stamp.state is not StampState.CANCELLED:
        raise NotDestroyed(serial=stamp.serial)
    if len(reason.strip()) < LEAST_REASON:
        raise ReleaseUnexplained
    _release(stamp, actor=actor, reason=reason.strip())


def _release(stamp: Stamp, *, actor: Actor, reason: str) -> None:
    stamp.state = StampState.RELEASED
    stamp.cancelled_on = stamp.cancelled_on or clock.today()
    stamp.cancel_reason = reason
    db.session.flush()
    record(EventType.STAMP_RELEASED, stamp, actor=actor, reason=reason)
