"""Rows as a spreadsheet, of which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from labms.errors import NotFound

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    A name such as "=HYPERLINK(…)" would be carried out by whoever opens the file; an
    apostrophe before it says that it is text.
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_of(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, with a mark by which spreadsheets know that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def xlsx_of(
    heading: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "labms"
) -> bytes:
    """Return rows as XLSX: days are days, whole numbers numbers, the rest is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for position, text in enumerate(heading, start=1):
        width = min(max(len(text) + 2, 12), 48)
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_cell(sheet, text, is_heading=True) for text in heading])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def file_of(
    heading: Sequence[str], rows: Iterable[Sequence[Any]], kind: str
) -> tuple[str | bytes, str]:
    """Return rows as "csv" or "xlsx", and the content type. Raises NotFound."""
    if kind == "csv":
        return csv_of(heading, rows), "text/csv; charset=utf-8"
    if kind == "xlsx":
        return xlsx_of(heading, rows), XLSX
    raise NotFound


def _cell(sheet: Any, value: Any, *, is_heading: bool = False) -> WriteOnlyCell:
    if isinstance(value, date | int):
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"
        return cell
    cell = WriteOnlyCell(sheet, value="".join(filter(_may_stand, str(value))))
    cell.data_type = "s"  # text, also where it begins like a formula
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def _may_stand(letter: str) -> bool:
    """Whether XML takes a letter: control characters it doesn't."""
    return letter >= " " or letter in "\n\t"
