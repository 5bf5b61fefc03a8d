"""Looking at what another person measured: returning, approving, closing."""

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.rules import Evidence
from labms.db import db
from labms.jobs.dating import check_still_counts
from labms.jobs.documents import has_live_document
from labms.jobs.models import Job, Review
from labms.jobs.rules import (
    ChangedMeanwhile,
    DocumentReserved,
    JobState,
    UnusableStandard,
    check_closing,
    check_reason,
    check_transition,
)
from labms.metrology.verdicts import Verdict
from labms.people.queries import check_entitled
from labms.policy import Actor, Permission, authorize
from labms.stamps.queries import live_stamp_of_job
from labms.stamps.services import confirm_stamp
from labms.traceability.queries import chain_as_used


def return_job(job: Job, *, actor: Actor, reason: str) -> None:
    """Give a job back to the verifier. What a failure ended stays ended.

    Whoever finds a slip in the record has not found that the instrument passes: that
    the next submission says, or nobody does and the job is cancelled. Refuses with
    NotAllowed, WrongState or ReasonMissing.
    """
    authorize(actor, Permission.JOB_REVIEW, job)
    check_transition(
        job.state, JobState.IN_PROGRESS, only_from=JobState.AWAITING_REVIEW
    )
    why = check_reason(reason)
    _give_back(job, actor, why)
    record(EventType.JOB_RETURNED, job, actor=actor, reason=why)


def take_back_approval(job: Job, *, actor: Actor, reason: str) -> None:
    """Undo an approval as long as nothing was issued upon it, and give the job back.

    Then it is as if a reviewer had returned it: a stamp stays noted, and what a failure
    ended stays ended. Refuses with NotAllowed, WrongState, ReasonMissing or
    DocumentReserved.
    """
    authorize(actor, Permission.JOB_TAKE_BACK, job)
    check_transition(job.state, JobState.IN_PROGRESS, only_from=JobState.APPROVED)
    why = check_reason(reason)
    if has_live_document(job.id):
        raise DocumentReserved
    _give_back(job, actor, why)
    record(EventType.JOB_TAKEN_BACK, job, actor=actor, reason=why)


def _give_back(job: Job, actor: Actor, why: str) -> None:
    """Return a job to its verifier: of what was submitted only an ending stands."""
    job.state = JobState.IN_PROGRESS
    db.session.flush()  # from then on what it says may change again
    job.verdict = job.failed_stage = job.evaluation = None
    job.valid_until = job.submitted_at = job.evidence_at = None
    job.reviewed_by_id = job.reviewed_at = None
    job.version += 1
    _review(job, actor, is_approval=False, reason=why)


def approve_job(job: Job, *, actor: Actor, shown: int | None = None) -> None:
    """Agree with what another person measured, and close what needs no document.

    `shown` is the version that the reviewer looked at. The card and the standards are
    checked once more, for the day of the measurements. A pass with a stamp or mark
    alone is closed at once; one with a certificate waits for the signatory, a failure
    for its notice. Refuses with NotAllowed, WrongState, ChangedMeanwhile, NotEntitled,
    UnusableStandard or CountsNoMore.
    """
    authorize(actor, Permission.JOB_REVIEW, job)
    check_transition(job.state, JobState.APPROVED)
    if shown is not None and shown != job.version:
        raise ChangedMeanwhile
    check_still_traceable(job)
    check_still_counts(job)
    assert job.performed_by is not None  # noqa: S101 (submitted jobs have one)
    if job.reason is not None:
        check_entitled(
            job.performed_by,
            job.subject_snapshot["type_slug"],
            on=job.day_performed,
            body_id=job.body_id,
        )
    if job.verdict is Verdict.FAIL:
        job.stamp_serial = job.mark = ""  # kept until now, for a return
    job.state = JobState.APPROVED
    job.reviewed_by_id = actor.id
    job.reviewed_at = clock.now()
    _review(job, actor, is_approval=True, reason="")
    record(EventType.JOB_APPROVED, job, actor=actor)
    if job.verdict is Verdict.PASS and job.evidence is not Evidence.CERTIFICATE:
        close_job(job, JobState.EVIDENCED, actor=actor)


def _review(job: Job, actor: Actor, *, is_approval: bool, reason: str) -> None:
    db.session.add(
        Review(
            job_id=job.id,
            is_approval=is_approval,
            reason=reason,
            reviewed_at=clock.now(),
            reviewed_by_id=actor.id,
        )
    )
    db.session.flush()


def check_still_traceable(job: Job) -> None:
    """Raise UnusableStandard if a standard of a job, as used, cannot be traced."""
    by = {used.standard_id: used.calibration_id for used in job.used}
    for problem in chain_as_used(by, on=job.day_performed).problems:
        raise UnusableStandard(standard=problem.standard, problem=problem.text)


def close_job(job: Job, state: JobState, *, actor: Actor) -> None:
    """Close an approved job: certified, evidenced or notified.

    A stamp that was put on stands from now on. Who may do this was decided by the
    service that calls it. Refuses with WrongState.
    """
    check_closing(job.state, state, job.verdict)
    job.state = state
    job.closed_at = clock.now()
    if (stamp := live_stamp_of_job(job.id)) is not None:
        confirm_stamp(stamp, actor=actor)
    db.session.flush()
    record(EventType.JOB_CLOSED, job, actor=actor)
