"""What bodies state, as it is entered."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from labms.catalogue.rules import REASON_NAMES, VerificationReason
from labms.demand.forms import type_choices
from labms.i18n import N_, gettext
from labms.organisations.fields import OrganisationField
from labms.organisations.naming import labels
from labms.places.rules import AREAS
from labms.registry.queries import owner_called
from labms.registry.rules import NoSuchOwner
from labms.supply.queries import bodies
from labms.supply.rules import LIMITS, REPORT_FORMS, Limit, ReportForm
from labms.web.forms import (
    DateField,
    EnumField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choices_of,
    choose,
)

_DAY = N_("Enter the day as dd/mm/yyyy.")
_WHOLE = N_("Enter a whole number.")


def bodies_offered() -> list[tuple[int, str]]:
    """Return the bodies with labms, and those that stated something before."""
    return labels(ids=[body.id for body in bodies()])


class StatementForm(Form):
    """What every statement bears."""

    organisation = OrganisationField(
        N_("Body"),
        offered=bodies_offered,
        validators=[
            Required(N_("Enter the name or the tax code of the organisation.")),
            MaxLength(400),
        ],
    )
    document = StringField(
        N_("Document"),
        validators=[
            Required(N_("Enter the document: its name, number and page.")),
            MaxLength(300),
        ],
    )

    def validate_organisation(self, field: OrganisationField) -> None:
        """Catch at once a name that is nobody's, or several bodies'."""
        if field.data:
            try:
                owner_called(field.data)
            except NoSuchOwner as error:
                raise ValidationError(str(error.text)) from error

    def entered(self) -> dict[str, Any]:
        """Return what was entered, by the names of the services' arguments.

        Raises NoSuchOwner unless one organisation is meant.
        """
        left = {"csrf_token", "file", "organisation"}
        given = {field.name: field.data for field in self if field.name not in left}
        return {
            **given,
            "organisation_id": owner_called(self.organisation.data or "").id,
        }


class TypedForm(StatementForm):
    """A statement about one type."""

    type_slug = SelectField(
        N_("Type of instrument"),
        validators=[Required(N_("Choose a type of instrument."))],
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.type_slug.choices = choose(type_choices(), empty=N_("choose"))


class ScopeForm(TypedForm):
    """A type that a body outside labms is designated for."""

    reason = SelectField(N_("For"), validators=[Required()])
    range_text = StringField(N_("Range"), validators=[MaxLength(200)])
    class_text = StringField(N_("Class"), validators=[MaxLength(200)])
    issued_on = DateField(N_("Issued on"), validators=[Required(_DAY)])
    valid_until = DateField(N_("Valid until"), validators=[Required(_DAY)])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        every = ("all", gettext(N_("every kind of verification")))
        self.reason.choices = [every, *choices_of(REASON_NAMES)]

    def entered(self) -> dict[str, Any]:
        """Return what was entered; "all" means each kind of verification."""
        given = super().entered()
        reason = given.pop("reason")
        one = None if reason == "all" else VerificationReason(reason)
        return {
            **given,
            "range_text": self.range_text.data or "",
            "class_text": self.class_text.data or "",
            "reasons": [one] if one else [*REASON_NAMES],
        }


class CapacityForm(TypedForm):
    """How many of a type a body can verify in a year."""

    per_year = WholeField(N_("Number in a year"), validators=[Required(_WHOLE)])
    from_on = DateField(N_("From"), validators=[Required(_DAY)])
    limited_by = EnumField(
        N_("What stops it there"), Limit, LIMITS, validators=[Required()]
    )
    basis = TextAreaField(
        N_("How it was worked out"), validators=[Required(), MaxLength(500)]
    )


class ActivityForm(StatementForm):
    """An activity report, with its lines in a spreadsheet."""

    form = EnumField(N_("Form"), ReportForm, REPORT_FORMS, validators=[Required()])
    first_on = DateField(N_("First day"), validators=[Required(_DAY)])
    last_on = DateField(N_("Last day"), validators=[Required(_DAY)])
    received_on = DateField(N_("Received on"), validators=[Required(_DAY)])
    area = SelectField(
        N_("Area"),
        choices=lambda: [(area.code, str(area.name)) for area in AREAS.values()],
        validators=[Required()],
    )
    file = FileField(N_("Spreadsheet with its lines (XLSX or CSV)"))
    is_checked = BooleanField(N_("I have checked these figures against the document"))
    why_right = StringField(N_("Why is it right?"), validators=[MaxLength(300)])

    def entered(self) -> dict[str, Any]:
        """Return what was entered, and why it is right although it looks wrong."""
        given = super().entered()
        del given["is_checked"], given["why_right"]
        return {**given, "checked": self.said}

    @property
    def said(self) -> str:
        """Why a report that looks wrong is right, if somebody ticked that it is."""
        return (self.why_right.data or "") if self.is_checked.data else ""


class StrikeForm(Form):
    """Why a statement does not count."""

    reason = TextAreaField(
        N_("Why does it not count?"), validators=[Required(), MaxLength(500)]
    )
