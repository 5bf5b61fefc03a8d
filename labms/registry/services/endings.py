"""Ending an instrument's evidence, and taking that back."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.policy import Actor, Permission, Role, authorize
from labms.registry.endings import Ending, ending_about, standing_now, would_end
from labms.registry.evidence import in_work_at
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.rules import (
    EndingReason,
    EndsNothing,
    InWorkElsewhere,
    NotReported,
    NotYet,
    TakenBackAlready,
    WhichCameFirst,
    check_reason,
)


def check_not_elsewhere(instrument: Instrument, actor: Actor) -> None:
    """Raise InWorkElsewhere if another body has it in work; administrators may."""
    body = in_work_at(instrument.id)
    if body is None or body.id == actor.organisation_id:
        return
    if Role.ADMINISTRATOR not in actor.roles:
        raise InWorkElsewhere(body=body.name)


def end_evidence(
    instrument: Instrument,
    *,
    reason: EndingReason,
    actor: Actor,
    on: date,
    note: str = "",
    job_id: int | None = None,
    at: datetime | None = None,
) -> EvidenceEnding:
    """End whatever is valid for an instrument, from a day on.

    Today means from this moment; an earlier day, from its beginning, so that what was
    verified on that day or later stays, unless `at` says another moment. `job_id` is
    the job that failed it. Refuses with NotAllowed or NotYet.
    """
    authorize(actor, Permission.EVIDENCE_END)
    if on > clock.today():
        raise NotYet
    ending = EvidenceEnding(
        instrument_id=instrument.id,
        reason=reason,
        ended_at=at or moment_of(on),
        ended_on=on,
        note=note,
        job_id=job_id,
        recorded_by_id=actor.id,
    )
    db.session.add(ending)
    db.session.flush()
    record(EventType.EVIDENCE_ENDED, ending, actor=actor, reason=note or None)
    return ending


def moment_of(on: date) -> datetime:
    """Return from when on something of a day ends evidence: today, from now on."""
    now = clock.now()
    if on < clock.day_of(now):
        return datetime.combine(on, time.min, tzinfo=clock.ZONE)
    return now


def report_ending(
    instrument: Instrument,
    *,
    reason: EndingReason,
    actor: Actor,
    on: date,
    note: str,
    was_verified_before: bool | None = None,
) -> EvidenceEnding:
    """Note that an instrument was repaired, altered or broken, or its evidence lost.

    `was_verified_before` is asked for where a verification that counts is of that same
    day, unless that is today. Refuses with NotAllowed, ReasonTooShort, NotYet,
    InWorkElsewhere, WhichCameFirst, and with EndsNothing if all that is valid was given
    later. Where nothing is valid, it is noted all the same.
    """
    authorize(actor, Permission.EVIDENCE_END)
    check_reason(note)
    check_not_elsewhere(instrument, actor)
    if on > clock.today():
        raise NotYet
    at = _moment_among(instrument, on, was_verified_before=was_verified_before)
    return end_evidence(instrument, reason=reason, actor=actor, on=on, note=note, at=at)


def _moment_among(
    instrument: Instrument, on: date, *, was_verified_before: bool | None
) -> datetime:
    """Return from when on it ends evidence, among the verifications of that day."""
    at, standing = moment_of(on), standing_now(instrument.id)
    same_day = [one.since for one in standing if clock.day_of(one.since) == on]
    if same_day and max(same_day) >= at:
        if was_verified_before is None:
            raise WhichCameFirst
        if was_verified_before:
            at = max(same_day) + timedelta(microseconds=1)
    if standing and not would_end(instrument.id, at, on):
        first = clock.day_of(min(one.since for one in standing))
        raise EndsNothing(day=f"{first:%d/%m/%Y}")
    return at


def take_back_ending(ending: Ending, *, actor: Actor, reason: str) -> None:
    """Let what a mistaken report ended be valid again, as if it had not been made.

    By the quality manager of the body that reported it, or of a body whose evidence it
    ended. Refuses with NotAllowed, ReasonTooShort, NotReported or TakenBackAlready.
    """
    authorize(actor, Permission.EVIDENCE_RESTORE, ending)
    row = db.session.scalars(
        select(EvidenceEnding)
        .where(EvidenceEnding.id == ending.row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.withdrawn_at is not None:
        raise TakenBackAlready
    if not ending.is_reported:
        raise NotReported
    check_reason(reason)
    _take_back(row, actor=actor, reason=reason.strip())


def take_back_ending_of(
    instrument_id: int, ending_id: int, *, actor: Actor, reason: str
) -> None:
    """Take back one ending of an instrument, as `take_back_ending`. Or NotFound."""
    take_back_ending(ending_about(instrument_id, ending_id), actor=actor, reason=reason)


def withdraw_ending(job_id: int, *, actor: Actor, reason: str = "") -> None:
    """Let what a failing job ended be valid again: it passed after all, or was wrong.

    Part of submitting a pass, cancelling the job or revoking the notice: whoever may do
    that may do this.
    """
    withdraw(EvidenceEnding.job_id == job_id, actor=actor, reason=reason)


def withdraw(*which: ColumnElement[bool], actor: Actor, reason: str = "") -> None:
    """Take back those of these endings that stand; whoever calls has asked who may."""
    endings = db.session.scalars(
        select(EvidenceEnding)
        .where(*which, EvidenceEnding.withdrawn_at.is_(None))
        .order_by(EvidenceEnding.id)
    ).all()
    for ending in endings:
        _take_back(ending, actor=actor, reason=reason)


def _take_back(ending: EvidenceEnding, *, actor: Actor, reason: str) -> None:
    ending.withdrawn_at = clock.now()
    db.session.flush()
    record(EventType.EVIDENCE_RESTORED, ending, actor=actor, reason=reason or None)
