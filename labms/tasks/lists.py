"""Reads a list of participants, and says of each row what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labms.i18n import N_, Message
from labms.plan.undertakings import MOST_OCCASIONS
from labms.sheets.reading import SheetRow, rows_of
from labms.tasks.rules import BadList, Listed
from labms.text import fold

#: What a heading may say, folded, for each column.
HEADINGS: Mapping[str, frozenset[str]] = {
    "full_name": frozenset({"ho va ten", "ho ten", "full name", "name"}),
    "birth_year": frozenset({"nam sinh", "year of birth", "birth year"}),
    "workplace": frozenset(
        {"don vi", "don vi cong tac", "noi lam viec", "workplace", "organisation"}
    ),
    "id_tail": frozenset(
        {"4 so cuoi cccd", "4 so cuoi", "so cuoi cccd", "last digits"}
    ),
    "occasions": frozenset({"so buoi", "so luot", "occasions", "turns"}),
}
#: The headings of the empty list that people download, as marked texts.
TEMPLATE = (
    N_("Full name"),
    N_("Year of birth"),
    N_("Workplace"),
    N_("Last digits"),
    N_("Occasions"),
)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, by the number that the spreadsheet shows."""

    number: int
    problem: Message


@dataclass(frozen=True, slots=True)
class ReadList:
    """The rows of a list, and what is wrong with others."""

    rows: tuple[Listed, ...]
    problems: tuple[RowProblem, ...]


def read_list(data: bytes, *, year: int) -> ReadList:
    """Read a list of participants; `year` is that of the training.

    Raises BadList if there is no column of names, and what reading a sheet raises.
    """
    heading, *body = rows_of(data)
    columns = _columns(heading)
    rows: list[Listed] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for row in body:
        read = _row(row, columns, year=year)
        if isinstance(read, Message):
            problems.append(RowProblem(row.number, read))
        elif (first := seen.setdefault(read.person_key, row.number)) != row.number:
            text = N_("the same person stands in row {row}: add up the occasions")
            problems.append(RowProblem(row.number, Message(text, {"row": first})))
        else:
            rows.append(read)
    return ReadList(tuple(rows), tuple(problems))


def _columns(heading: SheetRow) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(heading.cells):
        for name, words in HEADINGS.items():
            if fold(cell) in words:
                found.setdefault(name, position)
    if "full_name" not in found:
        raise BadList(problem=N_("no column is called “Full name”"))
    return found


def _row(row: SheetRow, columns: Mapping[str, int], *, year: int) -> Listed | Message:
    cells = {
        name: row.cells[at] if at < len(row.cells) else ""
        for name, at in columns.items()
    }
    name = cells["full_name"]
    if len(name.split()) < 2:
        return Message(N_("a full name has at least two words"))
    born = _whole(cells.get("birth_year", ""), first=1930, last=year - 14)
    if born is None:
        return Message(N_("the year of birth cannot be right"))
    tail = cells.get("id_tail", "")
    if tail and not re.fullmatch(r"[0-9]{4}", tail.zfill(4), re.ASCII):
        return Message(N_("the last digits of the identity number are four digits"))
    workplace = cells.get("workplace", "")
    if not born and not workplace:
        return Message(N_("give the year of birth or the workplace"))
    occasions = _whole(cells.get("occasions", "") or "1", first=1, last=MOST_OCCASIONS)
    if occasions is None:
        return Message(N_("the number of occasions cannot be right"))
    return Listed(
        full_name=name,
        birth_year=born or None,
        workplace=workplace,
        id_tail=tail.zfill(4) if tail else "",
        occasions=occasions,
    )


def _whole(typed: str, *, first: int, last: int) -> int | None:
    """Return a number within bounds, 0 for nothing, None for what it cannot be."""
    if not typed:
        return 0
    if not re.fullmatch(r"[0-9]{1,4}", typed, re.ASCII):
        return None
    number = int(typed)
    return number if first <= number <= last else None
