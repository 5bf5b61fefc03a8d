"""Is the log what was signed? Recomputed from its first entry, and held against it all.

Every entry is hashed again and the tree grown over it: what was signed when the log had
so many entries tells which entry is the first wrong one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from labms.db import db
from labms.i18n import N_, Message
from labms.proof import merkle
from labms.proof.checkpoints import Checkpoint
from labms.proof.models import LogCheckpoint, LogEntry, LogHead, LogKey, LogNode
from labms.proof.notes import BadKey, PublicKey, decoded
from labms.proof.rules import Entry
from labms.proof.trail import trail_text

_AT_ONCE = 2000
#: So many of the newest signatures are checked when somebody only wants a look.
MOST_LOOKED_AT = 300

MISSING = N_("entry {position} is missing")
UNREADABLE = N_("entry {position} cannot be read")
ALTERED = N_("entry {position} was altered")
SWAPPED = N_("entry {position} is kept under what it does not say")
UNCHAINED = N_("entry {position} does not follow the one before it of its document")
NOT_SIGNED = N_("entry {position} is not the one that was signed")
OTHER_ROOT = N_("what was signed after entry {position} was altered")
NO_SIGNATURE = N_("nothing was signed when entry {position} was the last one")
BAD_SIGNATURE = N_("the signature after entry {position} does not hold")
BAD_TRAIL = N_("the signature of the trail after entry {position} does not hold")
TOO_MANY = N_("entry {position} is beyond the end of the log")
CUT = N_("the log ends before entry {position}, and was longer")
BAD_NODE = N_("a hash over entries {position} to {last} was altered")
NO_NODE = N_("a hash over entries {position} to {last} is missing")
STRANGE_NODE = N_("a hash over entries {position} to {last} belongs to no tree")
BAD_END = N_("where the log ends was altered, at entry {position}")
BAD_KEY = N_("a key of the log was altered, from entry {position} on")
OTHER_LOG = N_("the checkpoint knows another log up to entry {position}")


@dataclass(frozen=True, slots=True)
class LogFault:
    """Something in the log that the program did not write."""

    text: str
    position: int
    """The entry it is about, counted from 0."""
    last: int = 0

    @property
    def message(self) -> Message:
        """What is wrong, to be translated."""
        return Message(self.text, {"position": self.position, "last": self.last})


def log_faults(
    outside: Checkpoint | None = None, *, most_signatures: int | None = None
) -> list[LogFault]:
    """Return what is wrong with the log, the first wrong entry first; or nothing.

    `outside` is a checkpoint that somebody kept, whose signature was checked: without
    one, whoever has the key could have written the whole log anew. Of the signatures
    only the newest are checked if so many are asked for: they take most of the time.
    """
    keys, faults = _keys()
    check = _Check(keys)
    for row in _rows():
        if wrong := check.entry(row):
            return [*faults, wrong]
    found = [
        *faults,
        *check.end(),
        *check.nodes(),
        *check.signatures(most_signatures),
    ]
    return [*found, *check.against(outside)] if outside else found


def _rows() -> Iterator[LogEntry]:
    rows = sa.select(LogEntry).order_by(LogEntry.position)
    yield from db.session.scalars(rows.execution_options(yield_per=_AT_ONCE))


def _keys() -> tuple[dict[int, PublicKey], list[LogFault]]:
    keys, faults = {}, []
    for row in db.session.scalars(sa.select(LogKey).order_by(LogKey.id)):
        try:
            keys[row.id] = PublicKey.read(row.public_key)
        except BadKey:
            faults.append(LogFault(BAD_KEY, row.first_size))
            continue
        if keys[row.id].name != row.name:
            faults.append(LogFault(BAD_KEY, row.first_size))
    return keys, faults


@dataclass(slots=True)
class _Check:
    keys: Mapping[int, PublicKey]
    size: int = 0
    peaks: list[bytes] = field(default_factory=list)
    made: dict[merkle.Node, bytes] = field(default_factory=dict)
    roots: list[bytes] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)
    signed: dict[int, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = sa.select(LogCheckpoint.size, LogCheckpoint.root)
        for size, root in db.session.execute(rows):
            self.signed.setdefault(size, set()).add(root)

    def entry(self, row: LogEntry) -> LogFault | None:
        """Return what is wrong with the next entry, if anything is."""
        at = self.size
        if row.position != at:
            return LogFault(MISSING, at)
        try:
            entry = Entry.read(row.entry)
        except (ValueError, RecursionError):
            return LogFault(UNREADABLE, at)
        leaf = merkle.leaf_hash(row.entry.encode())
        if leaf.hex() != row.leaf_hash:
            return LogFault(ALTERED, at)
        grown = merkle.grown(at, self.peaks, leaf)
        self.peaks = merkle.peaks_after(self.peaks, grown)
        self.made.update(grown[1:])
        self.roots.append(merkle.folded(self.peaks))
        self.size += 1
        if self.signed.get(self.size, set()) - {self.roots[-1].hex()}:
            is_entry = not self._was_signed(self.roots[-1])
            return LogFault(NOT_SIGNED if is_entry else OTHER_ROOT, at)
        if entry.prior != self.last.get(entry.id, ""):
            return LogFault(UNCHAINED, at)
        self.last[entry.id] = row.leaf_hash
        kept = (row.document, row.event, row.file or "")
        return (
            None
            if kept == (entry.id, entry.event, entry.file)
            else LogFault(SWAPPED, at)
        )

    def _was_signed(self, root: bytes) -> bool:
        """Whether the root that was worked out is the one that was signed here."""
        rows = sa.select(LogCheckpoint).where(LogCheckpoint.size == self.size)
        return all(
            _holds(key, Checkpoint(key.name, self.size, root).text, row.signature)
            for row in db.session.scalars(rows)
            if (key := self.keys.get(row.key_id))
        )

    def end(self) -> Iterator[LogFault]:
        """Compare with the row that says where the log ends."""
        head = db.session.execute(sa.select(LogHead.size, LogHead.peaks)).first()
        size, peaks = (head.size, head.peaks) if head else (0, "")
        longest = max(self.signed, default=0)
        if size > self.size or longest > self.size:
            yield LogFault(CUT, self.size)
        elif size < self.size:
            yield LogFault(TOO_MANY, size)
        elif peaks != b"".join(self.peaks).hex():
            yield LogFault(BAD_END, size)

    def nodes(self) -> Iterator[LogFault]:
        """Compare the hashes that are kept with those that were worked out."""
        made = dict(self.made)
        rows = sa.select(LogNode.height, LogNode.position, LogNode.hash).order_by(
            LogNode.position, LogNode.height
        )
        for height, position, digest in db.session.execute(
            rows.execution_options(yield_per=_AT_ONCE)
        ):
            right = made.pop((height, position), None)
            if right is None:
                yield _over(STRANGE_NODE, (height, position))
            elif right.hex() != digest:
                yield _over(BAD_NODE, (height, position))
        for node in sorted(made, key=lambda one: (one[1], one[0])):
            yield _over(NO_NODE, node)

    def signatures(self, most: int | None) -> Iterator[LogFault]:
        """Check what was signed: after each entry once, by the key of that time."""
        for size in range(1, self.size + 1):
            if size not in self.signed:
                yield LogFault(NO_SIGNATURE, size - 1)
        rows = sa.select(LogCheckpoint).order_by(LogCheckpoint.size.desc())
        for row in db.session.scalars(rows.limit(most) if most else rows):
            key = self.keys.get(row.key_id)
            if key is None or row.size > self.size or row.size < 1:
                continue
            text = Checkpoint(key.name, row.size, self.roots[row.size - 1]).text
            if not _holds(key, text, row.signature):
                yield LogFault(BAD_SIGNATURE, row.size - 1)
            if row.trail_signature is not None:
                trail = trail_text(key.name, row.trail_size or 0, row.trail_hash or "")
                if not _holds(key, trail, row.trail_signature):
                    yield LogFault(BAD_TRAIL, row.size - 1)

    def against(self, outside: Checkpoint) -> Iterator[LogFault]:
        """Compare with a checkpoint from outside: the log must begin as it did then."""
        if outside.size > self.size:
            yield LogFault(CUT, self.size)
        elif outside.size and self.roots[outside.size - 1] != outside.root:
            yield LogFault(OTHER_LOG, outside.size - 1)


def _over(text: str, node: merkle.Node) -> LogFault:
    height, position = node
    return LogFault(text, position << height, ((position + 1) << height) - 1)


def _holds(key: PublicKey, text: str, signature: str) -> bool:
    try:
        return key.verifies(decoded(signature), text.encode())
    except ValueError:
        return False
