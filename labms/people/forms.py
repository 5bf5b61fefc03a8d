"""What is typed about verifier cards, and passwords that an administrator sets."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, PasswordField, SelectField, StringField

from labms.i18n import N_
from labms.organisations.forms import BoxesField, type_choices
from labms.web.forms import (
    DateField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choose,
)


class CardForm(Form):
    """A card, as it reads; whether it makes sense is for labms.people.rules."""

    number = StringField(N_("Card number"), validators=[Required(), MaxLength(60)])
    birth_year = WholeField(N_("Year of birth"))
    decision_number = StringField(
        N_("Number of the decision"), validators=[Required(), MaxLength(100)]
    )
    issued_by = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    issued_on = DateField(N_("Issued on"), validators=[Required()])
    valid_until = DateField(N_("Valid until"), validators=[Required()])
    fields = BoxesField(
        N_("Types of instruments"),
        choices=type_choices,
        validators=[Required(N_("Choose at least one type of instrument."))],
    )


class NewCardForm(CardForm):
    """A card of somebody of the body."""

    is_renewal = BooleanField(N_("It renews the card with the same number"))

    user_id = SelectField(
        N_("Verifier"),
        coerce=lambda chosen: int(chosen or 0) or None,
        validators=[Required(N_("Choose the verifier."))],
    )

    def __init__(self, *, people: Iterable[tuple[int, str]], **given: Any) -> None:
        super().__init__(**given)
        self.user_id.choices = choose(people, empty=N_("Choose"))


class NewPasswordForm(Form):
    """A password for somebody who has forgotten theirs."""

    password = PasswordField(
        N_("New password"),
        validators=[Required()],
        render_kw={"autocomplete": "new-password"},
    )
