"""Lines of a report that PDF and DOCX have alike."""

from labms.paper.typesetting import day_in_words
from labms.reports.document import Report
from labms.reports.rules import Around


def symbol(around: Around) -> str:
    """Return the number line; without a number there is room to write it in."""
    return f"Số: {around.number or '         /BC-SKHCN'}".replace(" ", "\u00a0")


def place_and_day(around: Around) -> str:
    """Return place and day; without a day there is room to write it in."""
    if around.on is None:
        room = "ngày       tháng       năm           "
        return f"{around.place}, {room}".replace("  ", "\u00a0\u00a0").rstrip()
    return f"{around.place}, {day_in_words(around.on.isoformat())}"


def title_lines(report: Report) -> tuple[str, str]:
    """Return the kind of document, and what it is about."""
    return "BÁO CÁO", report.about
