"""The parts that pages are put together from.

A block knows how high it is at some width, and draws itself under a given top edge.
Measuring and drawing use the same lines, so that nothing can overlap; what was measured
at some width is kept, since every block is asked more than once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from labms.paper.fonts import current_fonts
from labms.paper.pages import Sheet, along
from labms.paper.pictures import Picture
from labms.paper.typesetting import (
    HAIRLINE,
    MM,
    TINT,
    Align,
    Colour,
    Style,
    balanced,
    fitted,
    wrapped,
)


class Block(Protocol):
    """Something with a height, that can be drawn."""

    def height(self, width: float) -> float:
        """Return its height in points when it is so wide."""

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw it with its upper left corner at x, top."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, of a certain height."""

    points: float

    def height(self, width: float) -> float:
        """Return the same at any width."""
        return self.points

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw nothing."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in one style."""

    text: str
    style: Style
    space: float = 0
    """Added after every character; for single lines in capitals."""
    _known: dict[float, Sequence[str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def _lines(self, width: float) -> Sequence[str]:
        if not self.text or self.style.is_hidden:
            return ()
        lines = self._known.get(width)
        if lines is None:
            broken = balanced if self.style.align == "centre" else wrapped
            lines = self._known[width] = broken(self.text, self.style, width)
        return lines

    def height(self, width: float) -> float:
        """Return the height of its lines; an empty text has none."""
        return len(self._lines(width)) * self.style.line

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Write its lines."""
        anchor = along(x, width, self.style.align)
        for line in self._lines(width):
            sheet.text(
                anchor, top - self.style.ascent, line, self.style, space=self.space
            )
            top -= self.style.line


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that stays on one line, smaller if it must."""

    text: str
    style: Style

    def height(self, width: float) -> float:
        """Return the height of a line."""
        return fitted(self.text, self.style, width).line

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Write it."""
        style = fitted(self.text, self.style, width)
        sheet.text(along(x, width, style.align), top - style.ascent, self.text, style)


@dataclass(frozen=True, slots=True)
class Spans:
    """One line in several styles on one baseline, wrapped together if it must.

    For "Số (No.): V26.00012": short words of which the last part may be long. Spans
    that don't fit beside the others go to lines of their own.
    """

    spans: Sequence[tuple[str, Style]]
    align: Align = "left"

    def _rows(self, width: float) -> list[list[tuple[str, Style, float]]]:
        rows: list[list[tuple[str, Style, float]]] = [[]]
        left = width
        for text, style in self.spans:
            if style.is_hidden:
                continue
            size = _wide(text, style)
            if size <= left:
                rows[-1].append((text, style, size))
                left -= size
                continue
            lines = wrapped(text.strip(), style, width)
            rows += [[(line, style, _wide(line, style))] for line in lines]
            left = width - rows[-1][-1][2]
        return [row for row in rows if row]

    def height(self, width: float) -> float:
        """Return the height of its lines."""
        return sum(max(s.line for _, s, _ in row) for row in self._rows(width))

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Write its lines."""
        for row in self._rows(width):
            free = width - sum(size for _, _, size in row)
            at = x + {"left": 0, "centre": free / 2, "right": free}[self.align]
            ascent = max(style.ascent for _, style, _ in row)
            for text, style, size in row:
                sheet.text(at, top - ascent, text, style.but(align="left"))
                at += size
            top -= max(style.line for _, style, _ in row)


def _wide(text: str, style: Style) -> float:
    return current_fonts().width(text, style.face, style.size)


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks below each other. An empty block takes no gap."""

    blocks: Sequence[Block]
    gap: float = 0
    _known: dict[float, float] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def height(self, width: float) -> float:
        """Return the sum of heights and gaps."""
        known = self._known.get(width)
        if known is None:
            heights = [h for block in self.blocks if (h := block.height(width))]
            known = sum(heights) + self.gap * max(0, len(heights) - 1)
            self._known[width] = known
        return known

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw them from the top."""
        for block in self.blocks:
            if high := block.height(width):
                block.draw(sheet, x, top, width)
                top -= high + self.gap


@dataclass(frozen=True, slots=True)
class Row:
    """Blocks beside each other; `shares` divide the width, `gap` lies between."""

    blocks: Sequence[Block]
    shares: Sequence[float]
    gap: float = 12
    _known: dict[float, float] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def _widths(self, width: float) -> list[float]:
        free = width - self.gap * (len(self.blocks) - 1)
        return [free * share / sum(self.shares) for share in self.shares]

    def height(self, width: float) -> float:
        """Return the height of the highest."""
        known = self._known.get(width)
        if known is None:
            known = self._known[width] = max(
                block.height(wide)
                for block, wide in zip(self.blocks, self._widths(width), strict=True)
            )
        return known

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw them from the left, tops aligned."""
        for block, wide in zip(self.blocks, self._widths(width), strict=True):
            block.draw(sheet, x, top, wide)
            x += wide + self.gap


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line, as long as a share of the width, in the middle."""

    share: float = 1
    colour: Colour = HAIRLINE
    thickness: float = 0.5
    around: float = 2

    def height(self, width: float) -> float:
        """Return the room above and below."""
        return 2 * self.around

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw it."""
        length = width * self.share
        sheet.rule(
            x + (width - length) / 2,
            top - self.around,
            length,
            colour=self.colour,
            thickness=self.thickness,
        )


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as wide as its room, no higher than `most`, in the middle."""

    picture: Picture
    most: float

    def _size(self, width: float) -> tuple[float, float]:
        one = self.picture
        scale = min(width / one.width, self.most / one.height)
        return one.width * scale, one.height * scale

    def height(self, width: float) -> float:
        """Return its height in this width."""
        return self._size(width)[1]

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw it."""
        wide, high = self._size(width)
        sheet.picture(x + (width - wide) / 2, top - high, wide, high, self.picture)


@dataclass(frozen=True, slots=True)
class Panel:
    """A tinted box around a block."""

    block: Block
    padding: float = 8
    fill: Colour | None = TINT
    stroke: Colour | None = HAIRLINE

    def height(self, width: float) -> float:
        """Return the block's height and the padding."""
        return self.block.height(width - 2 * self.padding) + 2 * self.padding

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw the box, then the block."""
        high = self.height(width)
        sheet.box(x, top - high, width, high, fill=self.fill, stroke=self.stroke)
        self.block.draw(
            sheet, x + self.padding, top - self.padding, width - 2 * self.padding
        )


@dataclass(frozen=True, slots=True)
class Look:
    """The styles of a form: one family, one scale."""

    text: Style
    strong: Style
    english: Style

    @classmethod
    def of(
        cls, family: str, size: float, *, italic: str, english: bool = True
    ) -> "Look":
        """Return the look of a family at a size; English is smaller (TT 24/2013)."""
        other = Style(italic, size * 0.78, colour=(0.30, 0.31, 0.34))
        return cls(
            text=Style(family, size),
            strong=Style(f"{family}-bold", size),
            english=other if english else replace(other, is_hidden=True),
        )

    @property
    def aside(self) -> Style:
        """Return the style of what is small whatever its language."""
        return replace(self.english, is_hidden=False)


#: Height of what is written by hand: 8 mm.
HANDWRITING = 8 * MM

#: In sizes of the type: wide enough for "Phương pháp thực hiện:".
LABEL_WIDTH = 12.9


@dataclass(frozen=True, slots=True)
class Field:
    """A label in two languages with its value beside it."""

    label_vi: str
    label_en: str
    value: str
    look: Look
    value_en: str = ""
    label_width: float = LABEL_WIDTH
    """In sizes of the type."""
    strong: bool = False
    blank: bool = False
    """Whether the value is written by hand: a line takes its place."""
    _known: dict[float, tuple[Stack, Stack, float]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def _parts(self, width: float) -> tuple[Stack, Stack, float]:
        known = self._known.get(width)
        if known is None:
            known = self._known[width] = self._made(width)
        return known

    def _made(self, width: float) -> tuple[Stack, Stack, float]:
        wide = min(self.label_width * self.look.text.size, width * 0.6)
        style = self.look.strong if self.strong else self.look.text
        label = Stack(
            [
                Text(self.label_vi + ":", self.look.text),
                Text(self.label_en, self.look.english),
            ]
        )
        value = Stack([Text(self.value, style), Text(self.value_en, self.look.english)])
        return label, value, wide

    def height(self, width: float) -> float:
        """Return the height of label or value, whichever is higher."""
        label, value, wide = self._parts(width)
        written = HANDWRITING if self.blank and not self.value else 0
        return max(label.height(wide - 6), value.height(width - wide), written)

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw both, their first lines on one baseline."""
        label, value, wide = self._parts(width)
        label.draw(sheet, x, top, wide - 6)
        if self.blank and not self.value:
            sheet.rule(x + wide, top - self.height(width) + 2, width - wide)
        value.draw(sheet, x + wide, top, width - wide)
