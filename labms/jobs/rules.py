"""The life of a job: its kinds, its states, and what must hold at each step."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from labms.catalogue.entries import EnvironmentItem
from labms.catalogue.rules import Evidence
from labms.errors import Conflict, Invalid, LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import read_decimal
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import ValidityRule


class JobKind(StrEnum):
    """What is done to an instrument or a standard."""

    VERIFICATION = "verification"
    CALIBRATION = "calibration"
    TEST = "test"


JOB_KINDS: Mapping[JobKind, str] = {
    JobKind.VERIFICATION: N_("Verification"),
    JobKind.CALIBRATION: N_("Calibration"),
    JobKind.TEST: N_("Test"),
}


class JobState(StrEnum):
    """The step at which a job is."""

    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    AWAITING_REVIEW = "awaiting_review"
    APPROVED = "approved"
    CERTIFIED = "certified"
    EVIDENCED = "evidenced"
    NOTIFIED = "notified"
    CANCELLED = "cancelled"


JOB_STATES: Mapping[JobState, str] = {
    JobState.REGISTERED: N_("Registered"),
    JobState.IN_PROGRESS: N_("In progress"),
    JobState.AWAITING_REVIEW: N_("Awaiting review"),
    JobState.APPROVED: N_("Approved"),
    JobState.CERTIFIED: N_("Certified"),
    JobState.EVIDENCED: N_("Stamped or marked"),
    JobState.NOTIFIED: N_("Notified of failure"),
    JobState.CANCELLED: N_("Cancelled"),
}

TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.REGISTERED: frozenset({JobState.IN_PROGRESS, JobState.CANCELLED}),
    JobState.IN_PROGRESS: frozenset({JobState.AWAITING_REVIEW, JobState.CANCELLED}),
    JobState.AWAITING_REVIEW: frozenset({JobState.IN_PROGRESS, JobState.APPROVED}),
    JobState.APPROVED: frozenset(
        {
            JobState.CERTIFIED,
            JobState.EVIDENCED,
            JobState.NOTIFIED,
            JobState.IN_PROGRESS,  # the approval was taken back
        }
    ),
    JobState.CERTIFIED: frozenset(),  # a certificate was issued
    JobState.EVIDENCED: frozenset(),  # a stamp or mark alone
    JobState.NOTIFIED: frozenset(),  # it failed, and its owner was told so
    JobState.CANCELLED: frozenset(),
}

#: Still going through the laboratory.
OPEN_STATES = frozenset(state for state, after in TRANSITIONS.items() if after)
#: Passed or failed for good: what indicators count.
CLOSED_STATES = frozenset({JobState.CERTIFIED, JobState.EVIDENCED, JobState.NOTIFIED})


class WrongState(Conflict):
    """The job is not at the step where this can be done."""

    code = "job.wrong_state"
    message = N_("A job that is “{old}” cannot become “{new}”.")


class NotMeasuredYet(Conflict):
    """There are no measurements, so there is no day of them."""

    code = "job.not_measured_yet"
    message = N_("This job has no measurements yet.")


class NoReleasedProcedure(Conflict):
    """The body has released no procedure for this type."""

    code = "job.no_released_procedure"
    message = N_(
        "Your body has released no procedure for this type of instrument. The quality "
        "manager releases one on the page “Procedures”."
    )


class NoReleasedCycle(Conflict):
    """The body has released no list of cycles that is in force on that day."""

    code = "job.no_released_cycle"
    message = N_(
        "Your body has released no list with the cycle of this type for {day}. The "
        "quality manager releases one on the page “Cycles”."
    )


class NotYourJob(Conflict):
    """The job was given to another verifier."""

    code = "job.not_yours"
    message = N_("This job is assigned to {name}.")


class UnusableStandard(Conflict):
    """A standard that was chosen may not be used for this job."""

    code = "job.unusable_standard"
    message = N_("{standard} cannot be used: {problem}")


class StandardsMissing(Conflict):
    """A need for standards of the procedure is not met."""

    code = "job.standards_missing"
    message = N_("{need}: {problem}")


class ReadingsIncomplete(Conflict):
    """There is no verdict yet."""

    code = "job.readings_incomplete"
    message = N_("{number} entries are still missing or cannot be read.")


class UnreadableEntries(Conflict):
    """Something was typed that is no reading: nobody hands that on."""

    code = "job.unreadable"
    message = N_("Correct first what cannot be read: {entries}")


class FailureNotConfirmed(Conflict):
    """A failure ends evidence at once, so it is confirmed by who submits it."""

    code = "job.failure_not_confirmed"
    message = N_("It fails: {findings}. This would end at once: {ends}. Confirm it.")


class CannotPass(Conflict):
    """Nothing has failed, but something stands against a pass."""

    code = "job.cannot_pass"
    message = N_("This can be neither passed nor failed. {problem}")


class EnvironmentIncomplete(Conflict):
    """The conditions were not recorded, or are not those of the procedure."""

    code = "job.environment"
    message = N_("{name}: {problem}")


class DayMissing(Invalid):
    """Without the day of the measurements nothing can be judged."""

    code = "job.day_missing"
    message = N_("Enter the day on which the instrument was measured.")


class DayInFuture(Invalid):
    """Nobody has measured tomorrow."""

    code = "job.day_in_future"
    message = N_("The day of the measurements lies in the future: {day}.")


class ReleasedLater(Conflict):
    """The procedure was not released yet on the day of the measurements."""

    code = "job.released_later"
    message = N_(
        "The procedure was released on {released}, after the day of the measurements."
    )


class EvidenceMissing(Conflict):
    """A pass needs the evidence that was chosen for it."""

    code = "job.evidence_missing"
    message = N_("Enter what was put on the instrument: {what}.")


class EvidenceNotOffered(Invalid):
    """The procedure does not give this kind of evidence."""

    code = "job.evidence_not_offered"
    message = N_("This procedure gives no evidence of that kind.")


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same job in between."""

    code = "job.changed_meanwhile"
    message = N_(
        "This job was saved in another window in between. What you typed is still "
        "here; compare it with what is saved, then save again."
    )


