"""What a survey or a list found."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.demand.rules import DEMAND_SOURCES, DemandSource
from labms.i18n import N_
from labms.places.queries import commune_choices
from labms.text import fold
from labms.web.forms import (
    DateField,
    EnumField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choose,
)
from labms.web.show import local


def type_choices() -> list[tuple[str, str]]:
    """Return slug and name of every type, by name."""
    types = shipped_catalogue().types.values()
    named = [(each.slug, local(each)) for each in types]
    return sorted(named, key=lambda each: (fold(each[1]), each[0]))


class CorrectionForm(Form):
    """A count, where it stands and how it was made. Whether it can be is for rules."""

    in_use_count = WholeField(
        N_("Instruments in use"), validators=[Required(N_("Enter a whole number."))]
    )
    source = EnumField(
        N_("Source"), DemandSource, DEMAND_SOURCES, validators=[Required()]
    )
    document = StringField(
        N_("Document"),
        validators=[
            Required(N_("Enter the document: its name, number and page.")),
            MaxLength(300),
        ],
    )
    method = TextAreaField(N_("How it was counted"), validators=[MaxLength(1000)])
    counted_on = DateField(
        N_("Counted on"), validators=[Required(N_("Enter the day as dd/mm/yyyy."))]
    )
    reason = StringField(
        N_("Why is it corrected?"), validators=[Required(), MaxLength(300)]
    )


class FigureForm(CorrectionForm):
    """A count of a type in a commune and a year."""

    reason = None  # only a correction has one
    type_slug = SelectField(
        N_("Type of instrument"),
        validators=[Required(N_("Choose a type of instrument."))],
    )
    commune_key = SelectField(
        N_("Commune"), validators=[Required(N_("Choose a commune."))]
    )
    year = WholeField(N_("Year"), validators=[Required(N_("Enter a year."))])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.type_slug.choices = choose(type_choices(), empty=N_("choose"))
        self.commune_key.choices = choose(
            commune_choices(clock.today()), empty=N_("choose")
        )
