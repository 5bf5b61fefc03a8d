"""Frozen reports, and what became of what they counted."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.indicators.evidence import Cell, Column, Evidence
from labms.indicators.forms import FreezeForm
from labms.indicators.recounting import (
    Recount,
    recount,
    report_by_id,
    reports,
)
from labms.indicators.rules import AreaNotYet, DayToCome
from labms.indicators.services import SameReport, TitleMissing, freeze_figures
from labms.indicators.views.asking import bp, sent
from labms.people.queries import names_of
from labms.places.rules import AREAS
from labms.plan.data import definitions, plans
from labms.plan.data import plan as plan_named
from labms.plan.rules import BeforeThePlan
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import page_in, page_of


@bp.get("/frozen")
@requires(Permission.INDICATOR_READ)
def frozen() -> ResponseReturnValue:
    """All frozen reports, newest first."""
    page = page_of(reports())
    return render_template(
        "indicators/frozen.html",
        page=page,
        areas=AREAS,
        names=names_of(row.frozen_by_id for row in page.rows),
    )


@bp.route("/frozen/freeze", methods=["GET", "POST"])
@requires(Permission.FIGURES_FREEZE)
def freeze() -> ResponseReturnValue:
    """Keep the figures of a day."""
    form = FreezeForm(
        data={
            "counted_for": clock.today(),
            "area": request.args.get("area", plans()[0].area),
            "plan": request.args.get("plan", plans()[0].code),
        }
    )
    if form.validate_on_submit():
        try:
            with transaction():
                report = freeze_figures(
                    plan_named(form.plan.data),
                    area=form.area.data,
                    on=form.counted_for.day,
                    title=form.title.data or "",
                    note=form.note.data or "",
                    actor=current_actor(),
                )
                number = report.id
        except (DayToCome, AreaNotYet, BeforeThePlan) as error:
            form.refuse("counted_for", error)
        except (TitleMissing, SameReport) as error:
            form.refuse("title", error)
        else:
            flash(gettext(N_("The figures were frozen.")))
            return redirect(url_for(".recounted", report_id=number))
    return render_template("indicators/freeze.html", form=form)


@bp.get("/frozen/<int:report_id>")
@requires(Permission.INDICATOR_READ)
def recounted(report_id: int) -> ResponseReturnValue:
    """A frozen report beside what is known of the same days today."""
    found = recount(report_by_id(report_id), known_on=clock.today())
    return render_template(
        "indicators/recounted.html",
        found=found,
        report=found.report,
        plan=plan_named(found.report.plan_code),
        area=AREAS[found.report.area],
        definitions=definitions(),
        page=page_in(found.rows),
        names=names_of([found.report.frozen_by_id]),
    )


@bp.get("/frozen/<int:report_id>.<kind>")
@requires(Permission.INDICATOR_READ)
def recount_file(report_id: int, kind: str) -> ResponseReturnValue:
    """What changed since, for a spreadsheet."""
    found = _changes(recount(report_by_id(report_id), known_on=clock.today()))
    name = f"frozen-{report_id}-{clock.today().isoformat()}"
    return sent(found, name, kind)


def _changes(found: Recount) -> Evidence:
    columns = (
        Column(N_("Figure")),
        Column(N_("Change")),
        Column(N_("What")),
        Column(N_("Why")),
    )
    came, gone = gettext(N_("came")), gettext(N_("counts no more"))
    rows = [
        (
            Cell(row.code),
            Cell(came if row.came else gone),
            Cell(row.name),
            Cell(str(row.why)),
        )
        for row in found.rows
    ]
    return Evidence(columns, rows, len(rows))
