"""What was undertaken for the plan, as it is entered."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from labms.i18n import N_
from labms.organisations.rules import OrganisationKind
from labms.places.rules import AREAS
from labms.plan.queries import organisation_choices
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import RAISED_KINDS
from labms.web.forms import (
    DateField,
    EnumField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choose,
)

_DAY = N_("Enter the day as dd/mm/yyyy.")


#: A laboratory's record comes with its assessment.
ENTERED_KINDS = {
    kind: name for kind, name in RAISED_KINDS.items() if kind is not RaisedKind.CRITERIA
}


def _number(value: Any) -> int:
    return int(value or 0)


class UndertakingForm(Form):
    """What every such record bears."""

    document = StringField(
        N_("Document"),
        validators=[
            Required(N_("Name the document: without one it cannot count.")),
            MaxLength(300),
        ],
    )
    area = SelectField(
        N_("Area"),
        choices=lambda: [(area.code, str(area.name)) for area in AREAS.values()],
        validators=[Required()],
    )

    def entered(self) -> dict[str, Any]:
        """Return what was entered, by the names of the services' arguments."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class TrainingForm(UndertakingForm):
    """A training, with how many took part."""

    title = StringField(
        N_("Title of the training"), validators=[Required(), MaxLength(300)]
    )
    held_on = DateField(N_("Last day"), validators=[Required(_DAY)])
    organiser = StringField(N_("Organised by"), validators=[Required(), MaxLength(200)])
    turns = WholeField(
        N_("Participations"), validators=[Required(N_("Enter a whole number."))]
    )
    distinct_count = WholeField(
        N_("Different persons"), validators=[Required(N_("Enter a whole number."))]
    )


class SupportForm(UndertakingForm):
    """One time that the programme reached an enterprise."""

    enterprise_id = SelectField(
        N_("Enterprise"),
        coerce=_number,
        validators=[Required(N_("Choose an enterprise."))],
    )
    supported_on = DateField(N_("Day"), validators=[Required(_DAY)])
    activity = TextAreaField(
        N_("What was done"), validators=[Required(), MaxLength(1000)]
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        found = organisation_choices(OrganisationKind.ENTERPRISE)
        self.enterprise_id.choices = choose(found, empty=N_("choose"))


class RaisedForm(UndertakingForm):
    """What an organisation became or achieved."""

    organisation_id = SelectField(
        N_("Organisation"),
        coerce=_number,
        validators=[Required(N_("Choose an organisation."))],
    )
    kind = EnumField(
        N_("Counts as"), RaisedKind, ENTERED_KINDS, validators=[Required()]
    )
    is_non_state = BooleanField(N_("Seen in the document: it is no unit of the state"))
    achieved_on = DateField(N_("Since"), validators=[Required(_DAY)])
    achievement = StringField(
        N_("What was achieved"), validators=[Required(), MaxLength(300)]
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.organisation_id.choices = choose(
            organisation_choices(), empty=N_("choose")
        )


class StrikeForm(Form):
    """Why a record does not count."""

    reason = TextAreaField(
        N_("Why does it not count?"), validators=[Required(), MaxLength(500)]
    )
