"""Reports: what they say, and that every form says the same."""

import html
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import pypdf
import pytest
from openpyxl import load_workbook

from labms.indicators.figures import figures_on
from labms.indicators.rules import Figure, Share
from labms.plan.data import definition, plan
from labms.plan.rules import BeforeThePlan
from labms.policy import Role
from labms.reports.content import _difference, report_of
from labms.reports.layout import symbol
from labms.reports.rules import (
    Form,
    Part,
    Period,
    PeriodToCome,
    latest_period,
    usual_around,
)
from labms.reports.wording import decimal, value_of, whole
from labms.reports.writing import written
from labms.tasks.rules import BudgetStage
from tests.tasks.work import Work

PLAN = plan("3446")
TODAY = date(2031, 3, 4)
YEAR = Period(2030, Part.YEAR)


def report(period=YEAR, **given):
    defaults = {
        "plan": PLAN,
        "area": "ben-tre-old",
        "around": usual_around(area="ben-tre-old", on=period.last),
        "today": TODAY,
    }
    return report_of(period, **defaults | given)


@pytest.fixture
def busy(make):
    """A year in which something was done."""
    work = Work(make)
    work.funded(title="Mua quả cân chuẩn hạng F1 cho phòng thí nghiệm")
    make.demand_figure(counted_on=date(2029, 5, 1), year=2029)
    for n in range(3):
        make.training(held_on=date(2030, 5, 1 + n))
        make.support(supported_on=date(2030, 6, 1 + n))
    return work


@pytest.mark.parametrize(
    ("part", "first", "last", "words"),
    [
        (Part.FIRST, "2030-01-01", "2030-03-31", "quý I năm 2030"),
        (Part.THIRD, "2030-07-01", "2030-09-30", "quý III năm 2030"),
        (Part.FOURTH, "2030-10-01", "2030-12-31", "quý IV năm 2030"),
        (Part.YEAR, "2030-01-01", "2030-12-31", "năm 2030"),
    ],
)
def test_a_period_has_its_days_and_words(part, first, last, words):
    period = Period(2030, part)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.words == words


def test_the_quarter_that_is_reported_is_the_one_that_ended():
    assert latest_period(date(2031, 1, 5)) == Period(2030, Part.FOURTH)
    assert latest_period(date(2031, 4, 1)) == Period(2031, Part.FIRST)


def test_a_report_is_neither_of_the_future_nor_of_before_the_plan(app):
    with pytest.raises(PeriodToCome):
        report(Period(2031, Part.SECOND))
    with pytest.raises(BeforeThePlan):
        report(Period(2018, Part.YEAR))


def test_numbers_are_written_as_vietnamese_writes_them():
    assert whole(1250000) == "1.250.000"
    assert decimal(Decimal("-0.5")) == "\u22120,5"
    assert whole(None) == "–"


def texts(found):
    """Everything that a report says, as one text."""
    said = [each.text for each in found.opening] + [found.closing.text]
    for section in found.sections:
        said.append(section.heading)
        for piece in section.pieces:
            said += [getattr(piece, "text", ""), getattr(piece, "title", "")]
            for row in getattr(piece, "rows", ()):
                said += row
            for bar in getattr(piece, "bars", ()):
                said += [bar.label, bar.numbers]
    return [text for text in said if text]


@pytest.mark.long
def test_the_figures_of_a_report_are_those_of_the_indicators(busy):
    said = " ".join(texts(report()))
    for figure in figures_on(PLAN, "ben-tre-old", date(2030, 12, 31)).values():
        assert value_of(figure) in said, figure.code
    assert "3 lớp với 60 lượt người" in said
    assert "3 lượt, 3 doanh nghiệp" in said
    assert "150.000.000" in said


def test_a_quarter_that_lasts_says_until_when_it_counts(app):
    said = texts(report(Period(2031, Part.FIRST)))
    assert any("Số liệu tính đến ngày 04/03/2031" in text for text in said)


@pytest.mark.long
def test_a_target_above_its_mark_before_its_day_is_not_counted_as_met(make):
    for _ in range(100):
        make.support(supported_on=date(2026, 8, 1))

    said = texts(report(Period(2026, Part.THIRD)))

    (short,) = (text for text in said if text.startswith("Trong 9 mục tiêu"))
    assert "1 mục tiêu hiện trên mức, còn trong thời hạn" in short
    assert "0 mục tiêu đạt" in short
    assert "Hiện trên mức, còn trong thời hạn" in said


def test_a_change_is_that_of_the_values_beside_it():
    """89.37 and 90.42 are shown as 89.3 and 90.4, so the change is 1.1."""
    code = "verified-share"
    before, now = (
        Figure(
            definition=definition(code),
            on=TODAY,
            first_on=date(2031, 1, 1),
            share=Share(numerator, 10_000),
        )
        for numerator in (8937, 9042)
    )
    assert (value_of(before), value_of(now)) == ("89,3 %", "90,4 %")
    assert _difference(before, now) == "+1,1 điểm %"


