"""The log as static files: a checkpoint, tiles of hashes, bundles of entries."""

from collections.abc import Iterator

from labms.proof.queries import entries_between, row_of_hashes
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
