"""Tables that may break over pages, their headings repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labms.paper.pages import Sheet, along
from labms.paper.typesetting import ACCENT, HAIRLINE, TINT, Align, Style, wrapped

#: White left and right of a cell's text.
SIDES = 4.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width, how its cells stand."""

    heading: str
    share: float = 1
    align: Align = "left"
    heading_en: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headings, ruled."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    style: Style
    strong: Style
    english: Style
    padding: float = 3
    """Above and below the text of a cell; `sides` left and right of it."""
    sides: float = SIDES
    row_height: float = 0
    """At least so high: room to write by hand."""
    marked: frozenset[tuple[int, int]] = frozenset()
    """Cells (row, column) in the strong style."""

    def _widths(self, width: float) -> list[float]:
        total = sum(column.share for column in self.columns)
        return [width * column.share / total for column in self.columns]

    def _cell(self, row: int, column: int) -> Style:
        style = self.strong if (row, column) in self.marked else self.style
        return style.but(align=self.columns[column].align)

    def _row_height(self, row: int, widths: Sequence[float]) -> float:
        lines = max(
            len(wrapped(text, self._cell(row, n), wide - 2 * self.sides))
            for n, (text, wide) in enumerate(zip(self.rows[row], widths, strict=True))
        )
        return max(lines * self.style.line + 2 * self.padding, self.row_height)

    def _heading_height(self, widths: Sequence[float]) -> float:
        highest = 0.0
        for column, wide in zip(self.columns, widths, strict=True):
            room = wide - 2 * self.sides
            high = len(wrapped(column.heading, self.strong, room)) * self.strong.line
            if column.heading_en and not self.english.is_hidden:
                english = wrapped(column.heading_en, self.english, room)
                high += len(english) * self.english.line
            highest = max(highest, high)
        return highest + 2 * self.padding

    def height(self, width: float) -> float:
        """Return the height of headings and all rows."""
        widths = self._widths(width)
        rows = sum(self._row_height(row, widths) for row in range(len(self.rows)))
        return self._heading_height(widths) + rows

    def split(self, width: float, room: float) -> tuple["Table | None", "Table | None"]:
        """Return the part that fits into so much height, and the rest."""
        widths = self._widths(width)
        used = self._heading_height(widths)
        count = 0
        for row in range(len(self.rows)):
            used += self._row_height(row, widths)
            if used > room:
                break
            count += 1
        if count == len(self.rows):
            return self, None
        return (self._part(0, count) if count else None), self._part(count, None)

    def parted(self, count: int) -> tuple["Table", "Table"]:
        """Return the first rows and the others, each under the headings."""
        return self._part(0, count), self._part(count, None)

    def first(self, count: int) -> "Table":
        """Return the headings and so many rows."""
        return self._part(0, count)

    def _part(self, start: int, end: int | None) -> "Table":
        marked = {(row - start, column) for row, column in self.marked if row >= start}
        return replace(self, rows=self.rows[start:end], marked=frozenset(marked))

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw headings, rows and rules."""
        widths = self._widths(width)
        upper = top
        high = self._heading_height(widths)
        sheet.box(x, top - high, width, high, fill=TINT)
        left = x
        for column, wide in zip(self.columns, widths, strict=True):
            self._heading(sheet, column, left, top, wide)
            left += wide
        top -= high
        sheet.rule(x, top, width, colour=ACCENT, thickness=0.7)
        for row in range(len(self.rows)):
            high = self._row_height(row, widths)
            self._row(sheet, row, x, top, high, widths)
            top -= high
            sheet.rule(x, top, width)
        left = x
        for wide in (*widths[:-1],):
            left += wide
            sheet.upright(left, top, upper - top)
        sheet.box(x, top, width, upper - top, stroke=HAIRLINE, thickness=0.7)

    def _heading(
        self, sheet: Sheet, column: Column, left: float, top: float, wide: float
    ) -> None:
        top -= self.padding
        for text, style in (
            (column.heading, self.strong),
            (column.heading_en, self.english),
        ):
            if not text or style.is_hidden:
                continue
            anchor = along(left + self.sides, wide - 2 * self.sides, column.align)
            aligned = style.but(align=column.align)
            for line in wrapped(text, aligned, wide - 2 * self.sides):
                sheet.text(anchor, top - style.ascent, line, aligned)
                top -= style.line

    def _row(
        self,
        sheet: Sheet,
        row: int,
        left: float,
        top: float,
        high: float,
        widths: Sequence[float],
    ) -> None:
        for n, (text, wide) in enumerate(zip(self.rows[row], widths, strict=True)):
            style = self._cell(row, n)
            room = wide - 2 * self.sides
            lines = wrapped(text, style, room)
            baseline = top - self.padding - style.ascent
            if self.row_height:  # in the middle of a high row
                free = high - 2 * self.padding - len(lines) * style.line
                baseline -= free / 2
            for line in lines:
                if line:
                    anchor = along(left + self.sides, room, style.align)
                    sheet.text(anchor, baseline, line, style)
                baseline -= style.line
            left += wide
