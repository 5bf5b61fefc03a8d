"""The log as static files: a checkpoint, tiles of hashes, bundles of entries."""

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from labms import clock
from labms.proof.logs import exported
from labms.proof.queries import (
    checkpoint_note,
    entries_between,
    log_keys,
    log_size,
    row_of_hashes,
)
from labms.proof.tiles import (
    HEIGHT,
    WIDTH,
    Tile,
    bundle,
    entries_path,
    tile_path,
)


def tile_data(tile: Tile) -> bytes:
    """Return the hashes of a tile, one after the other."""
    end = tile.start + tile.width
    return b"".join(row_of_hashes(HEIGHT * tile.level, tile.start, end))


def bundle_data(tile: Tile) -> bytes:
    """Return the entries below a tile of level 0."""
    entries = entries_between(tile.start, tile.start + tile.width)
    return bundle(entry.encode() for entry in entries)


def tiles_at(size: int) -> Iterator[Tile]:
    """Yield every tile of a log of this size: the full ones, and the partial ones."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        for number in range(hashes // WIDTH):
            yield Tile(level, number)
        if rest := hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, rest)
        level += 1


def tiles_of(size: int, note: str) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of every file of a log, below its own address."""
    yield "checkpoint", note.encode()
    for tile in tiles_at(size):
        yield tile_path(tile.level, tile.number, tile.width), tile_data(tile)
        if tile.level == 0:
            yield entries_path(tile.number, tile.width), bundle_data(tile)


#: An export that was made before is handed out again for so long.
KEPT = timedelta(minutes=10)
_AT_ONCE = 5000


def lines_of_log() -> Iterator[str]:
    """Yield the lines of the whole log as a file. Raises NoSuchSize if it is empty."""
    size = log_size()
    yield from exported(checkpoint_note(size), log_keys(), _entries(size))


def _entries(size: int) -> Iterator[str]:
    for start in range(0, size, _AT_ONCE):
        yield from entries_between(start, min(start + _AT_ONCE, size))


def kept_export(cache_dir: Path) -> Path:
    """Return a file with the whole log, made anew if the last one is too old.

    So that nobody makes the server read the whole log again and again.
    """
    path = cache_dir / "log.jsonl"
    now = clock.now().timestamp()
    if not path.exists() or not 0 <= now - path.stat().st_mtime < KEPT.seconds:
        cache_dir.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{secrets.token_hex(6)}")
        try:
            with aside.open("x", encoding="utf-8", newline="\n") as written:
                written.writelines(lines_of_log())
            os.utime(aside, (now, now))
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    return path
