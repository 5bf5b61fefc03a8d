"""Pages for many jobs at once: choose, look, confirm, watch, stop, go on."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import counts_of, ids_of, items_of, jobs_for, run_by_id, runs
from labms.bulk.rules import (
    ITEM_STATES,
    MOST,
    RUN_STATES,
    STANDS_OUT,
    BulkKind,
    ItemState,
    NothingChosen,
    RunState,
    StandsOut,
    TooManyChosen,
)
from labms.bulk.services import go_on, propose, start, stop
from labms.bulk.showing import line_of, what_stands_out
from labms.bulk.working import set_to_work
from labms.certificates.forms import SignForm
from labms.certificates.queries import instance_is_fenced
from labms.certificates.views.confirming import asks_password, is_confirmed
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.jobs.queries import types_in_work
from labms.organisations.types import type_name
from labms.policy import Permission
from labms.remembering import remembering
from labms.web.access import current_actor, requires
from labms.web.lists import application, page_of, settings

bp = Blueprint("bulk", __name__, url_prefix="/bulk")

#: So many seconds until the page of a run under way asks again.
REFRESH = 3


@bp.get("/")
@requires(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    """All runs that were confirmed, newest first."""
    page = page_of(runs())
    return render_template(
        "bulk/index.html",
        page=page,
        counts=counts_of([run.id for run in page.rows]),
        **_WORDS,
    )


_WORDS = {
    "ITEM_STATES": ITEM_STATES,
    "RUN_STATES": RUN_STATES,
    "STANDS_OUT": STANDS_OUT,
    "MOST": MOST,
}


@bp.route("/approve", methods=["GET", "POST"])
@requires(Permission.JOB_REVIEW)
def approve() -> ResponseReturnValue:
    """Choose what other people measured, to be approved together."""
    return _choose(BulkKind.APPROVE)


@bp.route("/issue", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def issue() -> ResponseReturnValue:
    """Choose approved jobs whose documents shall be issued together."""
    return _choose(BulkKind.ISSUE)


def _choose(kind: BulkKind) -> ResponseReturnValue:
    actor, problem = current_actor(), ""
    rows = jobs_for(
        kind,
        actor=actor,
        q=request.args.get("q", "").strip(),
        type_slug=request.args.get("type", ""),
    )
    ticked = request.form.getlist("job", type=int)
    if request.method == "POST":
        try:
            takes_all = request.form.get("which") == "all"
            chosen = ids_of(rows, but=ticked) if takes_all else ticked
            with transaction():
                run = propose(kind, chosen, actor=actor, test_print=settings().demo)
                run_id = run.id
        except (NothingChosen, TooManyChosen) as error:
            problem = str(error.text)
        else:
            return redirect(url_for(".show", run_id=run_id))
    page = page_of(rows)
    with remembering():
        lines = {job.id: line_of(job) for job in page.rows}
        striking = {job.id: what_stands_out(job) for job in page.rows}
    answer = render_template(
        "bulk/choose.html",
        kind=kind,
        page=page,
        lines=lines,
        striking=striking,
        ticked=ticked,
        which=request.form.get("which", "ticked"),
        problem=problem,
        types=[(slug, type_name(slug)) for slug in types_in_work()],
        is_fenced=kind is BulkKind.ISSUE and instance_is_fenced(),
        **_WORDS,
    )
    return answer, 422 if problem else 200


@bp.get("/runs/<int:run_id>")
@requires(Permission.JOB_READ)
def show(run_id: int) -> ResponseReturnValue:
    """What was chosen, to be confirmed; later how far it is, and each outcome."""
    return _about(run_id, SignForm(formdata=None))


def _about(run_id: int, form: SignForm) -> Response:
    run = run_by_id(run_id)
    items = items_of(run_id)
    is_under_way = run.state is RunState.RUNNING
    if is_under_way and _has_nobody(run):
        set_to_work(application(), run_id)
    template = "confirm" if run.state is RunState.PROPOSED else "run"
    answer = make_response(
        render_template(
            f"bulk/{template}.html",
            run=run,
            items=items,
            lines={item.id: json.loads(item.told) for item in items},
            counts=counts_of([run_id])[run_id],
            **_as_ticked(items, request.form.getlist("item", type=int)),
            form=form,
            asks_password=run.kind is BulkKind.ISSUE and asks_password(),
            is_own=run.proposed_by_id == current_actor().id,
            is_fenced=run.kind is BulkKind.ISSUE and instance_is_fenced(),
            striking={item.id: _striking(item) for item in items},
            **_WORDS,
        )
    )
    if is_under_way:
        answer.headers["Refresh"] = str(REFRESH)
    return answer


def _has_nobody(run: BulkRun) -> bool:
    """Whether no worker has it: then the server was started anew, or it broke down."""
    return run.lease_until is None or run.lease_until < clock.now()


def _striking(item: BulkItem) -> list[StandsOut]:
    return [StandsOut(one) for one in item.stands_out.split()]


def _as_ticked(items: Iterable[BulkItem], sent: Collection[int]) -> dict[str, Any]:
    """Return what is done if the form is sent as the page shows it, and what is not.

    What stands out is done only if its box is ticked: none is at first, and those that
    were are again when the password was wrong.
    """
    can_be = [one for one in items if one.state is not ItemState.LEFT_OUT]
    ticked = {one.id for one in can_be if one.stands_out and one.id in sent}
    unticked = [one for one in can_be if one.stands_out and one.id not in ticked]
    return {
        "ticked": ticked,
        "doing": _groups(one for one in can_be if one not in unticked),
        "singly": _groups(unticked),
    }


def _groups(items: Iterable[BulkItem]) -> Counter[tuple[str, str, str]]:
    """Return how many items there are of each type and verdict."""
    return Counter(
        (line["type_vi"], line["type_en"], line["verdict"] or line["kind"])
        for item in items
        for line in [json.loads(item.told)]
    )


@bp.post("/runs/<int:run_id>/start")
@requires(Permission.JOB_REVIEW)
def begin(run_id: int) -> ResponseReturnValue:
    """Confirm what was shown; a second click finds it confirmed."""
    form = SignForm()
    issues = run_by_id(run_id).kind is BulkKind.ISSUE
    if issues and not is_confirmed(form):
        page = _about(run_id, form)
        page.status_code = 422
        return page
    with transaction():
        begun = start(
            run_by_id(run_id, for_update=True),
            actor=current_actor(),
            shown=request.form.get("shown", ""),
            looked_at=request.form.getlist("item", type=int),
        )
    if begun:
        set_to_work(application(), run_id)
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/stop")
@requires(Permission.JOB_REVIEW)
def halt(run_id: int) -> ResponseReturnValue:
    """Let it end after the item that is being done."""
    with transaction():
        stop(run_by_id(run_id, for_update=True), actor=current_actor())
    flash(gettext(N_("It stops after the item that is being done.")))
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/go-on")
@requires(Permission.JOB_REVIEW)
def resume(run_id: int) -> ResponseReturnValue:
    """Go on where it stopped."""
    with transaction():
        go_on(run_by_id(run_id, for_update=True), actor=current_actor())
    set_to_work(application(), run_id)
    return redirect(url_for(".show", run_id=run_id))
