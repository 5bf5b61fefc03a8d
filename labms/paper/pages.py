"""A4 pages: the sheet that blocks are drawn on, and the file around them.

A document is a list of functions, one for each page. Everything that could differ
between two runs is taken from the content: the same content, the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from math import atan2, degrees
from typing import Any

from reportlab import rl_config
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas

from labms.paper.attachments import Attachment, attach
from labms.paper.fonts import DRAWING, current_fonts
from labms.paper.qr import draw_qr
from labms.paper.typesetting import (
    HAIRLINE,
    MM,
    WARNING,
    Align,
    Colour,
    Style,
    fitted,
)

WIDTH = 210 * MM
HEIGHT = 297 * MM

TEST_PRINT = "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ"
TEST_PRINT_EN = "TEST PRINT – NOT VALID"
PREVIEW = "BẢN XEM TRƯỚC – CHƯA CÓ GIÁ TRỊ"
PREVIEW_EN = "PREVIEW – NOT VALID YET"

_PALE: Colour = (0.905, 0.912, 0.925)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to draw on. Lengths are points, y grows upwards from the bottom."""

    canvas: Any

    def text(
        self, x: float, baseline: float, text: str, style: Style, *, space: float = 0
    ) -> None:
        """Write one line; `x` is its left end, middle or right end as it is aligned.

        `space` is added after every character.
        """
        fonts = current_fonts()
        runs = fonts.runs(text, style.face)
        if style.align != "left":
            wide = fonts.width(text, style.face, style.size) + space * (len(text) - 1)
            x -= wide if style.align == "right" else wide / 2
        writing = self.canvas.beginText(x, baseline)
        writing.setFillColorRGB(*style.colour)
        writing.setCharSpace(space)
        for run in runs:
            writing.setFont(run.font, style.size)
            writing.textOut(run.text)
        writing.setCharSpace(0)
        self.canvas.drawText(writing)

    def rule(
        self,
        x: float,
        y: float,
        length: float,
        *,
        colour: Colour = HAIRLINE,
        thickness: float = 0.5,
    ) -> None:
        """Draw a horizontal line from x to the right."""
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(x, y, x + length, y)

    def upright(
        self, x: float, y: float, length: float, *, colour: Colour = HAIRLINE
    ) -> None:
        """Draw a vertical hairline from y upwards."""
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, y, x, y + length)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        thickness: float = 0.5,
    ) -> None:
        """Draw a rectangle with its lower left corner at x, y."""
        if fill:
            self.canvas.setFillColorRGB(*fill)
        if stroke:
            self.canvas.setStrokeColorRGB(*stroke)
            self.canvas.setLineWidth(thickness)
        self.canvas.rect(x, y, width, height, fill=bool(fill), stroke=bool(stroke))

    def qr(self, x: float, y: float, text: str, size: float) -> None:
        """Draw a QR code into a square with its lower left corner at x, y."""
        draw_qr(self.canvas, text, x, y, size)

    def watermark(self, text: str) -> None:
        """Write a pale text from corner to corner. Call it before anything else."""
        style = fitted(
            text, Style("sans-bold", 60, colour=_PALE, align="centre"), 245 * MM
        )
        self.canvas.saveState()
        self.canvas.translate(WIDTH / 2, HEIGHT / 2)
        self.canvas.rotate(degrees(atan2(HEIGHT, WIDTH)))
        self.text(0, -style.size / 3, text, style)
        self.canvas.restoreState()

    def banner(self, text: str) -> None:
        """Write a warning along the upper edge, outside the form itself."""
        style = Style("sans-bold", 7.5, colour=WARNING, align="centre")
        self.text(WIDTH / 2, HEIGHT - 7 * MM, text, style, space=0.6)


def mark_as_worthless(sheet: Sheet, *, test_print: bool, preview: bool) -> None:
    """Say across the page that it proves nothing, if so: a test print or a preview."""
    words = [(TEST_PRINT, TEST_PRINT_EN)] if test_print else []
    words += [(PREVIEW, PREVIEW_EN)] if preview else []
    if words:
        sheet.watermark(words[-1][0])
        sheet.banner("   ·   ".join(f"{vi}  /  {en}" for vi, en in words))


def document(
    pages: Sequence[Callable[[Sheet], None]],
    *,
    title: str,
    author: str,
    subject: str,
    made_on: str,
    language: str = "vi-VN",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return a PDF with one page for each function.

    `made_on` is an ISO day from the content; it stands as the time of creation, since
    the time of printing would make every copy another file.
    """
    with DRAWING:
        buffer = BytesIO()
        canvas = Canvas(
            buffer,
            pagesize=(WIDTH, HEIGHT),
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            lang=language,
            initialFontName="LabSans-Regular",
        )
        _date(canvas, made_on)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setCreator("labms")
        canvas.setProducer("labms")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        attach(canvas, attachments, made_on=made_on)
        for page in pages:
            page(Sheet(canvas))
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()


def _date(canvas: Any, iso: str) -> None:
    instant = datetime.combine(date.fromisoformat(iso[:10]), time(), UTC)
    stamp = TimeStamp(1)
    stamp.t = instant.timestamp()
    stamp.lt = instant.timetuple()
    stamp.YMDhms = tuple(stamp.lt)[:6]
    stamp.tzname, stamp.dhh, stamp.dmm = "UTC", 0, 0
    canvas._doc._timeStamp = stamp  # the only way in


def along(x: float, width: float, align: Align) -> float:
    """Return where a line that is so aligned is anchored within a column."""
    return {"left": x, "centre": x + width / 2, "right": x + width}[align]


rl_config.useA85 = 0  # binary streams: smaller, and quicker to write
