"""Of which days a report is, and what stands around it on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labms.errors import Invalid, NotFound
from labms.i18n import N_


class Part(StrEnum):
    """Which part of a year a report is about; in addresses."""

    FIRST = "q1"
    SECOND = "q2"
    THIRD = "q3"
    FOURTH = "q4"
    YEAR = "year"


PARTS: Mapping[Part, str] = {
    Part.FIRST: N_("First quarter"),
    Part.SECOND: N_("Second quarter"),
    Part.THIRD: N_("Third quarter"),
    Part.FOURTH: N_("Fourth quarter"),
    Part.YEAR: N_("Whole year"),
}

_QUARTERS = (Part.FIRST, Part.SECOND, Part.THIRD, Part.FOURTH)
_ROMAN = ("I", "II", "III", "IV")


class Form(StrEnum):
    """In which form a report leaves the program."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


FORMS: Mapping[Form, str] = {
    Form.PDF: "application/pdf",
    Form.DOCX: (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PeriodToCome(Invalid):
    """Nothing has happened yet in that time."""

    code = "reports.period_to_come"
    message = N_("This time has not begun yet: choose an earlier one.")


class WronglyAsked(Invalid):
    """What was typed around a report cannot be read."""

    code = "reports.wrongly_asked"
    message = N_("{field}: {problem}")


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year."""

    year: int
    part: Part

    @property
    def first(self) -> date:
        """Its first day."""
        if self.part is Part.YEAR:
            return date(self.year, 1, 1)
        return date(self.year, 3 * _QUARTERS.index(self.part) + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        if self.part in {Part.YEAR, Part.FOURTH}:
            return date(self.year, 12, 31)
        following = _QUARTERS.index(self.part) + 1
        return date(self.year, 3 * following + 1, 1) - timedelta(days=1)

    @property
    def words(self) -> str:
        """As a Vietnamese report names it: "quý III năm 2026"."""
        if self.part is Part.YEAR:
            return f"năm {self.year}"
        return f"quý {_ROMAN[_QUARTERS.index(self.part)]} năm {self.year}"

    def until(self, today: date) -> date:
        """Return the last day that can be counted. Raises PeriodToCome."""
        if self.first > today:
            raise PeriodToCome
        return min(self.last, today)


def period_named(year: int, part: str) -> Period:
    """Return the quarter or year that an address names. Raises NotFound."""
    try:
        found = Period(year, Part(part))
    except ValueError:
        raise NotFound from None
    if not 1900 <= year <= 2200:
        raise NotFound
    return found


def latest_period(today: date) -> Period:
    """Return the quarter that is being reported: the one that ended last."""
    quarter = (today.month - 1) // 3
    if quarter:
        return Period(today.year, _QUARTERS[quarter - 1])
    return Period(today.year - 1, Part.FOURTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the text of a report, as the office has it.

    An empty number leaves room to write it in, one without a symbol gets the usual one.
    Source of the parts: NĐ 30/2020/NĐ-CP, annex I, part II.
    """

    parent: str
    office: str
    number: str
    place: str
    on: date | None
    addressees: tuple[str, ...]
    signed_as: str
    signed_by: str

    def recipients(self, unit: str) -> tuple[str, ...]:
        """Return the lines of "Nơi nhận"; `unit` wrote the report and keeps it."""
        return ("Như trên", f"Lưu: VT, {unit}")


def usual_around(*, area: str, on: date) -> Around:
    """Return what the Department would write, for a report of a day.

    Bến Tre became a part of Vĩnh Long on 2025-07-01 (202/2025/QH15).
    """
    merged = on >= date(2025, 7, 1) or area == "vinh-long-new"
    province = "Vĩnh Long" if merged else "Bến Tre"
    return Around(
        parent=f"Ủy ban nhân dân tỉnh {province}",
        office="Sở Khoa học và Công nghệ",
        number="",
        place=province,
        on=None,
        addressees=(f"Ủy ban nhân dân tỉnh {province}", "Bộ Khoa học và Công nghệ"),
        signed_as="Giám đốc",
        signed_by="",
    )
