"""Who may verify what, on a day."""

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class NotEntitled(Conflict):
    """Nobody verifies without a card that is valid for the field on that day."""

    code = "card.not_entitled"
    message = N_("{name} has no verifier card that is valid on {day} for {type}.")


class BadCard(Invalid):
    """The dates or fields of a card contradict each other."""

    code = "card.bad_card"
    message = N_("The card cannot be entered: {problem}")
