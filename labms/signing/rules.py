"""What can be said about a signature, and what is refused."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from labms.errors import Conflict, Invalid, Unavailable
from labms.i18n import N_

#: Sends a request for a time stamp (DER) and returns the answer. Raises StamperAway.
Stamper = Callable[[bytes], bytes]


class Trust(StrEnum):
    """Whether the person or body that a signature names is known to be that one."""

    TRUSTED = "trusted"
    #: Nothing leads from its certificate to an authority that is trusted here.
    UNKNOWN = "unknown"
    #: Its certificate was out of its dates at the moment that counts.
    EXPIRED = "expired"
    REVOKED = "revoked"
    #: Its certificate is not for signing documents, or its method is too weak.
    UNFIT = "unfit"
    #: Nothing can be said: the signature itself does not hold.
    UNTOLD = "untold"


TRUSTS: Mapping[Trust, str] = {
    Trust.TRUSTED: N_("its signer is known here"),
    Trust.UNKNOWN: N_("who vouches for its signer is not known here"),
    Trust.EXPIRED: N_("the signer's certificate was out of its dates"),
    Trust.REVOKED: N_("the signer's certificate was revoked"),
    Trust.UNFIT: N_("the signer's certificate or method is not fit for documents"),
    Trust.UNTOLD: N_("the signature does not hold, so it says nothing"),
}


class Coverage(StrEnum):
    """How much of a file a signature speaks for."""

    WHOLE_FILE = "whole_file"
    #: All of the file as it was when signed; something was added after.
    ITS_VERSION = "its_version"
    #: Not even all of the file as it was when signed.
    PART = "part"


class Added(StrEnum):
    """What was added to a file after it was signed."""

    NOTHING = "nothing"
    #: Time stamps and what later checks need; the pages are as they were.
    STAMPS = "stamps"
    #: Another signature, or fields that were filled in.
    SIGNATURES = "signatures"
    #: Anything else: the pages may be other ones.
    CONTENT = "content"


class UnreadablePdf(Invalid):
    """A file that is called a PDF cannot be read as one."""

    code = "signing.unreadable"
    message = N_("The file cannot be read as a PDF. Was it damaged on its way?")


class SigningWay(StrEnum):
    """How a body's documents come to bear a signature."""

    HAND = "hand"
    TOKEN = "token"
    SERVER = "server"


WAYS: Mapping[SigningWay, str] = {
    SigningWay.HAND: N_("By hand, on paper"),
    SigningWay.TOKEN: N_("With the signatory's own token, on their own computer"),
    SigningWay.SERVER: N_("With the body's key, on this server"),
}


class KeyMissing(Unavailable):
    """The settings name a key that is not there."""

    code = "signing.key_missing"
    message = N_(
        "The signing key of {body} is not there. Put the file where the setting "
        "signing_keys says, then finish the document."
    )


class KeyLocked(Unavailable):
    """A key is there, and what opens it is wrong or missing."""

    code = "signing.key_locked"
    message = N_(
        "The signing key of {body} cannot be opened. Correct its password or PIN in "
        "the setting signing_secrets, then finish the document."
    )


class TokenAway(Unavailable):
    """The device that holds a key does not answer."""

    code = "signing.token_away"
    message = N_(
        "The device with the signing key of {body} does not answer. Plug it in, then "
        "finish the document."
    )


class KeyOutOfDate(Conflict):
    """A certificate of our own is over, or has not begun."""

    code = "signing.key_out_of_date"
    message = N_(
        "The signing certificate of {body} is valid from {first} until {last}. Put a "
        "new key in its place, then finish the document."
    )


class SealDoesNotHold(Unavailable):
    """What was just signed did not pass the examination that every file gets."""

    code = "signing.seal_does_not_hold"
    message = N_(
        "The file was signed, but its own signature did not pass the check: {problem}. "
        "Nothing was stored. Look at the signing key, then finish the document."
    )


class StamperAway(Unavailable):
    """The time-stamp authority does not answer, or not with a time stamp."""

    code = "signing.stamper_away"
    message = N_(
        "The time-stamp authority does not answer: {problem}. Try again later: labms "
        "signatures stamp"
    )


class PasswordWanted(Invalid):
    """Who signs in a body's name shows once more who they are."""

    code = "signing.password_wanted"
    message = N_("Enter your password: this signs in the name of the body.")
