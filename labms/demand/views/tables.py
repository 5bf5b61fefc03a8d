"""The demand by old districts, and its cells for a spreadsheet."""

from flask import render_template
from flask.typing import ResponseReturnValue

from labms import clock
from labms.demand.districts import by_district
from labms.demand.queries import demand_of
from labms.demand.rules import COUNTS_FROM, PURPOSES, Cell
from labms.demand.views.figures import Filter, bp, kind_name
from labms.i18n import N_, gettext
from labms.places.rules import AREAS
from labms.policy import Permission
from labms.sheets.writing import file_of
from labms.web.access import requires


def _cells(asked: Filter) -> list[Cell]:
    return demand_of(
        asked.area,
        asked.year,
        on=clock.today(),
        type_slug=asked.type_slug,
        commune_key=asked.commune_key,
        of=asked.of,
    )


@bp.get("/districts")
@requires(Permission.DEMAND_READ)
def districts() -> ResponseReturnValue:
    """The demand by the districts of before 2025-07-01."""
    asked = Filter.asked()
    return render_template(
        "demand/districts.html",
        asked=asked,
        area=AREAS[asked.area],
        found=by_district(_cells(asked)),
        purposes=PURPOSES,
    )


@bp.get("/cells.<kind>")
@requires(Permission.DEMAND_READ)
def cells(kind: str) -> ResponseReturnValue:
    """Every cell that is asked for, with what counts and why."""
    asked = Filter.asked()
    heading = (
        N_("Type"),
        N_("Commune"),
        N_("Code"),
        N_("As entered"),
        N_("In the register"),
        N_("In use"),
        N_("What counts"),
        N_("Why"),
        N_("Cycle"),
        N_("New in the year"),
        N_("Repaired in the year"),
        N_("Due in the year"),
    )
    rows = (
        (
            kind_name(cell.type_slug, asked.of.subject),
            cell.commune_name,
            cell.commune_key.partition("@")[0],
            "" if cell.entered_count is None else cell.entered_count,
            cell.registered,
            cell.in_use,
            gettext(COUNTS_FROM[cell.counts_from]),
            gettext(cell.why),
            cell.cycle_months or "",
            "" if cell.initial is None else cell.initial,
            "" if cell.after_repair is None else cell.after_repair,
            f"{float(cell.due):.2f}",
        )
        for cell in _cells(asked)
    )
    data, content_type = file_of([gettext(text) for text in heading], rows, kind)
    disposition = f'attachment; filename="demand-{asked.area}-{asked.year}.{kind}"'
    return data, {"Content-Type": content_type, "Content-Disposition": disposition}
