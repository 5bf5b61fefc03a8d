"""The data of a report as XLSX: numbers are numbers, days are days."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from labms.paper.pages import TEST_PRINT
from labms.reports.document import Report, Sheet


def report_xlsx(report: Report) -> bytes:
    """Return the sheets of a report; no cell is taken for a formula."""
    book = Workbook(write_only=True)
    for each in report.sheets:
        _sheet(book, each, note=TEST_PRINT if report.test_print else "")
    book.properties.title = report.about
    book.properties.creator = report.around.office
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Any, each: Sheet, *, note: str) -> None:
    sheet = book.create_sheet(each.title)
    sheet.freeze_panes = "A3" if note else "A2"
    for position, text in enumerate(each.heading, start=1):
        wide = max([len(text), *(len(_shown(row[position - 1])) for row in each.rows)])
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = min(max(wide + 2, 10), 60)
    if note:
        sheet.append([_text(sheet, note, bold=True)])
    sheet.append([_text(sheet, text, bold=True) for text in each.heading])
    for row in each.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _cell(sheet: Any, value: object) -> Any:
    if value is None:
        return None
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "dd/mm/yyyy"
        return cell
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet, value=value)
        whole = value == value.to_integral_value()
        cell.number_format = "#,##0" if whole else "0.00"
        return cell
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value=value)
    return _text(sheet, str(value))


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    kept = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
    cell = WriteOnlyCell(sheet, value=kept)
    cell.data_type = "s"  # text, also where it begins like a formula
    if bold:
        cell.font = Font(bold=True)
    return cell
