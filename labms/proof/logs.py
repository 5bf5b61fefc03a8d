"""A whole log in hand: exported, as a folder of tiles, or the one of this instance.

It counts only after its entries were hashed again and the root found to be the one that
a known key signed.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from labms.errors import Invalid
from labms.i18n import N_
from labms.proof import merkle
from labms.proof.checkpoints import Checkpoint, open_checkpoint
from labms.proof.notes import PublicKey
from labms.proof.rules import Entry
from labms.proof.tiles import WIDTH, bundle_entries, entries_path

FORMAT = "labms-log-1"


class NotALog(Invalid):
    """What was given as a log is none."""

    code = "proof.not_a_log"
    message = N_("This is not a log: {problem}")


@dataclass(frozen=True, slots=True)
class KnownLog:
    """Entries that a signed root vouches for, and what they say of each document."""

    checkpoint: Checkpoint
    key: PublicKey
    leaves: Sequence[bytes]
    _about: dict[str, list[tuple[int, Entry]]] = field(repr=False)
    _files: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, note: str, entries: Iterable[str], keys: Iterable[PublicKey]) -> Self:
        """Return the log of a signed checkpoint and its entries.

        Raises BadNote, UnknownKey or NotALog, naming the first entry that is none.
        """
        checkpoint, key = open_checkpoint(note, keys)
        leaves: list[bytes] = []
        about: dict[str, list[tuple[int, Entry]]] = {}
        files: dict[str, str] = {}
        for position, text in enumerate(entries):
            if position >= checkpoint.size:
                break
            try:
                entry = Entry.read(text)
            except (ValueError, RecursionError) as error:
                problem = N_("entry {position} cannot be read")
                raise NotALog(problem=problem.format(position=position)) from error
            leaves.append(merkle.leaf_hash(text.encode()))
            about.setdefault(entry.id, []).append((position, entry))
            if entry.file:
                files[entry.file] = entry.id
        if len(leaves) != checkpoint.size:
            raise NotALog(problem=N_("it has fewer entries than its checkpoint says"))
        if merkle.root_of(leaves) != checkpoint.root:
            raise NotALog(problem=N_("its entries are not those that were signed"))
        return cls(checkpoint, key, leaves, about, files)

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self.checkpoint.size

    def leaf(self, position: int) -> bytes | None:
        """Return the hash of an entry; None if there is none."""
        return self.leaves[position] if position < len(self.leaves) else None

    def about(self, document: str) -> list[tuple[int, Entry]]:
        """Return what happened to a document, with the positions, oldest first."""
        return self._about.get(document, [])

    def document_of(self, file: str) -> str | None:
        """Return the id of the document that a file with this hash is of."""
        return self._files.get(file)


def read_log(path: Path, keys: Iterable[PublicKey]) -> KnownLog:
    """Return the log in an exported file or in a folder of tiles.

    Raises BadNote, UnknownKey or NotALog.
    """
    known = list(keys)
    if path.is_dir():
        note = _text(path / "checkpoint")
        size = open_checkpoint(note, known)[0].size
        return KnownLog.of(note, _entries_in(path, size), known)
    with path.open(encoding="utf-8", errors="strict", newline="\n") as file:
        try:
            head = json.loads(file.readline())
            if head["format"] != FORMAT:
                raise ValueError(head["format"])
            note = str(head["checkpoint"])
        except (ValueError, KeyError, TypeError) as error:
            raise NotALog(problem=N_("its first line is not that of a log")) from error
        lines = (line.removesuffix("\n") for line in file)
        return KnownLog.of(note, lines, known)


def exported(
    note: str, keys: Iterable[PublicKey], entries: Iterable[str]
) -> Iterator[str]:
    """Yield the lines of an exported log: what it is, then one entry a line."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "keys": [str(key) for key in keys],
        "checkpoint": note,
    }
    yield json.dumps(told, ensure_ascii=False) + "\n"
    for entry in entries:
        yield entry + "\n"


def keys_in(path: Path) -> list[PublicKey]:
    """Return the keys that an exported log names: to be compared, not believed."""
    with path.open(encoding="utf-8") as file:
        told = json.loads(file.readline())
    return [PublicKey.read(text) for text in told["keys"]]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise NotALog(problem=path.name) from error


def _entries_in(folder: Path, size: int) -> Iterator[str]:
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        whole = folder / entries_path(number)
        path = whole if whole.exists() else folder / entries_path(number, width)
        try:
            for entry in bundle_entries(path.read_bytes())[:width]:
                yield entry.decode()
        except (OSError, ValueError) as error:
            raise NotALog(problem=str(path.relative_to(folder))) from error
