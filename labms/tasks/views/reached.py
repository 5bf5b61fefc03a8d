"""Who was reached: activities, participants of trainings, programmes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.errors import Invalid, NotFound
from labms.i18n import N_, gettext
from labms.people.queries import names_of
from labms.places.rules import AREAS
from labms.plan.closing import SERVED, closed_for
from labms.policy import Permission, allowed
from labms.sheets.writing import XLSX, xlsx_of
from labms.tasks.data import step_lists
from labms.tasks.forms import ActivityForm, ListForm, ProgrammeForm, StepForm
from labms.tasks.lists import TEMPLATE, ReadList, read_list
from labms.tasks.queries import (
    activities,
    listed_counts,
    participants_of,
    programme_by_id,
    programmes,
    training_by_id,
)
from labms.tasks.rules import ACTIVITY_KINDS, ActivityKind, persons_and_turns
from labms.tasks.services import (
    begin_programme,
    do_programme_step,
    enter_activity,
    list_participants,
)
from labms.tasks.views.filling import filled_in
from labms.web.access import current_actor, requires
from labms.web.lists import page_of


def register(bp: Blueprint) -> None:
    """Add these pages to the others."""
    bp.get("/activities")(list_activities)
    bp.get("/programmes")(list_programmes)
    bp.get("/programmes/<int:programme_id>")(programme)
    bp.get("/participants.xlsx")(empty_list)
    both = ["GET", "POST"]
    bp.route("/activities/enter", methods=both)(new_activity)
    bp.get("/trainings/<int:training_id>")(training)
    bp.post("/trainings/<int:training_id>/list")(take_list)
    bp.route("/programmes/begin", methods=both)(new_programme)
    bp.route("/programmes/<int:programme_id>/step", methods=both)(step)


@requires(Permission.PLAN_READ)
def list_activities() -> ResponseReturnValue:
    """Reviews, surveys, cooperation and communication, newest first."""
    kind = _kind(request.args.get("kind", ""))
    page = page_of(activities(kind))
    return render_template(
        "tasks/activities.html",
        page=page,
        kind=kind,
        kinds=ACTIVITY_KINDS,
        areas=AREAS,
        names=names_of(row.entered_by_id for row in page.rows),
    )


def _kind(typed: str) -> ActivityKind | None:
    try:
        return ActivityKind(typed) if typed else None
    except ValueError:
        raise NotFound from None


@requires(Permission.PLAN_EDIT)
def new_activity() -> ResponseReturnValue:
    """Enter a review, a survey, cooperation or communication."""
    form = ActivityForm(kind=_kind(request.args.get("kind", "")))
    return filled_in(
        form,
        title=N_("Enter an activity"),
        back=url_for(".list_activities"),
        act=lambda: enter_activity(
            **form.entered(day="held_on"), actor=current_actor()
        ),
    )


@requires(Permission.PLAN_READ)
def training(training_id: int) -> ResponseReturnValue:
    """A training: how many are on its list; the names for whoever enters them."""
    return _shown(training_id, ListForm(), read=None)


@requires(Permission.PLAN_EDIT)
def take_list(training_id: int) -> ResponseReturnValue:
    """Read the list that was sent: tried first, kept when asked for and right."""
    found = training_by_id(training_id)
    form, read = ListForm(), None
    file = form.file.data
    if not file:
        form.file.errors = [gettext(N_("Choose a file."))]
        return _shown(training_id, form, read=None)
    try:
        read = read_list(file.read(), year=found.held_on.year)
    except Invalid as error:
        form.refuse("file", error)
    if read is None or read.problems or not request.form.get("keep"):
        return _shown(training_id, form, read=read)
    with transaction():
        list_participants(training_by_id(training_id), read.rows, actor=current_actor())
    flash(gettext(N_("The list was taken.")))
    return redirect(url_for(".training", training_id=training_id))


def _shown(
    training_id: int, form: ListForm, *, read: ReadList | None
) -> ResponseReturnValue:
    found = training_by_id(training_id)
    entered = (found.distinct_count, found.turns)
    listed = listed_counts([found.id]).get(found.id, (0, 0))
    edits = allowed(current_actor(), Permission.PLAN_EDIT)
    return render_template(
        "tasks/training.html",
        training=found,
        form=form,
        read=read,
        columns=[gettext(text) for text in TEMPLATE],
        fits=read is not None and persons_and_turns(read.rows) == entered,
        persons=listed[0],
        turns=listed[1],
        agrees=listed == entered,
        page=page_of(participants_of(found.id)) if edits else None,
    )


@requires(Permission.PLAN_READ)
def empty_list() -> ResponseReturnValue:
    """An empty list to fill in."""
    headers = {
        "Content-Type": XLSX,
        "Content-Disposition": 'attachment; filename="danh-sach-hoc-vien.xlsx"',
    }
    return xlsx_of([gettext(text) for text in TEMPLATE], [], title="Danh sách"), headers


@requires(Permission.PLAN_READ)
def list_programmes() -> ResponseReturnValue:
    """Enterprises and how far their programmes have come."""
    page = page_of(programmes())
    return render_template(
        "tasks/programmes.html", page=page, lists=step_lists(), areas=AREAS
    )


@requires(Permission.PLAN_READ)
def programme(programme_id: int) -> ResponseReturnValue:
    """One enterprise: each step, done or not."""
    found = programme_by_id(programme_id)
    steps = step_lists()[found.steps_slug]
    done = {each.step_code: each for each in found.steps if each.struck_on is None}
    return render_template(
        "tasks/programme.html",
        programme=found,
        steps=steps,
        done=done,
        struck=[each for each in found.steps if each.struck_on],
        names=names_of(
            [found.entered_by_id, *(each.entered_by_id for each in found.steps)]
        ),
    )


@requires(Permission.PLAN_EDIT)
def new_programme() -> ResponseReturnValue:
    """Enter that an enterprise begins."""
    form = ProgrammeForm()
    return filled_in(
        form,
        title=N_("Begin a programme"),
        back=url_for(".list_programmes"),
        act=lambda: begin_programme(
            **form.entered(day="begun_on"), actor=current_actor()
        ),
    )


@requires(Permission.PLAN_EDIT)
def step(programme_id: int) -> ResponseReturnValue:
    """Enter a step that an enterprise has done."""
    found = programme_by_id(programme_id)
    form = StepForm()
    form.offer(
        step_lists()[found.steps_slug],
        done=frozenset(each.step_code for each in found.steps if not each.struck_on),
    )
    return filled_in(
        form,
        title=N_("Enter a step"),
        back=url_for(".programme", programme_id=programme_id),
        crumb=found.enterprise.name,
        act=lambda: do_programme_step(
            programme_by_id(programme_id),
            **form.entered(day="done_on"),
            actor=current_actor(),
        ),
        closed=closed_for(SERVED, on=clock.today()),
        closing=lambda: closed_for(
            SERVED,
            on=clock.today(),
            happened_on=form.day.day if form.counts.data else None,
            area=found.area,
        ),
        note=N_(
            "A step counts as a turn only if the enterprise was reached through "
            "verification, calibration or testing of its instruments or standards: "
            "so the plan has it."
        ),
    )