class AlreadyOpen(Conflict):
    """The instrument is in the laboratory already."""

    code = "job.already_open"
    message = N_("There is an open job for {instrument} already.")


class NothingChosen(Invalid):
    """An order without instruments asks for nothing."""

    code = "order.nothing_chosen"
    message = N_("Choose at least one instrument.")


class PromisedTooEarly(Invalid):
    """Nothing can be ready before it was brought."""

    code = "order.promised_too_early"
    message = N_("The promised day lies in the past.")


class DocumentReserved(Conflict):
    """Its document has a number already, or is issued."""

    code = "job.document_reserved"
    message = N_(
        "This job has a document already. Give up its number or revoke it first."
    )


class ReasonMissing(Invalid):
    """Whoever returns or cancels says why."""

    code = "job.reason_missing"
    message = N_("Say why, in at least ten characters.")


def check_transition(
    old: JobState, new: JobState, *, only_from: JobState | None = None
) -> None:
    """Raise WrongState unless a job may go from `old` to `new`.

    Where two ways lead to a state, `only_from` names the one that is meant: work begins
    from REGISTERED, goes back to the verifier from AWAITING_REVIEW, and an approval is
    taken back from APPROVED.
    """
    if new not in TRANSITIONS[old] or only_from not in (None, old):
        raise WrongState(old=JOB_STATES[old], new=JOB_STATES[new])


def check_closing(old: JobState, new: JobState, verdict: Verdict | None) -> None:
    """Raise WrongState unless an approved job with this verdict may close so.

    A failure ends with its notice, a pass with a certificate, a stamp or a mark.
    """
    check_transition(old, new)
    if (new is JobState.NOTIFIED) != (verdict is Verdict.FAIL):
        raise WrongState(old=JOB_STATES[old], new=JOB_STATES[new])


def check_reason(reason: str) -> str:
    """Return a reason worth keeping. Raises ReasonMissing."""
    if len(reason.strip()) < 10:
        raise ReasonMissing
    return reason.strip()


