"""What was found out about a file, and what that asks of a log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from labms.certificates.examination.faults import SINCE, Fault, Finding
from labms.proof.checkpoints import Checkpoint
from labms.proof.notes import PublicKey
from labms.proof.rules import Entry
from labms.signing.found import SignatureFound


class Log(Protocol):
    """What examining asks of a log, wherever it is kept."""

    @property
    def size(self) -> int:
        """How many entries it has."""

    def leaf(self, position: int) -> bytes | None:
        """Return the hash of an entry."""

    def about(self, document: str) -> Sequence[tuple[int, Entry]]:
        """Return what happened to a document, oldest first."""

    def document_of(self, file: str) -> str | None:
        """Return the id of the document that a file with this hash is of."""


class Verdict(StrEnum):
    """What a file is, beside what became of the document since."""

    GENUINE = "genuine"
    #: As it was issued, and signed since by somebody who cannot be judged.
    UNALTERED = "unaltered"
    OTHER = "other"


@dataclass(slots=True)
class Examination:
    """What was found out about a file."""

    file: str
    """Its SHA-256, in hex."""
    findings: list[Finding] = field(default_factory=list)
    content: Mapping[str, Any] | None = None
    """The words in it, which may be anybody's unless it is genuine."""
    document: str = ""
    """The id of the document, as the log has it; empty if unknown."""
    entry: Entry | None = None
    checkpoint: Checkpoint | None = None
    key: PublicKey | None = None
    """Whose log vouches for it."""
    position: int | None = None
    signatures: Sequence[SignatureFound] = ()
    is_logged: bool = False
    """Whether the log that was given has this very file."""
    is_newest: bool | None = None
    """Whether the log that was given has no later file of it; None without a log."""
    is_followed: bool = False
    """Whether the log that was given knows what became of it since."""

    @property
    def is_genuine(self) -> bool:
        """Whether the file is what was issued, whatever became of it since."""
        return all(one.fault in SINCE for one in self.findings)

    @property
    def is_unaltered(self) -> bool:
        """Whether it is what was issued, signed since by somebody who is not known."""
        others = {*self.faults} - SINCE - {Fault.FILE_NOT_LOGGED}
        return others == {Fault.SIGNED_SINCE}

    @property
    def verdict(self) -> Verdict:
        """What it comes to, in one word."""
        if self.is_genuine:
            return Verdict.GENUINE
        return Verdict.UNALTERED if self.is_unaltered else Verdict.OTHER

    @property
    def is_good(self) -> bool:
        """Whether it is genuine, and in force for all that is known: it may be doubted.

        What is under review counts until it is suspended or revoked.
        """
        return all(one.fault is Fault.UNDER_REVIEW for one in self.findings)

    @property
    def faults(self) -> list[Fault]:
        """What is wrong, in the order in which it was found."""
        return [one.fault for one in self.findings]

    @property
    def code(self) -> str:
        """The secret code that its words lead to; empty if there is none."""
        return code_in(self.content) if self.content else ""

    def add(self, fault: Fault, **details: object) -> None:
        """Note something that is wrong, once."""
        if fault not in self.faults:
            self.findings.append(Finding(fault, details))

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Note several things, each kind of them once."""
        for one in findings:
            self.add(one.fault, **one.details)


def code_in(content: Mapping[str, Any]) -> str:
    """Return the secret code in a document's words."""
    lookup = content.get("lookup")
    url = lookup.get("url") if isinstance(lookup, dict) else ""
    return url.rsplit("/", 1)[-1] if isinstance(url, str) else ""
