"""A report as PDF, on the page that NĐ 30/2020/NĐ-CP describes.

A4; 20 mm above and below, 30 mm left, 20 mm right (annex I, part I, 2 to 4); the
number of the page in the middle of the upper margin, from the second page on (part I,
7); text of size 13 to 14, justified, first lines set in by 1 cm (part II, 6). These
figures are from memory: nobody has compared them with the official text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labms.paper.blocks import Block, Fitted, Gap, Row, Rule, Stack, Text
from labms.paper.flow import Kept, Placed, paginated
from labms.paper.fonts import current_fonts
from labms.paper.pages import HEIGHT, Sheet, document, mark_as_worthless
from labms.paper.tables import Column, Table
from labms.paper.typesetting import INK, MM, QUIET, Style
from labms.reports.charts import Bars
from labms.reports.document import Chart, Grid, Paragraph, Piece, Report, Section
from labms.reports.layout import place_and_day, symbol, title_lines

_LEFT, _RIGHT = 30 * MM, 20 * MM
_WIDTH = 210 * MM - _LEFT - _RIGHT
_TOP = HEIGHT - 20 * MM
_ROOM = HEIGHT - 40 * MM
_GAP = 5.0

_TEXT = Style("serif", 13.2, leading=1.32)
_BOLD = Style("serif-bold", 13.2, leading=1.32)
_ITALIC = Style("serif-italic", 13.2)
_BOLD_ITALIC = Style("serif-bold-italic", 13.2)
_SMALL = Style("serif", 10)
_SMALL_BOLD = Style("serif-bold", 10)
_INDENT = 10 * MM


@dataclass(frozen=True, slots=True)
class Justified:
    """A paragraph set in at its first line, its lines equally long."""

    text: str
    style: Style = _TEXT
    indent: float = _INDENT

    def _lines(self, width: float) -> list[list[str]]:
        fonts, style = current_fonts(), self.style
        space = fonts.width(" ", style.face, style.size)
        lines: list[list[str]] = [[]]
        left = width - self.indent
        for word in self.text.split():
            wide = fonts.width(word, style.face, style.size)
            if lines[-1] and wide > left:
                lines.append([])
                left = width
            lines[-1].append(word)
            left -= wide + space
        return lines

    def height(self, width: float) -> float:
        """Return the height of its lines."""
        return len(self._lines(width)) * self.style.line

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Write its lines, spaces stretched in all but the last."""
        fonts, style = current_fonts(), self.style
        lines = self._lines(width)
        for number, words in enumerate(lines):
            set_in = self.indent if number == 0 else 0
            widths = [fonts.width(word, style.face, style.size) for word in words]
            space = fonts.width(" ", style.face, style.size)
            if number < len(lines) - 1 and len(words) > 1:
                space = (width - set_in - sum(widths)) / (len(words) - 1)
            at = x + set_in
            for word, wide in zip(words, widths, strict=True):
                sheet.text(at, top - style.ascent, word, style)
                at += wide + space
            top -= style.line


def report_pdf(report: Report) -> bytes:
    """Return a report as PDF."""
    pages = paginated(_blocks(report), width=_WIDTH, room=_ROOM, gap=_GAP)
    return document(
        [
            lambda sheet, n=n, placed=placed: _page(report, sheet, placed, n)  # type: ignore[misc]
            for n, placed in enumerate(pages, start=1)
        ],
        title=f"Báo cáo: {report.about}",
        author=report.around.office,
        subject=report.period.words,
        made_on=(report.around.on or report.period.last).isoformat(),
    )


def _page(report: Report, sheet: Sheet, placed: Sequence[Placed], number: int) -> None:
    mark_as_worthless(sheet, test_print=report.test_print, preview=False, english=False)
    if number > 1:
        style = _TEXT.but(align="centre")
        sheet.text(105 * MM, HEIGHT - 13 * MM, str(number), style)
    for one in placed:
        one.block.draw(sheet, _LEFT, _TOP - one.down, _WIDTH)


