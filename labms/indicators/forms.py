"""Which figures are frozen."""

from wtforms import SelectField, StringField, TextAreaField

from labms.i18n import N_
from labms.places.rules import AREAS
from labms.plan.data import plans
from labms.web.forms import DateField, Form, MaxLength, Required


class FreezeForm(Form):
    """Of which plan, area and day, and under which title."""

    title = StringField(N_("Title"), validators=[Required(), MaxLength(200)])
    plan = SelectField(
        N_("Plan"),
        choices=lambda: [(each.code, each.number) for each in plans()],
        validators=[Required()],
    )
    area = SelectField(
        N_("Area"),
        choices=lambda: [(area.code, str(area.name)) for area in AREAS.values()],
        validators=[Required()],
    )
    counted_for = DateField(
        N_("Day"), validators=[Required(N_("Enter the day as dd/mm/yyyy."))]
    )
    note = TextAreaField(N_("Note"), validators=[MaxLength(1000)])
