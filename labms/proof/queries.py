"""Reading the log: where it ends, hashes of its tree, proofs, entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from labms.db import db
from labms.proof import merkle
from labms.proof.checkpoints import Checkpoint, Proof
from labms.proof.merkle import Node, Range
from labms.proof.models import LogCheckpoint, LogEntry, LogHead, LogKey, LogNode
from labms.proof.notes import PublicKey, decoded, signed
from labms.proof.rules import Entry, LogDamaged, LogEvent, NoSuchSize, NotInLog
from labms.proof.trail import trail_text

#: Conditions in one query; more are asked for in turns.
_AT_ONCE = 200


def log_size() -> int:
    """Return how many entries there are."""
    return db.session.scalar(sa.select(LogHead.size)) or 0


def current_key() -> LogKey | None:
    """Return the key that the log is signed with now; None if it never had one."""
    return db.session.scalar(sa.select(LogKey).order_by(LogKey.id.desc()).limit(1))


def log_keys() -> list[PublicKey]:
    """Return every key that the log was ever signed with, oldest first."""
    texts = db.session.scalars(sa.select(LogKey.public_key).order_by(LogKey.id))
    return [PublicKey.read(text) for text in dict.fromkeys(texts)]


def hashes_of(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of complete subtrees; what is not there is left out."""
    wanted = sorted(set(nodes))
    leaves = [position for height, position in wanted if height == 0]
    above = [node for node in wanted if node[0] > 0]
    found: dict[Node, bytes] = {}
    for at in range(0, len(leaves), _AT_ONCE):
        rows = sa.select(LogEntry.position, LogEntry.leaf_hash).where(
            LogEntry.position.in_(leaves[at : at + _AT_ONCE])
        )
        for position, text in db.session.execute(rows):
            found[0, position] = bytes.fromhex(text)
    key = sa.tuple_(LogNode.height, LogNode.position)
    for at in range(0, len(above), _AT_ONCE):
        nodes_there = sa.select(LogNode.height, LogNode.position, LogNode.hash).where(
            key.in_(above[at : at + _AT_ONCE])
        )
        for height, position, text in db.session.execute(nodes_there):
            found[height, position] = bytes.fromhex(text)
    return found


def path_of(ranges: Sequence[Range]) -> list[bytes]:
    """Return the hashes of ranges of leaves. Raises LogDamaged if one is missing."""
    known = hashes_of(merkle.nodes_of(ranges))
    try:
        return merkle.proof(ranges, known.__getitem__)
    except KeyError as error:
        raise LogDamaged from error


def checkpoint_row(
    size: int | None = None, *, first: bool = False
) -> tuple[LogCheckpoint, PublicKey] | None:
    """Return what was signed at a size (the newest without one), and by which key.

    At one size two keys may have signed; the newer one counts, or the `first`.
    """
    row = (
        sa.select(LogCheckpoint, LogKey.public_key)
        .join(LogKey, LogKey.id == LogCheckpoint.key_id)
        .order_by(
            LogCheckpoint.size.desc(),
            LogCheckpoint.key_id if first else LogCheckpoint.key_id.desc(),
        )
        .limit(1)
    )
    if size is not None:
        row = row.where(LogCheckpoint.size == size)
    found = db.session.execute(row).first()
    return (found[0], PublicKey.read(found[1])) if found else None


def note_of(row: LogCheckpoint, key: PublicKey) -> str:
    """Return a checkpoint as the signed note that it was."""
    text = Checkpoint(key.name, row.size, bytes.fromhex(row.root)).text
    return signed(text, [(key, decoded(row.signature))])


def checkpoint_note(size: int | None = None) -> str:
    """Return the signed checkpoint of a size, or the newest. Raises NoSuchSize."""
    found = checkpoint_row(size)
    if found is None:
        raise NoSuchSize(size=log_size())
    return note_of(*found)


def trail_note_of(row: LogCheckpoint, key: PublicKey) -> str:
    """Return the trail's checkpoint that was signed beside the log's; may be empty."""
    if row.trail_size is None or not row.trail_hash or not row.trail_signature:
        return ""
    text = trail_text(key.name, row.trail_size, row.trail_hash)
    return signed(text, [(key, decoded(row.trail_signature))])


@dataclass(frozen=True, slots=True)
class Proved:
    """What goes into the file of a document."""

    proof: str
    trail: str
    """The trail's checkpoint; empty if none was signed then."""


