"""Styles, and the breaking of texts into lines that fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from labms.paper.fonts import Fonts, current_fonts

MM = 72 / 25.4

Colour = tuple[float, float, float]
Align = Literal["left", "centre", "right"]

INK: Colour = (0.07, 0.07, 0.09)
ACCENT: Colour = (0.08, 0.21, 0.37)
QUIET: Colour = (0.36, 0.37, 0.40)
HAIRLINE: Colour = (0.66, 0.69, 0.73)
TINT: Colour = (0.945, 0.957, 0.973)
WARNING: Colour = (0.62, 0.09, 0.09)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. `leading` is the distance of baselines, per size."""

    face: str
    size: float
    colour: Colour = INK
    align: Align = "left"
    leading: float = 1.26
    is_hidden: bool = False
    """Whether nothing is printed in it: English, where a body prints none."""

    @property
    def line(self) -> float:
        """Return the height of one line in points."""
        return self.size * self.leading

    @property
    def ascent(self) -> float:
        """Return how far under the top of its line the baseline lies.

        The faces rise 0.74 above the baseline with a hook and a circumflex on a
        capital at 0.98; half of the leading that is left goes above.
        """
        return self.size * (0.92 + (self.leading - 1.26) / 2)

    def scaled(self, by: float) -> "Style":
        """Return the style at another size."""
        return Style(
            self.face,
            self.size * by,
            self.colour,
            self.align,
            self.leading,
            self.is_hidden,
        )

    def but(
        self,
        *,
        face: str | None = None,
        colour: Colour | None = None,
        align: Align | None = None,
    ) -> "Style":
        """Return the style with one thing changed."""
        return Style(
            face or self.face,
            self.size,
            colour or self.colour,
            align or self.align,
            self.leading,
            self.is_hidden,
        )


@lru_cache(maxsize=4096)
def wrapped(text: str, style: Style, width: float) -> tuple[str, ...]:
    """Return the lines of a text, none wider than `width`.

    Lines break at spaces and line feeds, a no-break space holds. A word that is
    wider than the line breaks after a slash, dash, dot or underscore, and otherwise
    wherever it must: nothing is ever cut off.
    """
    fonts = current_fonts()
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if fonts.width(longer, style.face, style.size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, style, width, fonts)
            lines += full
        lines.append(line)
    return tuple(lines)


@lru_cache(maxsize=1024)
def balanced(text: str, style: Style, width: float) -> tuple[str, ...]:
    """Return as many lines as `wrapped`, of nearly equal length: for centred texts."""
    lines = wrapped(text, style, width)
    if len(lines) - text.count("\n") < 2:
        return lines
    low, high = width / 2, width
    while high - low > 2:
        middle = (low + high) / 2
        tried = wrapped(text, style, middle)
        if len(tried) > len(lines):
            low = middle
        else:
            high, lines = middle, tried
    return lines


def _pieces(word: str, style: Style, width: float, fonts: Fonts) -> Iterator[str]:
    """Yield the parts of a word that fit a line each; a whole word if it fits."""
    while fonts.width(word, style.face, style.size) > width and len(word) > 1:
        end = 1
        while fonts.width(word[: end + 1], style.face, style.size) <= width:
            end += 1
        soft = max(word.rfind(mark, 0, end) for mark in "/-._–") + 1
        end = soft if soft > end // 3 else end
        yield word[:end]
        word = word[end:]
    yield word


def fitted(text: str, style: Style, width: float) -> Style:
    """Return the style, smaller if a text would not fit one line in it."""
    wide = current_fonts().width(text, style.face, style.size)
    return style if wide <= width else style.scaled(width / wide)


def day(iso: str) -> str:
    """Return an ISO day as Vietnamese writes it, "31/03/2026"; empty if there is none.

    What isn't an ISO day is returned as it is: it was worded by somebody.
    """
    parts = iso[:10].split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else iso


def day_in_words(iso: str) -> str:
    """Return an ISO day as it stands over a signature."""
    year, month, number = iso[:10].split("-")
    # Two digits for days below 10 and the months 1 and 2, so that none is inserted.
    # Source: NĐ 30/2020/NĐ-CP, annex I, part II, 4.
    month = month if int(month) < 3 else str(int(month))
    return f"ngày {number} tháng {month} năm {year}"
