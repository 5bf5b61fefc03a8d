"""The types of instruments: what the law asks for, and what applies on a day."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.correction.own_revisions import own_revisions, read_own
from labms.catalogue.drawing import Drawn, draw
from labms.catalogue.entries import CharacteristicKind, Procedure
from labms.catalogue.figures import from_memory
from labms.catalogue.forms import DayForm
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.queries import procedure_releases
from labms.catalogue.rules import CONTROL_NAMES, MODE_NAMES
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.views.blueprint import body_id, bp
from labms.i18n import language
from labms.policy import Permission
from labms.text import clean, fold
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
    """What applies to one type on a day: law, procedures, limits as a picture."""
    catalogue, form = shipped_catalogue(), DayForm(request.args)
    kind = catalogue.type(slug)
    form.validate()
    on = form.on.data or clock.today()
    if not form.on.errors:
        form.on.typed, form.on.data = None, on
    rows = _procedures(slug, on)
    drawn = _to_draw(rows)
    given = _given(drawn.procedure) if drawn else {}
    return render_template(
        "catalogue/type.html",
        kind=kind,
        entries=catalogue.entries_of(slug),
        entry=catalogue.entry_on(slug, on),
        rows=rows,
        drawn=drawn,
        given=given,
        pictures=_pictures(drawn, given),
        controls=CONTROL_NAMES,
        modes=MODE_NAMES,
        form=form,
        on=on,
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """A revision of a procedure, and what a body had made of it on a day."""

    procedure: Procedure
    release: ProcedureRelease | None
    remembered: int
    count: int

    @property
    def name(self) -> str:
        """What stands in an address for it."""
        return self.procedure.name

    @property
    def memory_percent(self) -> int:
        """How much of it was written down from memory."""
        return round(100 * self.remembered / self.count) if self.count else 0


def _procedures(slug: str, on: date) -> list[Offered]:
    """Return the procedures for a type, those of the body's own as well."""
    releases = {
        (each.procedure_slug, each.revision): each
        for each in procedure_releases(body_id())
        if each.released_on <= on
        and (each.withdrawn_on is None or on < each.withdrawn_on)
    }
    found = list(shipped_catalogue().procedures_for(slug))
    own = [read_own(each) for each in own_revisions(body_id()) if each.confirmed_on]
    found += [each for each in reversed(own) if slug in each.types]
    return [
        Offered(each, releases.get((each.slug, each.revision)), *from_memory(each))
        for each in found
    ]


def _to_draw(rows: list[Offered]) -> Offered | None:
    """Return the procedure that was asked for, else the body's, else the newest."""
    wanted = request.args.get("procedure")
    for row in rows:
        if row.name == wanted:
            return row
    asked = [row for row in rows if not row.procedure.is_calibration] or rows
    released = [row for row in asked if row.release is not None]
    return (released or asked)[-1] if asked else None


def _given(procedure: Procedure) -> dict[str, str]:
    """Return the characteristics that were typed, else those of its example."""
    asked = [each.key for each in procedure.characteristics]
    typed = {key: request.args.get(f"c-{key}") for key in asked}
    if any(value is not None for value in typed.values()):
        return {key: clean(value or "") for key, value in typed.items()}
    example = {key: procedure.example.get(key, "") for key in asked}
    for each in procedure.characteristics:
        if each.kind is CharacteristicKind.DECIMAL and language() == "vi":
            example[each.key] = example[each.key].replace(".", ",")
    return example


def _pictures(drawn: Offered | None, given: dict[str, str]) -> Drawn:
    if drawn is None:
        return Drawn()
    options = drawn.release.options if drawn.release else {}
    return draw(drawn.procedure, characteristics=given, options=options)