def flat(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.long
def test_pdf_and_docx_say_all_that_the_report_says(busy):
    found = report()
    pdf = pypdf.PdfReader(io.BytesIO(written(found, Form.PDF)))
    printed = flat("".join(page.extract_text() for page in pdf.pages))
    document = docx.Document(io.BytesIO(written(found, Form.DOCX)))
    typed = flat("".join(t.text or "" for t in document.element.body.iter() if t.text))
    for text in texts(found):
        assert flat(text) in typed, text
        for word in text.split():
            assert flat(word) in printed, word
    for part in (
        "CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM",
        "Độclập-Tựdo-Hạnhphúc",
        "ỦYBANNHÂNDÂNTỈNHVĨNHLONG",
        "Kínhgửi:",
        "Nơinhận:",
        "-Nhưtrên;",
        "-Lưu:VT,QLTĐC.",
        "GIÁMĐỐC",
    ):
        assert part in printed
        assert part in typed
    assert len(document.inline_shapes) >= 2
    assert pdf.metadata.title.startswith("Báo cáo")


@pytest.mark.long
def test_the_same_report_is_the_same_file_and_another_is_not(busy):
    assert written(report(), Form.PDF) == written(report(), Form.PDF)
    first = written(report(), Form.PDF)
    busy.make.training(held_on=date(2030, 7, 1))
    assert written(report(), Form.PDF) != first


@pytest.mark.long
def test_the_spreadsheet_has_numbers_and_no_formulas(busy):
    busy.item(title="=1+1")
    book = load_workbook(io.BytesIO(written(report(), Form.XLSX)))
    assert book.sheetnames == [
        "Chi tieu",
        "Cong viec",
        "Kinh phi",
        "Hoat dong",
        "Dao tao",
    ]
    work = list(book["Cong viec"].iter_rows(min_row=2))
    assert any(cell.value == "=1+1" for row in work for cell in row)
    assert all(c.data_type != "f" for s in book for row in s.iter_rows() for c in row)
    assert any(cell.value == 150_000_000 for row in work for cell in row)


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


@pytest.mark.long
def test_a_report_is_read_on_the_page_and_its_data_taken(manager, busy):
    page = manager.get("/reports/?year=2030&part=year").text
    assert "Kết quả thực hiện Kế hoạch số 3446/KH-UBND năm 2030" in page
    assert "Bảng 1." in page
    answer = manager.get("/reports/2030/year.xlsx")
    assert answer.data.startswith(b"PK")
    assert "bao-cao-2030.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.long
def test_number_and_day_stand_on_the_paper(manager, busy):
    asked = "number=12/BC-SKHCN&day=05/01/2031"
    assert manager.get(f"/reports/2030/year.docx?{asked}").data.startswith(b"PK")
    pdf = manager.get(f"/reports/2030/q4.pdf?{asked}").data
    printed = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "12/BC-SKHCN" in printed.replace("\u00a0", " ")
    assert "ngày 05 tháng 01 năm 2031" in printed.replace("\u00a0", " ")


def test_what_cannot_be_reported_is_told_on_the_page(manager):
    page = manager.get("/reports/?year=2035&part=q1").text
    assert "chưa bắt đầu" in page
    assert manager.get("/reports/2035/q1.pdf").status_code == 422
    for address in ("2030/q9.pdf", "2030/q1.odt", "1200/q1.pdf"):
        assert manager.get(f"/reports/{address}").status_code == 404
    assert "Kế hoạch bắt đầu từ năm" in manager.get("/reports/?year=1999&part=q1").text
    wrong = manager.get("/reports/?year=2030&part=year&day=31/02/2031").text
    assert "day-errors" in wrong
    assert "31/02/2031" in wrong


@pytest.mark.parametrize(
    ("asked", "told"),
    [("day=99/99/2026", "Ngày báo cáo: "), ("place=" + 61 * "x", "Địa danh: ")],
)
def test_a_file_is_refused_in_words_when_its_address_cannot_be_read(
    manager, asked, told
):
    answer = manager.get(f"/reports/2030/year.pdf?{asked}")

    assert answer.status_code == 422
    assert told in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("12", "Số: 12/BC-SKHCN"),
        ("5", "Số: 05/BC-SKHCN"),
        ("12/BC-QLTĐC", "Số: 12/BC-QLTĐC"),
        ("", "Số:          /BC-SKHCN"),
    ],
)
def test_a_number_alone_gets_the_usual_symbol(typed, printed):
    around = usual_around(area="ben-tre-old", on=YEAR.last)

    told = symbol(replace(around, number=typed))

    assert told.replace("\u00a0", " ") == printed


@pytest.mark.long
def test_everything_that_a_demo_reports_is_marked_as_void(make):
    mark = "BẢN THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ"
    void, real = report(test_print=True), report()

    book = load_workbook(io.BytesIO(written(void, Form.XLSX)))
    assert {sheet["A1"].value for sheet in book} == {mark}
    assert book["Chi tieu"]["A2"].value == report().sheets[0].heading[0]
    (section,) = docx.Document(io.BytesIO(written(void, Form.DOCX))).sections
    for header in (section.first_page_header, section.header):
        assert mark in header.paragraphs[0].text
    pages = pypdf.PdfReader(io.BytesIO(written(void, Form.PDF))).pages
    assert all(flat(mark) in flat(page.extract_text()) for page in pages)
    (section,) = docx.Document(io.BytesIO(written(real, Form.DOCX))).sections
    assert mark not in section.first_page_header.paragraphs[0].text


@pytest.mark.long
def test_what_was_decided_after_the_period_is_not_in_its_report(busy):
    _, line = busy.funded(title="Mua bình đong chuẩn")
    busy.decide(line, BudgetStage.PAYMENT, "90000000", date(2030, 11, 16))

    third = " ".join(texts(report(Period(2030, Part.THIRD))))
    whole_year = " ".join(texts(report()))

    assert "90.000.000" not in third
    assert "300.000.000" in third
    assert "90.000.000" in whole_year
