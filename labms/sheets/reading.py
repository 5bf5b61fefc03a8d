"""Rows of a spreadsheet that somebody sends, as text, whatever made it.

XLSX and CSV. What a sheet shows counts: a day is read as yyyy-mm-dd, a whole number
without its ".0". Nothing in a file is carried out: formulas give what was computed
when it was saved, and a file that is no sheet, or opens into far too much, is refused.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from labms.errors import Invalid
from labms.i18n import N_
from labms.text import clean

#: More rows than a province surveys in one go; each is checked by itself.
MOST_ROWS = 20_000
MOST_COLUMNS = 60
#: What the parts of a sheet may open into, together.
MOST_BYTES = 200 * 1024 * 1024
#: The longest text in a cell.
MOST_LETTERS = 2_000
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1258")


class NotASheet(Invalid):
    """The file is no spreadsheet that can be read."""

    code = "sheets.not_a_sheet"
    message = N_(
        "The file cannot be read. Save it as XLSX or CSV (UTF-8) and try again."
    )


class TooMuch(Invalid):
    """The file has more rows than are read at once."""

    code = "sheets.too_much"
    message = N_("The file has more than {most} rows. Divide it.")


class EmptySheet(Invalid):
    """There is nothing under the heading."""

    code = "sheets.empty"
    message = N_("The file has a heading and no rows, or nothing at all.")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row, with its number as the spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


def rows_of(data: bytes) -> list[SheetRow]:
    """Return the rows of a file that are not empty, heading first.

    Raises NotASheet, TooMuch or EmptySheet.
    """
    found = _rows_of_xlsx(data) if data[:2] == b"PK" else _rows_of_csv(data)
    rows = [row for row in _numbered(found) if any(row.cells)]
    if len(rows) < 2:
        raise EmptySheet
    return rows


def _numbered(rows: Iterable[Iterable[Any]]) -> Iterator[SheetRow]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS + 1:
            raise TooMuch(most=MOST_ROWS)
        yield SheetRow(number, tuple(map(_text, [*row][:MOST_COLUMNS])))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))[:MOST_LETTERS]


def _rows_of_xlsx(data: bytes) -> Iterator[Iterable[Any]]:
    _check_parts(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        yield from sheet.iter_rows(values_only=True)
    except (KeyError, ValueError, IndexError, TypeError, OSError, SyntaxError) as error:
        raise NotASheet from error
    except zipfile.BadZipFile as error:
        raise NotASheet from error


def _check_parts(data: bytes) -> None:
    """Raise NotASheet for what opens into too much, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise NotASheet
            for part in parts.infolist():
                with parts.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(2048):
                        raise NotASheet
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotASheet from error


def _rows_of_csv(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise NotASheet
    heading = text.split("\n", 1)[0]
    mark = max(";,\t", key=heading.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    except csv.Error as error:
        raise NotASheet from error


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet
