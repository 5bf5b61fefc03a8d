"""What of a document's life goes into the public log, and in which words.

Each is called in the transaction of what it tells, and last in it: from then on until
the transaction ends, nobody else can append.
"""

from labms import clock
from labms.certificates.enclosing import drawn_by
from labms.certificates.models import Certificate, Hold
from labms.certificates.twin import twin_of
from labms.filestore import hash_of
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from labms.registry.standings import HoldKind

_HOLDS = {
    HoldKind.SUSPENDED: LogEvent.SUSPEND,
    HoldKind.UNDER_REVIEW: LogEvent.REVIEW,
}


def log_issue(certificate: Certificate) -> None:
    """Say that a document's words are fixed, with its number and machine twin."""
    twin = twin_of(certificate)
    append(
        LogEvent.ISSUE,
        document=document_id(certificate.lookup_token),
        content=certificate.content_hash,
        dcc=hash_of(twin.data) if twin else "",
        program=drawn_by(),
        day=certificate.issued_on,
    )


def log_file(certificate: Certificate, file_hash: str | None = None) -> None:
    """Say that there is a file of a document: its own one, or a further one."""
    append(
        LogEvent.FILE,
        document=document_id(certificate.lookup_token),
        file=file_hash or certificate.file_hash or "",
        day=clock.today(),
    )


def log_superseded(certificate: Certificate, successor: Certificate) -> None:
    """Say that another document took the place of this one."""
    append(
        LogEvent.SUPERSEDE,
        document=document_id(certificate.lookup_token),
        successor=document_id(successor.lookup_token),
        day=clock.today(),
    )


def log_revoked(certificate: Certificate) -> None:
    """Say that a document was withdrawn; of the reason only the code."""
    append(
        LogEvent.REVOKE,
        document=document_id(certificate.lookup_token),
        reason=str(certificate.revocation_reason or ""),
        day=certificate.revoked_on or clock.today(),
    )


def log_held(certificate: Certificate, hold: Hold) -> None:
    """Say that a document is suspended or looked into; of the reason only the code."""
    append(
        _HOLDS[hold.kind],
        document=document_id(certificate.lookup_token),
        reason=str(hold.reason),
        day=hold.held_on,
    )


def log_lifted(certificate: Certificate) -> None:
    """Say that the doubt about a document is gone."""
    append(
        LogEvent.LIFT,
        document=document_id(certificate.lookup_token),
        day=clock.today(),
    )


def log_void(certificate: Certificate) -> None:
    """Say that a number was given up before there was a document."""
    append(
        LogEvent.VOID,
        document=document_id(certificate.lookup_token),
        day=clock.today(),
    )
