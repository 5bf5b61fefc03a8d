"""What can be said about a signature, and what is refused."""

from collections.abc import Mapping
from enum import StrEnum

from labms.errors import Invalid
from labms.i18n import N_


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
