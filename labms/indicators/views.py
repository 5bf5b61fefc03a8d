"""The plan's figures, and the rows behind each of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.indicators.evidence import Asked, Cell, evidence
from labms.indicators.export import as_csv
from labms.indicators.figures import figures_on, standings
from labms.indicators.rules import Standing, check_day, rounded
from labms.places.rules import AREAS, area_named
from labms.plan.data import definition, plans
from labms.plan.data import plan as plan_named
from labms.plan.rules import COUNT_NAMES, PERIOD_NAMES, Plan
from labms.policy import Permission, scope_of
from labms.web.access import current_actor, requires
from labms.web.lists import Page, settings
from labms.web.show import count, dmy, local

bp = Blueprint("indicators", __name__, url_prefix="/indicators")


@dataclass(frozen=True, slots=True)
class Filter:
    """Of which plan, area and day the figures are asked for."""

    plan: Plan
    area: str
    on: date
    #: The day as it was typed, if it can't be read.
    unread: str = ""

    @classmethod
    def asked(cls) -> "Filter":
        """Return what the address asks for. Raises UnknownPlan or UnknownPlace."""
        plan = plan_named(request.args.get("plan") or plans()[0].code)
        area = area_named(request.args.get("area") or plan.area)
        typed = request.args.get("on", "").strip()
        day = _day(typed) if typed else clock.today()
        return cls(plan, area.code, day or clock.today(), "" if day else typed)

    def check(self) -> None:
        """Raise DayToCome or AreaNotYet if nothing can be counted."""
        check_day(self.on, area=area_named(self.area), today=clock.today())


def _day(typed: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    return None


def _type_name(slug: str) -> str:
    found = shipped_catalogue().types.get(slug)
    return local(found) if found else slug


@bp.app_template_filter()
def area_name(code: str) -> str:
    """Return the name of an area."""
    return str(area_named(code).name)


@bp.app_template_filter()
def as_shown(value: str | int | date) -> str:
    """Return what stands in a cell, as people write it."""
    if isinstance(value, date):
        return dmy(value)
    return count(value) if isinstance(value, int) else value


@bp.app_template_global()
def address_of(cell: Cell) -> str:
    """Return where a cell leads; nothing if it leads nowhere."""
    if not cell.endpoint or cell.endpoint not in current_app.view_functions:
        return ""
    return url_for(cell.endpoint, **cell.arguments)


@bp.app_template_global()
def chart_top(one: Standing) -> Decimal:
    """Return the value at the right end of a figure's bar."""
    if one.figure.share is not None:
        return Decimal(100)
    largest = max(
        one.figure.value or Decimal(0), one.target.value if one.target else Decimal(0)
    )
    return max(largest * Decimal("1.25"), Decimal(1))


@bp.get("/")
@requires(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    """Every target with its value on its day, then the figures without one."""
    asked = Filter.asked()
    found = standings(asked.plan, area=asked.area, on=asked.on, today=clock.today())
    found.sort(key=lambda one: one.target.judged_on if one.target else date.max)
    return render_template(
        "indicators/index.html",
        asked=asked,
        standings=found,
        areas=AREAS.values(),
        plans=plans(),
        rounded=rounded,
    )


@bp.get("/<code>")
@requires(Permission.INDICATOR_READ)
def rows(code: str) -> ResponseReturnValue:
    """The rows that one figure counts, and how it counts them."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    size, number = settings().page_size, max(request.args.get("page", 1, type=int), 1)
    part = Asked(asked.plan, asked.area, asked.on, code, (number - 1) * size, size)
    found = evidence(part, type_name=_type_name)
    figure = figures_on(asked.plan, asked.area, asked.on)[code]
    return render_template(
        "indicators/rows.html",
        asked=asked,
        areas=AREAS,
        definition=wanted,
        figure=figure,
        shown=rounded(figure),
        columns=found.columns,
        page=Page(found.rows, number, found.total, size),
        sees_all=scope_of(current_actor()).everything,
        periods=PERIOD_NAMES,
        counts=COUNT_NAMES,
    )


@bp.get("/<code>.csv")
@requires(Permission.INDICATOR_READ)
def export(code: str) -> ResponseReturnValue:
    """The same rows, all of them, for a spreadsheet."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    found = evidence(
        Asked(asked.plan, asked.area, asked.on, code), type_name=_type_name
    )
    name = f"{wanted.code}-{asked.area}-{asked.on.isoformat()}.csv"
    return (
        as_csv(found),
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
