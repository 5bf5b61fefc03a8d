"""The plan's figures, and the rows behind each of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.demand.forms import type_choices
from labms.i18n import N_, gettext
from labms.indicators.evidence import Asked, Cell, evidence
from labms.indicators.evidence.daily_rows import overdue_by
from labms.indicators.export import as_csv, as_xlsx
from labms.indicators.figures import Count, standings
from labms.indicators.rules import Standing, check_day, rounded
from labms.places.queries import commune_choices
from labms.places.rules import AREAS, area_named
from labms.plan.data import definition, plans
from labms.plan.data import plan as plan_named
from labms.plan.rules import COMPARISON_NAMES, COUNT_NAMES, PERIOD_NAMES, Plan
from labms.policy import Permission, scope_of
from labms.sheets.writing import XLSX
from labms.supply.rules import SOURCES, Source
from labms.web.access import current_actor, requires
from labms.web.lists import Page, settings
from labms.web.show import count, dmy, local, number

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


#: Of which figures the rows have a type, and of which a commune as well.
WITH_TYPES = frozenset({"designated-share", "capacity-share", "pass-share"})
WITH_COMMUNES = frozenset(
    {
        "verified-share",
        "turnaround-median",
        "turnaround-90",
        "on-time-share",
        "overdue-instruments",
        "workload",
    }
)


def _part(
    asked: Filter, code: str, *, offset: int = 0, size: int | None = None
) -> Asked:
    given = request.args
    return Asked(
        asked.plan,
        asked.area,
        asked.on,
        code,
        offset,
        size,
        type_slug=given.get("type", "") if code in WITH_TYPES | WITH_COMMUNES else "",
        commune_key=given.get("commune", "") if code in WITH_COMMUNES else "",
        q=given.get("q", "").strip(),
    )


@bp.get("/<code>")
@requires(Permission.INDICATOR_READ)
def rows(code: str) -> ResponseReturnValue:
    """The rows that one figure counts, and how it counts them."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    size, page = settings().page_size, max(request.args.get("page", 1, type=int), 1)
    part = _part(asked, code, offset=(page - 1) * size, size=size)
    found = evidence(part, type_name=_type_name)
    figure = Count(asked.plan, asked.area, asked.on).figure(code)
    return render_template(
        "indicators/rows.html",
        asked=asked,
        areas=AREAS,
        definition=wanted,
        figure=figure,
        shown=rounded(figure),
        columns=found.columns,
        part=part,
        page=Page(found.rows, page, found.total, size),
        sees_all=scope_of(current_actor()).everything,
        periods=PERIOD_NAMES,
        counts=COUNT_NAMES,
        comparisons=COMPARISON_NAMES,
        types=type_choices(),
        communes=commune_choices(clock.today(), asked.area),
        filters={
            "type": code in WITH_TYPES | WITH_COMMUNES,
            "commune": code in WITH_COMMUNES,
        },
        breakdown=_breakdown(part),
    )


def _breakdown(part: Asked) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return who and where most are overdue, beside their rows."""
    if part.code != "overdue-instruments" or part.is_filtered:
        return []
    return [
        (gettext(N_("Most by user")), overdue_by(part, owner=True)),
        (gettext(N_("Most by commune")), overdue_by(part, owner=False)),
    ]


@bp.get("/<code>.<any(csv, xlsx):kind>")
@requires(Permission.INDICATOR_READ)
def export(code: str, kind: str) -> ResponseReturnValue:
    """The same rows, all of them, for a spreadsheet."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    found = evidence(_part(asked, code), type_name=_type_name)
    name = f"{wanted.code}-{asked.area}-{asked.on.isoformat()}"
    if kind == "xlsx":
        return sent(as_xlsx(found, title=wanted.code), name, XLSX, "xlsx")
    return sent(as_csv(found), name, "text/csv; charset=utf-8", "csv")


def sent(
    data: bytes | str, name: str, content_type: str, ending: str
) -> ResponseReturnValue:
    """Return a file that the browser keeps under this name."""
    disposition = f'attachment; filename="{name}.{ending}"'
    return data, {"Content-Type": content_type, "Content-Disposition": disposition}


@bp.app_template_filter()
def source_words(source: Source) -> str:
    """Return who did a piece of work, as a marked text."""
    return SOURCES[source]


@bp.app_template_filter()
def one_decimal(value: Decimal) -> str:
    """Return a share with one decimal, rounded down."""
    return number(value.quantize(Decimal("0.1"), rounding=ROUND_FLOOR))
