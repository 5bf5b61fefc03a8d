"""Who may verify what, on a day."""

from collections.abc import Collection
from datetime import date

from labms.errors import Conflict, Invalid, raise_all
from labms.i18n import N_

#: A list warns so many days before a card ends: early, then urgently.
WARN_DAYS = 60
URGENT_DAYS = 30


class NotEntitled(Conflict):
    """Nobody verifies without a card that is valid for the field on that day."""

    code = "card.not_entitled"
    message = N_("{name} has no verifier card that is valid on {day} for {type}.")


class BadCard(Invalid):
    """The dates or fields of a card contradict each other."""

    code = "card.bad_card"
    message = N_("The card cannot be entered.")


class EndsEarly(BadCard):
    """A card that ends before it begins."""

    code = "card.ends_early"
    message = N_("It would end before it begins.")


class NoFields(BadCard):
    """A card for nothing."""

    code = "card.no_fields"
    message = N_("Choose at least one type of instrument.")


class BadBirthYear(BadCard):
    """The holder would have been a child, or very old."""

    code = "card.bad_birth_year"
    message = N_("The year of birth cannot be right.")


class CardEntered(Conflict):
    """A number is given once; a card that is renewed has a later day."""

    code = "card.entered"
    message = N_("The card {number} of that day has been entered already.")


class NumberOfAnother(Conflict):
    """A verifier's number is one person's for good."""

    code = "card.number_of_another"
    message = N_("The number {number} is that of {name}.")


class IsItRenewed(Conflict):
    """The same number again: either a renewal, or entered twice by mistake."""

    code = "card.is_it_renewed"
    message = N_(
        "Card {number} of {issued_on}, valid until {valid_until}, has this number "
        "already. If the new card renews it, tick that below; otherwise correct the "
        "number."
    )


def check_card(
    *,
    issued_on: date,
    valid_until: date,
    birth_year: int | None,
    fields: Collection[str],
) -> None:
    """Raise EndsEarly, NoFields, BadBirthYear or Several, unless a card makes sense."""
    found: list[BadCard] = []
    if valid_until < issued_on:
        found.append(EndsEarly())
    if not fields:
        found.append(NoFields())
    if birth_year is not None and not 15 <= issued_on.year - birth_year <= 90:
        found.append(BadBirthYear())
    raise_all(found)
