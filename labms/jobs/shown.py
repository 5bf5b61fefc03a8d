"""What the pages of a job show: its own, and the reviewer's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from labms.catalogue.queries import procedure_release_by_id, release_for
from labms.catalogue.rules import Both, ProcedureKind
from labms.jobs.comparing import (
    Difference,
    ErrorChange,
    Side,
    biggest_error_change,
    differences,
)
from labms.jobs.dating import received_on
from labms.jobs.failing import ended_by_job, findings, untaken
from labms.jobs.laying import laid_out
from labms.jobs.models import Job
from labms.jobs.page import largest_share
from labms.jobs.queries import last_job_before
from labms.jobs.rules import JobKind, condition_doubt
from labms.jobs.sheets import (
    characteristics_shown,
    conditions_shown,
    evaluated,
    limits_used,
    procedure_of,
    snapshot_of,
)
from labms.jobs.since_return import Changed, changed_since_return
from labms.jobs.standing_out import Near, nearest, too_uncertain
from labms.metrology.verdicts import Verdict
from labms.places.queries import commune_names
from labms.stamps.models import Stamp
from labms.stamps.queries import stamps_of_job
from labms.traceability.queries import chain_as_used

#: Errors that use so much of their limit, in percent, are looked at twice.
CLOSE_TO_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class JobShown:
    """One job, with the instrument as it was when measured, and what came out."""

    subject: Mapping[str, Any]
    characteristics: list[dict[str, str]]
    laid: Mapping[str, Any] | None
    """Stages and readings; None before anything was measured."""
    procedure: Mapping[str, Any] | None
    tables: list[dict[str, Any]]
    conditions: list[dict[str, Any]]
    stamps: list[Stamp]
    ended: list[str]
    """What a failure ended, if anything was valid; also while the job is returned."""
    findings: list[str]
    """What a failure rests on."""
    has_form: bool
    """Whether there is a procedure to print a blank record of."""

    @property
    def share(self) -> Any:
        """The largest share of a limit that was used up, in percent."""
        return largest_share(self.laid) if self.laid else 0


def subject_of(job: Job) -> dict[str, Any]:
    """Return the instrument as it was when measured; as it is now, before that."""
    if job.subject_snapshot:
        return job.subject_snapshot
    assert job.instrument is not None  # noqa: S101 (jobs are about instruments)
    names = commune_names([job.instrument.commune_key])
    return snapshot_of(
        job.instrument, commune_name=names.get(job.instrument.commune_key, "")
    )


def job_shown(job: Job) -> JobShown:
    """Return what the page of a job shows."""
    subject = subject_of(job)
    frozen = job.evaluation
    laid: Mapping[str, Any] | None = frozen
    procedure = tables = conditions = None
    if frozen:
        procedure = frozen["procedure"]
        tables, conditions = frozen["tables"], frozen["environment"]
    elif job.release_id is not None and job.subject_snapshot:
        release = procedure_release_by_id(job.release_id)
        sheet, evaluation = evaluated(job, release)
        laid = laid_out(sheet, evaluation, rule=job.agreed_rule)
        tables = limits_used(sheet.procedure, sheet.options)
    if procedure is None and job.procedure_slug is not None:
        found = procedure_of(job)
        procedure = {
            "slug": found.slug,
            "revision": found.revision,
            "document": found.document,
            "title_vi": found.title_vi,
            "title_en": found.title_en,
        }
        conditions = conditions_shown(found, job.environment)
    return JobShown(
        subject=subject,
        characteristics=frozen["characteristics"]
        if frozen
        else characteristics_shown(subject),
        laid=laid,
        procedure=procedure,
        tables=tables or [],
        conditions=conditions or [],
        stamps=stamps_of_job(job.id),
        ended=ended_by_job(job) if job.verdict is not Verdict.PASS else [],
        findings=list(findings(laid)) if laid and job.verdict is Verdict.FAIL else [],
        has_form=has_form(job),
    )


def has_form(job: Job) -> bool:
    """Return whether a blank record can be printed: by its release, or the live one."""
    if job.release_id is not None:
        return True
    slug, kind = subject_of(job)["type_slug"], ProcedureKind.VERIFICATION
    if job.kind is JobKind.CALIBRATION:
        kind = ProcedureKind.CALIBRATION
    return release_for(job.body_id, slug, kind=kind) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """What a reviewer looks at: the job, what stands out, what changed."""

    job: JobShown
    worst: list[Near]
    """What uses most of its limit."""
    too_uncertain: list[str]
    """Where U is too large beside the limit, check by check."""
    untaken: list[str]
    """Where nothing was read, though the examination was reached."""
    changed: list[Changed]
    """What was changed on the sheet since a reviewer returned the job."""
    doubts: list[str]
    """Conditions that a procedure sets no bounds to, and that are unlikely here."""
    chain_problems: list[str]
    received_on: date
    """The day of the order: measurements that lie before it stand out."""
    last: Job | None
    differences: list[Difference]
    error_change: ErrorChange | None


def review_shown(job: Job) -> ReviewShown:
    """Return what the review page shows."""
    shown = job_shown(job)
    last = last_job_before(job)
    before = _side(last) if last else None
    now = _side(job)
    by = {used.standard_id: used.calibration_id for used in job.used}
    problems = chain_as_used(by, on=job.day_performed).problems
    return ReviewShown(
        job=shown,
        worst=nearest(shown.laid) if shown.laid else [],
        too_uncertain=too_uncertain(shown.laid) if shown.laid else [],
        untaken=untaken(shown.laid) if shown.laid else [],
        changed=changed_since_return(job, shown.laid) if shown.laid else [],
        doubts=_doubts(job),
        chain_problems=[str(problem) for problem in problems],
        received_on=received_on(job),
        last=last,
        differences=differences(before, now) if before else [],
        error_change=biggest_error_change(before, now) if before else None,
    )


def _doubts(job: Job) -> list[str]:
    found = []
    for item in procedure_of(job).environment:
        typed = job.environment.get(item.key, {})
        ends = {end: typed.get(end, "") for end in ("begin", "end")}
        if doubt := condition_doubt(item, **ends):
            found.append(f"{Both(item.name_vi, item.name_en)}: {doubt}")
    return found


def _side(job: Job) -> Side:
    return Side(
        snapshot=job.subject_snapshot,
        evaluation=job.evaluation or {"stages": []},
        procedure=f"{job.procedure_slug}@{job.procedure_revision}",
        performed_on=job.performed_on,
        verdict=job.verdict,
    )