def _blocks(report: Report) -> list[Block]:
    blocks: list[Block] = [
        _head(report),
        Gap(6),
        _title(report),
        Gap(2),
        *_addressed(report),
        Gap(2),
        *(Justified(paragraph.text) for paragraph in report.opening),
    ]
    for section in report.sections:
        blocks += _section(section)
    closing = Stack([Justified(report.closing.text), Gap(10)])
    blocks += [Kept(closing), _signature(report)]
    return blocks


def _head(report: Report) -> Block:
    """Return issuing body and State, then number, place and day (part II, 1 to 4)."""
    around = report.around
    plain, bold = _TEXT.scaled(0.91), _BOLD.scaled(0.91)
    left = Stack(
        [
            Fitted(around.parent.upper(), plain.but(align="centre")),
            Fitted(around.office.upper(), bold.but(align="centre")),
            Rule(0.4, colour=INK, around=2),
        ]
    )
    right = Stack(
        [
            Fitted("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold.but(align="centre")),
            Fitted("Độc lập - Tự do - Hạnh phúc", _BOLD.but(align="centre")),
            Rule(0.62, colour=INK, around=2),
        ]
    )
    below = Row(
        [
            Text(symbol(around), _TEXT.but(align="centre")),
            Fitted(place_and_day(around), _ITALIC.but(align="centre")),
        ],
        (43, 57),
        gap=6,
    )
    return Stack([Row([left, right], (43, 57), gap=6), Gap(4), below])


def _title(report: Report) -> Block:
    first, second = title_lines(report)
    return Stack(
        [
            Text(first, _BOLD.scaled(1.06).but(align="centre")),
            Text(second, _BOLD.but(align="centre")),
            Rule(0.3, colour=INK, around=3),
        ]
    )


def _addressed(report: Report) -> list[Block]:
    names = report.around.addressees
    if len(names) == 1:
        return [Text(f"Kính gửi: {names[0]}", _TEXT.but(align="centre"))]
    lines = [Text(f"- {name}{end}", _TEXT) for name, end in _ended(names)]
    return [Row([Gap(0), Text("Kính gửi:", _TEXT), Stack(lines)], (16, 18, 66), gap=0)]


def _ended(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, ";" if n < len(names) else ".") for n, name in enumerate(names, 1)]


def _section(section: Section) -> list[Block]:
    blocks: list[Block] = [Kept(Justified(section.heading, _BOLD))]
    for piece in section.pieces:
        blocks += _piece(piece)
    return blocks


def _piece(piece: Piece) -> list[Block]:
    caption = _BOLD.scaled(0.88).but(align="centre")
    match piece:
        case Paragraph():
            return [Justified(piece.text)]
        case Chart():
            note = _SMALL.but(face="serif-italic", colour=QUIET)
            return [
                Kept(Text(piece.title, caption)),
                Stack([Bars(piece, _SMALL), Text(piece.note, note)]),
                Gap(2),
            ]
        case Grid():
            return [Kept(Text(piece.title, caption)), _table(piece), Gap(2)]


def _table(grid: Grid) -> Table:
    return Table(
        [Column(c.heading, c.share, c.align) for c in grid.columns],
        grid.rows,
        style=_SMALL,
        strong=_SMALL_BOLD,
        english=_SMALL,
        marked=frozenset(
            (row, n) for row in grid.strong for n in range(len(grid.columns))
        ),
    )


def _signature(report: Report) -> Block:
    """Return the recipients on the left and who signs on the right (part II, 7, 9).

    "Nơi nhận" is in bold italics of 12 pt: NĐ 30/2020/NĐ-CP, annex I, part II, 9.
    """
    around = report.around
    small = _TEXT.scaled(0.83)
    lines = around.recipients(report.unit)
    left = Stack(
        [
            Text("Nơi nhận:", _BOLD_ITALIC.scaled(0.91)),
            *(Text(f"- {name}{end}", small) for name, end in _ended(lines)),
        ]
    )
    right = Stack(
        [
            Text(around.signed_as.upper(), _BOLD.but(align="centre")),
            Gap(28 * MM),
            Text(around.signed_by, _BOLD.but(align="centre")),
        ]
    )
    return Row([left, right], (50, 50), gap=6)
