"""The parts of a report, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from labms.reports.rules import Around, Period

Align: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a list item begins with a dash of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    heading: str
    share: float = 1
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table under a title."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    #: Rows that are printed bold.
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """A value as a part of `top`, with the numbers that stand beside it."""

    label: str
    value: Decimal | None
    numbers: str
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below each other on one scale from 0 to `top`."""

    title: str
    top: Decimal
    bars: Sequence[Bar]
    note: str = ""


Piece: TypeAlias = Paragraph | Grid | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part with what stands in it."""

    heading: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows for a spreadsheet: numbers are numbers."""

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be written as PDF, DOCX or XLSX."""

    period: Period
    around: Around
    about: str
    opening: Sequence[Paragraph]
    sections: Sequence[Section]
    closing: Paragraph
    sheets: Sequence[Sheet] = field(default_factory=tuple)
    #: Whether it is worthless by intention: the demo.
    test_print: bool = False

    @property
    def unit(self) -> str:
        """The unit that wrote it and keeps a copy."""
        return "QLTĐC"
