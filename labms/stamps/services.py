"""Putting stamps on instruments, confirming and destroying them."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.policy import Actor
from labms.stamps.models import Stamp
from labms.stamps.queries import stamp_of
from labms.stamps.rules import StampState, StampUsed, stamp_serial


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
    BadStampSerial, or with StampUsed if the body has ever used the serial, for another
    job or for one destroyed. Belongs to the submission of the job, which authorizes it.
    """
    serial = stamp_serial(typed)
    before = stamp_of(body_id, serial)
    if before is not None:
        if before.job_id != job_id or before.state is not StampState.APPLIED:
            raise StampUsed(serial=serial)
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
