"""Choosing a report, reading it on the page, and taking it as a file."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.errors import Invalid, NotFound
from labms.outlook.views import asked_count
from labms.places.queries import commune_by_key
from labms.places.rules import AREAS, area_named
from labms.plan.data import plan, plans
from labms.plan.rules import Plan
from labms.policy import Permission
from labms.reports.content import report_of
from labms.reports.dashboard import board_of, rows_of_commune, top_of
from labms.reports.document import Report
from labms.reports.forms import AroundForm
from labms.reports.rules import (
    FORMS,
    Form,
    Period,
    WronglyAsked,
    latest_period,
    period_named,
    usual_around,
)
from labms.reports.writing import file_name, written
from labms.summaries.reading import KeptCount
from labms.summaries.views import kept_count
from labms.tasks.rules import OPTION_KINDS
from labms.web.access import requires
from labms.web.lists import settings

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/")
@requires(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    """Choose a period, see the report, take it as PDF, DOCX or XLSX."""
    usual = latest_period(clock.today())
    year = request.args.get("year", usual.year, type=int)
    period = period_named(year, request.args.get("part") or usual.part)
    form, whole = _asked(period)
    report, refusal = None, None
    if form.validate():
        try:
            report = _report(form, period, whole)
        except Invalid as error:
            refusal = error.text
    return render_template(
        "reports/index.html",
        form=form,
        plan=whole,
        period=period,
        report=report,
        refusal=refusal,
        forms=FORMS,
        given=dict(form.data, plan=whole.code),
        day=form.day._value(),
    )


@bp.get("/dashboard")
@requires(Permission.INDICATOR_READ)
def dashboard() -> ResponseReturnValue:
    """Targets, gaps, communes and trends of today, each opening into what it counts."""
    count = kept_count(asked_count())
    slug = _type(request.args.get("type", ""))
    return render_template(
        "reports/dashboard.html",
        count=count,
        areas=AREAS.values(),
        board=board_of(count, type_slug=slug),
        type_slug=slug,
        types=[line.type_slug for line in count.lines if line.due],
        top_of=top_of,
        kept=count.kept if isinstance(count, KeptCount) else None,
        is_earlier=count.on < clock.today(),
    )


def _type(slug: str) -> str:
    return shipped_catalogue().type(slug).slug if slug else ""


@bp.get("/communes/<commune_key>")
@requires(Permission.INDICATOR_READ)
def commune(commune_key: str) -> ResponseReturnValue:
    """One commune: what is due and done, who could do it, and what that would cost."""
    count = asked_count()
    found = commune_by_key(commune_key)
    return render_template(
        "reports/commune.html",
        count=count,
        commune=found,
        rows=rows_of_commune(count, found.key),
        kinds=OPTION_KINDS,
        type_slug=_type(request.args.get("type", "")),
    )


@bp.get("/<int:year>/<part>.<form>")
@requires(Permission.INDICATOR_READ)
def file(year: int, part: str, form: str) -> ResponseReturnValue:
    """The report as a file."""
    period = period_named(year, part)
    try:
        kind = Form(form)
    except ValueError:
        raise NotFound from None
    asked, whole = _asked(period)
    _check(asked)
    report = _report(asked, period, whole)
    name = file_name(report, kind)
    headers = {
        "Content-Type": FORMS[kind],
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return written(report, kind), headers


def _asked(period: Period) -> tuple[AroundForm, Plan]:
    """Return the form as it was filled in, with what is usual where it was not."""
    whole = plan(request.args.get("plan") or plans()[0].code)
    area = area_named(request.args.get("area") or whole.area)
    usual = usual_around(area=area.code, on=period.last)
    given: dict[str, Any] = {
        "year": str(period.year),
        "part": str(period.part),
        "area": area.code,
        "parent": usual.parent,
        "office": usual.office,
        "number": "",
        "place": usual.place,
        "day": "",
        "addressees": "\n".join(usual.addressees),
        "signed_as": usual.signed_as,
        "signed_by": "",
    }
    typed = {key: request.args[key] for key in given if key in request.args}
    return AroundForm(MultiDict(given | typed)), whole


def _check(form: AroundForm) -> None:
    """Raise WronglyAsked if something in the address cannot be read."""
    if form.validate():
        return
    for each in form:
        if each.errors:
            raise WronglyAsked(field=each.label.text, problem=each.errors[0])


def _report(form: AroundForm, period: Period, whole: Plan) -> Report:
    return report_of(
        period,
        plan=whole,
        area=form.area.data,
        around=form.around(),
        today=clock.today(),
        test_print=settings().demo,
    )
