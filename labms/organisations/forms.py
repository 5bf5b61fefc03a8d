"""What is typed about organisations and bodies."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from labms.catalogue.rules import REASON_NAMES, VerificationReason
from labms.i18n import N_, gettext
from labms.organisations.rules import (
    ORGANISATION_KINDS,
    ORGANISATION_ROLES,
    VALIDITY_RULES,
    BadTaxCode,
    OrganisationKind,
    OrganisationRole,
    ValidityRule,
    clean_tax_code,
)
from labms.organisations.types import type_groups
from labms.signing.rules import WAYS, SigningWay
from labms.web.forms import (
    DateField,
    EnumField,
    Form,
    MaxLength,
    Required,
    choices_of,
    choose,
)
from labms.web.show import local


class BoxesField(SelectMultipleField):
    """Any number of choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def type_choices() -> list[tuple[str, str]]:
    """Return all types of instruments as choices, in the order of their fields."""
    return [(one.slug, local(one)) for group in type_groups() for one in group.types]


class OrganisationForm(Form):
    """Who they are and where; whether the tax code is free is for the service."""

    name = StringField(N_("Name"), validators=[Required(), MaxLength(250)])
    kind = EnumField(
        N_("Kind"),
        OrganisationKind,
        ORGANISATION_KINDS,
        default=OrganisationKind.ENTERPRISE,
        validators=[Required()],
    )
    tax_code = StringField(
        N_("Tax code"),
        validators=[MaxLength(20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    address = StringField(
        N_("Address (house number, street, hamlet)"), validators=[MaxLength(250)]
    )
    commune_key = SelectField(N_("Commune"))
    phone = StringField(
        N_("Telephone"), validators=[MaxLength(50)], render_kw={"inputmode": "tel"}
    )
    email = StringField(
        N_("E-mail"), validators=[MaxLength(200)], render_kw={"inputmode": "email"}
    )
    roles = BoxesField(
        N_("In measurement"),
        choices=lambda: choices_of(
            {
                role: name
                for role, name in ORGANISATION_ROLES.items()
                if role is not OrganisationRole.BODY
            }
        ),
        coerce=OrganisationRole,
    )

    def __init__(self, *, communes: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.commune_key.choices = choose(communes, empty=N_("Not known"))

    def validate_tax_code(self, field: StringField) -> None:
        """Catch what has not the shape of a tax code, beside all else that is wrong."""
        try:
            clean_tax_code(field.data or "")
        except BadTaxCode as error:
            raise ValidationError(str(error.text)) from error

    def validate_email(self, field: StringField) -> None:
        """Catch what cannot be an address of e-mail."""
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data):
            raise ValidationError(gettext(N_("This is not an e-mail address.")))


class BodyForm(Form):
    """What a body decides for itself."""

    code = StringField(
        N_("Code in the addresses of stamps"),
        validators=[Required(), MaxLength(20)],
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    head_name = StringField(
        N_("Head of the body"), validators=[Required(), MaxLength(200)]
    )
    head_title = StringField(
        N_("Title of the head, as printed"), validators=[Required(), MaxLength(200)]
    )
    certificate_pattern = StringField(
        N_("Numbers of certificates"), validators=[Required()]
    )
    notice_pattern = StringField(
        N_("Numbers of notices of failure"), validators=[Required()]
    )
    calibration_pattern = StringField(
        N_("Numbers of calibration certificates"), validators=[Required()]
    )
    test_pattern = StringField(N_("Numbers of test reports"), validators=[Required()])
    order_pattern = StringField(N_("Numbers of orders"), validators=[Required()])
    validity_rule = EnumField(
        N_("Last day of validity"),
        ValidityRule,
        VALIDITY_RULES,
        validators=[Required()],
    )


class RegistrationForm(Form):
    """A registration certificate."""

    number = StringField(
        N_("Registration number"), validators=[Required(), MaxLength(100)]
    )
    issued_by = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    issued_on = DateField(N_("Issued on"), validators=[Required()])


class DesignationForm(Form):
    """A decision that designates, and the types that it covers."""

    decision_number = StringField(
        N_("Number of the decision"), validators=[Required(), MaxLength(100)]
    )
    issued_by = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    issued_on = DateField(N_("Signed on"), validators=[Required()])
    valid_until = DateField(N_("Valid until"), validators=[Required()])
    reasons = BoxesField(
        N_("Kinds of verification"),
        choices=lambda: choices_of(REASON_NAMES),
        coerce=VerificationReason,
        validators=[Required(N_("Choose at least one kind of verification."))],
    )
    types = BoxesField(
        N_("Types of instruments"),
        choices=type_choices,
        validators=[Required(N_("Choose at least one type of instrument."))],
    )


class ScopeRow(Form):
    """One type that a decision covers."""

    class Meta(Form.Meta):
        csrf = False

    type_slug = HiddenField()
    covered = BooleanField(N_("Covered"))
    range_text = StringField(N_("Range"), validators=[MaxLength(120)])
    class_text = StringField(N_("Class"), validators=[MaxLength(60)])
    reasons = BoxesField(
        N_("Kinds of verification"),
        choices=lambda: choices_of(REASON_NAMES),
        coerce=VerificationReason,
    )


class ScopeForm(Form):
    """The scope of a decision: range, class and kinds of verification by type."""

    rows = FieldList(FormField(ScopeRow))
    more = BoxesField(N_("Further types of instruments"), choices=type_choices)


class SuspendForm(Form):
    """From when to when a decision does not hold, and why."""

    suspended_from = DateField(N_("Suspended from"), validators=[Required()])
    suspended_until = DateField(N_("Suspended until"))
    reason = TextAreaField(
        N_("Reason, with the decision that suspends it"),
        validators=[Required(), MaxLength(500)],
    )


class SigningWayForm(Form):
    """How a body's documents are signed from now on."""

    way = EnumField(
        N_("Documents are signed"),
        SigningWay,
        WAYS,
        validators=[Required(N_("Choose how documents are signed."))],
    )
