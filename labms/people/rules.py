"""Who may verify what, on a day."""

from collections.abc import Collection
from datetime import date

from labms.errors import Conflict, Invalid
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
    message = N_("The card cannot be entered: {problem}")


class CardEntered(Conflict):
    """A number is given once; a card that is renewed has a later day."""

    code = "card.entered"
    message = N_("The card {number} of that day has been entered already.")


def check_card(
    *,
    issued_on: date,
    valid_until: date,
    birth_year: int | None,
    fields: Collection[str],
) -> None:
    """Raise BadCard unless a card makes sense."""
    if valid_until < issued_on:
        raise BadCard(problem=N_("it would end before it begins."))
    if not fields:
        raise BadCard(problem=N_("choose at least one type of instrument."))
    if birth_year is not None and not 15 <= issued_on.year - birth_year <= 90:
        raise BadCard(problem=N_("the year of birth cannot be right."))
