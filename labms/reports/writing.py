"""A report in whichever form was asked for."""

from collections.abc import Callable, Mapping

from labms.reports.document import Report
from labms.reports.pdf import report_pdf
from labms.reports.rules import Form, Part
from labms.reports.xlsx import report_xlsx


def _docx(report: Report) -> bytes:
    from labms.reports.docx import report_docx  # takes a while to load

    return report_docx(report)


_WRITERS: Mapping[Form, Callable[[Report], bytes]] = {
    Form.PDF: report_pdf,
    Form.DOCX: _docx,
    Form.XLSX: report_xlsx,
}


def written(report: Report, form: Form) -> bytes:
    """Return a report as a file."""
    return _WRITERS[form](report)


def file_name(report: Report, form: Form) -> str:
    """Return what the file is called: "bao-cao-2026-quy-3.pdf"."""
    part = report.period.part
    words = "" if part is Part.YEAR else f"-quy-{part.value[1:]}"
    return f"bao-cao-{report.period.year}{words}.{form}"
