"""The record (biên bản): many pages, blank for a hand, in one language or two."""

from io import BytesIO

import pypdf
import pytest

from labms.paper.record import record_pdf
from tests.paper.examples import (
    record,
)
from tests.paper.reading import (
    assert_nothing_overlaps,
    text_by_pdfium,
    text_of,
)

pytestmark = pytest.mark.long

#: What a body sent in, made plain.


def test_a_record_repeats_its_headings_on_every_page() -> None:
    data = record_pdf(record(points=90))
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]

    assert len(pages) >= 4
    assert all("Giới hạn" in page for page in pages[1:-1])
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{len(pages)}" in page


def test_a_blank_record_has_points_and_limits_but_no_results() -> None:
    text = text_of(record_pdf(record(), blank=True))

    assert "10,0" in text
    assert "±100" in text
    assert "+50" not in text
    assert "28,4" not in text
    assert "26V.00871" not in text
    assert "20/11/2026" not in text
    assert "☐" in text


def test_a_blank_record_of_nothing_known_can_be_printed() -> None:
    says = record(points=1, number="", standards=[], performed_on="")
    says["instrument"] |= {"serial": "", "maker": "", "model": "", "made_year": ""}
    says["owner"] = {"name": "", "address": ""}

    assert_nothing_overlaps(record_pdf(says, blank=True))


def test_signatures_never_stand_on_a_page_of_their_own() -> None:
    for points in range(20, 32):
        pdf = record_pdf(record(points=points))
        last = pypdf.PdfReader(BytesIO(pdf)).pages[-1].extract_text()
        assert "Kết luận" in last
        assert "NGƯỜI SOÁT XÉT" in last


@pytest.mark.long
@pytest.mark.parametrize("blank", [False, True])
def test_the_last_page_of_a_record_has_readings_on_it(blank: bool) -> None:
    shared = 0
    for points in range(14, 32, 2):
        pdf = record_pdf(record(points=points), blank=blank)
        last = pypdf.PdfReader(BytesIO(pdf)).pages[-1].extract_text()
        assert "Giới hạn" in last
        shared += "Kết luận" in last
        assert_nothing_overlaps(pdf)
    assert shared == 9


def test_no_word_of_a_wide_table_is_broken() -> None:
    heads = ["Vòi", "Lưu lượng\nL/min", "Lần", "Số chỉ\nL", "Nhiệt độ xăng dầu\n°C"]
    heads += ["Thể tích chuẩn\nL", "Hiệu chính\nmL", "Sai số\n%", "Giới hạn\n%"]
    table = {
        "title_vi": "Sai số cột đo",
        "columns": [*heads, "Độ lặp lại\n%", "Kết quả"],
        "rows": [["1", "40", "1"] + ["20,0365"] * 7 + ["không đạt"]] * 3,
        "given": [0, 1, 2, 8],
    }
    says = record()
    says["stages"][1]["tables"] = [table]
    for blank in (False, True):
        words = set(text_by_pdfium(record_pdf(says, blank=blank)).split())
        assert {word for head in heads for word in head.split()} <= words


def test_a_record_in_vietnamese_alone_has_no_english_either() -> None:
    text = text_of(record_pdf(record(language="vi")))

    for word in ("VERIFICATION RECORD", "Manufacturer", "Result:", "Performed by"):
        assert word not in text
        assert word in text_of(record_pdf(record()))
