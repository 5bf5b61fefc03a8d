"""Bars: drawn as vectors in a PDF, as a picture where that is needed."""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from labms.paper.pages import Sheet
from labms.paper.typesetting import INK, Colour, Style, wrapped
from labms.reports.document import Bar, Chart

_TRACK: Colour = (0.90, 0.925, 0.92)
_VALUE: Colour = (0.06, 0.46, 0.43)
_HIGH = 11.0
_BETWEEN = 5.0
_LABEL, _NUMBERS = 0.34, 0.30


def share_of(value: Decimal, chart: Chart) -> float:
    """Return a value as a part of the scale, at most all of it."""
    return float(min(max(value / chart.top, Decimal(0)), Decimal(1)))


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart as a block: label, bar with the target's mark, and the numbers."""

    chart: Chart
    style: Style

    def _row(
        self, bar: Bar, width: float
    ) -> tuple[tuple[str, ...], tuple[str, ...], float]:
        label = wrapped(bar.label, self.style, width * _LABEL - 6)
        numbers = wrapped(bar.numbers, self.style, width * _NUMBERS - 6)
        lines = max(len(label), len(numbers))
        return label, numbers, max(lines * self.style.line, _HIGH) + _BETWEEN

    def height(self, width: float) -> float:
        """Return the height of all rows."""
        return sum(self._row(bar, width)[2] for bar in self.chart.bars)

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw them from the top."""
        room = width * (1 - _LABEL - _NUMBERS)
        at = x + width * _LABEL
        for bar in self.chart.bars:
            label, numbers, high = self._row(bar, width)
            self._lines(sheet, label, x, top)
            self._lines(sheet, numbers, at + room + 6, top)
            y = top - (high - _BETWEEN) / 2 - _HIGH / 2
            sheet.box(at, y, room, _HIGH, fill=_TRACK)
            if bar.value is not None:
                part = room * share_of(bar.value, self.chart)
                if part:
                    sheet.box(at, y + 2, part, _HIGH - 4, fill=_VALUE)
            if bar.target is not None:
                mark = at + room * share_of(bar.target, self.chart)
                sheet.box(min(mark, at + room - 1.6), y - 1.5, 1.6, _HIGH + 3, fill=INK)
            top -= high

    def _lines(
        self, sheet: Sheet, lines: tuple[str, ...], x: float, top: float
    ) -> None:
        for line in lines:
            sheet.text(x, top - self.style.ascent, line, self.style)
            top -= self.style.line


def bar_picture(bar: Bar, chart: Chart, *, width: int = 720, high: int = 60) -> bytes:
    """Return one bar as PNG, without words: they stand beside it as text."""
    from PIL import Image, ImageDraw  # only where a DOCX is asked for

    picture = Image.new("RGB", (width, high), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 10, width - 1, high - 10), fill=_rgb(_TRACK))
    if bar.value is not None and (part := round(width * share_of(bar.value, chart))):
        pen.rectangle((0, 18, max(part - 1, 0), high - 18), fill=_rgb(_VALUE))
    if bar.target is not None:
        mark = min(round(width * share_of(bar.target, chart)), width - 8)
        pen.rectangle((mark, 2, mark + 7, high - 2), fill=_rgb(INK))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _rgb(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue
