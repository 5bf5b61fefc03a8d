"""What the pages of the figures share: what is asked for, and how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import gettext
from labms.indicators.evidence import Cell, Evidence
from labms.indicators.export import cells_of
from labms.indicators.figures import Count
from labms.indicators.rules import JUDGEMENTS, Judgement, Standing, check_day
from labms.places.rules import area_named
from labms.plan.data import plan as plan_named
from labms.plan.data import plans
from labms.plan.rules import Plan
from labms.sheets.writing import file_of
from labms.supply.rules import SOURCES, Source
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
    #: Of a recount: the later day by which it is known what counts.
    known_on: date | None = None

    @classmethod
    def asked(cls) -> "Filter":
        """Return what the address asks for. Raises UnknownPlan or UnknownPlace."""
        plan = plan_named(request.args.get("plan") or plans()[0].code)
        area = area_named(request.args.get("area") or plan.area)
        typed = request.args.get("on", "").strip()
        day = _day(typed) if typed else clock.today()
        known_on = _day(request.args.get("known", "").strip())
        return cls(
            plan,
            area.code,
            day or clock.today(),
            "" if day else typed,
            known_on if day and known_on and known_on > day else None,
        )

    def check(self) -> None:
        """Raise DayToCome or AreaNotYet if nothing can be counted."""
        for day in (self.on, self.known_on or self.on):
            check_day(day, area=area_named(self.area), today=clock.today())

    @property
    def count(self) -> Count:
        """What counts it."""
        return Count(self.plan, self.area, self.on, self.known_on)

    @property
    def address(self) -> Mapping[str, str]:
        """The same in an address."""
        known = {"known": self.known_on.isoformat()} if self.known_on else {}
        on = self.on.isoformat()
        return {"plan": self.plan.code, "area": self.area, "on": on, **known}


def _day(typed: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    return None


def named_type(slug: str) -> str:
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


#: How what can be said of a figure looks.
_LOOKS: Mapping[Judgement, str] = {
    Judgement.UNKNOWN: "quiet",
    Judgement.NOT_JUDGED: "quiet",
    Judgement.MET: "good",
    Judgement.MISSED: "bad",
    Judgement.ABOVE: "info",
    Judgement.BELOW: "warn",
}


@bp.app_template_filter()
def judged(one: Standing) -> tuple[str, str]:
    """Return the look and the words of a badge that says how a figure stands."""
    return _LOOKS[one.judgement], gettext(JUDGEMENTS[one.judgement])


def sent(found: Evidence, name: str, kind: str) -> ResponseReturnValue:
    """Return rows as a file that the browser keeps under this name.

    Raises NotFound for any kind but "csv" and "xlsx".
    """
    heading, rows = cells_of(found)
    data, content_type = file_of(heading, rows, kind)
    disposition = f'attachment; filename="{name}.{kind}"'
    return data, {"Content-Type": content_type, "Content-Disposition": disposition}


@bp.app_template_filter()
def source_words(source: Source) -> str:
    """Return who did a piece of work, as a marked text."""
    return SOURCES[source]


@bp.app_template_filter()
def one_decimal(value: Decimal) -> str:
    """Return a share with one decimal, rounded down."""
    return number(value.quantize(Decimal("0.1"), rounding=ROUND_FLOOR))
