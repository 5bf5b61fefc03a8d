"""What bodies state: scopes, capacities, activity reports, and what they still owe."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock, filestore
from labms.catalogue.rules import REASON_NAMES
from labms.db import transaction
from labms.demand.rules import PURPOSES
from labms.errors import EnteredBefore, Invalid, NotFound
from labms.i18n import N_, Message, gettext
from labms.people.queries import names_of
from labms.places.queries import commune_names
from labms.places.rules import AREAS
from labms.policy import Permission
from labms.registry.rules import NoSuchOwner
from labms.sheets.columns import headings
from labms.sheets.writing import file_of
from labms.supply.doubts import DoubtfulReport
from labms.supply.forms import (
    ActivityForm,
    CapacityForm,
    ScopeForm,
    StatementForm,
    StrikeForm,
)
from labms.supply.lists import COLUMNS, ReadWork, read_work
from labms.supply.queries import (
    newer_capacities,
    owed,
    statement_by_id,
    statements,
    totals_of,
    work_of,
)
from labms.supply.rules import LIMITS, REPORT_FORMS, BadStatement, PeriodReported
from labms.supply.services import (
    doubts_in,
    enter_report,
    state_capacity,
    state_scope,
    strike_statement,
)
from labms.web.access import current_actor, requires
from labms.web.firsts import link_first
from labms.web.lists import page_of, settings

bp = Blueprint("supply", __name__, url_prefix="/supply")

FORMS: dict[str, type[StatementForm]] = {"scope": ScopeForm, "capacity": CapacityForm}
SERVICES: dict[str, Callable[..., Any]] = {
    "scope": state_scope,
    "capacity": state_capacity,
}
#: The field beside which it stands that the same was entered before.
FIRST_BESIDE = {"scope": "type_slug", "capacity": "from_on"}
WHAT = {
    "report": N_("Activity reports"),
    "capacity": N_("Capacities"),
    "scope": N_("Scopes of outside bodies"),
}


@bp.get("/")
@requires(Permission.SUPPLY_READ)
def index() -> ResponseReturnValue:
    """Everything of one kind that bodies stated, newest first."""
    what = request.args.get("what", "report")
    number = request.args.get("number", type=int)
    page = page_of(statements(what, number=number))
    is_report = what == "report"
    return render_template(
        "supply/index.html",
        what=what,
        kinds=WHAT,
        page=page,
        is_alone=number is not None,
        totals=totals_of(row.id for row in page.rows) if is_report else {},
        newer=newer_capacities(page.rows) if what == "capacity" else {},
        names=names_of(row.entered_by_id for row in page.rows),
        limits=LIMITS,
        forms=REPORT_FORMS,
        reasons=REASON_NAMES,
    )


@bp.get("/deadlines")
@requires(Permission.SUPPLY_READ)
def deadlines() -> ResponseReturnValue:
    """Which body owes which report on a year, and which are late."""
    today = clock.today()
    year = request.args.get("year", today.year - 1, type=int)
    year = min(max(year, 2014), today.year)
    return render_template(
        "supply/deadlines.html",
        year=year,
        years=range(today.year, 2018, -1),
        owed=owed(year),
        today=today,
    )


@bp.route("/<what>/enter", methods=["GET", "POST"])
@requires(Permission.SUPPLY_EDIT)
def enter(what: str) -> ResponseReturnValue:
    """Enter a scope or a capacity."""
    if what not in FORMS:
        raise NotFound
    form = FORMS[what](data={"type_slug": request.args.get("type", "")})
    if form.validate_on_submit():
        try:
            with transaction():
                SERVICES[what](**form.entered(), actor=current_actor())
        except BadStatement as error:
            form.refuse("document", error)
        except NoSuchOwner as error:
            form.refuse("organisation", error)
        except EnteredBefore as error:
            form.refuse(FIRST_BESIDE[what], error)
            link_first(form, error, FIRST_BESIDE[what])
        else:
            flash(gettext(N_("The statement was entered.")))
            return redirect(url_for(".index", what=what))
    return render_template("supply/enter.html", form=form, what=what)


@bp.route("/report/enter", methods=["GET", "POST"])
@requires(Permission.SUPPLY_EDIT)
def enter_work() -> ResponseReturnValue:
    """Enter an activity report with the lines of its spreadsheet; or only look."""
    form = ActivityForm()
    found: ReadWork | None = None
    doubts: Sequence[tuple[str, Message]] = ()
    is_check = request.form.get("action") == "check"
    if form.validate_on_submit():
        try:
            data = _sent()
            found = read_work(data, on=form.last_on.day)
            if not found.problems and not is_check:
                return _enter(form, found, data)
            doubts = _doubts(form, found)
        except DoubtfulReport as error:
            form.refuse("why_right", error)
            doubts = error.doubts
        except (BadStatement, PeriodReported) as error:
            form.refuse("document", error)
            link_first(form, error, "document")
        except NoSuchOwner as error:
            form.refuse("organisation", error)
        except Invalid as error:
            form.refuse("file", error)
    return render_template(
        "supply/report_enter.html",
        form=form,
        found=found,
        is_checked=is_check and not form.errors,
        doubts=doubts,
    )


def _doubts(form: ActivityForm, found: ReadWork) -> Sequence[tuple[str, Message]]:
    """Return what looks wrong with a report that is only looked at."""
    given = form.entered()
    days = {"first_on": given["first_on"], "last_on": given["last_on"]}
    return doubts_in(found.work, given["organisation_id"], **days)


def _sent() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid(problem=N_("choose the spreadsheet"))
    data: bytes = sent.read()
    return data


def _enter(form: ActivityForm, found: ReadWork, data: bytes) -> ResponseReturnValue:
    digest = filestore.store(settings().files_dir, data)
    with transaction():
        report = enter_report(
            **form.entered(),
            work=found.work,
            file_hash=digest,
            actor=current_actor(),
        )
        number = report.id
    flash(gettext(N_("The report was entered.")))
    return redirect(url_for(".report", report_id=number))


@bp.get("/report/<int:report_id>")
@requires(Permission.SUPPLY_READ)
def report(report_id: int) -> ResponseReturnValue:
    """One report with its lines."""
    found = statement_by_id("report", report_id)
    page = page_of(work_of(report_id))
    return render_template(
        "supply/report.html",
        report=found,
        totals=totals_of([report_id]).get(report_id, []),
        page=page,
        communes=commune_names(row.commune_key for row in page.rows),
        forms=REPORT_FORMS,
        purposes=PURPOSES,
        areas=AREAS,
        entered_by=names_of([found.entered_by_id]),
    )


@bp.get("/report/template.<kind>")
@requires(Permission.SUPPLY_READ)
def template(kind: str) -> ResponseReturnValue:
    """A spreadsheet to fill in, with an example."""
    row = [column.example for column in COLUMNS]
    data, content_type = file_of(headings(COLUMNS), [row], kind)
    disposition = f'attachment; filename="bao-cao-hoat-dong.{kind}"'
    return data, {"Content-Type": content_type, "Content-Disposition": disposition}


@bp.route("/<what>/<int:number>/strike", methods=["GET", "POST"])
@requires(Permission.SUPPLY_EDIT)
def strike(what: str, number: int) -> ResponseReturnValue:
    """Strike out a statement that was a mistake."""
    form = StrikeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                strike_statement(
                    statement_by_id(what, number),
                    reason=form.reason.data or "",
                    actor=current_actor(),
                )
        except BadStatement as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("It was struck out; it stays visible.")))
            return redirect(url_for(".index", what=what))
    row = statement_by_id(what, number)
    return render_template("supply/strike.html", form=form, what=what, row=row)
