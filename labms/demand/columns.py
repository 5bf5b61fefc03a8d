"""What stands in a spreadsheet of demand, and what is wrong with it, by column."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from labms.demand.rules import (
    DEMAND_SOURCES,
    PURPOSES,
    SUBJECTS,
    About,
    BadFigure,
    DemandSource,
    Purpose,
    Subject,
    check_about,
    check_figure,
)
from labms.errors import Invalid
from labms.i18n import LANGUAGES, N_, Message, gettext, speaking
from labms.organisations.rules import ORGANISATION_KINDS, OrganisationKind
from labms.sheets.reading import SheetRow
from labms.text import fold

Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the program, its heading, and an example."""

    key: str
    heading: str
    is_required: bool
    example: str | int | date


COLUMNS = (
    Column("type", N_("Type"), True, "can-dong-ho-lo-xo"),
    Column("commune", N_("Commune"), True, "28756"),
    Column("year", N_("Year"), True, 2026),
    Column("in_use", N_("In use"), True, 120),
    Column("source", N_("Source"), True, "survey"),
    Column("document", N_("Document"), True, "Báo cáo số 12/BC-KHCN"),
    Column("counted_on", N_("Counted on"), True, date(2026, 3, 16)),
    Column("method", N_("How it was counted"), False, "Đếm tại chợ"),
    Column("holder", N_("Holder"), False, "enterprise"),
    Column("purpose", N_("Purpose"), False, "verification"),
    Column("subject", N_("Subject"), False, "instrument"),
    Column("initial", N_("New in the year"), False, 8),
    Column("after_repair", N_("Repaired in the year"), False, 3),
    Column("interval_months", N_("Interval in months"), False, ""),
)
_BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}


class ColumnsMissing(Invalid):
    """Without these nothing can be told of a row."""

    code = "demand.columns_missing"
    message = N_(
        "The first row must name the columns. Missing: {columns}. The template has "
        "them all."
    )


