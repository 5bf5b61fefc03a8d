"""What is typed about calibrations."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField

from labms.i18n import N_
from labms.organisations.forms import BoxesField
from labms.traceability.rules import ISSUER_KINDS, IssuerKind
from labms.web.forms import (
    DateField,
    DecimalField,
    EnumField,
    Form,
    MaxLength,
    Required,
    choose,
)

_MACHINE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CalibrationForm(Form):
    """A calibration certificate, as it lies on the table.

    Here it only has to be readable; whether it makes sense is for the service.
    """

    number = StringField(
        N_("Number of the certificate"),
        validators=[Required(), MaxLength(100)],
        render_kw=dict(_MACHINE),
    )
    issuer_name = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    issuer_kind = EnumField(
        N_("Competence of the issuer"),
        IssuerKind,
        ISSUER_KINDS,
        default=IssuerKind.ACCREDITED,
        validators=[Required()],
    )
    accreditation_number = StringField(
        N_("Number of the accreditation or designation"), validators=[MaxLength(100)]
    )
    accreditation_until = DateField(N_("Its last day"))
    calibrated_on = DateField(N_("Calibrated on"), validators=[Required()])
    issued_on = DateField(N_("Issued on"), validators=[Required()])
    due_on = DateField(N_("Due on"), validators=[Required()])
    range_from = DecimalField(N_("Range from"), validators=[Required()])
    range_to = DecimalField(N_("Range to"), validators=[Required()])
    unit = StringField(
        N_("Unit"),
        validators=[Required(), MaxLength(20)],
        render_kw={"list": "units", **_MACHINE},
    )
    error = DecimalField(N_("Largest error found"))
    uncertainty = DecimalField(N_("Expanded uncertainty U"))
    coverage_factor = DecimalField(N_("Coverage factor k"))
    is_not_stated = BooleanField(N_("U or k is not stated on the certificate"))
    references = BoxesField(N_("Calibrated against"), coerce=int)
    is_root = BooleanField(N_("The chain ends here"))
    certification_decision = StringField(
        N_("Certification decision"), validators=[MaxLength(100)]
    )
    certification_until = DateField(N_("The decision is valid until"))
    attachment = FileField(N_("File of the certificate"))

    def __init__(self, *, standards: Iterable[tuple[Any, str]], **given: Any) -> None:
        super().__init__(**given)
        self.references.choices = choose(standards)


class DccForm(Form):
    """A digital certificate, as it came."""

    file = FileField(N_("Digital certificate"), validators=[Required()])


class WithdrawForm(Form):
    """Why a calibration counts no more."""

    reason = TextAreaField(
        N_("Reason"), validators=[Required(), MaxLength(1000)], render_kw={"rows": 3}
    )
