"""Kinds of organisations, when a designation holds, and how numbers are written."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
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


class NumberKind(StrEnum):
    """What a body numbers, each in a series of its own."""

    CERTIFICATE = "certificate"
    NOTICE = "notice"
    CALIBRATION = "calibration"
    TEST = "test"
    ORDER = "order"


NUMBER_KINDS: Mapping[NumberKind, str] = {
    NumberKind.CERTIFICATE: N_("Verification certificates"),
    NumberKind.NOTICE: N_("Notices of failure"),
    NumberKind.CALIBRATION: N_("Calibration certificates"),
    NumberKind.TEST: N_("Test reports"),
    NumberKind.ORDER: N_("Orders"),
}
#: How test reports are numbered until a body says otherwise.
TEST_PATTERN = "TN{yy}.{n:05}"


class DocumentLanguage(StrEnum):
    """In which languages a body's documents speak. Vietnamese always comes first.

    Source: TT 24/2013/TT-BKHCN, Art. 41: English, if any, is smaller.
    """

    BILINGUAL = "bilingual"
    VIETNAMESE = "vietnamese"


DOCUMENT_LANGUAGES: Mapping[DocumentLanguage, str] = {
    DocumentLanguage.BILINGUAL: N_("Vietnamese and English"),
    DocumentLanguage.VIETNAMESE: N_("Vietnamese only"),
}


class BadNumberPattern(Invalid):
    """A pattern from which no closed series of numbers can be made."""

    code = "organisation.bad_number_pattern"
    message = N_(
        "The pattern {pattern} cannot be used: it needs {{n}} or {{n:05}} once, and "
        "may hold {{yy}} or {{yyyy}} once, letters, digits, spaces and . / - _"
    )


class PatternTwice(Invalid):
    """Two series of one body would write the same numbers."""

    code = "organisation.pattern_twice"
    message = N_("Two kinds of numbers have the pattern {pattern}. Make them differ.")


class BadTaxCode(Invalid):
    """Not the shape of a Vietnamese tax code."""

    code = "organisation.bad_tax_code"
    message = N_(
        "A tax code has 10 digits, or 13 for a branch (0312345678-001); a person's "
        "may have 12."
    )


class TaxCodeTaken(Conflict):
    """Another organisation has this tax code already."""

    code = "organisation.tax_code_taken"
    message = N_("{name} has this tax code already.")


class BadBodyCode(Invalid):
    """A code that cannot stand in an address."""

    code = "organisation.bad_body_code"
    message = N_("A code has 2 to 20 lower-case letters, digits and hyphens.")


class BodyCodeTaken(Conflict):
    """Another body has this code, which stands on its stamps."""

    code = "organisation.body_code_taken"
    message = N_("Another body has the code {body_code} already.")


class BodyCodeUsed(Conflict):
    """Stamps bear the code: their addresses must lead to their pages for ever."""

    code = "organisation.body_code_used"
    message = N_("Stamps with the code {body_code} are in use: it must stay.")


class BadDesignation(Invalid):
    """The dates or the scope of a decision contradict each other."""

    code = "organisation.bad_designation"
    message = N_("The decision cannot be entered: {problem}")


class DecisionEntered(Conflict):
    """The body has a decision with this number."""

    code = "organisation.decision_entered"
    message = N_("The decision {number} has been entered already.")


class NotDesignated(Conflict):
    """The body has no designation for this type and reason on that day."""

    code = "organisation.not_designated"
    message = N_("{body} has no valid designation on {day} for {type}.")


class NameMissing(Invalid):
    """Nobody finds an organisation without a name."""

    code = "organisation.name_missing"
    message = N_("Enter the name.")


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


_PART = re.compile(r"\{(?:(?P<n>n)(?::0(?P<width>[1-9]))?|(?P<year>yy|yyyy))\}")
_LITERAL = re.compile(r"[\w./ -]*")

MAX_PATTERN = 40


def check_pattern(pattern: str) -> str:
    """Return a pattern whose numbers 1, 2, 3 … are all different; BadNumberPattern.

    Numbers may hold spaces and slashes: no national rule exists.
    """
    found = list(_PART.finditer(pattern))
    counters = sum(1 for part in found if part["n"])
    years = sum(1 for part in found if part["year"])
    literal = _PART.sub("", pattern)
    if (
        counters != 1
        or years > 1
        or not _LITERAL.fullmatch(literal)
        or len(pattern) > MAX_PATTERN
        or pattern != pattern.strip()
    ):
        raise BadNumberPattern(pattern=pattern)
    return pattern


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise BadNumberPattern or PatternTwice unless each kind has its own series."""
    seen: set[str] = set()
    for pattern in patterns:
        check_pattern(pattern)
        if pattern in seen:
            raise PatternTwice(pattern=pattern)
        seen.add(pattern)