class RowState(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


ROW_STATES: Mapping[RowState, str] = {
    RowState.NEW: N_("will be entered"),
    RowState.KNOWN: N_("known already, left out"),
    RowState.WRONG: N_("wrong"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFigure:
    """A figure as a row says it."""

    type_slug: str
    commune_key: str
    year: int
    in_use_count: int
    source: DemandSource
    document: str
    method: str
    counted_on: date
    about: About

    @property
    def cell(self) -> tuple[Any, ...]:
        """What two rows of one file must not both say."""
        return (
            self.type_slug,
            self.commune_key,
            self.year,
            self.source,
            self.about.subject,
            self.about.purpose,
            self.about.holder,
        )

    @property
    def told(self) -> tuple[Any, ...]:
        """By what it is recognised as known."""
        return (*self.cell, self.in_use_count, self.counted_on, self.document)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the file, and what it comes to."""

    number: int
    typed: Mapping[str, str]
    state: RowState
    figure: NewFigure | None = None
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may refer to, and what is there already."""

    #: Slug or folded name → slug.
    types: Mapping[str, str]
    standards: Mapping[str, str]
    #: Key, code or folded name, and the day → the keys of communes that it may mean.
    communes: Callable[[str, date], Sequence[str]]
    #: `NewFigure.told` of what was entered before.
    told: frozenset[tuple[Any, ...]]
    today: date


def headings() -> list[str]:
    """Return the headings of the template, in the language in use."""
    return [gettext(column.heading) for column in COLUMNS]


def columns_of(row: SheetRow) -> dict[str, int]:
    """Return where each column stands. Raises ColumnsMissing.

    By its name in the program, or its heading in any language.
    """
    names = {column.key: column.key for column in COLUMNS}
    for code in LANGUAGES:
        with speaking(code):
            names |= {fold(gettext(c.heading)): c.key for c in COLUMNS}
    found: dict[str, int] = {}
    for position, text in enumerate(row.cells):
        key = names.get(fold(text)) or names.get(text.strip().lower())
        if key:
            found.setdefault(key, position)
    if missing := [c for c in COLUMNS if c.is_required and c.key not in found]:
        raise ColumnsMissing(columns=", ".join(gettext(c.heading) for c in missing))
    return found


def read(rows: Sequence[SheetRow], known: Known) -> list[ReadRow]:
    """Return what each row comes to. Raises ColumnsMissing."""
    columns = columns_of(rows[0])
    found: list[ReadRow] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows[1:]:
        typed = {
            key: row.cells[position] if position < len(row.cells) else ""
            for key, position in columns.items()
        }
        found.append(_read_row(row.number, typed, known, seen))
    return found


def _read_row(
    number: int,
    typed: Mapping[str, str],
    known: Known,
    seen: dict[tuple[Any, ...], int],
) -> ReadRow:
    reader = _Reader(typed, known)
    figure = reader.figure()
    if figure is None:
        return ReadRow(number, typed, RowState.WRONG, problems=tuple(reader.problems))
    if (first := seen.setdefault(figure.cell, number)) != number:
        told = Message(N_("says the same cell as row {row}"), {"row": first})
        return ReadRow(number, typed, RowState.WRONG, problems=(told,))
    state = RowState.KNOWN if figure.told in known.told else RowState.NEW
    return ReadRow(number, typed, state, figure)


class _Reader:
    """Reads one row; notes everything that is wrong with it, not the first only."""

    def __init__(self, typed: Mapping[str, str], known: Known) -> None:
        self.typed, self.known = typed, known
        self.problems: list[Message] = []

    def _wrong(self, key: str, text: str) -> None:
        details = {"column": _BY_KEY[key].heading, "value": self.typed.get(key, "")}
        self.problems.append(Message(text, details))

    def figure(self) -> NewFigure | None:
        """Return the figure; None if something is wrong."""
        subject = self._choice("subject", Subject, SUBJECTS) or Subject.INSTRUMENT
        day = self._day("counted_on")
        about = About(
            subject=subject,
            purpose=self._choice("purpose", Purpose, PURPOSES) or Purpose.VERIFICATION,
            holder=self._choice("holder", OrganisationKind, ORGANISATION_KINDS),
            initial_count=self._number("initial"),
            after_repair_count=self._number("after_repair"),
            interval_months=self._number("interval_months"),
        )
        given: dict[str, Any] = {
            "type_slug": self._type(subject),
            "commune_key": self._commune(day),
            "year": self._number("year", is_required=True),
            "in_use_count": self._number("in_use", is_required=True),
            "source": self._choice(
                "source", DemandSource, DEMAND_SOURCES, is_required=True
            ),
            "document": self._text("document"),
            "method": self.typed.get("method", ""),
            "counted_on": day,
        }
        if self.problems:
            return None
        return self._checked(NewFigure(about=about, **given))

    def _checked(self, figure: NewFigure) -> NewFigure | None:
        try:
            check_about(figure.about)
            check_figure(
                in_use_count=figure.in_use_count,
                year=figure.year,
                counted_on=figure.counted_on,
                document=figure.document,
                on=self.known.today,
            )
        except BadFigure as error:
            self.problems.append(error.text)
            return None
        return figure

    def _text(self, key: str) -> str:
        if not (text := self.typed.get(key, "")):
            self._wrong(key, N_("{column} is empty"))
        return text

    def _number(self, key: str, *, is_required: bool = False) -> int | None:
        text = self.typed.get(key, "")
        if not text:
            if is_required:
                self._wrong(key, N_("{column} is empty"))
            return None
        if not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(?:[ .,][0-9]{3}){1,2}", text):
            self._wrong(key, N_("{column}: “{value}” is no whole number"))
            return None
        return int(re.sub(r"[^0-9]", "", text))

    def _day(self, key: str) -> date | None:
        if not (text := self._text(key)):
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        self._wrong(key, N_("{column}: “{value}” is no day (dd/mm/yyyy)"))
        return None

    def _choice(
        self,
        key: str,
        kind: type[Kind],
        names: Mapping[Kind, str],
        *,
        is_required: bool = False,
    ) -> Kind | None:
        if not (text := self.typed.get(key, "")):
            if is_required:
                self._wrong(key, N_("{column} is empty"))
            return None
        found = _choices(kind, names).get(fold(text))
        if found is None:
            self._wrong(key, N_("{column}: “{value}” is none of the choices"))
        return found

    def _type(self, subject: Subject) -> str | None:
        if not (text := self._text("type")):
            return None
        is_instrument = subject is Subject.INSTRUMENT
        names = self.known.types if is_instrument else self.known.standards
        found = names.get(text) or names.get(fold(text))
        if found is None:
            self._wrong("type", N_("{column}: the catalogue knows no “{value}”"))
        return found

    def _commune(self, day: date | None) -> str | None:
        text = self._text("commune")
        if not text or day is None:
            return None
        found = self.known.communes(text, day)
        if not found:
            self._wrong("commune", N_("{column}: no “{value}” on the day of counting"))
        elif len(found) > 1:
            self._wrong(
                "commune", N_("{column}: several are called “{value}”; use the code")
            )
        return found[0] if len(found) == 1 else None


def _choices(kind: type[Kind], names: Mapping[Kind, str]) -> Mapping[str, Kind]:
    found = {fold(str(value)): value for value in kind}
    for code in LANGUAGES:
        with speaking(code):
            found |= {fold(gettext(name)): value for value, name in names.items()}
    return found


def problems_of(rows: Iterable[ReadRow]) -> list[tuple[int, str]]:
    """Return the number and the problems of each row that is wrong."""
    return [
        (row.number, "; ".join(map(str, row.problems))) for row in rows if row.problems
    ]
