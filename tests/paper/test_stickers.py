import os
import shutil
import subprocess
from io import BytesIO
from itertools import groupby
from typing import Any

import pypdf
import pypdfium2
import pytest
from PIL import Image

from labms.paper.fonts import NotPrintable
from labms.paper.stickers import (
    RESOLUTIONS,
    SIZES,
    WORTHLESS,
    Sticker,
    StickerKind,
    code_dots,
    sticker_pdf,
)
from tests.paper.examples import URL
from tests.paper.reading import codes_in, text_of

HOST = "kiemdinh.vinhlong.gov.vn"
#: The longest code of a body and serial of a stamp that may be.
LONG = f"https://{HOST}/s/{'a' * 20}/{'9' * 20}"


def sticker(**changed: Any) -> Sticker:
    given: dict[str, Any] = {
        "kind": StickerKind.VERIFIED,
        "body": "Trung tâm Đo lường Vĩnh Long",
        "authority": "QĐ 1234/QĐ-TĐC",
        "number": "26V.00871",
        "until": "2027-11-30",
        "url": f"https://{HOST}/s/tt-vinhlong/26V.00871",
        "host": HOST,
    }
    return Sticker(**given | changed)


def printed(data: bytes, *, dpi: int, page: int = 0) -> Any:
    """Return a sticker as a label printer makes it: dots that are black or not."""
    grey = pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72).to_pil()
    return grey.convert("L").point(lambda value: 255 * (value > 127), "1")


CALIBRATED = sticker(
    kind=StickerKind.CALIBRATED,
    number="HC26.00031",
    serial="NH-20240715",
    day="2026-11-20",
    until="2027-11-20",
    url=URL,
)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "one", [sticker(), sticker(url=LONG), CALIBRATED, sticker(until="", is_blank=True)]
)
def test_a_printer_makes_a_code_that_is_read(one: Sticker, size: str, dpi: int) -> None:
    data = sticker_pdf([one], size=SIZES[size], dpi=dpi, made_on="2026-11-24")

    assert codes_in(printed(data, dpi=dpi).convert("L")) == [one.url]


def unstretched(data: bytes, *, dpi: int) -> Any:
    """Return a sticker in dots by Poppler, which leaves the last one to be cut off.

    PDFium would stretch the page to a whole number of dots.
    """
    if shutil.which("pdftoppm") is None:
        if os.environ.get("CI"):
            pytest.fail("NOT RUN: there is no pdftoppm")
        pytest.skip("NOT RUN: there is no pdftoppm; apt-get install poppler-utils")
    made = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-aa", "no", "-aaVector", "no", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return Image.open(BytesIO(made.stdout)).convert("L")


def runs_in(image: Any, url: str, *, size: str, dpi: int) -> set[int]:
    """Return how many dots the dark and light runs of a code have, row by row."""
    dots, side = code_dots(url, size=SIZES[size], dpi=dpi)
    dot = 25.4 / dpi
    left = round((0.4 if size == "45x28" else (25 - side * dot) / 2) / dot)
    top = next(
        y
        for y in range(image.height)
        if image.getpixel((left + 4 * dots, y)) == 0
        and image.getpixel((left + 11 * dots - 1, y)) == 0
        and image.getpixel((left + 11 * dots, y)) == 255
    )
    code = image.crop(
        (left + 4 * dots, top, left + side - 4 * dots, top + side - 8 * dots)
    )
    found = set()
    for y in range(code.height):
        row = [code.getpixel((x, y)) for x in range(code.width)]
        found |= {len(list(run)) % dots for _, run in groupby(row)}
    return found


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("size", SIZES)
def test_every_module_is_whole_dots(size: str, dpi: int) -> None:
    one = sticker()
    data = sticker_pdf([one], size=SIZES[size], dpi=dpi, made_on="2026-11-24")
    dots, _ = code_dots(one.url, size=SIZES[size], dpi=dpi)

    assert dots >= 3
    assert dots / dpi * 25.4 >= 0.33
    assert runs_in(unstretched(data, dpi=dpi), one.url, size=size, dpi=dpi) == {0}


def test_a_code_that_is_not_on_whole_dots_would_be_seen() -> None:
    one = sticker()
    data = sticker_pdf([one], size=SIZES["25x35"], dpi=300, made_on="2026-11-24")
    elsewhere = unstretched(data, dpi=203)

    assert runs_in(elsewhere, one.url, size="25x35", dpi=203) != {0}


@pytest.mark.parametrize("size", SIZES.values())
def test_pages_have_exactly_the_size_of_the_label(size: Any) -> None:
    many = [sticker(number=f"26V.{n:05}") for n in range(1, 51)]
    data = sticker_pdf(many, size=size, dpi=203, made_on="2026-11-24")
    pages = pypdf.PdfReader(BytesIO(data)).pages

    assert len(pages) == 50
    for page in pages:
        assert float(page.mediabox.width) == pytest.approx(
            size.width * 72 / 25.4, abs=1e-3
        )
        assert float(page.mediabox.height) == pytest.approx(
            size.height * 72 / 25.4, abs=1e-3
        )
    assert len(data) < 200_000


def test_a_sticker_says_what_the_law_asks_for() -> None:
    text = text_of(
        sticker_pdf([sticker()], size=SIZES["25x35"], dpi=203, made_on="2026-11-24")
    )

    for word in ("KIỂM ĐỊNH", "1234/QĐ-TĐC", "26V.00871", "Đến: 11/2027", HOST):
        assert word in text


def test_a_roll_from_before_has_room_for_a_hand() -> None:
    blank = sticker(until="", is_blank=True)
    text = text_of(
        sticker_pdf([blank], size=SIZES["25x35"], dpi=203, made_on="2026-11-24")
    )

    assert "Đến: …… / 20……" in text


def test_letters_that_no_font_has_are_refused() -> None:
    with pytest.raises(NotPrintable):
        sticker_pdf(
            [sticker(authority="株")],
            size=SIZES["25x35"],
            dpi=203,
            made_on="2026-11-24",
        )


@pytest.mark.parametrize("size", SIZES.values())
def test_stickers_of_a_demonstration_say_that_they_are_worthless(size: Any) -> None:
    given: dict[str, Any] = {"size": size, "dpi": 203, "made_on": "2026-11-24"}

    assert WORTHLESS in text_of(sticker_pdf([sticker()], test_print=True, **given))
    assert WORTHLESS not in text_of(sticker_pdf([sticker()], **given))
