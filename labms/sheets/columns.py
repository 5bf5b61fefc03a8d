"""Columns with headings in any language, and reading what stands in a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from labms.errors import Invalid
from labms.i18n import LANGUAGES, N_, Grouped, Message, gettext, speaking
from labms.sheets.reading import SheetRow
from labms.text import fold

Kind = TypeVar("Kind", bound=StrEnum)
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[ .,][0-9]{3}){1,2}", re.ASCII)
#: The largest number that a cell may hold, as `_WHOLE` has it.
MOST = 999_999_999
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


class ColumnsMissing(Invalid):
    """Without these nothing can be told of a row."""

    code = "sheets.columns_missing"
    message = N_(
        "The first row must name the columns. Missing: {columns}. The template has "
        "them all."
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the program, its heading, and an example."""

    key: str
    #: A marked text.
    heading: str
    is_required: bool = False
    example: str | int | date = ""


def headings(columns: Sequence[Column]) -> list[str]:
    """Return the headings in the language in use."""
    return [gettext(column.heading) for column in columns]


def places_of(columns: Sequence[Column], row: SheetRow) -> dict[str, int]:
    """Return where each column stands, by a file's first row. Raises ColumnsMissing.

    A column is known by its name in the program, or by its heading in any language.
    """
    names = {column.key: column.key for column in columns}
    for code in LANGUAGES:
        with speaking(code):
            names |= {fold(gettext(c.heading)): c.key for c in columns}
    found: dict[str, int] = {}
    for position, text in enumerate(row.cells):
        if key := names.get(fold(text)):
            found.setdefault(key, position)
    if missing := [c for c in columns if c.is_required and c.key not in found]:
        raise ColumnsMissing(columns=", ".join(headings(missing)))
    return found


def typed_in(row: SheetRow, places: Mapping[str, int]) -> dict[str, str]:
    """Return what stands in a row, by column."""
    return {
        key: row.cells[position] if position < len(row.cells) else ""
        for key, position in places.items()
    }


class Reader:
    """Reads one row; notes everything that is wrong with it, not the first only."""

    def __init__(self, columns: Sequence[Column], typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.problems: list[Message] = []
        self._headings = {column.key: column.heading for column in columns}

    def wrong(self, key: str, text: str, **more: Any) -> None:
        """Note what is wrong with a cell; `text` may name {column} and {value}."""
        told = {"column": self._headings[key], "value": self.typed.get(key, "")}
        self.problems.append(Message(text, told | more))

    def text(self, key: str) -> str:
        """Return what stands there; that nothing does is wrong."""
        if not (text := self.typed.get(key, "")):
            self.wrong(key, N_("{column} is empty"))
        return text

    def number(self, key: str, *, is_required: bool = False) -> int | None:
        """Return a whole number; None for an empty or a wrong cell."""
        text = self.text(key) if is_required else self.typed.get(key, "")
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            self.wrong(
                key,
                N_("{column}: “{value}” is no whole number from 0 to {most}"),
                most=Grouped(MOST),
            )
            return None
        return int(re.sub(r"[^0-9]", "", text))

    def day(self, key: str, *, is_required: bool = False) -> date | None:
        """Return a day; None for an empty or a wrong cell."""
        text = self.text(key) if is_required else self.typed.get(key, "")
        if not text:
            return None
        for form in _DAYS:
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        self.wrong(key, N_("{column}: “{value}” is no day (dd/mm/yyyy)"))
        return None

    def choice(
        self,
        key: str,
        kind: type[Kind],
        names: Mapping[Kind, str],
        *,
        is_required: bool = False,
    ) -> Kind | None:
        """Return one of an enum, by its value or its words in any language."""
        typed = self.text(key) if is_required else self.typed.get(key, "")
        if not typed:
            return None
        found = _choices(kind, names).get(fold(typed))
        if found is None:
            words = "; ".join(gettext(name) for name in names.values())
            text = N_("{column}: “{value}” is none of the choices: {choices}")
            self.wrong(key, text, choices=words)
        return found

    def one_of(self, key: str, names: Mapping[str, str], problem: str) -> str | None:
        """Return what a name stands for; `problem` says that it stands for nothing."""
        if not (text := self.text(key)):
            return None
        found = names.get(text) or names.get(fold(text))
        if found is None:
            self.wrong(key, problem)
        return found


def _choices(kind: type[Kind], names: Mapping[Kind, str]) -> Mapping[str, Kind]:
    found = {fold(str(value)): value for value in kind}
    for code in LANGUAGES:
        with speaking(code):
            found |= {fold(gettext(name)): value for value, name in names.items()}
    return found
