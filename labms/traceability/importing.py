"""The pages on which a standard's digital certificate is sent, looked at, entered."""

from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms.db import transaction
from labms.dcc.opening import NotADcc
from labms.errors import check_all
from labms.filestore import read
from labms.i18n import N_, gettext
from labms.metrology.units import UNITS
from labms.organisations.queries import body_by_id
from labms.policy import Permission
from labms.registry.models import Standard
from labms.registry.queries import standard_by_id
from labms.text import file_name
from labms.traceability.entering import (
    FIELDS,
    ON_FIELDS,
    check_stated,
    details_of,
    form_for,
)
from labms.traceability.forms import CalibrationForm, DccForm
from labms.traceability.models import ReceivedDcc
from labms.traceability.receiving import (
    Preview,
    discard,
    preview,
    receive_dcc,
    received_by_id,
    take_over,
)
from labms.traceability.rules import IssuerKind, media_type_of
from labms.traceability.services import Attachment, check_calibration
from labms.web.access import current_actor, requires
from labms.web.lists import settings

#: So many points of a series are shown; the file has them all.
POINTS_SHOWN = 12


def register(bp: Blueprint) -> None:
    """Add these pages to the feature's."""
    both = ["GET", "POST"]
    bp.route("/standards/<int:standard_id>/dcc", methods=both)(send_dcc)
    bp.get("/dcc/<int:received_id>")(received_dcc)
    bp.post("/dcc/<int:received_id>")(enter_dcc)
    bp.post("/dcc/<int:received_id>/discard")(discard_dcc)
    bp.get("/dcc/<int:received_id>/file")(dcc_file)


@requires(Permission.STANDARD_EDIT)
def send_dcc(standard_id: int) -> ResponseReturnValue:
    """Send the digital certificate that came with a standard."""
    form = DccForm()
    if form.validate_on_submit():
        sent = request.files["file"]
        try:
            with transaction():
                row = receive_dcc(
                    standard_by_id(standard_id),
                    Attachment(file_name(sent.filename or ""), sent.read()),
                    actor=current_actor(),
                    files_dir=settings().files_dir,
                )
                received_id = row.id
        except NotADcc as error:
            form.refuse("file", error)
        else:
            return redirect(url_for(".received_dcc", received_id=received_id))
    return render_template(
        "traceability/send_dcc.html", standard=standard_by_id(standard_id), form=form
    )


@requires(Permission.STANDARD_READ)
def received_dcc(received_id: int) -> ResponseReturnValue:
    """What a digital certificate says and would fill in, to confirm or correct."""
    row = received_by_id(received_id)
    said = _preview(row)
    return _page(row, said, _form(row.standard, said))


@requires(Permission.STANDARD_EDIT)
def enter_dcc(received_id: int) -> ResponseReturnValue:
    """Enter a calibration from a digital certificate, as confirmed or corrected."""
    row = received_by_id(received_id)
    said = _preview(row)
    form = _form(row.standard, said)
    if row.is_open and form.validate_on_submit():
        details, references = details_of(form), form.references.data or ()
        try:
            check_all(
                lambda: check_stated(form),
                lambda: check_calibration(row.standard, details, references=references),
            )
            with transaction():
                row = received_by_id(received_id)
                take_over(
                    row,
                    details,
                    actor=current_actor(),
                    references=references,
                    files_dir=settings().files_dir,
                )
                standard_id = row.standard_id
        except ON_FIELDS as error:
            form.refuse_all(error, FIELDS)
        else:
            flash(gettext(N_("The calibration was entered.")))
            return redirect(url_for(".standard", standard_id=standard_id))
    return _page(received_by_id(received_id), said, form)


def _preview(row: ReceivedDcc) -> Preview:
    data = read(settings().files_dir, row.file_hash)
    return preview(row.standard, data, schema=settings().dcc_schema_dir)


def _page(row: ReceivedDcc, said: Preview, form: CalibrationForm) -> str:
    return render_template(
        "traceability/received_dcc.html",
        row=row,
        standard=row.standard,
        said=said,
        says=said.received,
        form=form,
        units=list(UNITS),
        points_shown=POINTS_SHOWN,
        has_schema=settings().dcc_schema_dir is not None,
    )


def _form(standard: Standard, said: Preview) -> CalibrationForm:
    one = said.suggested
    filled: dict[str, Any] = {
        "number": one.number,
        "issuer_name": one.issuer_name,
        "calibrated_on": one.calibrated_on,
        "issued_on": one.issued_on,
        "due_on": one.due_on,
        "error": one.error,
        "uncertainty": one.uncertainty,
        "coverage_factor": one.coverage_factor,
        "references": list(said.references),
    }
    if one.issuer_name and one.issuer_name == _own_name(standard):
        filled["issuer_kind"] = IssuerKind.IN_HOUSE
    if one.range_from is not None:
        filled |= {"range_from": one.range_from, "range_to": one.range_to}
    return form_for(standard, **filled)


def _own_name(standard: Standard) -> str:
    """Return what the body that holds a standard is called; "" for another's."""
    return body_by_id(standard.body_id).name if standard.body_id else ""


@requires(Permission.STANDARD_EDIT)
def discard_dcc(received_id: int) -> ResponseReturnValue:
    """Enter nothing from a digital certificate."""
    with transaction():
        row = received_by_id(received_id)
        discard(row, actor=current_actor())
        standard_id = row.standard_id
    flash(gettext(N_("The digital certificate was discarded.")))
    return redirect(url_for(".standard", standard_id=standard_id))


@requires(Permission.STANDARD_READ)
def dcc_file(received_id: int) -> ResponseReturnValue:
    """The file as it was sent."""
    row = received_by_id(received_id)
    data = read(settings().files_dir, row.file_hash)
    return send_file(
        BytesIO(data),
        mimetype=media_type_of(data),
        as_attachment=True,
        download_name=row.file_name,
    )
