"""Stickers (tem) for label printers: pages of exactly their size, codes on whole dots.

A module of the QR code is a whole number of the printer's dots, and starts on one:
otherwise a printer of 203 dots an inch makes some modules a third wider than others.
Everything is black: a label printer has no grey.

Source of sizes and words: TT 24/2013/TT-BKHCN, Art. 38 and 39, and stamps in use (a
vertical one of 25 × 35 mm for verification, a horizontal one of 45 × 28 mm for
calibration); not compared with the forms of its annex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from labms.paper.blocks import Fitted, Stack
from labms.paper.fonts import check_printable
from labms.paper.pages import Sheet, document
from labms.paper.qr import QUIET_ZONE, qr_rows
from labms.paper.typesetting import MM, Align, Style

BLACK = (0.0, 0.0, 0.0)
#: Dots an inch of the printers that are sold for labels.
RESOLUTIONS = (203, 300)
#: The most stickers of one roll.
MOST = 2000
#: What a sticker of a demonstration says.
WORTHLESS = "KHÔNG CÓ GIÁ TRỊ"
_MARGIN = 1 * MM
#: A tenth of a dot or so: whoever paints every dot that is touched paints no more.
_INSET = 0.03


class StickerKind(StrEnum):
    """What a sticker says of the instrument that bears it."""

    VERIFIED = "verified"
    CALIBRATED = "calibrated"


@dataclass(frozen=True, slots=True)
class StickerSize:
    """A size of label, in millimetres."""

    name: str
    width: float
    height: float
    code: float
    """The most that the QR code may take, its white edge included."""


SIZES = {
    "25x35": StickerSize("25x35", 25, 35, 21.6),
    "45x28": StickerSize("45x28", 45, 28, 22.4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """What one sticker says. Days are ISO days; what is empty is written by hand."""

    kind: StickerKind
    body: str
    authority: str = ""
    """Number of the designation, or of the registration."""
    number: str
    """Series and number of the stamp, or number of the calibration certificate."""
    serial: str = ""
    """Of the instrument, on a calibration's."""
    day: str = ""
    """When it was calibrated."""
    until: str = ""
    """Last day of validity, of which month and year are printed; on a calibration's,
    the next day that the customer asked for."""
    url: str
    host: str
    is_blank: bool = False
    """Whether it is printed before anything was verified."""

    @property
    def until_day(self) -> date | None:
        """Return the last day, if there is one."""
        return date.fromisoformat(self.until) if self.until else None


def sticker_pdf(
    stickers: Sequence[Sticker],
    *,
    size: StickerSize,
    dpi: int,
    made_on: str,
    test_print: bool = False,
) -> bytes:
    """Return a PDF with a page for each sticker, of exactly its size.

    `dpi` is the printer's. A `test_print` says that it is worthless where others name
    the authority. Raises NotPrintable.
    """
    if test_print:
        stickers = [replace(one, authority=WORTHLESS) for one in stickers]
    for number, one in enumerate(stickers, start=1):
        for what in (one.body, one.authority, one.number, one.serial, one.host):
            check_printable(what, where=f"[{number}]")
    draw = _upright if size.width < size.height else _lying
    return document(
        [
            lambda sheet, one=one: draw(sheet, one, size, dpi)  # type: ignore[misc]
            for one in stickers
        ],
        title=f"Tem {size.name}",
        author=stickers[0].body if stickers else "",
        subject=", ".join(
            dict.fromkeys((stickers[0].number, stickers[-1].number)) if stickers else ()
        ),
        made_on=made_on,
        size=(size.width * MM, size.height * MM),
    )


def code_dots(url: str, *, size: StickerSize, dpi: int) -> tuple[int, int]:
    """Return how many dots a module has, and the whole code with its white edge."""
    modules = len(qr_rows(url)) + 2 * QUIET_ZONE
    dots = int(size.code / 25.4 * dpi / modules)
    return dots, dots * modules


