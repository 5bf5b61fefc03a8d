"""A4 pages: the sheet that blocks are drawn on, and the file around them.

A document is a list of functions, one for each page. Everything that could differ
between two runs is taken from the content: the same content, the same bytes.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import hypot

from labms.paper.archival import About, put_catalogue, put_font, put_info
from labms.paper.attachments import Attachment, attach
from labms.paper.embedding import Embedded
from labms.paper.fonts import current_fonts
from labms.paper.pictures import Picture
from labms.paper.qr import qr_path
from labms.paper.typesetting import (
    HAIRLINE,
    MM,
    WARNING,
    Align,
    Colour,
    Style,
    fitted,
)
from labms.paper.writer import File

WIDTH = 210 * MM
HEIGHT = 297 * MM

TEST_PRINT = "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ"
TEST_PRINT_EN = "TEST PRINT – NOT VALID"
PREVIEW = "BẢN XEM TRƯỚC – CHƯA CÓ GIÁ TRỊ"
PREVIEW_EN = "PREVIEW – NOT VALID YET"

_PALE: Colour = (0.905, 0.912, 0.925)


class Paper:
    """What is written on one page, and the fonts and pictures that it calls by name."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self.fonts: dict[str, Embedded] = {}
        self.pictures: dict[str, Picture] = {}

    def write(self, operators: str) -> None:
        """Add operators to the page."""
        self._words.append(operators)

    def data(self) -> bytes:
        """Return all that was written; codes of characters are bytes."""
        return "\n".join(self._words).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to draw on. Lengths are points, y grows upwards from the bottom."""

    paper: Paper

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
        words = [f"BT {_colour(style.colour)} rg {x:.3f} {baseline:.3f} Td"]
        if space:
            words.append(f"{space:g} Tc")
        for run in runs:
            font = run.part.ready()
            self.paper.fonts[font.name] = font
            words.append(
                f"/{font.name} {style.size:.4g} Tf {font.encoded(run.text)} Tj"
            )
        words.append("0 Tc ET" if space else "ET")
        self.paper.write(" ".join(words))

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
        self._line(x, y, x + length, y, colour, thickness)

    def upright(
        self, x: float, y: float, length: float, *, colour: Colour = HAIRLINE
    ) -> None:
        """Draw a vertical hairline from y upwards."""
        self._line(x, y, x, y + length, colour, 0.5)

    def _line(
        self,
        x: float,
        y: float,
        to_x: float,
        to_y: float,
        colour: Colour,
        thickness: float,
    ) -> None:
        self.paper.write(
            f"{_colour(colour)} RG {thickness:g} w "
            f"{x:.3f} {y:.3f} m {to_x:.3f} {to_y:.3f} l S"
        )

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
        words = []
        if fill:
            words.append(f"{_colour(fill)} rg")
        if stroke:
            words.append(f"{_colour(stroke)} RG {thickness:g} w")
        paint = {(True, True): "B", (True, False): "f", (False, True): "S"}
        words.append(f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re")
        words.append(paint.get((bool(fill), bool(stroke)), "n"))
        self.paper.write(" ".join(words))

    def picture(
        self, x: float, y: float, width: float, height: float, picture: Picture
    ) -> None:
        """Draw a picture into a rectangle with its lower left corner at x, y."""
        self.paper.pictures[picture.name] = picture
        self.paper.write(
            f"q {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /{picture.name} Do Q"
        )

    def qr(
        self, x: float, y: float, text: str, size: float, *, inset: float = 0
    ) -> None:
        """Draw a QR code into a square with its lower left corner at x, y."""
        self.paper.write(qr_path(text, x, y, size, inset=inset))

    def watermark(self, text: str) -> None:
        """Write a pale text from corner to corner. Call it before anything else."""
        style = fitted(
            text, Style("sans-bold", 60, colour=_PALE, align="centre"), 245 * MM
        )
        long = hypot(WIDTH, HEIGHT)
        along, up = WIDTH / long, HEIGHT / long
        self.paper.write(
            f"q {along:.5f} {up:.5f} {-up:.5f} {along:.5f} "
            f"{WIDTH / 2:.3f} {HEIGHT / 2:.3f} cm"
        )
        self.text(0, -style.size / 3, text, style)
        self.paper.write("Q")

    def banner(self, text: str) -> None:
        """Write a warning along the upper edge, outside the form itself."""
        style = Style("sans-bold", 7.5, colour=WARNING, align="centre")
        self.text(WIDTH / 2, HEIGHT - 7 * MM, text, style, space=0.6)


@cache
def _colour(colour: Colour) -> str:
    return f"{colour[0]:g} {colour[1]:g} {colour[2]:g}"


def mark_as_worthless(
    sheet: Sheet, *, test_print: bool, preview: bool, english: bool = True
) -> None:
    """Say across the page that it proves nothing, if so: a test print or a preview."""
    words = [(TEST_PRINT, TEST_PRINT_EN)] if test_print else []
    words += [(PREVIEW, PREVIEW_EN)] if preview else []
    if words:
        sheet.watermark(words[-1][0])
        sheet.banner(
            "   ·   ".join(f"{vi}  /  {en}" if english else vi for vi, en in words)
        )


def document(
    pages: Sequence[Callable[[Sheet], None]],
    *,
    title: str,
    author: str,
    subject: str,
    made_on: str,
    language: str = "vi-VN",
    attachments: Sequence[Attachment] = (),
    size: tuple[float, float] = (WIDTH, HEIGHT),
) -> bytes:
    """Return a PDF/A-3b with one page for each function, of `size` in points.

    `made_on` is an ISO day from the content; it stands as the time of creation, since
    the time of printing would make every copy another file. May run in several threads
    at once.
    """
    about = About(title, author, subject, made_on, language)
    papers = []
    for page in pages:
        papers.append(Paper())
        page(Sheet(papers[-1]))
    file = File()
    resources = _put_resources(file, papers)
    root = put_catalogue(
        file,
        about,
        pages=_put_pages(file, papers, size, resources),
        more=attach(file, attachments, stamp=about.stamp),
    )
    return file.whole(root=root, info=put_info(file, about))


def _put_resources(file: File, papers: Sequence[Paper]) -> str:
    fonts = {key: one for paper in papers for key, one in paper.fonts.items()}
    known = " ".join(f"/{key} {put_font(file, one)} 0 R" for key, one in fonts.items())
    found = f"/Font << {known} >>"
    pictures = {key: one for paper in papers for key, one in paper.pictures.items()}
    if pictures:
        known = " ".join(
            f"/{key} {file.stream(one.data, one.entries, deflated=True)} 0 R"
            for key, one in pictures.items()
        )
        found += f" /XObject << {known} >>"
    return f"<< {found} >>"


def _put_pages(
    file: File, papers: Sequence[Paper], size: tuple[float, float], resources: str
) -> int:
    parent = file.reserve()
    numbers = []
    for paper in papers:
        data = file.stream(zlib.compress(paper.data()), deflated=True)
        numbers.append(
            file.add(
                f"<< /Type /Page /Parent {parent} 0 R /Resources {resources} "
                f"/MediaBox [0 0 {size[0]:.4f} {size[1]:.4f}] /Contents {data} 0 R >>"
            )
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    file.put(parent, f"<< /Type /Pages /Count {len(numbers)} /Kids [{kids}] >>")
    return parent


def along(x: float, width: float, align: Align) -> float:
    """Return where a line that is so aligned is anchored within a column."""
    return {"left": x, "centre": x + width / 2, "right": x + width}[align]
