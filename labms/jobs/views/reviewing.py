"""The review page: everything on one page, then return or approve."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.db import transaction
from labms.i18n import N_, gettext
from labms.jobs.forms import ReasonForm
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import JobState, ReasonMissing
from labms.jobs.services import approve_job, return_job, take_back_approval
from labms.jobs.shown import review_shown
from labms.jobs.views.blueprint import bp
from labms.policy import Permission
from labms.web.access import current_actor, requires


@bp.get("/<int:job_id>/review")
@requires(Permission.JOB_REVIEW)
def review(job_id: int) -> ResponseReturnValue:
    """What another person measured, with what stands out."""
    return _page(job_id, ReasonForm())


def _page(job_id: int, form: ReasonForm) -> ResponseReturnValue:
    job = job_by_id(job_id)
    if job.state is not JobState.AWAITING_REVIEW:
        return redirect(url_for(".show", job_id=job_id))
    return render_template(
        "jobs/review.html", job=job, shown=review_shown(job), form=form
    )


@bp.post("/<int:job_id>/approve")
@requires(Permission.JOB_REVIEW)
def approve(job_id: int) -> ResponseReturnValue:
    """Agree with what was shown."""
    with transaction():
        approve_job(
            job_to_change(job_id),
            actor=current_actor(),
            shown=request.form.get("version", 0, type=int),
        )
    flash(gettext(N_("Approved.")))
    return redirect(url_for(".show", job_id=job_id))


@bp.post("/<int:job_id>/return")
@requires(Permission.JOB_REVIEW)
def give_back(job_id: int) -> ResponseReturnValue:
    """Return it to the verifier, saying why."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                return_job(
                    job_to_change(job_id),
                    actor=current_actor(),
                    reason=form.reason.data or "",
                )
        except ReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("Returned to the verifier.")))
            return redirect(url_for(".show", job_id=job_id))
    return _page(job_id, form)


@bp.route("/<int:job_id>/take-back", methods=["GET", "POST"])
@requires(Permission.JOB_TAKE_BACK)
def take_back(job_id: int) -> ResponseReturnValue:
    """Undo an approval before anything was issued, saying why."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                take_back_approval(
                    job_to_change(job_id),
                    actor=current_actor(),
                    reason=form.reason.data or "",
                )
        except ReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The approval was taken back.")))
            return redirect(url_for(".show", job_id=job_id))
    job = job_by_id(job_id)
    if job.state is not JobState.APPROVED:
        return redirect(url_for(".show", job_id=job_id))
    return render_template("jobs/take_back.html", job=job, form=form)
