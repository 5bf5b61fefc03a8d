"""The plan as it stands, and what was undertaken for it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.errors import EnteredBefore, Invalid, LabError, NotFound
from labms.i18n import N_, Message, gettext
from labms.people.queries import names_of
from labms.places.rules import AREAS
from labms.plan.closing import FIGURES_OF, Closed, closed_for, closed_for_record
from labms.plan.data import definitions, plan, plans
from labms.plan.forms import (
    RaisedForm,
    StrikeForm,
    SupportForm,
    TrainingForm,
    UndertakingForm,
)
from labms.plan.queries import undertaking_by_id
from labms.plan.queries import undertakings as rows_of
from labms.plan.rules import (
    COMPARISON_NAMES,
    ONE_UNIT_NAMES,
    STANDS_IN_NAMES,
    UNIT_NAMES,
    RaisedKind,
    Target,
    Unit,
    is_closed,
)
from labms.plan.services import (
    enter_body_raised,
    enter_support,
    enter_training,
    strike_out,
)
from labms.plan.undertakings import (
    RAISED_KINDS,
    WHAT_NAMES,
    BadCount,
    BadDay,
    DocumentMissing,
    NonStateUnsaid,
    NotABody,
    NotAnEnterprise,
    OutsideTheArea,
    StateBody,
    StrikingReasonMissing,
    TooMany,
    UnknownArea,
    What,
)
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.firsts import link_first
from labms.web.lists import page_of
from labms.web.show import number

bp = Blueprint("plan", __name__, url_prefix="/plan")

#: Which field a refusal is about.
_COMMON: Mapping[type[LabError], str] = {
    DocumentMissing: "document",
    UnknownArea: "area",
}
ABOUT: Mapping[What, Mapping[type[LabError], str]] = {
    What.TRAINING: {
        **_COMMON,
        BadDay: "held_on",
        BadCount: "turns",
        TooMany: "turns",
        EnteredBefore: "title",
    },
    What.SUPPORT: {
        **_COMMON,
        BadDay: "supported_on",
        NotAnEnterprise: "enterprise_id",
        OutsideTheArea: "area",
        EnteredBefore: "activity",
    },
    What.RAISED: {
        **_COMMON,
        BadDay: "achieved_on",
        NotABody: "organisation_id",
        StateBody: "organisation_id",
        NonStateUnsaid: "is_non_state",
        OutsideTheArea: "area",
        EnteredBefore: "organisation_id",
    },
}

FORMS: dict[What, type[UndertakingForm]] = {
    What.TRAINING: TrainingForm,
    What.SUPPORT: SupportForm,
    What.RAISED: RaisedForm,
}
SERVICES: dict[What, Callable[..., Any]] = {
    What.TRAINING: enter_training,
    What.SUPPORT: enter_support,
    What.RAISED: enter_body_raised,
}


@bp.app_template_filter()
def unit_words(unit: Unit, value: Decimal | None) -> str:
    """Return what a value is a number of: "bodies", or "body" after one."""
    return gettext((ONE_UNIT_NAMES if value == 1 else UNIT_NAMES)[unit])


@bp.app_template_filter()
def target_words(target: Target) -> str:
    """Return what a target asks for, with its unit: "more than 75 %"."""
    text = gettext(COMPARISON_NAMES[target.comparison])
    shown = f"{number(target.value)} {unit_words(target.unit, target.value)}"
    return text.format(value=shown)


@bp.app_template_global()
def closed_when_entered(row: Any) -> Closed:
    """Return what was closed already when a record was entered."""
    return closed_for_record(row, on=row.entered_on)


@bp.get("/")
@requires(Permission.PLAN_READ)
def show() -> ResponseReturnValue:
    """The plan as it stands, gaps and slips included."""
    shown = plan(request.args.get("plan", plans()[0].code))
    today = clock.today()
    return render_template(
        "plan/show.html",
        plan=shown,
        phase=shown.phase_on(today),
        closed={each.code for each in shown.targets if is_closed(each, today)},
        definitions=definitions(),
        stands_in=STANDS_IN_NAMES,
        areas=AREAS,
    )


@bp.get("/undertakings")
@requires(Permission.PLAN_READ)
def undertakings() -> ResponseReturnValue:
    """Trainings, support and bodies, newest first."""
    what = _asked(request.args.get("what", What.TRAINING))
    page = page_of(rows_of(what))
    return render_template(
        "plan/undertakings.html",
        what=what,
        page=page,
        names=names_of(row.entered_by_id for row in page.rows),
        kinds=WHAT_NAMES,
        raised_kinds=RAISED_KINDS,
        areas=AREAS,
    )


def _asked(what: str) -> What:
    try:
        return What(what)
    except ValueError:
        raise NotFound from None


@bp.route("/undertakings/<what>/enter", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def enter(what: str) -> ResponseReturnValue:
    """Enter a training, support or a body."""
    kind, today = _asked(what), clock.today()
    form = FORMS[kind]()
    if form.validate_on_submit():
        try:
            with transaction():
                row = SERVICES[kind](**form.entered(), actor=current_actor())
                number, told = row.id, closed_for_record(row, on=today).told
        except Invalid as error:
            form.refuse_all(error, ABOUT[kind])
            link_first(form, error, ABOUT[kind].get(type(error), ""))
        else:
            return _entered(kind, number, form, told)
    closed = closed_for(FIGURES_OF[kind], on=today)
    return render_template("plan/enter.html", form=form, what=kind, closed=closed)


def _entered(
    kind: What, number: int, form: UndertakingForm, told: Message | None
) -> ResponseReturnValue:
    """Go on to the certificate that a record still needs, or back to the list."""
    _flash(told)
    if isinstance(form, RaisedForm) and form.kind.data is RaisedKind.CAPABILITY:
        flash(gettext(N_("The record was entered. It counts with its certificate.")))
        return redirect(url_for("tasks.accredit", raised_id=number))
    flash(gettext(N_("The record was entered.")))
    return redirect(url_for(".undertakings", what=kind))


def _flash(told: Message | None) -> None:
    """Say of what was too late for closed days that it does not change them."""
    if told is not None:
        flash(str(told))


@bp.route("/undertakings/<what>/<int:number>/strike", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def strike(what: str, number: int) -> ResponseReturnValue:
    """Strike out a record that was a mistake."""
    kind = _asked(what)
    closed = closed_for_record(undertaking_by_id(kind, number), on=clock.today())
    form = StrikeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                strike_out(
                    undertaking_by_id(kind, number),
                    reason=form.reason.data or "",
                    actor=current_actor(),
                )
        except StrikingReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The record was struck out; it stays visible.")))
            _flash(closed.told)
            return redirect(url_for(".undertakings", what=kind))
    row = undertaking_by_id(kind, number)
    return render_template(
        "plan/strike.html", form=form, what=kind, row=row, closed=closed
    )
