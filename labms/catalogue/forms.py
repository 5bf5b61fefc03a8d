"""Releasing and withdrawing."""

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from labms.i18n import N_, gettext
from labms.web.forms import DateField, Form, MaxLength, Required


class ReleaseForm(Form):
    """That somebody has read what they release, and what of it is unchecked."""

    shown = HiddenField()
    seen = BooleanField(N_("I have read the list of figures that nobody has checked."))

    def validate_seen(self, field: BooleanField) -> None:
        """Without having read the list nobody releases."""
        if not field.data:
            text = N_("Read the list of unchecked figures, then tick this box.")
            raise ValidationError(gettext(text))


class DayForm(Form):
    """On which day something applies; asked in the address."""

    class Meta(Form.Meta):
        csrf = False

    on = DateField(N_("On the day"))


class WithdrawForm(Form):
    """Why a release is withdrawn."""

    reason = TextAreaField(
        N_("Why is it withdrawn?"), validators=[Required(), MaxLength(500)]
    )
