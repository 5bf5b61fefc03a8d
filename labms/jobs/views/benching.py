"""Many like instruments at once: choosing them, the grid, and reviewing them."""

from collections.abc import Callable, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.catalogue.sheet import Sheet
from labms.db import transaction
from labms.errors import Conflict, LabError, NotAllowed
from labms.i18n import N_, gettext, ngettext
from labms.jobs.bench.forms import BenchEntered, read_bench, taken_over, went_on
from labms.jobs.bench.page import BenchPage, bench_page, with_stamps
from labms.jobs.bench.queries import (
    groups_of,
    like_this,
    of_order,
    sheets_of,
    submitted_of,
)
from labms.jobs.bench.rules import (
    LinesRefused,
    NothingToMeasure,
    read_places,
    show_places,
)
from labms.jobs.bench.services import (
    approve_together,
    ready_to_submit,
    save_together,
    start_together,
    submit_together,
)
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, jobs_by_id, jobs_to_change, order_by_id
from labms.jobs.rules import JobState
from labms.jobs.views.blueprint import bp
from labms.metrology.verdicts import Verdict
from labms.policy import Permission, allowed
from labms.remembering import remembering
from labms.web.access import current_actor, requires

Refusals = dict[int, LabError]


@bp.get("/orders/<int:order_id>/bench")
@requires(Permission.READING_RECORD)
def benches(order_id: int) -> ResponseReturnValue:
    """What of an order can be measured together."""
    found = order_by_id(order_id)
    groups, unplanned = groups_of(order_id, actor=current_actor())
    return render_template(
        "jobs/benches.html", order=found, groups=groups, unplanned=unplanned
    )


@bp.post("/orders/<int:order_id>/bench")
@requires(Permission.READING_RECORD)
def start_bench(order_id: int) -> ResponseReturnValue:
    """Begin what was ticked, and go to its grid."""
    found = order_by_id(order_id)
    ticked = of_order(request.form.getlist("job", type=int), found.id)
    jobs = jobs_by_id(ticked)
    waiting = [job.id for job in jobs if job.state is JobState.REGISTERED]

    def start(chosen: Sequence[Job]) -> None:
        start_together(chosen, actor=current_actor())

    refusals = _all_but_refused(waiting, start)
    jobs = [job for job in jobs_by_id(ticked) if job.state is JobState.IN_PROGRESS]
    for error in {str(each.text): each for each in refusals.values()}.values():
        flash(str(error.text))
    if not jobs:
        if not refusals:
            flash(str(NothingToMeasure().text))
        return redirect(url_for(".benches", order_id=order_id))
    places = show_places(job.position for job in jobs)
    return redirect(url_for(".bench", job_id=jobs[0].id, places=places))


def _all_but_refused(
    job_ids: Sequence[int], do: Callable[[Sequence[Job]], None]
) -> Refusals:
    """Do something to all jobs at once; to all but those that refuse, if some do."""
    refusals: Refusals = {}
    while wanted := [key for key in job_ids if key not in refusals]:
        try:
            with remembering(), transaction():
                do(jobs_to_change(wanted))
        except LinesRefused as error:
            refusals |= error.refusals
        else:
            break
    return refusals


@bp.get("/<int:job_id>/bench")
@requires(Permission.READING_RECORD)
def bench(job_id: int) -> ResponseReturnValue:
    """The grid of a job and all that are like it."""
    lead, jobs = like_this(job_id, places=_places(), actor=current_actor())
    if not jobs:
        return redirect(url_for(".benches", order_id=lead.order_id))
    return _show(bench_page(lead, jobs))


def _places() -> frozenset[int]:
    return read_places(request.args.get("places", ""))


def _show(
    page: BenchPage, status: int = 200, *, refusal: LabError | None = None
) -> ResponseReturnValue:
    shown = render_template("jobs/bench.html", bench=page, refusal=refusal)
    return shown, refusal.status if refusal else status


def _entered(lead: Job) -> tuple[Sequence[Job], Mapping[int, Sheet], BenchEntered]:
    """Return what was typed, for those lines of this order that have begun."""
    wanted = of_order(request.form.getlist("line", type=int), lead.order_id)
    jobs = [job for job in jobs_by_id(wanted) if job.release_id is not None]
    if not jobs:
        raise NothingToMeasure
    sheets = sheets_of(jobs)
    return jobs, sheets, read_bench(request.form, jobs, sheets)


