"""What stands in a spreadsheet of demand, and what is wrong with it, by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from labms.demand.doubts import Beside, CellKey, FindBeside, doubts
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
from labms.i18n import N_, Message
from labms.organisations.rules import ORGANISATION_KINDS, OrganisationKind
from labms.sheets.columns import Column, Reader, places_of, typed_in
from labms.sheets.reading import SheetRow
from labms.text import fold

COLUMNS = (
    Column("type", N_("Type"), True, "can-dong-ho-lo-xo"),
    Column("commune", N_("Commune"), True, "28756"),
    Column("year", N_("Year"), True, 2026),
    Column("in_use", N_("In use"), True, 120),
    Column("source", N_("Source"), True, "survey"),
    Column("document", N_("Document"), True, "Báo cáo số 12/BC-KHCN"),
    Column("counted_on", N_("Counted on"), True, date(2026, 3, 16)),
    Column("method", N_("How it was counted"), False, "Đếm tại chợ"),
    Column("holder", N_("Kind of holder"), False, "enterprise"),
    Column("purpose", N_("Purpose"), False, "verification"),
    Column("subject", N_("Instruments or standards"), False, "instrument"),
    Column("initial", N_("New in the year"), False, 8),
    Column("after_repair", N_("Repaired in the year"), False, 3),
    Column("interval_months", N_("Interval in months"), False, ""),
)


_IS_A_STANDARD = N_(
    "{column}: “{value}” is a kind of standard: write “standard” in the column "
    "“Instruments or standards”"
)
_IS_AN_INSTRUMENT = N_(
    "{column}: “{value}” is a type of instrument. Leave “Instruments or standards” "
    "empty for it; or write a kind of standard, as on the form: {kinds} …"
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
    def key(self) -> CellKey:
        """Which cell it is about, whatever the year and the source."""
        of = (self.about.subject, self.about.purpose, self.about.holder)
        return (self.type_slug, self.commune_key, *of)

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
    #: What looks wrong, though it may be right.
    doubts: tuple[Message, ...] = ()

    @property
    def urgency(self) -> int:
        """Where it stands in a list: what is wrong first, then what looks wrong."""
        return 0 if self.problems else 1 if self.doubts else 2


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
    #: What is known of a cell before.
    beside: FindBeside = lambda _: Beside()


def read(rows: Sequence[SheetRow], known: Known) -> list[ReadRow]:
    """Return what each row comes to. Raises ColumnsMissing."""
    places = places_of(COLUMNS, rows[0])
    seen: dict[tuple[Any, ...], int] = {}
    return [
        _read_row(row.number, typed_in(row, places), known, seen) for row in rows[1:]
    ]


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
    if state is RowState.KNOWN:
        return ReadRow(number, typed, state, figure)
    beside = known.beside(figure.key)
    looks_wrong = doubts(figure.in_use_count, figure.about, beside)
    return ReadRow(number, typed, state, figure, doubts=looks_wrong)


class _Reader(Reader):
    """Reads one figure."""

    def __init__(self, typed: Mapping[str, str], known: Known) -> None:
        super().__init__(COLUMNS, typed)
        self.known = known

    def figure(self) -> NewFigure | None:
        """Return the figure; None if something is wrong."""
        subject = self.choice("subject", Subject, SUBJECTS) or Subject.INSTRUMENT
        is_instrument = subject is Subject.INSTRUMENT
        day = self.day("counted_on", is_required=True)
        about = About(
            subject=subject,
            purpose=self.choice("purpose", Purpose, PURPOSES) or Purpose.VERIFICATION,
            holder=self.choice("holder", OrganisationKind, ORGANISATION_KINDS),
            initial_count=self.number("initial"),
            after_repair_count=self.number("after_repair"),
            interval_months=self.number("interval_months"),
        )
        given: dict[str, Any] = {
            "type_slug": self._slug(is_instrument=is_instrument),
            "commune_key": self._commune(day),
            "year": self.number("year", is_required=True),
            "in_use_count": self.number("in_use", is_required=True),
            "source": self.choice(
                "source", DemandSource, DEMAND_SOURCES, is_required=True
            ),
            "document": self.text("document"),
            "method": self.typed.get("method", ""),
            "counted_on": day,
        }
        if self.problems:
            return None
        return self._checked(NewFigure(about=about, **given))

    def _slug(self, *, is_instrument: bool) -> str | None:
        own, other = self.known.types, self.known.standards
        if not is_instrument:
            own, other = other, own
        text = self.text("type")
        is_other = bool(other.get(text) or other.get(fold(text)))
        if not text or own.get(text) or own.get(fold(text)):
            return own.get(text) or own.get(fold(text))
        if not is_other:
            self.wrong("type", N_("{column}: the catalogue knows no “{value}”"))
        elif is_instrument:
            self.wrong("type", _IS_A_STANDARD)
        else:
            alike = get_close_matches(text, own, n=3, cutoff=0) or sorted(own)[:3]
            self.wrong("type", _IS_AN_INSTRUMENT, kinds=", ".join(alike))
        return None

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

    def _commune(self, day: date | None) -> str | None:
        text = self.text("commune")
        if not text or day is None:
            return None
        found = self.known.communes(text, day)
        if not found:
            self.wrong("commune", N_("{column}: no “{value}” on the day of counting"))
        elif len(found) > 1:
            self.wrong(
                "commune", N_("{column}: several are called “{value}”; use the code")
            )
        return found[0] if len(found) == 1 else None


def problems_of(rows: Iterable[ReadRow]) -> list[tuple[int, str]]:
    """Return the number and the problems of each row that is wrong."""
    return [
        (row.number, "; ".join(map(str, row.problems))) for row in rows if row.problems
    ]
