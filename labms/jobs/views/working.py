"""The board of jobs, one job, and giving it to somebody."""

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import user_by_id
from labms.catalogue.rules import (
    CharacteristicMissing,
    CharacteristicUnusable,
    NoPoints,
    OutOfScope,
)
from labms.db import transaction
from labms.errors import LabError, NotAllowed, NotFound
from labms.i18n import N_, Message, gettext
from labms.jobs.calibrating import RecalibrationTooEarly
from labms.jobs.conformity import RuleAgreedAlready
from labms.jobs.forms import AgreementForm, AssignForm, ReasonForm
from labms.jobs.history import history_of, returned_among
from labms.jobs.models import Job
from labms.jobs.queries import (
    Board,
    Wanted,
    job_by_id,
    job_to_change,
    jobs,
    next_of_order,
    people_in_work,
    state_counts,
    types_in_work,
    waiting_count,
)
from labms.jobs.record import blank_record
from labms.jobs.rules import OPEN_STATES, JobKind, JobState, ReasonMissing
from labms.jobs.services import agree_on, assign_job, cancel_job, start_job
from labms.jobs.shown import job_shown
from labms.jobs.views.blueprint import bp
from labms.metrology.expressions import CannotEvaluate
from labms.metrology.limits import NoLimit
from labms.people.queries import check_entitled, people_of
from labms.policy import Permission, Role, authorize
from labms.web.access import current_actor, requires
from labms.web.errors import wants_json
from labms.web.lists import page_of, settings


@bp.get("/")
@requires(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    """The work: what waits for me, what is under way, all."""
    wanted = _wanted()
    actor = current_actor()
    page = page_of(jobs(wanted, actor=actor))
    return render_template(
        "jobs/index.html",
        page=page,
        returned=returned_among([job.id for job in page.rows]),
        wanted=wanted,
        counts=state_counts(),
        open_states=[state for state in JobState if state in OPEN_STATES],
        waiting=waiting_count(actor),
        people=people_in_work(),
        type_slugs=types_in_work(),
    )


def _wanted() -> Wanted:
    given = request.args
    board = given.get("board", "")
    state = given.get("state", "")
    first = Board.MINE if waiting_count(current_actor()) else Board.OPEN
    if any(given.get(name) for name in ("q", "state", "verifier", "type", "overdue")):
        first = Board.ALL
    return Wanted(
        board=Board(board) if board in set(Board) else first,
        state=JobState(state) if state in set(JobState) else None,
        verifier_id=given.get("verifier", type=int),
        type_slug=given.get("type", ""),
        q=given.get("q", "").strip(),
        overdue_on=clock.today() if given.get("overdue") == "1" else None,
    )


@bp.get("/<int:job_id>")
@requires(Permission.JOB_READ)
def show(job_id: int) -> ResponseReturnValue:
    """Everything about one job, and what can be done with it."""
    return _show(job_id)


def _show(job_id: int, refusal: LabError | None = None) -> str:
    job = job_by_id(job_id)
    return render_template(
        "jobs/show.html",
        job=job,
        shown=job_shown(job),
        steps_taken=history_of(job),
        following=next_of_order(job, actor=current_actor()),
        refusal=refusal.text if refusal else None,
        is_of_instrument=isinstance(refusal, OF_THE_INSTRUMENT),
    )


#: Refusals that go away once more, or something else, is registered of an instrument.
OF_THE_INSTRUMENT = (
    CannotEvaluate,
    CharacteristicMissing,
    CharacteristicUnusable,
    NoLimit,
    NoPoints,
    OutOfScope,
)


@bp.route("/<int:job_id>/assign", methods=["GET", "POST"])
@requires(Permission.JOB_ASSIGN)
def assign(job_id: int) -> ResponseReturnValue:
    """Choose who does it: those with a card; the others are listed with the reason."""
    job = job_by_id(job_id)
    form = AssignForm(verifier=job.assigned_to_id)
    entitled, others = _verifiers(job)
    form.verifier.choices = [(each.id, each.full_name) for each in entitled]
    if form.validate_on_submit():
        with transaction():
            verifier = user_by_id(form.verifier.data)
            assign_job(job_to_change(job_id), verifier, actor=current_actor())
        return redirect(url_for(".show", job_id=job_id))
    return render_template("jobs/assign.html", job=job, form=form, others=others)


@bp.route("/<int:job_id>/agree", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def agree(job_id: int) -> ResponseReturnValue:
    """Settle the decision rule of a calibration anew, before it is begun."""
    job = job_by_id(job_id)
    authorize(current_actor(), Permission.ORDER_EDIT, job)
    form = AgreementForm(
        agreed_rule=job.agreed_rule, recalibration_on=job.recalibration_on
    )
    if form.validate_on_submit():
        try:
            with transaction():
                agree_on(job_to_change(job_id), form.agreement, actor=current_actor())
        except RecalibrationTooEarly as error:
            form.refuse("recalibration_on", error)
        except RuleAgreedAlready as error:
            form.refuse("agreed_rule", error)
        else:
            return redirect(url_for(".show", job_id=job_id))
    return render_template("jobs/agree.html", job=job_by_id(job_id), form=form)


def _verifiers(job: Job) -> tuple[list[User], list[tuple[User, Message]]]:
    """Return who may do a job, and who may not and why: if it takes a card."""
    people = people_of(job.body_id, role=Role.VERIFIER)
    if job.kind is not JobKind.VERIFICATION or job.instrument is None:
        return list(people), []
    entitled: list[User] = []
    others: list[tuple[User, Message]] = []
    type_slug, today = job.instrument.type_slug, clock.today()
    for person in people:
        try:
            check_entitled(person, type_slug, on=today, body_id=job.body_id)
        except LabError as error:
            others.append((person, error.text))
        else:
            entitled.append(person)
    return entitled, others


@bp.post("/<int:job_id>/start")
@requires(Permission.READING_RECORD)
def start(job_id: int) -> ResponseReturnValue:
    """Begin, and go to the measurement page; what is in the way stands on the job's."""
    try:
        with transaction():
            start_job(job_to_change(job_id), actor=current_actor())
    except (NotAllowed, NotFound):
        raise
    except LabError as error:
        if wants_json():
            raise
        return _show(job_id, error), error.status
    return redirect(url_for(".measure", job_id=job_id))


@bp.route("/<int:job_id>/cancel", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def cancel(job_id: int) -> ResponseReturnValue:
    """Give a job up, saying why."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                cancel_job(
                    job_to_change(job_id),
                    actor=current_actor(),
                    reason=form.reason.data or "",
                )
        except ReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The job was cancelled.")))
            return redirect(url_for(".show", job_id=job_id))
    return render_template("jobs/cancel.html", job=job_by_id(job_id), form=form)


@bp.get("/<int:job_id>/blank.pdf")
@requires(Permission.JOB_READ)
def blank(job_id: int) -> ResponseReturnValue:
    """The record as a form to fill in by hand: for the day the battery is dead."""
    job = job_by_id(job_id)
    made = blank_record(job, test_print=settings().demo, fonts=settings().cache_dir)
    name = f"mau-bien-ban-{job.number.replace('/', '-')}.pdf"
    return send_file(made, "application/pdf", download_name=name)
