"""What is typed when many instruments of one type are taken in."""

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from labms.catalogue.rules import REASON_NAMES, VerificationReason
from labms.i18n import N_
from labms.jobs.bench.rules import MOST_AT_ONCE
from labms.jobs.typed import LONGEST
from labms.registry.forms import InstrumentForm
from labms.registry.services import InstrumentDetails
from labms.web.forms import DateField, EnumField, MaxLength, Required


class IntakeForm(InstrumentForm):
    """What all of them bear, and their serial numbers."""

    serial = None
    owner = None
    was_altered = None

    serials = TextAreaField(
        N_("Serial numbers, one a line"),
        validators=[MaxLength(60_000)],
        render_kw={"rows": 8, "spellcheck": "false", "autocapitalize": "none"},
    )
    first = StringField(N_("First serial number of a series"), [MaxLength(100)])
    number = IntegerField(
        N_("How many"),
        validators=[Optional(), NumberRange(1, MOST_AT_ONCE)],
        render_kw={"inputmode": "numeric"},
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
    promised_on = DateField(N_("Promised for"), validators=[Optional()])

    def details(self, type_slug: str, *, owner_id: int) -> InstrumentDetails:
        """Return what all of the listed instruments have in common."""
        return InstrumentDetails(
            type_slug=type_slug,
            maker=self.maker.data or "",
            model=self.model.data or "",
            serial="",
            made_in=self.made_in.data or "",
            made_year=self.made_year.data,
            characteristics=self.characteristics(),
            owner_id=owner_id,
            commune_key=self.commune_key.data,
            place_of_use=self.place_of_use.data or "",
            type_approval_id=self.type_approval_id.data,
        )
