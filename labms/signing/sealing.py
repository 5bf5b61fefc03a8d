"""A body's electronic signature on a document: made, and examined before it counts.

PAdES baseline B-B: the signature covers the whole file as it is stored. Its text on
the page is drawn with the page; the field itself has no size.

Source: ETSI EN 319 142-1 V1.2.1, 6.3 (baseline signatures; not compared by a person).
"""

from datetime import datetime

from labms.settings import Settings
from labms.signing.keys import SealingKey, key_of
from labms.signing.reading import signatures_of
from labms.signing.rules import Coverage, SealDoesNotHold, Trust
from labms.signing.stamping import Stamper, answering

FIELD = "labms-seal"


def seal(
    pdf: bytes,
    *,
    code: str,
    name: str,
    at: datetime,
    settings: Settings,
    stamper: Stamper | None = None,
) -> bytes:
    """Return a PDF with the electronic signature of the body with this code.

    The bytes given are the beginning of those returned. With a `stamper` the signature
    bears a time stamp (B-T). Refuses with KeyMissing, KeyLocked, TokenAway,
    KeyOutOfDate, StamperAway or SealDoesNotHold.
    """
    from labms.signing.pen import signed  # half a second, only when needed

    key = key_of(code, name, settings=settings)
    with answering():
        made = signed(pdf, key, at=at, field=FIELD, stamper=stamper)
    check_seal(made, pdf, key, at=at)
    return made


def check_seal(made: bytes, pdf: bytes, key: SealingKey, *, at: datetime) -> None:
    """Raise SealDoesNotHold unless a signed file is what any reader will accept."""
    if not made.startswith(pdf):
        raise SealDoesNotHold(problem="not the file that was signed")
    found = signatures_of(made, key.roots, at=at)
    if len(found) != 1 or found[0].certificate != key.der:
        raise SealDoesNotHold(problem="not the key's signature")
    (one,) = found
    if not one.intact or one.covers is not Coverage.WHOLE_FILE:
        raise SealDoesNotHold(problem="not intact over the whole file")
    if one.trust is not Trust.TRUSTED:
        raise SealDoesNotHold(problem=f"the certificate is {one.trust.value}")