def end_of_validity(
    performed_on: date, cycle_months: int | None, *, rule: ValidityRule
) -> date | None:
    """Return the last day on which evidence is valid; None where no cycle is set.

    By default the last day of the last month of the cycle; as a body's setting the
    same day of that month, or its last day where it has no such day. Always counted
    from the day of the measurements, never step by step.

    Source: TT 24/2013/TT-BKHCN, Art. 41 cl. 10.

    >>> end_of_validity(date(2027, 2, 11), 12, rule=ValidityRule.END_OF_MONTH)
    datetime.date(2028, 2, 29)
    """
    if cycle_months is None:
        return None
    months = performed_on.year * 12 + performed_on.month - 1 + cycle_months
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    wanted = performed_on.day if rule is ValidityRule.EXACT_DAY else last
    return date(year, month + 1, min(wanted, last))


def check_day(performed_on: date | None, *, today: date) -> date:
    """Return the day of the measurements. Raises DayMissing or DayInFuture."""
    if performed_on is None:
        raise DayMissing
    if performed_on > today:
        raise DayInFuture(day=performed_on.strftime("%d/%m/%Y"))
    return performed_on


#: What each kind of evidence consists of: a stamp, a mark.
NEEDS_STAMP = frozenset({Evidence.STAMP, Evidence.STAMP_AND_MARK})
NEEDS_MARK = frozenset({Evidence.MARK, Evidence.STAMP_AND_MARK})


def check_evidence(
    evidence: Evidence | None, *, allowed: Iterable[Evidence], stamp: str, mark: str
) -> Evidence:
    """Return the evidence of a pass. Raises EvidenceNotOffered or EvidenceMissing.

    A certificate may have a stamp beside it; a stamp or mark that stands alone has to
    be there. Source: TT 24/2013/TT-BKHCN, Art. 38-40.
    """
    if evidence is None or evidence not in set(allowed):
        raise EvidenceNotOffered
    if evidence in NEEDS_STAMP and not stamp:
        raise EvidenceMissing(what=N_("the serial number of the stamp"))
    if evidence in NEEDS_MARK and not mark:
        raise EvidenceMissing(what=N_("the verification mark"))
    return evidence


def condition_problem(
    item: EnvironmentItem, *, begin: str, end: str, is_needed: bool = True
) -> Message | None:
    """Return what is wrong with how a condition was recorded, if anything.

    The begin is needed, the end may be left out; both have to be within the limits.
    """
    if not begin.strip():
        needed = item.is_required and is_needed
        return Message(N_("is not recorded yet")) if needed or end.strip() else None
    for typed in filter(None, (begin.strip(), end.strip())):
        try:
            value = read_decimal(typed)
        except LabError as error:
            return error.text
        if not item.allows(value):
            return Message(
                N_("{typed} is not within the conditions of the procedure"),
                {"typed": typed},
            )
    return None


#: What surroundings are like here, by unit: beyond it a comma has slipped, or degrees
#: of another scale were read. From no standard, and nothing is refused by it.
LIKELY: Mapping[str, tuple[int, int]] = {
    "°C": (-10, 50),
    "%RH": (10, 100),
    "hPa": (850, 1100),
    "kPa": (85, 110),
}


def condition_doubt(item: EnvironmentItem, *, begin: str, end: str) -> Message | None:
    """Return what is asked about a condition that a procedure sets no bounds to."""
    if item.unit not in LIKELY or None not in (item.minimum, item.maximum):
        return None
    least, most = LIKELY[item.unit]
    for typed in filter(None, (begin.strip(), end.strip())):
        try:
            value = read_decimal(typed)
        except LabError:
            return None  # it is told that it cannot be read
        is_low = item.minimum is None and value < least
        is_high = item.maximum is None and value > most
        if is_low or is_high:
            return Message(
                N_("{typed} {unit}, really? It would be very unusual here."),
                {"typed": typed, "unit": item.unit},
            )
    return None
