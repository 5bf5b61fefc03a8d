"""What a file says about who signed it; nothing is asked of the network.

A signature has three sides, and all are told: whether it holds (no byte that it
covers changed, and the key is that of the certificate), whether its signer is known,
and how much of the file it speaks for. Whether a certificate was revoked meanwhile
is not known here.
"""

from collections.abc import Iterable
from datetime import datetime

from labms import clock
from labms.signing.found import SignatureFound
from labms.signing.rules import Added, UnreadablePdf

#: A file with more of them was made to keep us busy.
MOST_SIGNATURES = 30


def signatures_of(
    data: bytes, trust_roots: Iterable[bytes] = (), *, at: datetime | None = None
) -> list[SignatureFound]:
    """Return every signature and document time stamp of a PDF, oldest first.

    `trust_roots` are certificates of authorities (DER). Whether a certificate is within
    its dates is judged at the moment of a trusted time stamp if there is one, and else
    at `at`, which is now if not given. A file without signatures gives an empty list.
    Raises UnreadablePdf.
    """
    from labms.signing.eyes import Eyes, readable  # half a second, only when needed

    with readable():
        eyes = Eyes(data, list(trust_roots), at or clock.now())
        fields = eyes.fields()
    if len(fields) > MOST_SIGNATURES:
        raise UnreadablePdf
    return [eyes.examined(one) for one in fields]


def added_to(data: bytes, original: bytes) -> Added:
    """Return what was added to a PDF of which `original` is the beginning.

    A place for a signature, filled in, counts as a signature. Raises UnreadablePdf.
    """
    from labms.signing.eyes import added_since, readable

    if data == original:
        return Added.NOTHING
    with readable():
        return added_since(data, original)
