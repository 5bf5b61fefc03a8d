import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pypdf
import pytest

from labms.organisations.logos import plain_logo
from labms.paper.attachments import Attachment
from labms.paper.calibration import calibration_pdf
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import NotPrintable
from labms.paper.notice import notice_pdf
from labms.paper.onepage import TooMuchForOnePage
from labms.paper.pages import PREVIEW, TEST_PRINT
from labms.paper.particulars import joined
from labms.paper.pictures import PictureMissing
from labms.paper.record import record_pdf
from labms.paper.report import report_pdf
from tests.organisations.test_letterheads import drawn
from tests.paper.examples import (
    LONG_NAME,
    URL,
    calibration,
    certificate,
    notice,
    record,
    report,
)
from tests.paper.reading import (
    assert_nothing_overlaps,
    codes_in,
    page_count,
    picture,
    text_by_pdfium,
    text_by_poppler,
    text_of,
)

pytestmark = pytest.mark.long

#: What a body sent in, made plain.
LOGO = plain_logo(drawn())
KINDS = [
    (certificate_pdf, certificate),
    (notice_pdf, notice),
    (calibration_pdf, calibration),
    (report_pdf, report),
    (record_pdf, record),
]


def printed(value: Any) -> list[str]:
    """Return the texts of some content that stand on paper as they are."""
    if isinstance(value, dict):
        skipped = {"schema", "performed_on", "issued_on", "valid_until", "due_on"}
        skipped |= {"record_number", "reviewed_on", "title"}
        return [t for k, v in value.items() if k not in skipped for t in printed(v)]
    if isinstance(value, list):
        return [text for one in value for text in printed(one)]
    return [value] if isinstance(value, str) and value else []


@pytest.mark.parametrize(("draw", "content"), KINDS)
@pytest.mark.parametrize(
    "read",
    [text_of, text_by_poppler, pytest.param(text_by_pdfium, marks=pytest.mark.long)],
)
def test_every_word_can_be_read_back_with_its_accents(
    draw: Any, content: Any, read: Any
) -> None:
    says = content()
    says["body"] = {"parent": "", "name": "TRUNG TÂM ĐO LƯỜNG VĨNH LONG"} | {
        key: says["body"][key] for key in ("address", "phone")
    }
    says["body"] |= {"registration_number": "ĐK 087", "designation_number": "12/QĐ"}

    text = read(draw(says)).replace(" ", "")

    missing = [one for one in printed(says) if "".join(one.split()) not in text]
    # Conditions of a record are named in Vietnamese only, and so are its values.
    english = {"Temperature", "periodic", "Max", "Min", "d = e", "class"}
    assert set(missing) <= english


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_the_same_content_gives_the_same_bytes(draw: Any, content: Any) -> None:
    assert draw(content()) == draw(content())


def test_four_threads_draw_what_one_does() -> None:
    contents = [certificate(number=f"V26.{n:05}") for n in range(24)]
    contents[7]["instrument"]["maker"] = "Dräger"
    alone = [certificate_pdf(one) for one in contents]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(certificate_pdf, contents))
    finally:
        sys.setswitchinterval(interval)

    assert together == alone


@pytest.mark.parametrize(
    ("draw", "content"), [(certificate_pdf, certificate), (notice_pdf, notice)]
)
def test_the_code_leads_to_the_address_printed_beside_it(
    draw: Any, content: Any
) -> None:
    data = draw(content())

    assert codes_in(picture(data, dpi=150)) == [URL]
    assert URL in text_of(data).replace(" ", "")
    assert "Chỉ tin địa chỉ kiemdinh.vinhlong.example" in text_of(data)


def test_a_test_print_can_be_read_by_a_phone_too() -> None:
    data = certificate_pdf(certificate(test_print=True), preview=True)

    assert codes_in(picture(data)) == [URL]


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_only_test_prints_say_that_they_are_worthless(draw: Any, content: Any) -> None:
    marked = text_of(draw(content(test_print=True)))

    assert marked.count(TEST_PRINT) >= 2
    assert TEST_PRINT not in text_of(draw(content()))
    assert PREVIEW not in marked
    assert text_of(draw(content(), preview=True)).count(PREVIEW) >= 2


def test_every_page_of_a_test_print_is_marked() -> None:
    data = record_pdf(record(points=60, test_print=True))

    assert text_of(data).count(TEST_PRINT) == 2 * page_count(data) >= 6


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_separate_accents_and_unknown_letters_are_refused(
    draw: Any, content: Any
) -> None:
    says = content()
    says["owner"]["name"] = "Nguye\u0302\u0303n"
    with pytest.raises(NotPrintable) as refusal:
        draw(says)
    assert refusal.value.details["where"] == "owner.name"

    says["owner"]["name"] = "株式会社"
    with pytest.raises(NotPrintable):
        draw(says)


