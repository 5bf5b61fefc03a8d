"""The life of a job: its kinds, its states, and what must hold at each step."""

import calendar
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_
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
        {JobState.CERTIFIED, JobState.EVIDENCED, JobState.NOTIFIED}
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


class UnusableStandard(Conflict):
    """A standard that was chosen may not be used for this job."""

    code = "job.unusable_standard"
    message = N_("{standard} cannot be used: {problem}")


class StandardsMissing(Conflict):
    """A need for standards of the procedure is not met."""

    code = "job.standards_missing"
    message = N_("Choose the standards that were used: {need}.")


class ReadingsIncomplete(Conflict):
    """There is no verdict yet."""

    code = "job.readings_incomplete"
    message = N_("{number} readings are still missing or cannot be read.")


class EnvironmentIncomplete(Conflict):
    """The conditions were not recorded, or are not those of the procedure."""

    code = "job.environment"
    message = N_("{name}: {problem}")


class EvidenceMissing(Conflict):
    """A pass needs the evidence that was chosen for it."""

    code = "job.evidence_missing"
    message = N_("Enter the serial number of the stamp, or describe the mark.")


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


class ReasonMissing(Invalid):
    """Whoever returns or cancels says why."""

    code = "job.reason_missing"
    message = N_("Say why, in at least ten characters.")


def check_transition(old: JobState, new: JobState) -> None:
    """Raise WrongState unless a job may go from `old` to `new`."""
    if new not in TRANSITIONS[old]:
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