@bp.post("/<int:job_id>/bench")
@requires(Permission.READING_RECORD)
def fill_bench(job_id: int) -> ResponseReturnValue:
    """Keep what was typed in all lines; submit the complete ones if so asked."""
    with remembering():
        lead = job_by_id(job_id)
        jobs, sheets, entered = _entered(lead)
    action = request.form.get("action", "save")
    if action == "stamps":
        return _count_on(lead, jobs, entered)
    followed = went_on(sheets[jobs[0].id])
    if action in followed:
        entered = taken_over(entered, action, followed[action])
        return _show(bench_page(lead, jobs, entered=entered))

    def save(chosen: Sequence[Job]) -> None:
        save_together(chosen, entered.lines, entered.versions, actor=current_actor())

    wanted = [job.id for job in jobs]
    refusals = _all_but_refused(wanted, save)
    kept = [key for key in wanted if key not in refusals]
    submits = action == "submit" and not entered.common.problems
    if submits and kept:
        refusals |= _submit(kept)
    if refusals or entered.common.problems:
        return _again(job_id, entered, refusals)
    if not submits:
        flash(gettext(N_("Saved.")))
    return redirect(url_for(".bench", job_id=job_id, places=request.args.get("places")))


def _submit(job_ids: Sequence[int]) -> Refusals:
    """Submit those that are complete, and say how many."""
    done: list[Verdict | None] = []
    with remembering():
        ready = ready_to_submit(
            jobs_by_id(job_ids), confirmed=request.form.getlist("fails")
        )

    def submit(chosen: Sequence[Job]) -> None:
        submit_together(chosen, ready.versions, actor=current_actor())
        done[:] = [job.verdict for job in chosen]

    refusals = dict(ready.refusals) | _all_but_refused(list(ready.versions), submit)
    text = gettext(N_("Submitted: {passed} pass, {failed} fail."))
    if done:
        flash(
            text.format(
                passed=done.count(Verdict.PASS), failed=done.count(Verdict.FAIL)
            )
        )
    if left := len(job_ids) - len(done) - len(refusals):
        flash(
            ngettext(
                "{n} instrument is incomplete and stays here.",
                "{n} instruments are incomplete and stay here.",
                left,
            ).format(n=left)
        )
    return refusals


def _again(
    job_id: int, entered: BenchEntered, refusals: Refusals
) -> ResponseReturnValue:
    """Show the grid again with everything as it was typed, and who refused why."""
    lead = job_by_id(job_id)
    jobs = jobs_by_id(entered.lines)
    mine = [
        job
        for job in jobs
        if job.state is JobState.IN_PROGRESS
        and allowed(current_actor(), Permission.READING_RECORD, job)
    ]
    refused = [(job, refusals[job.id]) for job in jobs if job.id in refusals]
    if not mine:
        raise next(iter(refusals.values()), Conflict())
    page = bench_page(lead, mine, entered=entered, refusals=refusals, refused=refused)
    return _show(page, 409 if refused else 422)


def _count_on(
    lead: Job, jobs: Sequence[Job], entered: BenchEntered
) -> ResponseReturnValue:
    """Give stamps to the lines that have none, counted on from the first."""
    page = bench_page(lead, jobs, entered=entered)
    try:
        entered = with_stamps(page, entered)
    except LabError as error:
        return _show(page, refusal=error)
    return _show(bench_page(lead, jobs, entered=entered))


@bp.post("/<int:job_id>/bench/evaluate")
@requires(Permission.READING_RECORD)
def evaluate_bench(job_id: int) -> ResponseReturnValue:
    """Say what the lines that were sent come to by the server's rules; keep nothing."""
    with remembering():
        lead = job_by_id(job_id)
        jobs, _, entered = _entered(lead)
    for job in jobs:
        if not allowed(current_actor(), Permission.READING_RECORD, job):
            raise NotAllowed(permission=Permission.READING_RECORD)
    return bench_page(lead, jobs, entered=entered).results()


@bp.route("/orders/<int:order_id>/review", methods=["GET", "POST"])
@requires(Permission.JOB_REVIEW)
def review_order(order_id: int) -> ResponseReturnValue:
    """What waits for review of an order, what stands out first; agree with the rest."""
    found = order_by_id(order_id)
    if request.method == "POST":
        ticked = of_order(request.form.getlist("job", type=int), order_id)
        shown = {key: request.form.get(f"version.{key}", 0, type=int) for key in ticked}

        def approve(chosen: Sequence[Job]) -> None:
            approve_together(chosen, shown, actor=current_actor())

        refusals = _all_but_refused(ticked, approve)
        number = len(ticked) - len(refusals)
        text = ngettext("{n} job was approved.", "{n} jobs were approved.", number)
        flash(text.format(n=number))
        for job in jobs_by_id(refusals):
            flash(f"{job.number}: {refusals[job.id].text}")
        return redirect(url_for(".review_order", order_id=order_id))
    return render_template(
        "jobs/review_order.html",
        order=found,
        rows=submitted_of(order_id, actor=current_actor()),
    )
