import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
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
from labms.paper.pictures import PictureMissing
from labms.paper.record import record_pdf
from labms.paper.report import report_pdf
from tests.organisations.test_letterheads import drawn
from tests.paper.examples import (
    ABOVE,
    LONG_NAME,
    URL,
    calibration,
    certificate,
    notice,
    record,
    report,
)
from tests.paper.reading import (
    codes_in,
    lines_of,
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


ISSUED = [
    (certificate_pdf, certificate),
    (notice_pdf, notice),
    (calibration_pdf, calibration),
    (report_pdf, report),
]


def test_a_record_in_vietnamese_alone_has_no_english_either() -> None:
    text = text_of(record_pdf(record(language="vi")))

    for word in ("VERIFICATION RECORD", "Manufacturer", "Result:", "Performed by"):
        assert word not in text
        assert word in text_of(record_pdf(record()))


#: What is printed in English, if a body wants it: one word of each part of a form.
ENGLISH = (
    "Manufacturer",
    "Scan to see",
    "Performed by",
    "(No.)",
    "Page 1",
    "Serial No.",
)


@pytest.mark.parametrize(("draw", "content"), ISSUED)
def test_a_body_that_speaks_vietnamese_alone_prints_no_english(
    draw: Any, content: Any
) -> None:
    both = text_of(draw(content()))
    alone = text_of(draw(content(language="vi", test_print=True)))

    assert any(word in both for word in ENGLISH)
    for word in (*ENGLISH, "End of", "NOT VALID", "results", "periodic", "temperature"):
        assert word not in alone
    assert "Vĩnh Long, ngày 24 tháng 11 năm 2026" in alone


@pytest.mark.long
@pytest.mark.parametrize(("draw", "content"), ISSUED)
@pytest.mark.parametrize("language", ["", "vi"])
def test_a_full_form_holds_together(draw: Any, content: Any, language: str) -> None:
    says = content(**({"language": language} if language else {}))
    says["instrument"]["maker"] = LONG_NAME
    says["instrument"]["characteristics"] *= 3
    says["owner"] = {"name": LONG_NAME, "address": LONG_NAME}
    says["body"]["logo"] = sha256(LOGO).hexdigest()
    if "standards" in says:
        one = says["standards"][0]
        says["standards"] = [
            one
            | {"above": ABOVE, "inventory_number": f"KL-{n}", "name": f"{LONG_NAME}"}
            for n in range(3)
        ]
    pdf = draw(says, pictures={sha256(LOGO).hexdigest(): LOGO})

    assert_nothing_overlaps(pdf)
    text = text_of(pdf).replace(" ", "")
    assert text.count(LONG_NAME.replace(" ", "")) >= 3
    if "standards" in says:
        assert "KL-0,KL-1,KL-2→ViệnĐolườngViệtNam→chuẩnđolườngquốcgia" in text
    assert codes_in(picture(pdf)) == [URL]


def test_words_within_tables_follow_the_language_too() -> None:
    says = calibration(language="vi")
    says["results"][0]["columns"][-1] = {"vi": "Kết luận", "en": "Result", "unit": ""}
    for row in says["results"][0]["rows"]:
        row[-1] = "đạt / pass"
    told = notice(language="vi")
    told["exceeded"][0]["what_en"] = "At 15 kg, loading"

    assert "đạt" in text_of(calibration_pdf(says))
    assert "pass" not in text_of(calibration_pdf(says))
    assert "đạt / pass" in text_of(calibration_pdf(says | {"language": ""}))
    assert "loading" not in text_of(notice_pdf(told))


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
