"""What is typed to sign in, and about people."""

from wtforms import (
    BooleanField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from labms.i18n import N_
from labms.policy import ROLE_NAMES, Role
from labms.web.forms import Form, MaxLength, Required, choices_of


class LoginForm(Form):
    """Who, and what only they know."""

    login = StringField(
        N_("Login"),
        validators=[Required(N_("Enter your login.")), MaxLength(200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        N_("Password"),
        validators=[Required(N_("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
        filters=[lambda word: word],
    )


class RolesField(SelectMultipleField):
    """Any number of roles, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class UserForm(Form):
    """A person who signs in."""

    full_name = StringField(N_("Full name"), validators=[Required(), MaxLength(200)])
    title = StringField(N_("Position, as printed"), validators=[MaxLength(200)])
    organisation_id = SelectField(N_("Organisation"), coerce=lambda x: int(x or 0))
    roles = RolesField(
        N_("Roles"),
        choices=lambda: choices_of(ROLE_NAMES),
        coerce=Role,
        validators=[Required(N_("Choose at least one role."))],
    )
    is_active = BooleanField(N_("May sign in"), default=True)


class NewUserForm(UserForm):
    """A person who will sign in from now on."""

    login = StringField(
        N_("Login"),
        validators=[Required(), MaxLength(100)],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    password = PasswordField(
        N_("First password"),
        validators=[Required()],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(Form):
    """A new password, after the old one."""

    old = PasswordField(
        N_("Present password"),
        validators=[Required()],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        N_("New password"),
        validators=[Required()],
        render_kw={"autocomplete": "new-password"},
    )
