"""Expected failures, as classes with a code that never changes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from labms.i18n import N_, Message


class LabError(Exception):
    """Base of every expected failure.

    `code` never changes once released: tests, translations and the audit trail
    refer to it. The keyword arguments fill the placeholders of its message.
    """

    code = "error"
    message = N_("The request could not be carried out.")
    #: What a view answers with; only `labms.web` knows that this is an HTTP matter.
    status = 400

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message.format(**details))

    @property
    def text(self) -> Message:
        """The message and its details, for a page to translate."""
        return Message(self.message, self.details)


class Invalid(LabError):
    """What was given cannot be used as it stands."""

    code = "invalid"
    message = N_("What was entered cannot be used: {problem}")
    status = 422


class Several(Invalid):
    """More than one thing is wrong, and all of it is said at once."""

    code = "several"

    def __init__(self, refusals: tuple[LabError, ...]) -> None:
        self.refusals = refusals
        super().__init__(problem=" ".join(map(str, refusals)))

    @property
    def text(self) -> Message:
        """What each of them says, one after the other."""
        said = {f"refusal_{n}": one.text for n, one in enumerate(self.refusals)}
        return Message(" ".join(f"{{{name}}}" for name in said), said)


def refusals_in(error: LabError) -> Iterator[LabError]:
    """Return what an error refuses, one by one."""
    if isinstance(error, Several):
        yield from error.refusals
    else:
        yield error


def check_all(*checks: Callable[[], Any]) -> None:
    """Run all checks. Raise what one refuses, or Several with all that is refused."""
    found: list[LabError] = []
    for check in checks:
        try:
            check()
        except LabError as error:
            found += refusals_in(error)
    raise_all(found)


def raise_all(found: Sequence[LabError]) -> None:
    """Raise the one refusal there is, or Several; nothing if there is none."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise Several(tuple(found))


class EnteredBefore(Invalid):
    """The same, sent again, would count twice."""

    code = "plan.entered_before"
    message = N_(
        "This was entered before, as no. {number}, so it would count twice. If that "
        "one is wrong, strike it out first."
    )


class Conflict(LabError):
    """It was right once, or may be later, but not as things stand."""

    code = "conflict"
    message = N_("This cannot be done as things stand.")
    status = 409


class NotFound(LabError):
    """There is no such thing, or none that may be seen."""

    code = "not_found"
    message = N_("There is nothing here under this address.")
    status = 404


class NotAllowed(LabError):
    """This person may not do this."""

    code = "not_allowed"
    message = N_("Your account may not do this.")
    status = 403


class Unavailable(LabError):
    """It cannot be told or done now; trying later may help."""

    code = "unavailable"
    message = N_("This cannot be done right now. Try again in a moment.")
    status = 503
