"""What a survey or a list found."""

from dataclasses import replace
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.demand.rules import (
    DEMAND_SOURCES,
    PURPOSES,
    SUBJECTS,
    About,
    DemandSource,
    Purpose,
    Subject,
)
from labms.i18n import N_, gettext, language
from labms.organisations.rules import ORGANISATION_KINDS, OrganisationKind
from labms.places.queries import commune_choices
from labms.registry.queries import standard_kinds
from labms.text import fold
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
from labms.web.show import local


def type_choices() -> list[tuple[str, str]]:
    """Return slug and name of every type, by name."""
    types = shipped_catalogue().types.values()
    named = [(each.slug, local(each)) for each in types]
    return sorted(named, key=lambda each: (fold(each[1]), each[0]))


def standard_choices() -> list[tuple[str, str]]:
    """Return slug and name of every kind of standard, by name."""
    which = 0 if language() == "vi" else 1
    named = [(slug, names[which]) for slug, names in standard_kinds().items()]
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
    initial_count = WholeField(N_("New in the year"))
    after_repair_count = WholeField(N_("Repaired in the year"))
    interval_months = WholeField(N_("Interval in months"))
    reason = StringField(
        N_("Why is it corrected?"), validators=[Required(), MaxLength(300)]
    )

    def about(self, *, of: About) -> About:
        """Return what the figure counts: of whom and for what as `of` says."""
        return replace(
            of,
            initial_count=self.initial_count.data,
            after_repair_count=self.after_repair_count.data,
            interval_months=self.interval_months.data,
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
    purpose = EnumField(N_("Purpose"), Purpose, PURPOSES)
    holder = SelectField(N_("Kind of holder"))
    is_checked = BooleanField(N_("I have checked this figure against the document"))
    checked = StringField(N_("Why is it right?"), validators=[MaxLength(300)])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        instruments = type_choices()
        standards = [(f"standard:{s}", name) for s, name in standard_choices()]
        self.type_slug.choices = {
            "": [("", gettext(N_("choose")))],
            gettext(SUBJECTS[Subject.INSTRUMENT]): instruments,
            gettext(SUBJECTS[Subject.STANDARD]): standards,
        }
        self.holder.choices = [
            ("", gettext(N_("all holders together"))),
            *choices_of(ORGANISATION_KINDS),
        ]
        self.commune_key.choices = choose(
            commune_choices(clock.today()), empty=N_("choose")
        )

    @property
    def said(self) -> str:
        """Why a figure that looks wrong is right, if somebody ticked that it is."""
        return (self.checked.data or "") if self.is_checked.data else ""

    @property
    def slug(self) -> str:
        """Which type, or which kind of standard."""
        return str(self.type_slug.data).rpartition(":")[2]

    def counted(self) -> About:
        """Return what the figure counts."""
        subject = str(self.type_slug.data).rpartition(":")[0] or Subject.INSTRUMENT
        holder = self.holder.data
        about = About(
            subject=Subject(subject),
            purpose=self.purpose.data or Purpose.VERIFICATION,
            holder=OrganisationKind(holder) if holder else None,
        )
        return self.about(of=about)
