"""Kinds of organisations, and when a designation holds."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class OrganisationKind(StrEnum):
    """Who holds an instrument, as the plan counts demand."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    ORGANISATION = "organisation"


ORGANISATION_KINDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.PERSON: N_("Person or household business"),
    OrganisationKind.ENTERPRISE: N_("Enterprise"),
    OrganisationKind.ORGANISATION: N_("Other organisation"),
}


class OrganisationRole(StrEnum):
    """What an organisation is in measurement; it may be several things."""

    USER = "user"
    BODY = "body"
    AUTHORITY = "authority"


ORGANISATION_ROLES: Mapping[OrganisationRole, str] = {
    OrganisationRole.USER: N_("Uses measuring instruments"),
    OrganisationRole.BODY: N_("Verification, calibration or testing body"),
    OrganisationRole.AUTHORITY: N_("State authority"),
}


class ValidityRule(StrEnum):
    """How a certificate's last day follows from the cycle."""

    END_OF_MONTH = "end_of_month"
    EXACT_DAY = "exact_day"


VALIDITY_RULES: Mapping[ValidityRule, str] = {
    ValidityRule.END_OF_MONTH: N_(
        "Last day of the last month of the cycle (TT 24/2013, Art. 41)"
    ),
    ValidityRule.EXACT_DAY: N_("The same day of the last month of the cycle"),
}


class BadNumberPattern(Invalid):
    """A pattern from which no closed series of numbers can be made."""

    code = "organisation.bad_number_pattern"
    message = N_(
        "The pattern {pattern} cannot be used: it needs {{n}} or {{n:05}} once, and "
        "may hold {{yy}} or {{yyyy}}."
    )


class NotABody(Conflict):
    """The organisation is not a verification body."""

    code = "organisation.not_a_body"
    message = N_("{name} is not a verification body.")


def holds_on(
    day: date,
    *,
    issued_on: date,
    valid_until: date,
    suspended_from: date | None = None,
    suspended_until: date | None = None,
) -> bool:
    """Return whether a decision (designation, card) holds on a day, both ends included.

    While it is suspended it does not hold; an open end of the suspension means that
    it goes on. Source: TT 24/2013/TT-BKHCN, Art. 15, 18, 32, 36.
    """
    if not issued_on <= day <= valid_until:
        return False
    if suspended_from is None or day < suspended_from:
        return True
    return suspended_until is not None and day > suspended_until
