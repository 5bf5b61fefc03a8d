"""Blocks that run over as many pages as they need."""

from collections.abc import Sequence
from dataclasses import dataclass

from labms.paper.blocks import Block
from labms.paper.pages import Sheet
from labms.paper.tables import Table

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
    return pages


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
