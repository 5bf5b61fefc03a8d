"""The types of instruments: what the law asks for, and what applies on a day."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.rules import CONTROL_NAMES
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.views.blueprint import bp
from labms.policy import Permission
from labms.text import fold
from labms.web.access import requires


@bp.get("/types")
@requires(Permission.CATALOGUE_READ)
def types() -> ResponseReturnValue:
    """Every type that the law's lists name, with the cycle in force today."""
    catalogue, wanted = shipped_catalogue(), fold(request.args.get("q", ""))
    rows = [
        (kind, catalogue.entry_on(kind.slug, clock.today()))
        for kind in sorted(catalogue.types.values(), key=lambda each: each.code)
        if wanted in fold(f"{kind.code} {kind.name_vi} {kind.name_en} {kind.dlvn}")
    ]
    return render_template(
        "catalogue/types.html", rows=rows, q=request.args.get("q", "")
    )


@bp.get("/types/<slug>")
@requires(Permission.CATALOGUE_READ)
def type_(slug: str) -> ResponseReturnValue:
    """One type: what the law has asked for it, and its procedures."""
    catalogue = shipped_catalogue()
    return render_template(
        "catalogue/type.html",
        kind=catalogue.type(slug),
        entries=catalogue.entries_of(slug),
        procedures=catalogue.procedures_for(slug),
        controls=CONTROL_NAMES,
        on=clock.today(),
    )
