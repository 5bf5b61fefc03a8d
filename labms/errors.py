"""Expected failures, as classes with a code that never changes."""

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
    message = N_("You may not do this: {permission}.")
    status = 403


class Unavailable(LabError):
    """It cannot be told or done now; trying later may help."""

    code = "unavailable"
    message = N_("This cannot be done right now. Try again in a moment.")
    status = 503