def test_markup_in_a_name_is_printed_as_it_is() -> None:
    name = "<b>A & B</b> <img src='x'/>"

    assert name in text_of(certificate_pdf(certificate(place=name)))


@pytest.mark.parametrize(
    ("draw", "content"), [(certificate_pdf, certificate), (notice_pdf, notice)]
)
def test_long_names_wrap_on_one_page_without_touching_anything(
    draw: Any, content: Any
) -> None:
    data = draw(content(owner={"name": LONG_NAME, "address": LONG_NAME}))

    assert page_count(data) == 1
    assert text_of(data).replace(" ", "").count(LONG_NAME.replace(" ", "")) == 2
    assert_nothing_overlaps(data)


def test_many_standards_are_counted_where_they_cannot_be_listed() -> None:
    one = certificate()["standards"][0]
    data = certificate_pdf(
        certificate(standards=[one | {"serial": f"M1-{n:04}"} for n in range(24)])
    )
    listed = sum(f"M1-{n:04}" in text_of(data) for n in range(24))

    assert page_count(data) == 1
    assert listed >= 4
    assert f"và {24 - listed} chuẩn khác, ghi trong biên bản số" in text_of(data)
    assert_nothing_overlaps(data)


def test_a_certificate_without_a_stamp_leaves_its_place_blank() -> None:
    text = text_of(certificate_pdf(certificate(stamp_number="")))

    assert "Tem kiểm định số: Verification stamp No." in text
    assert "26V.00871" not in text


def test_texts_that_no_page_holds_are_refused() -> None:
    with pytest.raises(TooMuchForOnePage):
        certificate_pdf(certificate(place="Chợ An Hội " * 1000))


def test_a_notice_is_never_called_a_certificate() -> None:
    says = notice(ended=[])

    assert "GIẤY CHỨNG NHẬN" not in text_of(notice_pdf(says)).upper()


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_the_file_says_what_it_is(draw: Any, content: Any) -> None:
    reader = pypdf.PdfReader(BytesIO(draw(content())))

    assert reader.metadata is not None
    assert content()["number"] in str(reader.metadata.title)
    assert reader.metadata.author == content()["body"]["name"]
    assert "2026-11-2" in str(reader.metadata.creation_date)
    assert str(reader.root_object["/Lang"]) == "vi-VN"


def test_attached_files_come_out_as_they_went_in() -> None:
    proof = Attachment("b-proof.txt", b"checkpoint\n" * 9, "text/plain", "Kiểm chứng")
    data = Attachment("a-content.json", b'{"a": 1}', "application/json")
    pdf = certificate_pdf(certificate(), attachments=[proof, data])
    reader = pypdf.PdfReader(BytesIO(pdf))

    assert pdf == certificate_pdf(certificate(), attachments=[data, proof])
    assert reader.attachments == {
        "a-content.json": [data.data],
        "b-proof.txt": [proof.data],
    }
    assert "/AF" in reader.root_object
    assert codes_in(picture(pdf)) == [URL]


#: What is printed in English, if a body wants it: one word of each part of a form.


def test_forty_readings_run_over_pages_that_say_whose_they_are() -> None:
    for data in (
        calibration_pdf(calibration(points=40)),
        report_pdf(report(points=40)),
    ):
        pages = [one.extract_text() for one in pypdf.PdfReader(BytesIO(data)).pages]
        assert len(pages) >= 3
        for number, page in enumerate(pages[1:], start=2):
            assert "NH-20240715" in page
            assert f"Trang {number}/{len(pages)}" in page
        assert_nothing_overlaps(data)


def test_a_logo_that_nobody_handed_over_is_missed() -> None:
    says = certificate()
    says["body"]["logo"] = "ab" * 32

    with pytest.raises(PictureMissing):
        certificate_pdf(says)


def test_an_english_line_has_the_english_decimal_mark() -> None:
    told = [
        {"name_vi": "nhiệt độ", "name_en": "temperature", "value": "(27,5 ÷ 28) °C"},
        {"name_vi": "nhiên liệu", "name_en": "fuel", "value": "Điêzen 0,05S"},
    ]
    assert joined(told) == "nhiệt độ: (27,5 ÷ 28) °C; nhiên liệu: Điêzen 0,05S"
    assert joined(told, english=True) == (
        "temperature: (27.5 ÷ 28) °C; fuel: Điêzen 0,05S"
    )
