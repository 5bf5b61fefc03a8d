"""A body's electronic signature on a document: made, and examined before it counts.

PAdES baseline B-B: the signature covers the whole file as it is stored. Its text on
the page is drawn with the page; the field itself has no size.

Source: ETSI EN 319 142-1 V1.2.1, 6.3 (baseline signatures; not compared by a person).
"""

from dataclasses import dataclass
from datetime import datetime

from labms.i18n import N_
from labms.settings import Settings
from labms.signing.found import SignatureFound
from labms.signing.keys import key_of
from labms.signing.open_key import SealingKey
from labms.signing.reading import signatures_of
from labms.signing.rules import TRUSTS, Coverage, SealDoesNotHold, Stamper, Trust
from labms.signing.splicing import spliced
from labms.signing.stamping import answering

FIELD = "labms-seal"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed file that passed the examination."""

    data: bytes
    signature: SignatureFound


def seal(
    pdf: bytes,
    *,
    code: str,
    name: str,
    at: datetime,
    settings: Settings,
    stamper: Stamper | None = None,
) -> Sealed:
    """Return a PDF with the electronic signature of the body with this code.

    The bytes given are the beginning of those returned. With a `stamper` the signature
    bears a time stamp (B-T). Refuses with KeyMissing, KeyLocked, TokenAway,
    KeyOutOfDate, StamperAway or SealDoesNotHold.
    """
    key = key_of(code, name, settings=settings)
    made = None if stamper else spliced(pdf, key, at=at, field=FIELD)
    if made is None:
        made = _by_the_library(pdf, key, at, stamper)
    return check_seal(made, pdf, key, at=at)


def _by_the_library(
    pdf: bytes, key: SealingKey, at: datetime, stamper: Stamper | None
) -> bytes:
    from labms.signing.pen import signed  # half a second, only when needed

    with answering():
        return signed(pdf, key, at=at, field=FIELD, stamper=stamper)


def check_seal(made: bytes, pdf: bytes, key: SealingKey, *, at: datetime) -> Sealed:
    """Return a signed file that any reader will accept. Else raise SealDoesNotHold."""
    if not made.startswith(pdf):
        raise SealDoesNotHold(problem=N_("it is not the file that was to be signed"))
    found = signatures_of(made, key.roots, at=at)
    if len(found) != 1 or found[0].certificate != key.der:
        raise SealDoesNotHold(problem=N_("it is not of the body's key"))
    (one,) = found
    if not one.intact or one.covers is not Coverage.WHOLE_FILE:
        raise SealDoesNotHold(problem=N_("it does not hold for the whole file"))
    if one.trust is not Trust.TRUSTED:
        raise SealDoesNotHold(problem=TRUSTS[one.trust])
    return Sealed(made, one)
