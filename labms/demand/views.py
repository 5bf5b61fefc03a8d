"""The demand for verification: what is known, where from, and what is not."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.demand.forms import CorrectionForm, FigureForm, type_choices
from labms.demand.queries import (
    by_type,
    coverage,
    demand_of,
    figure_by_id,
    figures_of_cell,
)
from labms.demand.rules import COUNTS_FROM, DEMAND_SOURCES, BadFigure, Cell
from labms.demand.services import correct_figure, enter_figure
from labms.i18n import N_, gettext
from labms.places.queries import commune_by_key, commune_choices
from labms.places.rules import AREAS
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import page_in
from labms.web.show import count, number

bp = Blueprint("demand", __name__, url_prefix="/demand")

#: The area of the plan that the demand is counted for.
USUAL_AREA = "ben-tre-old"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the demand is asked for; what makes no sense means all of it."""

    area: str
    year: int
    type_slug: str
    commune_key: str

    @classmethod
    def asked(cls) -> "Filter":
        """Return what the address asks for."""
        area = request.args.get("area", "")
        year = request.args.get("year", clock.today().year, type=int)
        slug = request.args.get("type", "")
        return cls(
            area=area if area in AREAS else USUAL_AREA,
            year=min(max(year, 2000), clock.today().year),
            type_slug=slug if slug in shipped_catalogue().types else "",
            commune_key=request.args.get("commune", ""),
        )


@bp.app_template_global()
def demand_source_name(source: str) -> str:
    """Return where a figure comes from, in words."""
    return gettext({str(key): name for key, name in DEMAND_SOURCES.items()}[source])


@bp.app_template_filter()
def due_part(cell: Cell) -> str:
    """Return what is due of a cell to one decimal: parts are added before rounding."""
    whole = cell.due.denominator == 1
    return count(int(cell.due)) if whole else number(Decimal(f"{float(cell.due):.1f}"))


@bp.get("/")
@requires(Permission.DEMAND_READ)
def index() -> ResponseReturnValue:
    """What is in use and due, by type; or by commune for one type, or the reverse."""
    asked, today = Filter.asked(), clock.today()
    cells = demand_of(
        asked.area,
        asked.year,
        on=today,
        type_slug=asked.type_slug,
        commune_key=asked.commune_key,
    )
    types = by_type(cells)
    by_cell = bool(asked.type_slug or asked.commune_key)
    return render_template(
        "demand/index.html",
        asked=asked,
        page=page_in(cells if by_cell else types),
        by_cell=by_cell,
        in_use=sum(each.in_use for each in types),
        due=sum(each.due for each in types),
        unsurveyed=sum(each.unsurveyed_in_use for each in types),
        coverage=coverage(asked.area, asked.year, on=today, type_slug=asked.type_slug),
        areas=AREAS.values(),
        years=range(today.year, 2018, -1),
        types=type_choices(),
        communes=commune_choices(today, asked.area),
        counts_from=COUNTS_FROM,
    )


@bp.get("/cell/<type_slug>/<commune_key>")
@requires(Permission.DEMAND_READ)
def cell(type_slug: str, commune_key: str) -> ResponseReturnValue:
    """Every figure for one type in one commune, and which one counts."""
    asked = Filter.asked()
    kind = shipped_catalogue().type(type_slug)
    commune = commune_by_key(commune_key)
    found = demand_of(
        asked.area,
        asked.year,
        on=clock.today(),
        type_slug=type_slug,
        commune_key=commune_key,
    )
    return render_template(
        "demand/cell.html",
        asked=asked,
        kind=kind,
        commune=commune,
        cell=found[0] if found else None,
        figures=figures_of_cell(type_slug, commune_key),
        counts_from=COUNTS_FROM,
    )


@bp.route("/enter", methods=["GET", "POST"])
@requires(Permission.DEMAND_EDIT)
def enter() -> ResponseReturnValue:
    """Enter what a survey or a list found."""
    form = FigureForm(
        data={
            "type_slug": request.args.get("type", ""),
            "commune_key": request.args.get("commune", ""),
            "year": request.args.get("year", clock.today().year, type=int),
        }
    )
    if form.validate_on_submit():
        try:
            with transaction():
                figure = enter_figure(
                    type_slug=form.type_slug.data,
                    commune_key=form.commune_key.data,
                    year=form.year.data or 0,
                    **_counted(form),
                )
                back = _cell_of(figure)
        except BadFigure as error:
            form.refuse("in_use_count", error)
        else:
            flash(gettext(N_("The figure was entered.")))
            return redirect(back)
    return render_template("demand/enter.html", form=form)


@bp.route("/figures/<int:figure_id>/correct", methods=["GET", "POST"])
@requires(Permission.DEMAND_EDIT)
def correct(figure_id: int) -> ResponseReturnValue:
    """Put another figure in the place of a wrong one."""
    wrong = figure_by_id(figure_id)
    form = CorrectionForm(obj=wrong)
    if form.validate_on_submit():
        try:
            with transaction():
                figure = correct_figure(
                    figure_by_id(figure_id), reason=form.reason.data, **_counted(form)
                )
                back = _cell_of(figure)
        except BadFigure as error:
            form.refuse("in_use_count", error)
        else:
            flash(gettext(N_("The figure was corrected; the wrong one stays visible.")))
            return redirect(back)
    wrong = figure_by_id(figure_id)
    commune = commune_by_key(wrong.commune_key)
    return render_template(
        "demand/correct.html", form=form, figure=wrong, commune=commune
    )


def _counted(form: CorrectionForm) -> dict[str, Any]:
    return {
        "in_use_count": form.in_use_count.data,
        "source": form.source.data,
        "document": form.document.data,
        "method": form.method.data,
        "counted_on": form.counted_on.data,
        "actor": current_actor(),
    }


def _cell_of(figure: Any) -> str:
    return url_for(
        ".cell",
        type_slug=figure.type_slug,
        commune_key=figure.commune_key,
        year=figure.year,
    )
