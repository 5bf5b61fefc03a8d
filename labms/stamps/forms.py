"""What is typed about stamps."""

from wtforms import TextAreaField

from labms.i18n import N_
from labms.web.forms import Form, MaxLength, Required


class ReleaseForm(Form):
    """How it came that a stamp was noted which nobody used."""

    reason = TextAreaField(
        N_("Reason"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )
