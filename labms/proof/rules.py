"""What stands in the log about documents, and what stops it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from labms.audit.rules import canonical
from labms.errors import Conflict, Invalid, NotFound, Unavailable
from labms.i18n import N_

SCHEMA = "log-entry-1"


class LogEvent(StrEnum):
    """What happened to a document. A value never changes once released.

    An entry is text, so further kinds may follow: whoever reads a log with an older
    program checks its tree all the same, and passes over what it does not know.
    """

    ISSUE = "issue"
    FILE = "file"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    VOID = "void"
    SUSPEND = "suspend"
    REVIEW = "review"
    LIFT = "lift"


LOG_EVENTS: Mapping[str, str] = {
    LogEvent.ISSUE: N_("Issued: its words were fixed"),
    LogEvent.FILE: N_("A file of it was made"),
    LogEvent.SUPERSEDE: N_("Superseded by another document"),
    LogEvent.REVOKE: N_("Revoked"),
    LogEvent.VOID: N_("Its number was given up"),
    LogEvent.SUSPEND: N_("Suspended: it must not be relied upon"),
    LogEvent.REVIEW: N_("Put under review"),
    LogEvent.LIFT: N_("Counts again: the doubt was lifted"),
}


class LogKeyMissing(Unavailable):
    """Nothing can be logged, so nothing is issued: the log's key is not there."""

    code = "proof.key_missing"
    message = N_(
        "The key of the public log is missing ({place}), so nothing is issued. Put it "
        "back from where it was kept, or begin a new log: labms log begin"
    )


class LogKeyWrong(Unavailable):
    """The key in the instance is not the one that the log is signed with."""

    code = "proof.key_wrong"
    message = N_(
        "The key in {place} is not the one of this log ({name}), so nothing is issued. "
        "Put the right one back, or begin a new log: labms log begin"
    )


class LogFenced(Unavailable):
    """After a restore the log could go on twice, in two ways: it must not."""

    code = "proof.fenced"
    message = N_(
        "This instance was restored from a backup, and its public log may have gone on "
        "since. An operator has to say how it goes on: labms log begin, or labms log "
        "continue"
    )


class LogDamaged(Unavailable):
    """What is kept of the log does not lead to what was signed."""

    code = "proof.log_damaged"
    message = N_(
        "The public log is damaged, so nothing can be proved with it. Find the place: "
        "labms log verify"
    )


class NotInLog(NotFound):
    """The log has no entry that would prove this."""

    code = "proof.not_in_log"
    message = N_("The log knows nothing of this document.")


class NoSuchSize(Invalid):
    """The log was never, or is not yet, as large as that."""

    code = "proof.no_such_size"
    message = N_("The log has {size} entries; ask for sizes from 1 to that.")


class LogForked(Conflict):
    """The checkpoint from outside knows what is not here: to go on would fork."""

    code = "proof.log_forked"
    message = N_(
        "The checkpoint is of a log that went on differently from here ({problem}). "
        "Begin a new log instead: labms log begin"
    )


def document_id(code: str) -> str:
    """Return what a log calls a document: SHA-256 of its secret code, in hex.

    Whoever has the paper can work it out; whoever reads the log learns no code.
    """
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf: what happened to which document, with hashes of what it says."""

    event: str
    id: str
    """See `document_id`."""
    day: date
    content: str = ""
    """SHA-256 of the frozen content, in hex."""
    dcc: str = ""
    """SHA-256 of the certificate's machine-readable twin, if it has one."""
    file: str = ""
    """SHA-256 of a file of it: the PDF as issued, signed, or scanned."""
    reason: str = ""
    """A code, never a text: a person's words could name somebody."""
    successor: str = ""
    """The id of the document that took its place."""
    prior: str = ""
    """The leaf hash of the entry before this one about the same document."""
    trail: str = ""
    """The hash of the last event of the audit trail then: the log vouches for it."""
    program: str = ""
    """Which program draws its file: the same one draws the same bytes."""
    schema: str = SCHEMA

    @property
    def text(self) -> str:
        """Its canonical form, which is hashed; what is empty is left out."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return canonical({name: value for name, value in told.items() if value})

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """Read an entry. Raises ValueError for what is no entry in canonical form."""
        told: Any = json.loads(text)
        if not isinstance(told, dict) or not all(
            isinstance(value, str) for value in told.values()
        ):
            raise ValueError("not an entry")
        given = told | {"day": date.fromisoformat(told.get("day", ""))}
        try:
            found = cls(**given)
        except TypeError as error:
            raise ValueError("not an entry") from error
        written = text.decode() if isinstance(text, bytes) else text
        if found.schema != SCHEMA or found.text != written:
            raise ValueError("not an entry in its canonical form")
        return found
