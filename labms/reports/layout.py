"""Lines of a report that PDF and DOCX have alike."""

from labms.paper.typesetting import day_in_words
from labms.reports.document import Report
from labms.reports.rules import Around

#: Of a report (báo cáo) of the Department of Science and Technology.
SYMBOL = "/BC-SKHCN"


def symbol(around: Around) -> str:
    """Return the number line; without a number there is room to write it in.

    A number below 10 is written with two digits: NĐ 30/2020/NĐ-CP, annex I, part II, 3
    (from memory).
    """
    number = around.number.strip() or 9 * " "
    if not number.strip(" 0123456789"):
        number = f"{number:0>2}{SYMBOL}"
    return f"Số: {number}".replace(" ", "\u00a0")


def place_and_day(around: Around) -> str:
    """Return place and day; without a day there is room to write it in."""
    if around.on is None:
        room = "ngày       tháng       năm           "
        return f"{around.place}, {room}".replace("  ", "\u00a0\u00a0").rstrip()
    return f"{around.place}, {day_in_words(around.on.isoformat())}"


def title_lines(report: Report) -> tuple[str, str]:
    """Return the kind of document, and what it is about."""
    return "BÁO CÁO", report.about
