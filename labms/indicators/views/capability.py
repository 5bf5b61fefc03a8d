"""Scopes against demand."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from labms.i18n import N_, gettext
from labms.indicators.capability import HANGS, STANDINGS, Standing, capabilities
from labms.indicators.evidence import Cell, Column, Evidence
from labms.indicators.figures import Count
from labms.indicators.views.asking import Filter, bp, named_type, sent
from labms.places.rules import AREAS
from labms.policy import Permission
from labms.registry.queries import standard_kinds
from labms.web.access import requires
from labms.web.lists import page_in


@bp.get("/capability")
@requires(Permission.INDICATOR_READ)
def capability() -> ResponseReturnValue:
    """What the province can verify itself, what nobody can, what hangs on one thing."""
    asked = Filter.asked()
    asked.check()
    count = Count(asked.plan, asked.area, asked.on)
    found = capabilities(count)
    wanted = request.args.get("standing", "")
    shown = [one for one in found if wanted in ("", one.standing, *one.hangs_on)]
    total = sum(one.line.due for one in found)
    return render_template(
        "indicators/capability.html",
        asked=asked,
        areas=AREAS.values(),
        page=page_in(shown),
        wanted=wanted,
        standings=STANDINGS,
        hangs=HANGS,
        due={
            standing: sum(o.line.due for o in found if o.standing is standing)
            for standing in Standing
        },
        total=total,
        shares=[count.figure(c) for c in ("designated-share", "capacity-share")],
        kinds=standard_kinds(),
    )


@bp.get("/capability.<kind>")
@requires(Permission.INDICATOR_READ)
def capability_file(kind: str) -> ResponseReturnValue:
    """The same for a spreadsheet, a row for each scope of each type."""
    asked = Filter.asked()
    asked.check()
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("Due in the year")),
        Column(N_("Yearly capacity")),
        Column(N_("Who can do it")),
        Column(N_("Hangs on")),
        Column(N_("Body")),
        Column(N_("Decision")),
        Column(N_("Range")),
        Column(N_("Class")),
        Column(N_("From")),
        Column(N_("Valid until")),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in capabilities(Count(asked.plan, asked.area, asked.on)):
        about = (
            Cell(named_type(one.line.type_slug)),
            Cell(one.line.due),
            Cell("" if one.line.capacity is None else one.line.capacity),
            Cell(gettext(STANDINGS[one.standing])),
            Cell("; ".join(gettext(HANGS[what]) for what in one.hangs_on)),
        )
        rows += [
            (
                *about,
                Cell(scope.name),
                Cell(scope.decision),
                Cell(scope.range_text),
                Cell(scope.class_text),
                Cell(scope.issued_on),
                Cell(scope.valid_until),
            )
            for scope in (*one.inside, *one.outside)
        ] or [(*about, *(Cell(""),) * 6)]
    found = Evidence(columns, rows, len(rows))
    name = f"capability-{asked.area}-{asked.on.isoformat()}"
    return sent(found, name, kind)
