"""The life of a certificate, and what makes one possible."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from labms.errors import Conflict, Invalid, NotAllowed, Unavailable
from labms.i18n import N_
from labms.jobs.rules import JobKind
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import NumberKind


class DocumentKind(StrEnum):
    """What kind of document it is; each has a series of its own."""

    VERIFICATION = "verification"
    NOTICE = "notice"
    CALIBRATION = "calibration"
    TEST = "test"


DOCUMENT_KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.VERIFICATION: N_("Verification certificate"),
    DocumentKind.NOTICE: N_("Notice of failure"),
    DocumentKind.CALIBRATION: N_("Calibration certificate"),
    DocumentKind.TEST: N_("Test report"),
}


#: They state what was found on a day: no last day, no evidence that could end.
STATES_VALUES = frozenset({DocumentKind.CALIBRATION, DocumentKind.TEST})


class CertificateState(StrEnum):
    """What was decided about a document; what it is worth is `registry.standings`."""

    RESERVED = "reserved"
    ISSUED = "issued"
    VOID = "void"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


CERTIFICATE_STATES: Mapping[CertificateState, str] = {
    CertificateState.RESERVED: N_("Reserved"),
    CertificateState.ISSUED: N_("Issued"),
    CertificateState.VOID: N_("Void"),
    CertificateState.SUPERSEDED: N_("Superseded"),
    CertificateState.REVOKED: N_("Revoked"),
}


class FileKind(StrEnum):
    """What a signed file of a document is."""

    SEALED = "sealed"
    TOKEN = "token"
    STAMPED = "stamped"
    SCAN = "scan"


FILE_KINDS: Mapping[FileKind, str] = {
    FileKind.SEALED: N_("As issued, with the body's electronic signature"),
    FileKind.TOKEN: N_("Signed with the signatory's token"),
    FileKind.STAMPED: N_("With a time stamp"),
    FileKind.SCAN: N_("Scan of the signed paper"),
}


class SigningStep(StrEnum):
    """What an electronic signature still waits for."""

    SIGNATURE = "signature"
    STAMP = "stamp"
    NOTHING = "nothing"


class RevocationReason(StrEnum):
    """Why a document is withdrawn, as a code that can be counted."""

    WRONG_RESULT = "wrong_result"
    WRONG_INSTRUMENT = "wrong_instrument"
    STANDARD_FAULTY = "standard_faulty"
    NOT_ENTITLED = "not_entitled"
    OTHER = "other"


REVOCATION_REASONS: Mapping[RevocationReason, str] = {
    RevocationReason.WRONG_RESULT: N_("A result was wrong"),
    RevocationReason.WRONG_INSTRUMENT: N_("It names the wrong instrument"),
    RevocationReason.STANDARD_FAULTY: N_("A standard that was used was faulty"),
    RevocationReason.NOT_ENTITLED: N_("It was issued without the right to do so"),
    RevocationReason.OTHER: N_("Another reason"),
}


class NotCertifiable(Conflict):
    """Only a passed verification gives a certificate."""

    code = "certificate.not_certifiable"
    message = N_("This job gives no certificate: {problem}")


class BrokenTraceability(Conflict):
    """A standard that was used cannot be traced on the day of the measurement."""

    code = "certificate.broken_traceability"
    message = N_(
        "The traceability chain is broken: {problems}. Take the approval back, so that "
        "the verifier measures again with another standard."
    )


class ContentChanged(Conflict):
    """What would be certified is not what the signatory saw."""

    code = "certificate.content_changed"
    message = N_(
        "The certificate's content has changed since it was shown. Read it again, "
        "then issue it."
    )


class AlreadyRevoked(Conflict):
    """It is not in force, so it cannot be withdrawn."""

    code = "certificate.already_revoked"
    message = N_("Certificate {number} is not in force and cannot be revoked.")


class ReasonTooShort(Invalid):
    """A revocation is explained to whoever scans the code."""

    code = "certificate.reason_too_short"
    message = N_("Say why, in at least ten characters.")


class AlreadyReserved(Conflict):
    """Somebody else has just decided the same."""

    code = "certificate.already_reserved"
    message = N_("This job has a document already: somebody has just issued it.")


class BeingFinished(Unavailable):
    """Another process is making the file at this moment."""

    code = "certificate.being_finished"
    message = N_(
        "Number {number} is reserved, and its file is being made. Look again in a "
        "minute."
    )


class Leased(BeingFinished):
    """A process took it in hand: it may be at work still, or have been broken off."""

    code = "certificate.leased"
    message = N_(
        "Number {number} is reserved. Its file is being made, or whoever made it was "
        "broken off; it can be finished from {moment} on."
    )


class FileDiffers(Conflict):
    """The file that was made does not say what was frozen."""

    code = "certificate.file_differs"
    message = N_("The file of {number} does not say what was decided: {problem}")


class NotReserved(Conflict):
    """Only a number without a document can be given up."""

    code = "certificate.not_reserved"
    message = N_("{number} is not merely reserved, so its number cannot be given up.")


class NotIssued(Conflict):
    """There is no document that could be signed or handed over."""

    code = "certificate.not_issued"
    message = N_("{number} is not in force, so it cannot be signed or handed over.")


class WrongDay(Invalid):
    """A day before the step it follows, or one that is still to come."""

    code = "certificate.wrong_day"
    message = N_("Enter a day from {first} on that does not lie in the future.")


class NotSignedYet(WrongDay):
    """A paper without signatures proves nothing to whoever takes it."""

    code = "certificate.not_signed_yet"
    message = N_("Note the signatures on {number} first, then its handing over.")


class Fenced(Unavailable):
    """The database was restored; numbers given out since the backup may be missing."""

    code = "certificate.fenced"
    message = N_(
        "This instance was restored from a backup. An operator has to confirm the "
        "highest numbers known outside before anything is issued."
    )


class WrongSerial(NotAllowed):
    """Whoever holds the document can read the serial number on the instrument."""

    code = "certificate.wrong_serial"
    message = N_("These are not the last four characters of the serial number.")


class AmbiguousNumber(Conflict):
    """Several bodies have a document with that number."""

    code = "certificate.ambiguous_number"
    message = N_("Number {number} exists at several bodies. Name the body as well.")


#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 18
_TOKEN = re.compile(f"[{ALPHABET}]{{{TOKEN_LENGTH}}}")


def new_lookup_token() -> str:
    """Return the secret of a QR code: 18 characters, 90 bits, from the system."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def read_token(typed: str) -> str | None:
    """Return a code as it is kept, or None if it can't be one.

    Forgives what Crockford's alphabet forgives: case, hyphens, O for 0, I and L for 1.
    """
    code = typed.strip().upper().replace("-", "")
    code = code.translate(str.maketrans("OIL", "011"))
    return code if _TOKEN.fullmatch(code) else None


