"""What a person types about documents."""

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, StringField, TextAreaField

from labms.certificates.life import (
    CORRECTION_REASONS,
    HOLD_REASONS,
    CorrectionReason,
    HoldReason,
)
from labms.certificates.rules import REVOCATION_REASONS, RevocationReason
from labms.i18n import N_
from labms.registry.standings import HELD, STANDINGS, HoldKind
from labms.web.forms import DateField, EnumField, Form, MaxLength, Required


class SignForm(Form):
    """Agreement to sign in the body's name."""

    #: Asked for where the body signs on the server.
    password = PasswordField(
        N_("Your password, to sign"),
        render_kw={"autocomplete": "current-password", "required": True},
        filters=[lambda word: word],
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.password.flags.required = True  # where it is asked for at all


class IssueForm(SignForm):
    """Agreement to issue exactly what was shown: `shown` is its hash."""

    shown = HiddenField()


class RevokeForm(Form):
    """Why a document is withdrawn: anybody who scans its code reads it."""

    reason = EnumField(
        N_("Kind of reason"),
        RevocationReason,
        REVOCATION_REASONS,
        validators=[Required(N_("Choose the kind of reason."))],
    )
    text = TextAreaField(
        N_("Reason, as everybody will read it"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )
    #: Only asked about a notice.
    restores = BooleanField(
        N_("The failure was wrong: what it ended is valid again"), default=True
    )


class CorrectForm(SignForm):
    """Which words are corrected, and why; `shown` is the hash of both, side by side."""

    reason = EnumField(
        N_("Kind of reason"),
        CorrectionReason,
        CORRECTION_REASONS,
        validators=[Required(N_("Choose the kind of reason."))],
    )
    text = TextAreaField(
        N_("What was wrong, and how it came about"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )
    place = StringField(N_("Place of work"), validators=[MaxLength(300)])
    shown = HiddenField()


class HoldForm(Form):
    """Why there is a doubt: anybody who scans the code reads it."""

    kind = EnumField(
        N_("What it is from now on"),
        HoldKind,
        {kind: STANDINGS[worth] for kind, worth in HELD.items()},
        validators=[Required(N_("Choose one."))],
    )
    reason = EnumField(
        N_("Kind of reason"),
        HoldReason,
        HOLD_REASONS,
        validators=[Required(N_("Choose the kind of reason."))],
    )
    text = TextAreaField(
        N_("Reason, for the laboratory"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )


class LiftForm(Form):
    """What the doubt came to."""

    text = TextAreaField(
        N_("What was found"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )


class PeriodForm(Form):
    """In which days a standard was bad; asked in the address."""

    class Meta(Form.Meta):
        csrf = False

    since = DateField(N_("Last known good"))
    until = DateField(N_("Found bad"))


class DoubtForm(Form):
    """Why everything that rests on a standard is doubted, and what that comes to."""

    kind = EnumField(
        N_("What they are from now on"),
        HoldKind,
        {
            kind: STANDINGS[HELD[kind]]
            for kind in (HoldKind.UNDER_REVIEW, HoldKind.SUSPENDED)
        },
        validators=[Required(N_("Choose one."))],
    )
    text = TextAreaField(
        N_("What was found about the standard, for the laboratory"),
        validators=[Required(N_("Say why.")), MaxLength(400)],
        render_kw={"rows": 3},
    )


class VoidForm(Form):
    """Why a number gets no document."""

    reason = TextAreaField(
        N_("Why the number is given up"),
        validators=[Required(N_("Say why.")), MaxLength(500)],
        render_kw={"rows": 3},
    )


class SigningForm(Form):
    """The days on which the paper was signed and sealed."""

    signed_on = DateField(
        N_("Signed by performer and head on"),
        validators=[Required(N_("Enter the day on which it was signed."))],
    )
    sealed_on = DateField(N_("Sealed on"))


class HandOverForm(Form):
    """To whom the paper was given."""

    to = StringField(
        N_("Handed over to"),
        validators=[Required(N_("Enter who took it.")), MaxLength(200)],
    )
    on = DateField(N_("Day"), validators=[Required(N_("Enter the day."))])