def proof_of_issue(document: str) -> Proved | None:
    """Return the proof that a document's issue is logged: the same text each time.

    It is about the tree as it was with that entry as its last one. None for a document
    from before there was a log. Raises LogDamaged.
    """
    found = _issue_of(document)
    if found is None:
        return None
    signed_then = checkpoint_row(found[0] + 1, first=True)
    if signed_then is None:
        raise LogDamaged
    return Proved(_proof(*found, *signed_then).text, trail_note_of(*signed_then))


def _proof(position: int, entry: str, row: LogCheckpoint, key: PublicKey) -> Proof:
    """Return a proof that was checked: none that is wrong leaves the house."""
    path = path_of(merkle.inclusion_ranges(position, row.size))
    proof = Proof(position, tuple(path), note_of(row, key), entry.encode())
    now = Checkpoint(key.name, row.size, bytes.fromhex(row.root))
    if not proof.leads_to(now, merkle.leaf_hash(proof.extra)):
        raise LogDamaged
    return proof


def _issue_of(document: str) -> tuple[int, str] | None:
    found = db.session.execute(
        sa.select(LogEntry.position, LogEntry.entry)
        .where(LogEntry.document == document, LogEntry.event == LogEvent.ISSUE.value)
        .order_by(LogEntry.position)
        .limit(1)
    ).first()
    return (found.position, found.entry) if found else None


def proof_today(document: str) -> str:
    """Return the proof of a document's issue in the log as it is now.

    What became of it since is in the entries after that one; see `entries_about`.
    Raises NotInLog or LogDamaged.
    """
    found = _issue_of(document)
    now = checkpoint_row()
    if found is None or now is None:
        raise NotInLog
    return _proof(*found, *now).text


def consistency(old: int, new: int) -> list[bytes]:
    """Return what proves that the log of size `new` begins as the one of size `old`.

    Raises NoSuchSize.
    """
    size = log_size()
    if not 0 < old <= new <= size:
        raise NoSuchSize(size=size)
    return path_of(merkle.consistency_ranges(old, new))


def entries_about(document: str) -> list[LogEntry]:
    """Return what happened to a document, oldest first."""
    return list(
        db.session.scalars(
            sa.select(LogEntry)
            .where(LogEntry.document == document)
            .order_by(LogEntry.position)
        )
    )


class OwnLog:
    """The log of this instance, for examining files; read as it is needed."""

    @property
    def size(self) -> int:
        """How many entries it has."""
        return log_size()

    def leaf(self, position: int) -> bytes | None:
        """Return the hash of an entry; None if there is none."""
        return hashes_of([(0, position)]).get((0, position))

    def about(self, document: str) -> list[tuple[int, Entry]]:
        """Return what happened to a document, with the positions, oldest first."""
        rows = entries_about(document)
        return [(row.position, Entry.read(row.entry)) for row in rows]

    def document_of(self, file: str) -> str | None:
        """Return the id of the document that a file with this hash is of."""
        return db.session.scalar(
            sa.select(LogEntry.document).where(LogEntry.file == file).limit(1)
        )


def newest_entries(count: int) -> list[LogEntry]:
    """Return the last entries, newest first."""
    rows = sa.select(LogEntry).order_by(LogEntry.position.desc()).limit(count)
    return list(db.session.scalars(rows))


def entries_between(start: int, end: int) -> list[str]:
    """Return the entries from `start` to before `end`."""
    rows = (
        sa.select(LogEntry.entry)
        .where(LogEntry.position >= start, LogEntry.position < end)
        .order_by(LogEntry.position)
    )
    return list(db.session.scalars(rows))


def row_of_hashes(height: int, start: int, end: int) -> list[bytes]:
    """Return the hashes of complete subtrees of one height, side by side."""
    if height == 0:
        rows = (
            sa.select(LogEntry.leaf_hash)
            .where(LogEntry.position >= start, LogEntry.position < end)
            .order_by(LogEntry.position)
        )
    else:
        rows = (
            sa.select(LogNode.hash)
            .where(
                LogNode.height == height,
                LogNode.position >= start,
                LogNode.position < end,
            )
            .order_by(LogNode.position)
        )
    return [bytes.fromhex(text) for text in db.session.scalars(rows)]
