"""The account of numbers closes, and the register leaves the program as a sheet."""

import csv
import html
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from labms.certificates.account import Run, lines_of, number_accounts, runs_of
from labms.certificates.queries import certificate_by_id
from labms.certificates.services import void_reserved
from labms.db import db, transaction
from labms.organisations.models import LostNumbers, NumberSeries, Organisation
from labms.organisations.rules import NumberKind
from tests.jobs.laboratory import rewrite


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def desk(make, client, work):
    return make.sign_in(client, work.signatory)


def count_to(number, work):
    """As if so many numbers had been given out."""
    rewrite(NumberSeries, NumberSeries.body_id == work.body.id, last=number)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [([], []), ([3], ["3"]), ([1, 2, 3, 7, 9, 10], ["1–3", "7", "9–10"])],
)
def test_numbers_are_told_as_runs(numbers, told):
    assert [str(run) for run in runs_of(numbers)] == told


@pytest.mark.long
def test_what_is_nowhere_is_missing_and_what_was_lost_is_explained(
    work, issue, reserve, make
):
    issue(work.job())
    with transaction():
        void_reserved(
            certificate_by_id(reserve(work.job()).id, for_update=True),
            actor=work.signatory,
            reason="Giấy in hỏng, không dùng.",
        )
    count_to(6, work)
    make._add(
        LostNumbers(
            body_id=work.body.id,
            kind=NumberKind.CERTIFICATE,
            year=2031,
            first=5,
            last=6,
            reason="Khôi phục từ bản sao lưu.",
            noted_on=date(2031, 3, 4),
        )
    )

    (account,) = number_accounts(body_id=work.body.id)

    assert account.gaps == (Run(3, 4),)
    assert (account.missing_count, account.lost_count) == (2, 2)
    assert not account.closes
    assert [(line.sequence, line.word) for line in lines_of(account)] == [
        (1, "Issued"),
        (2, "Void"),
        (3, "Missing number"),
        (4, "Missing number"),
        (5, "Given out before a restore, without a record"),
        (6, "Given out before a restore, without a record"),
    ]


@pytest.mark.long
def test_the_page_explains_each_number_that_is_no_document(work, desk, issue, reserve):
    issue(work.job())
    waiting = reserve(work.job())
    count_to(4, work)

    page = text_of(desk.get("/certificates/numbers"))
    assert waiting.number in page
    assert "3–4" in page
    (account,) = number_accounts(body_id=work.body.id)
    one = text_of(desk.get(f"/certificates/numbers/{account.name}"))
    assert one.count("Số bị thiếu") == 2
    assert desk.get("/certificates/numbers/9-9-9").status_code == 404
    assert waiting.number not in text_of(desk.get("/certificates/numbers?year=1999"))
    sheet = rows_in(desk.get("/certificates/numbers.csv"))
    assert len(sheet) == 1 + 4
    book = load_workbook(io.BytesIO(desk.get("/certificates/numbers.xlsx").data))
    assert book.worksheets[0].max_row == 5


def rows_in(answer):
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.long
def test_the_register_leaves_as_the_screen_narrows_it(work, desk, issue, reserve):
    first, second = issue(work.job()), issue(work.job())

    every = rows_in(desk.get("/certificates/register.csv"))
    one = rows_in(desk.get(f"/certificates/register.csv?q={second.number}"))

    assert {row[0] for row in every[1:]} == {first.number, second.number}
    assert [row[0] for row in one[1:]] == [second.number]
    assert len(set(map(len, every))) == 1
    book = load_workbook(io.BytesIO(desk.get("/certificates/register.xlsx").data))
    rows = list(book.worksheets[0].values)
    assert rows[1][4].date() == date(2031, 3, 4)


def test_no_cell_is_a_formula(make, work, desk, issue):
    trap = '=HYPERLINK("http://x.example","bấm")'
    owner = make.organisation(name=trap)
    order = make.order(work.body, customer_id=owner.id)
    issue(work.job(order_id=order.id))

    (_, row) = rows_in(desk.get("/certificates/register.csv"))
    assert f"'{trap}" in row
    book = load_workbook(io.BytesIO(desk.get("/certificates/register.xlsx").data))
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
    assert [cell.data_type for cell in cells if cell.value and trap in str(cell.value)]
    assert all(cell.data_type != "f" for cell in cells)


def test_another_bodys_documents_are_not_in_it(make, work, client, issue):
    issue(work.job())
    other = make.user(*work.signatory.roles, body=make.body())

    away = make.sign_in(client, other)

    assert len(rows_in(away.get("/certificates/register.csv"))) == 1
    assert len(rows_in(away.get("/certificates/numbers.csv"))) == 1
    assert db.session.scalar(db.select(db.func.count(Organisation.id))) > 1
