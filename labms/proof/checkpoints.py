"""How large a log was at some moment, and its root, as the log signed it.

Sources: C2SP tlog-checkpoint and tlog-proof (c2sp.org).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labms.errors import Invalid
from labms.i18n import N_
from labms.proof.merkle import root_from_inclusion
from labms.proof.notes import (
    BadNote,
    PublicKey,
    decoded,
    encoded,
    open_note,
)

PROOF_BEGINS = "c2sp.org/tlog-proof@v1"
#: A path in a tree of 2⁶³ leaves; longer ones are nobody's.
LONGEST_PATH = 63


class BadProof(Invalid):
    """The text is not a proof of a log."""

    code = "proof.bad_proof"
    message = N_("This is not a proof of a log: {problem}")


def whole_number(text: str) -> int:
    """Read a number as logs write it. Raises ValueError for a sign, zero or space."""
    if not text.isascii() or not text.isdigit() or (text[0] == "0" and text != "0"):
        raise ValueError(text)
    return int(text)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large a log is, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def read_checkpoint(lines: Sequence[str]) -> Checkpoint:
    """Return what the first lines of a note say. Raises BadNote."""
    try:
        origin, size, root = lines[:3]
        found = Checkpoint(origin, whole_number(size), decoded(root))
    except ValueError as error:
        raise BadNote(problem=N_("it is no checkpoint")) from error
    if not origin or len(found.root) != 32:
        raise BadNote(problem=N_("it is no checkpoint"))
    return found


class UnknownKey(Invalid):
    """Nobody who is known signed it."""

    code = "proof.unknown_key"
    message = N_("None of the keys that are known signed this: {name}")


def open_checkpoint(
    note: str, keys: Iterable[PublicKey]
) -> tuple[Checkpoint, PublicKey]:
    """Return a checkpoint that its log signed, and with which key.

    A log's key bears the log's name. Raises BadNote, or UnknownKey when the signature
    is of none of the keys.
    """
    opened = open_note(note, keys)
    found = read_checkpoint(opened.lines)
    for key in opened.signers:
        if key.name == found.origin:
            return found, key
    raise UnknownKey(name=", ".join(opened.others) or found.origin)


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands in a log: where, the path to the root, the checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    """The signed note, as the log wrote it."""
    extra: bytes = b""
    """The entry itself, here; nothing vouches for it until the path was checked."""

    @property
    def text(self) -> str:
        """The text that is kept and sent."""
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        path = [encoded(one) for one in self.path]
        lines = [PROOF_BEGINS, *extra, f"index {self.index}", *path, ""]
        return "\n".join(lines) + "\n" + self.checkpoint

    def leads_to(self, checkpoint: Checkpoint, leaf: bytes) -> bool:
        """Whether the path proves the leaf in the tree of a checkpoint."""
        found = root_from_inclusion(leaf, self.index, checkpoint.size, self.path)
        return found == checkpoint.root


def read_proof(text: str) -> Proof:
    """Read a proof. Raises BadProof."""
    above, gap, checkpoint = text.partition("\n\n")
    lines = above.split("\n")
    try:
        if not gap or lines.pop(0) != PROOF_BEGINS:
            raise ValueError(PROOF_BEGINS)
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "))
        word, _, number = lines.pop(0).partition(" ")
        path = tuple(decoded(line) for line in lines)
        if word != "index" or len(path) > LONGEST_PATH:
            raise ValueError(word)
        if any(len(one) != 32 for one in path):
            raise ValueError("not a hash")
        return Proof(whole_number(number), path, checkpoint, extra)
    except (ValueError, IndexError) as error:
        raise BadProof(problem=N_("it is not written as such proofs are")) from error
