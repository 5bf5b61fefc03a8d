"""How a log is cut into tiles: their addresses, and what is in them.

Source: C2SP tlog-tiles (c2sp.org/tlog-tiles): tiles 256 wide, eight levels of the tree
high; entries in bundles, each with its length before it.
"""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

#: Hashes in a full tile, entries in a full bundle.
WIDTH = 256
#: How many levels of the tree a tile is high.
HEIGHT = 8
_NUMBER = re.compile(r"((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?")
_LEVEL = re.compile(r"0|[1-9]\d?")
HIGHEST_LEVEL = 63


@dataclass(frozen=True, slots=True)
class Tile:
    """Which hashes: the level, the number within it, and how many of them."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def start(self) -> int:
        """The position of its first hash, within its level."""
        return self.number * WIDTH


def _number_path(number: int) -> str:
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts)


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return where a tile is, below the log's address."""
    return f"tile/{level}/{_number_path(number)}{_partial(width)}"


def entries_path(number: int, width: int = WIDTH) -> str:
    """Return where a bundle of entries is, below the log's address."""
    return f"tile/entries/{_number_path(number)}{_partial(width)}"


def read_number(text: str) -> tuple[int, int] | None:
    """Return the number and width in the address of a tile, or None if it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None or len(found[1]) > 40:
        return None
    digits = found[1].replace("x", "").replace("/", "") + found[2]
    number, width = int(digits), int(found[3] or WIDTH)
    if _number_path(number) + (f".p/{found[3]}" if found[3] else "") != text:
        return None  # written in another way: each tile has one address
    if found[3] and width >= WIDTH:
        return None
    return number, width


def read_level(text: str) -> int | None:
    """Return the level in the address of a tile, or None if it is none."""
    if not _LEVEL.fullmatch(text) or int(text) > HIGHEST_LEVEL:
        return None
    return int(text)


def is_there(tile: Tile, size: int) -> bool:
    """Whether a log of this size has had such a tile: full, or partial at some size."""
    hashes = size >> (HEIGHT * tile.level)
    return tile.width > 0 and tile.start + tile.width <= hashes


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries one after the other, each with its length in two bytes before."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def bundle_entries(data: bytes) -> list[bytes]:
    """Return the entries in a bundle. Raises ValueError for what is none."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("cut off")
        (length,) = struct.unpack_from(">H", data, at)
        at += 2
        if at + length > len(data):
            raise ValueError("cut off")
        found.append(data[at : at + length])
        at += length
    return found
