"""The measurement page: typing, live results, saving, submitting."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.catalogue.queries import procedure_release_by_id
from labms.db import transaction
from labms.errors import LabError, NotAllowed
from labms.i18n import N_, gettext
from labms.jobs.failing import failure_of, mark_of
from labms.jobs.forms import Entered, read_typed
from labms.jobs.models import Job
from labms.jobs.page import measure_page
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import ChangedMeanwhile, FailureNotConfirmed, JobState
from labms.jobs.services import save_readings, submit_job
from labms.jobs.sheets import evaluated, sheet_of
from labms.jobs.views.blueprint import bp
from labms.policy import Permission, authorize
from labms.web.access import current_actor, requires


def _entered(job_id: int) -> Entered:
    job = job_by_id(job_id)
    if job.release_id is None:
        raise NotAllowed(permission=Permission.READING_RECORD)
    release = procedure_release_by_id(job.release_id)
    return read_typed(request.form, sheet_of(job, release))


@bp.route("/<int:job_id>/measure", methods=["GET", "POST"])
@requires(Permission.READING_RECORD)
def measure(job_id: int) -> ResponseReturnValue:
    """Enter what the instrument shows; nothing typed is lost, whatever is refused."""
    if request.method == "GET":
        job = job_by_id(job_id)
        if job.state is not JobState.IN_PROGRESS:
            return redirect(url_for(".show", job_id=job_id))
        authorize(current_actor(), Permission.READING_RECORD, job)
        return render_template(
            "jobs/measure.html", page=measure_page(job), refusal=None, failure=None
        )
    entered = _entered(job_id)
    confirms = request.form.get("fails", "")
    submits = bool(confirms) or request.form.get("action") == "submit"
    try:
        with transaction():
            save_readings(
                job_to_change(job_id),
                entered.typed,
                actor=current_actor(),
                version=entered.version,
            )
        if submits and not entered.problems:
            with transaction():
                job = job_to_change(job_id)
                submit_job(
                    job,
                    actor=current_actor(),
                    confirmed=bool(confirms) and _is_of_this(confirms, job),
                )
    except NotAllowed:
        raise
    except LabError as error:
        return _again(job_id, entered, error)
    if entered.problems:
        return _again(job_id, entered, None)
    if submits:
        flash(gettext(N_("Submitted. A reviewer looks at it now.")))
        return redirect(url_for(".show", job_id=job_id))
    flash(gettext(N_("Saved.")))
    return redirect(url_for(".measure", job_id=job_id))


def _is_of_this(confirms: str, job: Job) -> bool:
    """Whether a failure was confirmed as it is saved, and not as it was before."""
    _, evaluation = evaluated(job, procedure_release_by_id(job.release_id or 0))
    return confirms == mark_of(evaluation)


def _again(
    job_id: int, entered: Entered, refusal: LabError | None
) -> ResponseReturnValue:
    """Show the page again with everything as it was typed."""
    job = job_by_id(job_id)
    page = measure_page(
        job,
        typed=entered.typed,
        day_typed=entered.day_typed,
        problems=entered.problems,
        shows_saved=isinstance(refusal, ChangedMeanwhile),
    )
    failure = None
    if isinstance(refusal, FailureNotConfirmed):
        failure = failure_of(job, page.sheet, page.evaluation)
    shown = render_template(
        "jobs/measure.html", page=page, refusal=refusal, failure=failure
    )
    return shown, refusal.status if refusal else 422


@bp.post("/<int:job_id>/evaluate")
@requires(Permission.READING_RECORD)
def evaluate(job_id: int) -> ResponseReturnValue:
    """Say what the entries on the page come to by the server's rules; keep nothing."""
    entered = _entered(job_id)
    job = job_by_id(job_id)
    authorize(current_actor(), Permission.READING_RECORD, job)
    page = measure_page(
        job,
        typed=entered.typed,
        day_typed=entered.day_typed,
        problems=entered.problems,
    )
    return page.results()
