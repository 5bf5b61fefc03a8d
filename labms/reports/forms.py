"""What an office writes around a report."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from labms.i18n import N_, gettext
from labms.places.rules import AREAS
from labms.reports.rules import PARTS, Around
from labms.web.forms import DateField, Form, MaxLength, WholeField


class AroundForm(Form):
    """Which report, and what stands around it; asked for by GET, kept nowhere."""

    class Meta(Form.Meta):
        """Nothing changes, so no token is needed and the address can be kept."""

        csrf = False

    year = WholeField(N_("Year"))
    part = SelectField(N_("Part of the year"))
    area = SelectField(N_("Area"))
    parent = StringField(N_("Superior body"), validators=[MaxLength(120)])
    office = StringField(N_("Office that issues it"), validators=[MaxLength(120)])
    number = StringField(N_("Number and symbol"), validators=[MaxLength(60)])
    place = StringField(N_("Place of issue"), validators=[MaxLength(60)])
    day = DateField(N_("Day of the report"), validators=[Optional()])
    addressees = TextAreaField(N_("Addressed to"), validators=[MaxLength(500)])
    signed_as = StringField(N_("Signed as"), validators=[MaxLength(120)])
    signed_by = StringField(N_("Signed by"), validators=[MaxLength(80)])

    def __init__(self, formdata: Any, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.part.choices = [(str(key), gettext(text)) for key, text in PARTS.items()]
        self.area.choices = [(area.code, str(area.name)) for area in AREAS.values()]

    def around(self) -> Around:
        """Return what was typed; empty where nothing was."""
        lines = (self.addressees.data or "").splitlines()
        return Around(
            parent=self.parent.data or "",
            office=self.office.data or "",
            number=self.number.data or "",
            place=self.place.data or "",
            on=self.day.data,
            addressees=tuple(line.strip() for line in lines if line.strip()),
            signed_as=self.signed_as.data or "",
            signed_by=self.signed_by.data or "",
        )
