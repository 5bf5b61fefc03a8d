"""Blocks that run over as many pages as they need."""

from collections.abc import Sequence
from dataclasses import dataclass

from labms.paper.blocks import Block
from labms.paper.pages import Sheet
from labms.paper.tables import Table

#: So many rows of a table come along to a last page that would have none.
_LAST_ROWS = 3
#: At least so much of a table stands under its headings on a page.
_FIRST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """A block that never ends a page: what follows stands under it."""

    block: Block

    def height(self, width: float) -> float:
        """Return the height of the block."""
        return self.block.height(width)

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw the block."""
        self.block.draw(sheet, x, top, width)


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at its place: `down` points under the top of the page's room."""

    block: Block
    down: float


def paginated(
    blocks: Sequence[Block],
    *,
    width: float,
    room: float,
    gap: float,
    more_at_first: float = 0,
) -> list[list[Placed]]:
    """Distribute blocks over pages with so much room each; tables may be split.

    The first page may have more, where the others have a running head.
    """
    pages: list[list[Placed]] = [[]]
    down = 0.0
    waiting = list(blocks)
    while waiting:
        block = waiting.pop(0)
        high = block.height(width)
        if not high:
            continue
        left = room - down + (more_at_first if len(pages) == 1 else 0)
        needed = high + _following(block, waiting, width=width, gap=gap)
        if needed <= left or (not isinstance(block, Kept | Table) and high <= left):
            pages[-1].append(Placed(block, down))
            down += high + gap
        elif isinstance(block, Table) and (parts := _split(block, width, left)):
            pages[-1].append(Placed(parts[0], down))
            pages.append([])
            down = 0.0
            waiting.insert(0, parts[1])
        elif pages[-1]:
            pages.append([])
            down = 0.0
            waiting.insert(0, block)
        else:  # higher than a page, and cannot be split
            pages[-1].append(Placed(block, down))
            down += high + gap
    return accompanied(pages, width=width, room=room, gap=gap)


def accompanied(
    pages: list[list[Placed]], *, width: float, room: float, gap: float
) -> list[list[Placed]]:
    """Bring the end of the last table to a last page that would have only words.

    Signatures on a page without a reading could belong to anything.
    """
    if len(pages) < 2 or any(isinstance(one.block, Table) for one in pages[-1]):
        return pages
    before, last = pages[-2], pages[-1]
    tables = [n for n, one in enumerate(before) if isinstance(one.block, Table)]
    place = tables[-1] if tables else None
    if place is None:
        return pages
    table = before[place].block
    assert isinstance(table, Table)  # noqa: S101 (it was looked for)
    if len(table.rows) <= 2 * _LAST_ROWS:
        return pages
    stays, goes = table.parted(len(table.rows) - _LAST_ROWS)
    moved: list[Block] = [goes, *(one.block for one in before[place + 1 :])]
    moved += [one.block for one in last]
    down, placed = 0.0, []
    for block in moved:
        placed.append(Placed(block, down))
        down += block.height(width) + gap
    if down - gap > room:
        return pages
    kept = [*before[:place], Placed(stays, before[place].down)]
    return [*pages[:-2], kept, placed]


def _following(
    block: Block, waiting: Sequence[Block], *, width: float, gap: float
) -> float:
    """Return how much of what follows must stand on the same page."""
    if not isinstance(block, Kept) or not waiting:
        return 0
    following = waiting[0]
    if isinstance(following, Table):
        first = following.first(_FIRST_ROWS).height(width)
        return gap + first
    further = _following(following, waiting[1:], width=width, gap=gap)
    return gap + following.height(width) + further


def _split(table: Table, width: float, room: float) -> tuple[Table, Table] | None:
    part, rest = table.split(width, room)
    if part is None or rest is None:
        return None
    return part, rest
