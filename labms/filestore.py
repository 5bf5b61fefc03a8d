"""Files by their content: the name is the SHA-256 hash of what is inside.

A file that a name leads to is complete and stays what it was: it is written aside,
synced, given its name, and then the folder is synced. So a row that names a file may
be committed as soon as `store` has returned, and storing again changes nothing.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from labms.errors import NotFound, Unavailable
from labms.i18n import N_

_HASH = re.compile(r"[0-9a-f]{64}")
#: Files that are being written. What lies here after a crash is nobody's.
ASIDE = "tmp"
#: Files that could not be made twice the same, until a row names them.
PENDING = "pending"
_NAME = re.compile(r"[0-9A-Za-z-]{1,80}")


class NoSuchFile(NotFound):
    """A row names a file that is not in the store."""

    code = "filestore.no_such_file"
    message = N_("The file is missing. Restore it from a backup.")


class FileDamaged(Unavailable):
    """A file is not what its name says: the disk failed, or somebody changed it."""

    code = "filestore.damaged"
    message = N_("The file is damaged. Restore it from a backup.")


class TakenOver(Exception):
    """Somebody began anew with what was being kept, and cleaned up before that."""


def hash_of(data: bytes) -> str:
    """Return the name under which `data` is kept."""
    return hashlib.sha256(data).hexdigest()


_waits: ContextVar[bool] = ContextVar("waits", default=True)


@contextmanager
def without_waiting() -> Iterator[None]:
    """Don't wait for the disk within the block.

    Only for an instance that nobody has yet, which counts when all of it is there.
    """
    token = _waits.set(False)
    try:
        yield
    finally:
        _waits.reset(token)


def path_of(folder: Path, digest: str) -> Path:
    """Return where the file with this hash is, or would be."""
    if not _HASH.fullmatch(digest):
        raise NoSuchFile
    return folder / digest[:2] / digest[2:4] / digest


def store(folder: Path, data: bytes) -> str:
    """Keep `data` and return its hash; when this returns, it survives a power cut.

    The order: write aside, sync the file, give it its name, sync the folders.
    """
    digest = hash_of(data)
    path = path_of(folder, digest)
    if not _holds(path, digest):
        _make_folder(folder / ASIDE)
        _make_folder(path.parent)
        aside = folder / ASIDE / f"{digest}.{secrets.token_hex(8)}"
        try:
            _write(aside, data)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return digest


def keep_pending(folder: Path, name: str, data: bytes) -> None:
    """Keep `data` under a name, until a row says where it is; it survives a power cut.

    For what is another file each time it is made, such as a signed one: whoever goes on
    after a crash finds this one. The first that was kept stays. Raises TakenOver.
    """
    path = _pending(folder, name)
    _make_folder(folder / ASIDE)
    _make_folder(path.parent)
    for left in (folder / ASIDE).glob(f"{name}.*"):  # of a try that was cut short
        left.unlink(missing_ok=True)
    aside = folder / ASIDE / f"{name}.{secrets.token_hex(8)}"
    try:
        _write(aside, data)
        with suppress(FileExistsError):
            os.link(aside, path)
    except FileNotFoundError as error:
        raise TakenOver from error
    finally:
        aside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def read_pending(folder: Path, name: str) -> bytes | None:
    """Return what was kept under a name, or None if nothing is."""
    try:
        return _pending(folder, name).read_bytes()
    except FileNotFoundError:
        return None


def drop_pending(folder: Path, name: str) -> None:
    """Keep nothing under this name any more."""
    _pending(folder, name).unlink(missing_ok=True)


def discard(folder: Path, digest: str) -> None:
    """Remove a file that no row names: whoever stored it came too late."""
    path_of(folder, digest).unlink(missing_ok=True)


def _pending(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NoSuchFile
    return folder / PENDING / name


def read(folder: Path, digest: str) -> bytes:
    """Return the content of a file. Raises NoSuchFile or FileDamaged."""
    try:
        data = path_of(folder, digest).read_bytes()
    except FileNotFoundError as error:
        raise NoSuchFile from error
    if hash_of(data) != digest:
        raise FileDamaged
    return data


def stored(folder: Path) -> Iterator[str]:
    """Yield the hash of every file in the store, in order."""
    for path in sorted(folder.glob("??/??/*")):
        if _HASH.fullmatch(path.name):
            yield path.name


def _holds(path: Path, digest: str) -> bool:
    """Whether the file is there and sound; a damaged one is written again."""
    try:
        return hash_of(path.read_bytes()) == digest
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if _waits.get():
            os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each synced into the one that holds it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o750, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if not _waits.get():
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
