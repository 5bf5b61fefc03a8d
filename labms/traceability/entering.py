"""The page on which a calibration certificate is entered."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.db import transaction
from labms.errors import LabError, Several, check_all
from labms.i18n import N_, Message, gettext
from labms.metrology.units import UNITS
from labms.policy import Permission
from labms.registry.models import Standard
from labms.registry.queries import standard_by_id
from labms.registry.rules import StandardRank
from labms.text import file_name
from labms.traceability.forms import CalibrationForm
from labms.traceability.queries import possible_references
from labms.traceability.rules import (
    BadAttachment,
    BadDates,
    BadRange,
    BadUncertainty,
    CompetenceMissing,
    DuplicateCalibration,
    NoReference,
    NotARoot,
    RefersToItself,
)
from labms.traceability.services import (
    Attachment,
    CalibrationDetails,
    add_calibration,
    check_calibration,
)
from labms.web.access import current_actor, requires
from labms.web.lists import settings


def register(bp: Blueprint) -> None:
    """Add this page to the feature's."""
    address = "/standards/<int:standard_id>/calibrations/new"
    bp.route(address, methods=["GET", "POST"])(new_calibration)


@requires(Permission.STANDARD_EDIT)
def new_calibration(standard_id: int) -> ResponseReturnValue:
    """Enter a calibration certificate of a standard."""
    found = standard_by_id(standard_id)
    form = form_for(found)
    if form.validate_on_submit():
        details, attachment = details_of(form), _attached()
        references = form.references.data or ()
        try:
            check_all(
                lambda: check_stated(form),
                lambda: check_calibration(
                    found, details, references=references, attachment=attachment
                ),
            )
            with transaction():
                add_calibration(
                    standard_by_id(standard_id),
                    details,
                    actor=current_actor(),
                    references=references,
                    attachment=attachment,
                    files_dir=settings().files_dir,
                )
        except ON_FIELDS as error:
            form.refuse_all(error, FIELDS)
        else:
            flash(gettext(N_("The calibration was entered.")))
            return redirect(url_for(".standard", standard_id=standard_id))
    if request.method == "POST" and (sent := _attached()) is not None:
        text = Message(N_("Choose the file {name} again."), {"name": sent.name})
        form.attachment.errors = [*form.attachment.errors, text]
    return render_template(
        "traceability/new_calibration.html",
        standard=standard_by_id(standard_id),
        form=form,
        units=list(UNITS),
        may_be_root=found.rank is StandardRank.NATIONAL,
    )


#: The field that each refusal is about.
FIELDS: dict[type[LabError], str] = {
    BadAttachment: "attachment",
    BadDates: "due_on",
    BadRange: "range_to",
    BadUncertainty: "uncertainty",
    CompetenceMissing: "accreditation_number",
    DuplicateCalibration: "number",
    NoReference: "references",
    NotARoot: "is_root",
    RefersToItself: "references",
}
ON_FIELDS: tuple[type[LabError], ...] = (Several, *FIELDS)


def form_for(found: Standard, **filled: Any) -> CalibrationForm:
    """Return the form of a calibration, with the range of its standard or more."""
    choices = [
        (each.id, _called(each)) for each in possible_references(but_id=found.id)
    ]
    own = {
        "range_from": found.range_from,
        "range_to": found.range_to,
        "unit": found.unit,
    }
    return CalibrationForm(standards=choices, **own | filled)


def _called(standard: Standard) -> str:
    name = f"{standard.inventory_number} {standard.name}"
    return f"{name} ({standard.holder_name})" if standard.holder_name else name


def _attached() -> Attachment | None:
    sent = request.files.get("attachment")
    if sent is None or not sent.filename:
        return None
    return Attachment(file_name(sent.filename), sent.read())


def check_stated(form: CalibrationForm) -> None:
    """Raise BadUncertainty if U and k are left empty and nobody says they're missing.

    One of them alone is for the service to refuse.
    """
    empty = form.uncertainty.data is None and form.coverage_factor.data is None
    if empty and not form.is_not_stated.data:
        raise BadUncertainty


def details_of(form: CalibrationForm) -> CalibrationDetails:
    """Return what was typed, once the form has been validated."""
    stated = not form.is_not_stated.data
    return CalibrationDetails(
        number=form.number.data or "",
        issuer_name=form.issuer_name.data or "",
        issuer_kind=form.issuer_kind.data,
        accreditation_number=form.accreditation_number.data or "",
        accreditation_until=form.accreditation_until.data,
        calibrated_on=form.calibrated_on.day,
        issued_on=form.issued_on.day,
        due_on=form.due_on.day,
        range_from=form.range_from.number,
        range_to=form.range_to.number,
        unit=form.unit.data or "",
        error=form.error.data,
        uncertainty=form.uncertainty.data if stated else None,
        coverage_factor=form.coverage_factor.data if stated else None,
        is_root=form.is_root.data,
        certification_decision=form.certification_decision.data or "",
        certification_until=form.certification_until.data,
    )
