"""Spreadsheets in and out."""

import contextlib
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from labms.sheets.reading import (
    MOST_ROWS,
    EmptySheet,
    NotASheet,
    TooMuch,
    rows_of,
)
from labms.sheets.writing import csv_of, xlsx_of

HEADING = ("Tên", "Ngày", "Số")
ROWS = [("Cân đồng hồ", date(2031, 3, 4), 1200), ("=1+1", date(2030, 1, 1), 0)]


def cells(data):
    return [row.cells for row in rows_of(data)]


def test_what_was_written_as_xlsx_is_read_as_it_was():
    assert cells(xlsx_of(HEADING, ROWS)) == [
        HEADING,
        ("Cân đồng hồ", "2031-03-04", "1200"),
        ("=1+1", "2030-01-01", "0"),
    ]


def test_no_cell_of_an_xlsx_is_a_formula():
    book = load_workbook(io.BytesIO(xlsx_of(HEADING, ROWS)))

    assert {cell.data_type for row in book.active for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_office_is_read(mark, encoding):
    text = mark.join(("Tên", "Số")) + "\r\n" + mark.join(("Cân đĩa", "12")) + "\r\n"

    assert cells(text.encode(encoding)) == [("Tên", "Số"), ("Cân đĩa", "12")]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    found = rows_of(b"a,b\n\n1,2\n")

    assert [row.number for row in found] == [1, 3]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 nothing", b"\x00\x01\x02\xff", b'a,b\n"open,1\n']
)
def test_what_is_no_sheet_is_refused(data):
    with pytest.raises(NotASheet):
        rows_of(data)


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"\n\n"])
def test_a_heading_alone_is_no_sheet(data):
    with pytest.raises(EmptySheet):
        rows_of(data)


def test_a_sheet_with_too_many_rows_is_refused():
    with pytest.raises(TooMuch):
        rows_of(b"a,b\n" + b"1,2\n" * (MOST_ROWS + 1))


def with_part(data, text):
    """The same file with a part that says this."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as parts:
        parts.writestr("xl/other.xml", text)
    return out.getvalue()


def test_a_sheet_that_declares_entities_is_refused():
    sound = xlsx_of(HEADING, ROWS)
    assert rows_of(with_part(sound, "<x/>"))

    with pytest.raises(NotASheet):
        rows_of(with_part(sound, '<!DOCTYPE x [<!ENTITY a "b">]><x/>'))


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_refusal(data):
    with contextlib.suppress(NotASheet, EmptySheet):
        assert rows_of(data)


@given(st.lists(st.tuples(st.text(max_size=20), st.integers()), max_size=5))
def test_any_text_can_be_written(rows):
    assert csv_of(("a", "b"), rows)
    assert xlsx_of(("a", "b"), rows)[:2] == b"PK"
