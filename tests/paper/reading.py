"""Readers of PDFs that have nothing to do with their writer."""

import os
import shutil
import subprocess
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp


def text_of(data: bytes) -> str:
    """Return all text of a PDF, white space made single spaces."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def text_by_pdfium(data: bytes) -> str:
    """Return the same from another reader."""
    pages = pypdfium2.PdfDocument(data)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.split())


def text_by_poppler(data: bytes) -> str:
    """Return the same from a third, which is a program of its own."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("NOT RUN: there is no pdftotext")
        pytest.skip("NOT RUN: there is no pdftotext; apt-get install poppler-utils")
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return " ".join(done.stdout.decode().split())


def page_count(data: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(pypdf.PdfReader(BytesIO(data)).pages)


def picture(data: bytes, *, dpi: int = 150) -> Any:
    """Return the first page as a picture."""
    return pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil()


def codes_in(image: Any) -> list[str]:
    """Return what the QR codes in a picture say."""
    return [found.text for found in zxingcpp.read_barcodes(image)]


def lines_of(data: bytes, *, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Return left, bottom, right and top of every upright text on a page, in points."""
    text = pypdfium2.PdfDocument(data)[page].get_textpage()
    boxes = (text.get_rect(n) for n in range(text.count_rects()))
    return [tuple(box) for box in boxes]


def assert_nothing_overlaps(data: bytes) -> None:
    """Fail if two lines on a page cover each other, or one runs off the page."""
    for page in range(page_count(data)):
        lines = lines_of(data, page=page)
        for n, (left, bottom, right, top) in enumerate(lines):
            assert left > 30
            assert right < 595 - 30
            assert bottom > 14
            middle = (bottom + top) / 2
            for l2, b2, r2, t2 in lines[n + 1 :]:
                beside = l2 >= right - 0.5 or r2 <= left + 0.5
                assert beside or not b2 < middle < t2