def has_year(pattern: str) -> bool:
    """Return whether the numbers of a pattern begin again each year."""
    return any(part["year"] for part in _PART.finditer(pattern))


def format_number(pattern: str, n: int, *, year: int) -> str:
    """Return how the `n`-th number of a year is written.

    >>> format_number("V{yy}.{n:05}", 7, year=2031)
    'V31.00007'
    >>> format_number("{n}/{yyyy}", 12, year=2031)
    '12/2031'
    """
    check_pattern(pattern)

    def write(part: re.Match[str]) -> str:
        if part["n"]:
            return f"{n:0{part['width'] or 1}}"
        return f"{year:04}" if part["year"] == "yyyy" else f"{year % 100:02}"

    return _PART.sub(write, pattern)


def clean_tax_code(text: str) -> str | None:
    """Return a tax code as it is kept, None for none. Raises BadTaxCode.

    10 digits, or 13 written 10-3 for a branch; since 2025-07-01 the personal
    identification number (12 digits) is a person's tax code. The check digit is not
    tested: no source for the rule was read. Source: TT 105/2020/TT-BTC, Art. 5;
    TT 86/2024/TT-BTC, Art. 5 (from memory).
    """
    digits = re.sub(r"[\s.-]", "", text)
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{10}|[0-9]{12}|[0-9]{13}", digits):
        raise BadTaxCode
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def check_body_code(code: str) -> str:
    """Return a code fit for the address of a stamp. Raises BadBodyCode."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])", code):
        raise BadBodyCode
    return code


#: What a decision may lack.
NO_TYPE = N_("choose at least one type of instrument.")
NO_REASON = N_("choose at least one kind of verification for each type.")

#: TT 24/2013/TT-BKHCN, Art. 15: a designation is for five years from signing.
DESIGNATION_YEARS = 5


def check_designation_days(issued_on: date, valid_until: date) -> None:
    """Raise BadDesignation unless the days of a decision follow each other."""
    if valid_until < issued_on:
        raise BadDesignation(problem=N_("it would end before it begins."))


def check_suspension(
    suspended_from: date | None,
    suspended_until: date | None,
    *,
    issued_on: date,
    valid_until: date,
) -> None:
    """Raise BadSuspension unless a suspension lies within what it suspends."""
    if suspended_from is None:
        if suspended_until is not None:
            raise BadSuspension(problem=N_("enter the day from which it is suspended."))
        return
    if not issued_on <= suspended_from <= valid_until:
        raise BadSuspension(problem=N_("it has to begin while the decision is valid."))
    if suspended_until is not None and suspended_until < suspended_from:
        raise BadSuspension(problem=N_("it would end before it begins."))


def resumed(
    suspended_from: date | None, *, on: date
) -> tuple[date | None, date | None]:
    """Return the days of a suspension that is lifted: `on` is the first good day.

    One that has not begun by then never was.
    """
    if suspended_from is None:
        raise NotSuspended
    if suspended_from >= on:
        return None, None
    return suspended_from, on - timedelta(days=1)


class NotSuspended(Conflict):
    """There is nothing to lift."""

    code = "organisation.not_suspended"
    message = N_("This is not suspended.")


class BadSuspension(Invalid):
    """The days of a suspension contradict each other."""

    code = "organisation.bad_suspension"
    message = N_("The suspension cannot be entered: {problem}")


class Standing(StrEnum):
    """How a decision stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    NOT_YET = "not_yet"


STANDINGS: Mapping[Standing, str] = {
    Standing.VALID: N_("Valid"),
    Standing.EXPIRING: N_("Expiring"),
    Standing.EXPIRED: N_("Expired"),
    Standing.SUSPENDED: N_("Suspended"),
    Standing.NOT_YET: N_("Not yet in force"),
}


def standing_on(
    day: date,
    *,
    issued_on: date,
    valid_until: date,
    suspended_from: date | None,
    suspended_until: date | None,
    warn_days: int,
) -> Standing:
    """Return how a decision (designation, card) stands on a day.

    It is expiring while it holds and ends within `warn_days`.
    """
    if day < issued_on:
        return Standing.NOT_YET
    if day > valid_until:
        return Standing.EXPIRED
    if not holds_on(
        day,
        issued_on=issued_on,
        valid_until=valid_until,
        suspended_from=suspended_from,
        suspended_until=suspended_until,
    ):
        return Standing.SUSPENDED
    if (valid_until - day).days <= warn_days:
        return Standing.EXPIRING
    return Standing.VALID
