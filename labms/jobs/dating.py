"""On which day an instrument can have been measured, and from when evidence counts.

Whoever enters a day that has passed could write over what happened since: a repair, a
failure, another result. So there are days that cannot be, and days that need a reason.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.jobs.models import Job
from labms.jobs.rules import JobKind, check_reason
from labms.metrology.verdicts import Verdict
from labms.policy import EVERYTHING
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.rules import (
    ENDING_REASONS,
    INSTRUMENT_STATES,
    EndingReason,
    InstrumentState,
)


class MeasuredBeforeReceived(Invalid):
    """In the laboratory nothing is measured before it was brought there."""

    code = "job.measured_before_received"
    message = N_(
        "The order was taken in on {received}: in the laboratory nothing was measured "
        "before. Correct the day, or enter where it was measured."
    )


class LateEntryUnexplained(Invalid):
    """Work that was done before its order is explained to the reviewer."""

    code = "job.late_entry"
    message = N_(
        "The order was taken in on {received}, after the day of the measurements. Say "
        "beside the day why that is so."
    )


class SameDayUnexplained(Invalid):
    """On a day that has passed nobody knows what came first, unless it is said."""

    code = "job.same_day"
    message = N_(
        "On the day of the measurements the evidence of this instrument ended "
        "({reason}). If it was measured after that, say so beside the day."
    )


class EndedSince(Conflict):
    """What was measured before a repair or failure says nothing of what came after."""

    code = "job.ended_since"
    message = N_(
        "The evidence of this instrument ended on {day} ({reason}), after the day of "
        "the measurements. It has to be measured again."
    )


class MeasuredSince(Conflict):
    """A later result stands; an earlier one cannot come after it."""

    code = "job.measured_since"
    message = N_(
        "This instrument was verified on {day}, after the day of the measurements. "
        "Correct the day, or measure it again."
    )


class CountsNoMore(Conflict):
    """What would be issued would be worth nothing from its first moment."""

    code = "job.counts_no_more"
    message = N_(
        "This pass counts no more: {reason} ({day}), after the measurements. Give the "
        "job back to the verifier, who measures it again or cancels it."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known about an instrument, besides the job that is asked about."""

    ended_on: date | None
    """The last day on which something ended its evidence, and what did."""
    ended_by: EndingReason | None
    verified_on: date | None
    """The day of the last verification that was submitted."""


NO_PAST = Past(ended_on=None, ended_by=None, verified_on=None)


def evidence_moment(day: date, submitted_at: datetime) -> datetime:
    """Return from when on evidence counts: every ending after that moment ends it.

    Submitted on the day of the measurements, it counts from its submission: what ended
    before on that day came before it. Entered later, it counts from the end of the day
    of the measurements, so that all ends it that happened on a later day, before its
    submission or after.

    >>> from datetime import UTC
    >>> evidence_moment(date(2031, 3, 1), datetime(2031, 3, 4, 9, tzinfo=UTC)).day
    1
    """
    if clock.day_of(submitted_at) <= day:
        return submitted_at
    return datetime.combine(day, time.max, tzinfo=clock.ZONE)


def check_past(
    day: date, past: Past, *, today: date, received: date, place: str, reason: str
) -> None:
    """Raise unless something may be said to have been measured on a day.

    Not before the last ending of the instrument's evidence, nor before its last
    verification; before the order was taken in only elsewhere than in the laboratory,
    and with a reason; with a reason too on the day of that ending, if that has passed.
    Raises EndedSince, MeasuredSince, MeasuredBeforeReceived, LateEntryUnexplained,
    SameDayUnexplained or ReasonMissing.
    """
    ended = past.ended_by and ENDING_REASONS[past.ended_by]
    if past.ended_on is not None and day < past.ended_on:
        raise EndedSince(day=_shown(past.ended_on), reason=ended)
    if past.verified_on is not None and day < past.verified_on:
        raise MeasuredSince(day=_shown(past.verified_on))
    is_before = day < received
    if is_before and not place.strip():
        raise MeasuredBeforeReceived(received=_shown(received))
    if is_before and not reason.strip():
        raise LateEntryUnexplained(received=_shown(received))
    is_same = day == past.ended_on and day < today
    if is_same and not reason.strip():
        raise SameDayUnexplained(reason=ended)
    if is_before or is_same:
        check_reason(reason)


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def received_on(job: Job) -> date:
    """Return the day on which the order of a job was taken in."""
    return clock.day_of(job.order.received_at)


def check_dated(job: Job, day: date, *, place: str, reason: str) -> None:
    """Check a day of measurements against what is known, see `check_past`.

    Two queries if the day has passed, none for today: nothing can lie behind it. For a
    calibration only the order counts, for its values end nothing and outlive nothing.
    """
    today = clock.today()
    if day >= today:
        return
    check_past(
        day,
        _past(job) if job.kind is JobKind.VERIFICATION else NO_PAST,
        today=today,
        received=received_on(job),
        place=place,
        reason=reason,
    )


def _past(job: Job) -> Past:
    last = db.session.execute(
        sa.select(EvidenceEnding.ended_on, EvidenceEnding.reason)
        .where(
            EvidenceEnding.instrument_id == job.instrument_id,
            EvidenceEnding.withdrawn_at.is_(None),
            sa.func.coalesce(EvidenceEnding.job_id, 0) != job.id,
        )
        .order_by(EvidenceEnding.ended_on.desc(), EvidenceEnding.id.desc())
        .limit(1)
    ).first()
    with scoped(EVERYTHING):  # whichever body measured it
        verified = db.session.scalar(
            sa.select(sa.func.max(Job.performed_on)).where(
                Job.instrument_id == job.instrument_id,
                Job.id != job.id,
                Job.kind == JobKind.VERIFICATION,
                Job.submitted_at.is_not(None),
            )
        )
    return Past(
        ended_on=last.ended_on if last else None,
        ended_by=last.reason if last else None,
        verified_on=verified,
    )


def check_still_counts(job: Job) -> None:
    """Raise CountsNoMore if a pass says nothing any more of its instrument.

    Something ended its evidence after the measurements, or it is out of use.
    """
    if job.verdict is not Verdict.PASS:
        return
    ending = db.session.execute(
        sa.select(EvidenceEnding.ended_on, EvidenceEnding.reason)
        .where(
            EvidenceEnding.instrument_id == job.instrument_id,
            EvidenceEnding.withdrawn_at.is_(None),
            EvidenceEnding.ended_at > job.evidence_at,
        )
        .order_by(EvidenceEnding.ended_at, EvidenceEnding.id)
        .limit(1)
    ).first()
    if ending is not None:
        reason = ENDING_REASONS[ending.reason]
        raise CountsNoMore(day=_shown(ending.ended_on), reason=reason)
    out = sa.select(Instrument.out_of_use_on).where(Instrument.id == job.instrument_id)
    if (day := db.session.scalar(out)) is not None:
        reason = INSTRUMENT_STATES[InstrumentState.OUT_OF_USE]
        raise CountsNoMore(day=_shown(day), reason=reason)
