"""What is typed about orders and jobs.

The measurement page is made from a procedure, so its fields are read by name, in
`read_typed`: whatever cannot be read stays as it was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional

from labms.catalogue.rules import REASON_NAMES, Evidence, VerificationReason
from labms.catalogue.sheet import Sheet
from labms.i18n import N_, gettext
from labms.jobs.calibrating import Agreement
from labms.jobs.conformity import AGREED_RULES, AgreedRule
from labms.jobs.rules import JOB_KINDS, JobKind
from labms.jobs.typed import LONGEST, Typed
from labms.text import clean
from labms.web.forms import DateField, EnumField, Form, MaxLength, Required

#: What customers may order here.
ORDERED: Mapping[JobKind, str] = {
    kind: JOB_KINDS[kind]
    for kind in (JobKind.VERIFICATION, JobKind.CALIBRATION, JobKind.TEST)
}
#: Longer than anything that is given back on the page to be shortened.
KEPT = 5000


class AgreementForm(Form):
    """What is agreed on a calibration before anything is measured."""

    agreed_rule = EnumField(
        N_("Statement of conformity"),
        AgreedRule,
        AGREED_RULES,
        default=AgreedRule.NONE,
    )
    recalibration_on = DateField(
        N_("Day of the next calibration, if the customer wants it printed"),
        validators=[Optional()],
    )

    @property
    def agreement(self) -> Agreement:
        """Return what was agreed."""
        return Agreement(
            rule=self.agreed_rule.data or AgreedRule.NONE,
            recalibration_on=self.recalibration_on.data,
        )


class InstrumentsForm(AgreementForm):
    """Which instruments are brought, and why."""

    kind = EnumField(
        N_("What is asked for"), JobKind, ORDERED, default=JobKind.VERIFICATION
    )
    instruments = SelectMultipleField(
        N_("Instruments"),
        coerce=int,
        validators=[Required(N_("Choose at least one instrument."))],
    )
    reason = EnumField(
        N_("Kind of verification"),
        VerificationReason,
        REASON_NAMES,
        validators=[Required()],
        default=VerificationReason.PERIODIC,
    )
    place = StringField(
        N_("Where it is done, if not in the laboratory"),
        validators=[MaxLength(LONGEST)],
    )

    @property
    def asked(self) -> dict[str, Any]:
        """Return what is asked for: verification for a reason, calibration or test."""
        if self.kind.data is JobKind.CALIBRATION:
            return {"reason": None, "agreement": self.agreement}
        if self.kind.data is JobKind.TEST:
            return {"reason": None, "is_test": True}
        return {"reason": VerificationReason(self.reason.data)}


class OrderForm(InstrumentsForm):
    """What a customer brings or asks for at once."""

    promised_on = DateField(N_("Promised for"), validators=[Optional()])
    note = TextAreaField(N_("Note"), validators=[MaxLength(1000)])


class AssignForm(Form):
    """Who is to do it."""

    verifier = SelectField(
        N_("Verifier"),
        coerce=int,
        validators=[Required(N_("Choose a verifier."))],
    )


class ReasonForm(Form):
    """Why something is given back or given up."""

    reason = TextAreaField(
        N_("Reason"),
        validators=[Required(N_("Say why.")), MaxLength(1000)],
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """What came from the measurement page, and what of it cannot be read."""

    typed: Typed
    day_typed: str
    version: int
    """The one that the page was made from; 0 if it does not say."""
    problems: Mapping[str, str]


def read_typed(form: MultiDict[str, str], sheet: Sheet) -> Entered:
    """Read the fields of the measurement page."""
    problems: dict[str, str] = {}
    day_typed = _text(form, "performed_on")
    day: date | None = None
    if day_typed:
        field = _DayForm(formdata=MultiDict({"day": day_typed}))
        day = field.day.data
        if day is None:
            problems["performed_on"] = gettext(N_("Enter the day as dd/mm/yyyy."))
    procedure = sheet.procedure
    evidence = form.get("evidence", "")
    return Entered(
        typed=Typed(
            performed_on=day,
            late_reason=_text(form, "late_reason"),
            place=_text(form, "place"),
            note=_text(form, "note"),
            environment={
                item.key: {
                    end: _text(form, f"environment.{item.key}.{end}")
                    for end in ("begin", "end")
                }
                for item in procedure.environment
            },
            readings={
                key: _text(form, f"reading.{key}")
                for key in sheet.entry_keys
                if f"reading.{key}" in form
            },
            standards={
                need.slug: form.getlist(f"standard.{need.slug}", type=int)
                for need in procedure.standards
            },
            evidence=Evidence(evidence) if evidence in set(Evidence) else None,
            stamp=_text(form, "stamp"),
            stamp_mistyped=form.get("stamp_before") == "mistyped",
            mark=_text(form, "mark"),
        ),
        day_typed=day_typed,
        version=form.get("version", 0, type=int),
        problems=problems,
    )


class _DayForm(Form):
    """The day alone: read as everywhere else."""

    class Meta(Form.Meta):
        csrf = False

    day = DateField()


def _text(form: MultiDict[str, str], name: str) -> str:
    return clean(form.get(name, ""))[:KEPT]
