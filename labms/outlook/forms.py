"""What people type about proposals."""

from typing import Any

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional

from labms.demand.forms import type_choices
from labms.i18n import N_
from labms.tasks.forms import EntryForm, MoneyField
from labms.tasks.rules import OPTION_KINDS, OptionKind
from labms.web.forms import EnumField, MaxLength, Required, WholeField, choose


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class OptionForm(EntryForm):
    """A standard, a person or a designation that a body could have."""

    kind = EnumField(N_("Kind"), OptionKind, OPTION_KINDS, validators=[Required()])
    title = StringField(N_("What"), validators=[Required(), MaxLength(300)])
    body_id = SelectField(
        N_("Body"), coerce=_number, validators=[Required(N_("Choose an organisation."))]
    )
    type_slugs = SelectMultipleField(
        N_("Helps for these types"), render_kw={"size": 12}
    )
    cost = MoneyField(N_("Cost in VND, once"), validators=[Optional()])
    cost_source = StringField(
        N_("Where the cost is from"), validators=[Optional(), MaxLength(300)]
    )

    per_year = WholeField(
        N_("More in a year with it, of each type"), validators=[Optional()]
    )
    per_year_basis = StringField(
        N_("How it was worked out"), validators=[Optional(), MaxLength(300)]
    )

    def __init__(self, bodies: Any, **given: Any) -> None:
        super().__init__(**given)
        self.body_id.choices = choose(bodies, empty=N_("choose"))
        self.type_slugs.choices = type_choices()
