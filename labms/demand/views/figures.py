"""The demand for verification: what is known, where from, and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.demand.doubts import DoubtfulFigure
from labms.demand.forms import (
    CorrectionForm,
    FigureForm,
    standard_choices,
    type_choices,
)
from labms.demand.growth import growth_of
from labms.demand.queries import (
    coverage,
    demand_of,
    figure_by_id,
    figures_of_cell,
)
from labms.demand.registered import Of
from labms.demand.rules import (
    COUNTS_FROM,
    DEMAND_SOURCES,
    PURPOSES,
    SUBJECTS,
    BadFigure,
    Cell,
    Purpose,
    Subject,
)
from labms.demand.services import about_of, correct_figure, enter_figure
from labms.demand.summing import by_type
from labms.i18n import N_, Message, gettext
from labms.organisations.rules import ORGANISATION_KINDS, OrganisationKind
from labms.places.queries import commune_by_key, commune_choices
from labms.places.rules import AREAS
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import page_in
from labms.web.show import count, number

bp = Blueprint("demand", __name__, url_prefix="/demand")

Kind = TypeVar("Kind", bound=StrEnum)
#: The area of the plan that the demand is counted for.
USUAL_AREA = "ben-tre-old"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the demand is asked for; what makes no sense means all of it."""

    area: str
    year: int
    type_slug: str
    commune_key: str
    of: Of

    @classmethod
    def asked(cls) -> "Filter":
        """Return what the address asks for."""
        area = request.args.get("area", "")
        year = request.args.get("year", clock.today().year, type=int)
        slug = request.args.get("type", "")
        of = Of(
            purpose=_one(Purpose, "purpose") or Purpose.VERIFICATION,
            subject=_one(Subject, "subject") or Subject.INSTRUMENT,
            holder=_one(OrganisationKind, "holder"),
        )
        return cls(
            area=area if area in AREAS else USUAL_AREA,
            year=min(max(year, 2000), clock.today().year),
            type_slug=slug if slug in dict(_kinds(of.subject)) else "",
            commune_key=request.args.get("commune", ""),
            of=of,
        )

    @property
    def more(self) -> dict[str, str]:
        """What further addresses need to mean the same demand; usual things not."""
        given = {
            "purpose": self.of.purpose,
            "subject": self.of.subject,
            "holder": self.of.holder,
        }
        usual = {Purpose.VERIFICATION, Subject.INSTRUMENT, None}
        return {key: str(value) for key, value in given.items() if value not in usual}


def _one(kind: type[Kind], name: str) -> Kind | None:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def _kinds(subject: Subject) -> list[tuple[str, str]]:
    """Return the types of instruments, or the kinds of standards."""
    return type_choices() if subject is Subject.INSTRUMENT else standard_choices()


@bp.app_template_global()
def kind_name(slug: str, subject: str = Subject.INSTRUMENT) -> str:
    """Return what a type, or a kind of standard, is called."""
    return dict(_kinds(Subject(subject))).get(slug, slug)


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
        of=asked.of,
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
        coverage=coverage(
            asked.area, asked.year, on=today, type_slug=asked.type_slug, of=asked.of
        ),
        growth={}
        if by_cell
        else growth_of(asked.area, asked.year, on=today, of=asked.of),
        tenth=Decimal("0.1"),
        purposes=PURPOSES,
        subjects=SUBJECTS,
        holders=ORGANISATION_KINDS,
        areas=AREAS.values(),
        years=range(today.year, 2018, -1),
        types=_kinds(asked.of.subject),
        communes=commune_choices(today, asked.area),
        counts_from=COUNTS_FROM,
    )


@bp.get("/cell/<type_slug>/<commune_key>")
@requires(Permission.DEMAND_READ)
def cell(type_slug: str, commune_key: str) -> ResponseReturnValue:
    """Every figure for one type in one commune, and which one counts."""
    asked = Filter.asked()
    if asked.of.subject is Subject.INSTRUMENT:
        shipped_catalogue().type(type_slug)
    commune = commune_by_key(commune_key)
    found = demand_of(
        asked.area,
        asked.year,
        on=clock.today(),
        type_slug=type_slug,
        commune_key=commune_key,
        of=asked.of,
    )
    return render_template(
        "demand/cell.html",
        asked=asked,
        type_slug=type_slug,
        commune=commune,
        cell=found[0] if found else None,
        figures=figures_of_cell(type_slug, commune_key, of=asked.of),
        counts_from=COUNTS_FROM,
        purposes=PURPOSES,
        holders=ORGANISATION_KINDS,
    )


def _choice(asked: Filter) -> str:
    is_instrument = asked.of.subject is Subject.INSTRUMENT
    return asked.type_slug if is_instrument else f"standard:{asked.type_slug}"


@bp.route("/enter", methods=["GET", "POST"])
@requires(Permission.DEMAND_EDIT)
def enter() -> ResponseReturnValue:
    """Enter what a survey or a list found."""
    asked = Filter.asked()
    form = FigureForm(
        data={
            "type_slug": _choice(asked),
            "purpose": asked.of.purpose,
            "holder": asked.of.holder or "",
            "commune_key": request.args.get("commune", ""),
            "year": request.args.get("year", clock.today().year, type=int),
        }
    )
    found: Sequence[Message] = ()
    if form.validate_on_submit():
        try:
            with transaction():
                figure = enter_figure(
                    checked=form.said,
                    type_slug=form.slug,
                    commune_key=form.commune_key.data,
                    year=form.year.data or 0,
                    about=form.counted(),
                    **_counted(form),
                )
                back = _cell_of(figure)
        except BadFigure as error:
            form.refuse("in_use_count", error)
        except DoubtfulFigure as error:
            form.refuse("checked", error)
            found = error.doubts
        else:
            flash(gettext(N_("The figure was entered.")))
            return redirect(back)
    return render_template("demand/enter.html", form=form, doubts=found)


@bp.route("/figures/<int:figure_id>/correct", methods=["GET", "POST"])
@requires(Permission.DEMAND_EDIT)
def correct(figure_id: int) -> ResponseReturnValue:
    """Put another figure in the place of a wrong one."""
    wrong = figure_by_id(figure_id)
    form = CorrectionForm(obj=wrong)
    if form.validate_on_submit():
        try:
            with transaction():
                row = figure_by_id(figure_id)
                figure = correct_figure(
                    row,
                    reason=form.reason.data,
                    about=form.about(of=about_of(row)),
                    **_counted(form),
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
        subject=figure.subject,
        purpose=figure.purpose,
    )
