"""A report as DOCX, for an office that goes on writing in it.

The page of NĐ 30/2020/NĐ-CP, see `labms.reports.pdf`: Times New Roman of size 14, the
margins, the number of the page above from the second page on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from labms.paper.pages import TEST_PRINT
from labms.reports.charts import bar_picture
from labms.reports.document import Chart, Grid, Paragraph, Piece, Report
from labms.reports.layout import place_and_day, symbol, title_lines

_FONT = "Times New Roman"
_WIDTH_MM = 160
#: The two halves of the head, wider than the text: with faces that stand in for Times
#: New Roman "ỦY BAN NHÂN DÂN TỈNH VĨNH LONG" of size 12 is 77 mm wide, the State 93.
_HEAD = (78, 95)
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER
_ENDS = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def report_docx(report: Report) -> bytes:
    """Return a report as DOCX; the same report, the same text and pictures."""
    document = docx.Document()
    _set_page(document, report)
    _head(document, report)
    _title(document, report)
    _addressed(document, report)
    for paragraph in report.opening:
        _running(document, paragraph.text)
    for section in report.sections:
        _running(document, section.heading, bold=True, keep=True)
        for piece in section.pieces:
            _piece(document, piece)
    _running(document, report.closing.text)
    _signature(document, report)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(6)
    header = section.header.paragraphs[0]
    header.alignment = _CENTRE
    _page_number(header.add_run())
    if report.test_print:
        for each in (section.first_page_header, section.header):
            _mark_as_worthless(each)
    day = report.around.on or report.period.last
    told = document.core_properties
    told.title = f"Báo cáo: {report.about}"
    told.author = report.around.office
    told.created = told.modified = datetime.combine(day, time(), UTC)
    told.language = "vi-VN"
    told.comments = ""


def _mark_as_worthless(header: Any) -> None:
    """Say on every page that it proves nothing."""
    paragraph = header.paragraphs[0].insert_paragraph_before()
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(TEST_PRINT)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(11), RGBColor(0xB0, 0, 0)


def _page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)  # python-docx has no fields


def _cells(document: Any, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, [Mm(width) for width in widths])
    return table.rows[0].cells


def _halves(document: Any) -> Any:
    """Return the two halves of the head: all of their width is for the text."""
    cells = _cells(document, _HEAD)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = cells[0]._tc.getparent().getparent().tblPr
    look = properties.find(qn("w:tblLook"))
    look.addprevious(margins) if look is not None else properties.append(margins)
    return cells


def _set_widths(table: Any, widths: Sequence[Any]) -> None:
    """Set the width of every column and cell: programs differ in which they read."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _write(
    cell: Any,
    text: str,
    *,
    size: float = 14,
    bold: bool = False,
    italic: bool = False,
    align: Any = None,
    first: bool = False,
    after: float = 0,
) -> Any:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.paragraph_format.space_before = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _underlined(paragraph: Any, *, from_mm: float, to_mm: float) -> None:
    """Rule a line under a paragraph, over a part of its width."""
    paragraph.paragraph_format.left_indent = Mm(from_mm)
    paragraph.paragraph_format.right_indent = Mm(to_mm)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1")):
        top.set(qn(f"w:{name}"), value)
    top.set(qn("w:color"), "000000")
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _head(document: Any, report: Report) -> None:
    around = report.around
    left, right = _halves(document)
    _write(left, around.parent.upper(), size=12, align=_CENTRE, first=True)
    _write(left, around.office.upper(), size=12, bold=True, align=_CENTRE)
    _underlined(_write(left, "", size=3), from_mm=23, to_mm=23)
    state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    _write(right, state, size=12, bold=True, align=_CENTRE, first=True)
    motto = "Độc lập - Tự do - Hạnh phúc"
    _write(right, motto, size=13, bold=True, align=_CENTRE)
    _underlined(_write(right, "", size=3), from_mm=17, to_mm=17)
    left, right = _halves(document)
    _write(left, symbol(around), size=13, align=_CENTRE, first=True)
    words = place_and_day(around)
    _write(right, words, size=13, italic=True, align=_CENTRE, first=True)


def _title(document: Any, report: Report) -> None:
    first, second = title_lines(report)
    for text, before in ((first, 14), (second, 0)):
        paragraph = document.add_paragraph()
        paragraph.alignment = _CENTRE
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(text).bold = True
    line = document.add_paragraph()
    line.paragraph_format.space_after = Pt(4)
    _underlined(line, from_mm=56, to_mm=56)


def _addressed(document: Any, report: Report) -> None:
    names = report.around.addressees
    if len(names) == 1:
        paragraph = document.add_paragraph(f"Kính gửi: {names[0]}")
        paragraph.alignment = _CENTRE
        return
    _, word, listed = _cells(document, (26, 28, 106))
    _write(word, "Kính gửi:", first=True)
    for n, name in enumerate(names, start=1):
        end = ";" if n < len(names) else "."
        _write(listed, f"- {name}{end}", first=n == 1)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _running(
    document: Any, text: str, *, bold: bool = False, keep: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    shape = paragraph.paragraph_format
    shape.first_line_indent = Mm(10)
    shape.keep_with_next = keep
    paragraph.add_run(text).bold = bold


def _piece(document: Any, piece: Piece) -> None:
    match piece:
        case Paragraph():
            _running(document, piece.text)
        case Grid():
            _caption(document, piece.title)
            _grid(document, piece)
        case Chart():
            _caption(document, piece.title)
            _chart(document, piece)


def _caption(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = _CENTRE
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(12)


def _grid(document: Any, grid: Grid) -> None:
    total = sum(column.share for column in grid.columns)
    widths = [Mm(_WIDTH_MM * column.share / total) for column in grid.columns]
    table = document.add_table(rows=1, cols=len(grid.columns), style="Table Grid")
    heading = table.rows[0]
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    heading._tr.get_or_add_trPr().append(repeated)
    for cell, column in zip(heading.cells, grid.columns, strict=True):
        _write(cell, column.heading, size=11, bold=True, align=_CENTRE, first=True)
    for number, row in enumerate(grid.rows):
        cells = table.add_row().cells
        for cell, column, text in zip(cells, grid.columns, row, strict=True):
            _write(
                cell,
                text,
                size=11,
                bold=number in grid.strong,
                align=_ENDS[column.align],
                first=True,
            )
    _set_widths(table, widths)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _chart(document: Any, chart: Chart) -> None:
    for bar in chart.bars:
        label, picture, numbers = _cells(document, (52, 60, 48))
        _write(label, bar.label, size=11, first=True)
        paragraph = picture.paragraphs[0]
        drawn = paragraph.add_run().add_picture(
            BytesIO(bar_picture(bar, chart)), width=Mm(56)
        )
        drawn._inline.docPr.set("descr", f"{bar.label}: {bar.numbers}")
        _write(numbers, bar.numbers, size=11, first=True)
    if chart.note:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(chart.note)
        run.italic, run.font.size = True, Pt(11)


def _signature(document: Any, report: Report) -> None:
    around = report.around
    left, right = _cells(document, (80, 80))
    _write(left, "Nơi nhận:", size=12, bold=True, italic=True, first=True)
    lines = around.recipients(report.unit)
    for n, name in enumerate(lines, start=1):
        _write(left, f"- {name}{';' if n < len(lines) else '.'}", size=11)
    _write(right, around.signed_as.upper(), bold=True, align=_CENTRE, first=True)
    for _ in range(4):
        _write(right, "", align=_CENTRE)
    _write(right, around.signed_by, bold=True, align=_CENTRE)
