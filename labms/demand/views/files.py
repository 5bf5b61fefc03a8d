"""Spreadsheets of demand: sent, looked at row by row, and entered."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock, filestore
from labms.db import transaction
from labms.demand.columns import COLUMNS, ROW_STATES, RowState, problems_of
from labms.demand.doubts import Doubtful
from labms.demand.importing import (
    NothingNew,
    RowsWrong,
    check_rows,
    enter_file,
    example_rows,
    import_by_id,
    send_file,
)
from labms.demand.importing import imports as all_imports
from labms.demand.rules import ImportState
from labms.demand.views.figures import bp
from labms.errors import Invalid
from labms.i18n import N_, gettext, ngettext
from labms.people.queries import names_of
from labms.policy import Permission
from labms.sheets.columns import headings
from labms.sheets.writing import file_of
from labms.text import clean, file_name
from labms.web.access import current_actor, requires
from labms.web.lists import page_in, page_of, settings
from labms.web.show import count


@bp.route("/imports", methods=["GET", "POST"])
@requires(Permission.DEMAND_EDIT)
def imports() -> ResponseReturnValue:
    """Send a spreadsheet; those that were sent before."""
    problem = ""
    if request.method == "POST":
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        try:
            if not sent or not sent.filename:
                raise Invalid(problem=N_("choose a file"))
            with transaction():
                found = send_file(
                    file_name(sent.filename),
                    data,
                    actor=current_actor(),
                    folder=settings().files_dir,
                )
                number = found.id
        except Invalid as error:
            problem = str(error.text)
        else:
            return redirect(url_for(".show_import", import_id=number))
    page = page_of(all_imports())
    return render_template(
        "demand/imports.html",
        page=page,
        problem=problem,
        names=names_of(row.sent_by_id for row in page.rows),
    ), 422 if problem else 200


@bp.get("/imports/<int:import_id>")
@requires(Permission.DEMAND_EDIT)
def show_import(import_id: int) -> ResponseReturnValue:
    """What each row of a file comes to; nothing is entered by looking."""
    sent = import_by_id(import_id)
    found = check_rows(filestore.read(settings().files_dir, sent.file_hash))
    state = request.args.get("state", "")
    if state == "doubtful":
        rows = [row for row in found.rows if row.doubts]
    else:
        rows = [row for row in found.rows if state in ("", row.state)]
    rows.sort(key=lambda row: row.urgency)
    return render_template(
        "demand/import.html",
        sent=sent,
        found=found,
        is_entered=sent.state is ImportState.ENTERED,
        page=page_in(rows),
        state=state,
        columns=COLUMNS,
        states=ROW_STATES,
        wrong=found.counts[RowState.WRONG],
    )


@bp.post("/imports/<int:import_id>/enter")
@requires(Permission.DEMAND_EDIT)
def enter_import(import_id: int) -> ResponseReturnValue:
    """Enter all new figures of a file."""
    try:
        with transaction():
            number = enter_file(
                import_by_id(import_id),
                actor=current_actor(),
                folder=settings().files_dir,
                checked=_checked(),
            )
    except (RowsWrong, NothingNew, Doubtful) as error:
        flash(str(error.text))
    else:
        text = ngettext("{n} figure was entered.", "{n} figures were entered.", number)
        flash(text.format(n=count(number)))
    return redirect(url_for(".show_import", import_id=import_id))


def _checked() -> str:
    """Return why figures that look wrong are right, if it was ticked that they are."""
    return clean(request.form.get("reason", "")) if request.form.get("checked") else ""


@bp.get("/imports/<int:import_id>/problems.csv")
@requires(Permission.DEMAND_EDIT)
def import_problems(import_id: int) -> ResponseReturnValue:
    """The wrong rows with what is wrong, to correct them side by side."""
    sent = import_by_id(import_id)
    found = check_rows(filestore.read(settings().files_dir, sent.file_hash))
    heading = [gettext(N_("Row")), gettext(N_("What is wrong"))]
    return _file(heading, problems_of(found.rows), f"problems-{import_id}", "csv")


@bp.get("/imports/template.<kind>")
@requires(Permission.DEMAND_EDIT)
def import_template(kind: str) -> ResponseReturnValue:
    """A spreadsheet to fill in, with an example."""
    return _file(headings(COLUMNS), example_rows(clock.today()), "nhu-cau", kind)


def _file(
    heading: list[str], rows: Sequence[Sequence[object]], name: str, kind: str
) -> ResponseReturnValue:
    data, content_type = file_of(heading, rows, kind)
    disposition = f'attachment; filename="{name}.{kind}"'
    return data, {"Content-Type": content_type, "Content-Disposition": disposition}