#: What a number pattern and a series of numbers are called for a kind of document.
SERIES: Mapping[DocumentKind, NumberKind] = {
    DocumentKind.VERIFICATION: NumberKind.CERTIFICATE,
    DocumentKind.NOTICE: NumberKind.NOTICE,
    DocumentKind.CALIBRATION: NumberKind.CALIBRATION,
    DocumentKind.TEST: NumberKind.TEST,
}


def document_for(kind: JobKind, verdict: Verdict | None) -> DocumentKind:
    """Return what an approved job ends with: a certificate or a notice of failure."""
    if kind is JobKind.CALIBRATION:
        return DocumentKind.CALIBRATION
    if kind is JobKind.TEST:
        return DocumentKind.TEST
    if kind is JobKind.VERIFICATION and verdict is Verdict.FAIL:
        return DocumentKind.NOTICE
    if kind is JobKind.VERIFICATION and verdict is None:
        raise NotCertifiable(problem=N_("it has not been submitted and reviewed yet"))
    check_certifiable(kind, verdict)
    return DocumentKind.VERIFICATION


def check_explained(text: str) -> str:
    """Return a reason that explains something. Raises ReasonTooShort."""
    if len(text.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    return text.strip()


SHORTEST_REASON = 10


def check_certifiable(kind: JobKind, verdict: Verdict | None) -> None:
    """Raise NotCertifiable unless a job of this kind and verdict gives a certificate.

    Source: TT 24/2013/TT-BKHCN, Art. 40: each instrument that passes gets one.
    """
    if kind is not JobKind.VERIFICATION:
        raise NotCertifiable(problem=N_("it is not a verification"))
    if verdict is not Verdict.PASS:
        raise NotCertifiable(problem=N_("the instrument did not pass"))


#: A process that makes a file has so long; then another one may take over.
LEASE = timedelta(minutes=2)


def is_stale(reserved_at: datetime, *, now: datetime) -> bool:
    """Return whether a reservation waits longer than any process works on one."""
    return now - reserved_at > timedelta(minutes=5)


def is_fenced(restored_at: datetime | None, confirmed_at: datetime | None) -> bool:
    """Return whether a restored instance still waits for the highest numbers known."""
    if restored_at is None:
        return False
    return confirmed_at is None or confirmed_at < restored_at