def _code(
    sheet: Sheet, one: Sticker, size: StickerSize, dpi: int, *, left: float, top: float
) -> float:
    """Draw the code on whole dots from the upper left corner; return its side."""
    dot = 72 / dpi
    _, dots = code_dots(one.url, size=size, dpi=dpi)
    side = dots * dot
    x, down = round(left / dot) * dot, round(top / dot) * dot
    sheet.qr(x, size.height * MM - down - side, one.url, side, inset=_INSET)
    return side


def _style(points: float, *, bold: bool = False, align: Align = "centre") -> Style:
    face = "sans-bold" if bold else "sans"
    return Style(face, points, colour=BLACK, align=align, leading=1.16)


def _upright(sheet: Sheet, one: Sticker, size: StickerSize, dpi: int) -> None:
    """Lay out the vertical one: words above and below the code."""
    wide, high = size.width * MM, size.height * MM
    inner = wide - 2 * _MARGIN
    above = Stack([Fitted(_TITLES[one.kind], _style(7, bold=True)), *_authority(one)])
    top = _MARGIN * 0.8
    above.draw(sheet, _MARGIN, high - top, inner)
    top += above.height(inner) + 0.4
    _, dots = code_dots(one.url, size=size, dpi=dpi)
    side = dots * 72 / dpi
    _code(sheet, one, size, dpi, left=(wide - side) / 2, top=top)
    below = Stack(
        [
            Fitted(one.number, _style(9, bold=True)),
            Fitted(_until(one), _style(6.4, bold=True)),
            Fitted(one.host, _style(4.2)),
        ]
    )
    foot = below.height(inner)
    below.draw(sheet, _MARGIN, foot + _MARGIN * 0.4, inner)


def _lying(sheet: Sheet, one: Sticker, size: StickerSize, dpi: int) -> None:
    """Lay out the horizontal one: the code on the left, words beside it."""
    high = size.height * MM
    _, dots = code_dots(one.url, size=size, dpi=dpi)
    side = dots * 72 / dpi
    # The white edge of the code is its margin; words begin behind it.
    _code(sheet, one, size, dpi, left=0.4 * MM, top=(high - side) / 2)
    left = 0.4 * MM + side
    inner = size.width * MM - left - _MARGIN

    def line(text: str, points: float, *, bold: bool = False) -> Fitted:
        return Fitted(text, _style(points, bold=bold, align="left"))

    rows = [
        line(_TITLES[one.kind], 8, bold=True),
        *(line(one.authority, 5) for _ in range(bool(one.authority))),
        line(one.number, 8, bold=True),
    ]
    if one.kind is StickerKind.CALIBRATED:
        rows += [
            line(f"Số chế tạo: {one.serial}" if one.serial else "Số chế tạo:", 5.6),
            line(f"Ngày: {_whole(one.day) or '…… / …… / ……'}", 6.4, bold=True),
        ]
        rows += [line(f"Lần tới: {_whole(one.until)}", 5.6)] if one.until else []
    else:
        rows.append(line(_until(one), 6.4, bold=True))
    rows.append(line(one.host, 4.4))
    words = Stack(rows, gap=1.6)
    words.draw(sheet, left, (high + words.height(inner)) / 2, inner)


_TITLES = {StickerKind.VERIFIED: "KIỂM ĐỊNH", StickerKind.CALIBRATED: "HIỆU CHUẨN"}


def _authority(one: Sticker) -> list[Fitted]:
    return [Fitted(one.authority, _style(5))] if one.authority else []


def _until(one: Sticker) -> str:
    """Return month and year, or where a hand will write them."""
    year, _, rest = one.until.partition("-")
    month = rest[:2]
    if not one.until:
        return "Đến: …… / 20……" if one.is_blank else "Không thời hạn"
    return f"Đến: {month}/{year}"


def _whole(iso: str) -> str:
    return "/".join(reversed(iso.split("-"))) if iso else ""
