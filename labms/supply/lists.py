"""Lines of an activity report from a spreadsheet: totals, or one for each meter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from labms.demand.importing import names_of_types
from labms.demand.rules import PURPOSES, Purpose
from labms.i18n import N_, Message
from labms.places.finding import CommuneFinder
from labms.sheets.columns import Column, Reader, places_of, typed_in
from labms.sheets.reading import rows_of
from labms.supply.rules import BadStatement, check_work
from labms.supply.services import Work
from labms.text import fold

COLUMNS = (
    Column("type", N_("Type"), True, "dong-ho-do-nuoc-lanh-co-khi"),
    Column("turns", N_("Verified"), False, 1200),
    Column("passed", N_("Passed"), False, 1180),
    Column("distinct", N_("Different ones"), False, 1180),
    Column("commune", N_("Commune"), False, "28756"),
    Column("purpose", N_("Purpose"), False, "verification"),
    Column("serial", N_("Serial number"), False, ""),
    Column("performed_on", N_("Verified on"), False, ""),
    Column("verdict", N_("Verdict"), False, ""),
)
#: What stands for a failed one in a list; anything else, or nothing, passed.
_FAILED = frozenset({"fail", "failed", "khong dat", "0", "no", "khong"})


@dataclass(frozen=True, slots=True)
class ReadWork:
    """The lines of a file, and what is wrong with which row."""

    work: tuple[Work, ...]
    problems: tuple[tuple[int, str], ...]


def read_work(data: bytes, *, on: date) -> ReadWork:
    """Return the lines of a file; communes are found as they were on a day.

    Raises NotASheet, TooMuch, EmptySheet or ColumnsMissing.
    """
    rows = rows_of(data)
    places = places_of(COLUMNS, rows[0])
    types, communes = names_of_types(), CommuneFinder()
    work: list[Work] = []
    problems: list[tuple[int, str]] = []
    for row in rows[1:]:
        reader = _Reader(typed_in(row, places), types, communes, on)
        if line := reader.line():
            work.append(line)
        else:
            problems.append((row.number, "; ".join(map(str, reader.problems))))
    return ReadWork(tuple(work), tuple(problems + _twice(work)))


def _twice(work: Sequence[Work]) -> list[tuple[int, str]]:
    """Return the serial numbers that one type has twice: one of them is another."""
    seen = Counter((w.type_slug, w.serial) for w in work if w.serial)
    told = N_("serial number {serial} stands there {count} times")
    return [
        (0, str(Message(told, {"serial": serial, "count": count})))
        for (_, serial), count in seen.items()
        if count > 1
    ]


class _Reader(Reader):
    """Reads one line."""

    def __init__(
        self,
        typed: Mapping[str, str],
        types: Mapping[str, str],
        communes: CommuneFinder,
        on: date,
    ) -> None:
        super().__init__(COLUMNS, typed)
        self._types, self._communes, self._on = types, communes, on

    def line(self) -> Work | None:
        """Return the line; None if something is wrong."""
        slug = self.one_of(
            "type", self._types, N_("{column}: the catalogue knows no “{value}”")
        )
        serial = self.typed.get("serial", "")
        turns, passed = self._counts(bool(serial))
        work: dict[str, Any] = {
            "distinct": None if serial else self.number("distinct"),
            "commune_key": self._commune(),
            "purpose": self.choice("purpose", Purpose, PURPOSES)
            or Purpose.VERIFICATION,
            "performed_on": self.day("performed_on"),
        }
        if self.problems or slug is None:
            return None
        try:
            check_work(turns=turns, passed=passed, distinct=work["distinct"])
        except BadStatement as error:
            self.problems.append(error.text)
            return None
        return Work(type_slug=slug, turns=turns, passed=passed, serial=serial, **work)

    def _counts(self, is_listed: bool) -> tuple[int, int]:
        if is_listed:
            return 1, 0 if fold(self.typed.get("verdict", "")) in _FAILED else 1
        turns = self.number("turns", is_required=True) or 0
        passed = self.number("passed")
        return turns, turns if passed is None else passed

    def _commune(self) -> str | None:
        if not (text := self.typed.get("commune", "")):
            return None
        found = self._communes(text, self._on)
        if not found:
            self.wrong("commune", N_("{column}: no “{value}” on the report's last day"))
        elif len(found) > 1:
            self.wrong(
                "commune", N_("{column}: several are called “{value}”; use the code")
            )
        return found[0] if len(found) == 1 else None
