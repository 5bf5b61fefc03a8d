"""The account of numbers: every number from 1 to the last one is somewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from labms.certificates.models import Certificate
from labms.certificates.rules import (
    CERTIFICATE_STATES,
    SERIES,
    CertificateState,
    DocumentKind,
)
from labms.db import db
from labms.i18n import N_
from labms.organisations.models import Body, LostNumbers, NumberSeries, Organisation


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers that follow each other."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """As one writes them: 7, or 7–12."""
        return str(self.first) if self.count == 1 else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A number that is no document in force, and why."""

    certificate: Certificate
    successor: str = ""
    """The number of what took its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of numbers of one body, and what became of them."""

    body_id: int
    body_name: str
    kind: DocumentKind
    #: 0 where the numbers don't begin again each year.
    year: int
    last: int
    by_state: Mapping[CertificateState, int]
    #: Numbers that were taken but stand nowhere, or stand beyond the last one.
    gaps: tuple[Run, ...] = ()
    beyond: tuple[Run, ...] = ()
    #: Numbers that are known outside, lost before a restore.
    lost: tuple[Run, ...] = ()
    #: Those that wait for a file, were given up, withdrawn, or corrected.
    explained: tuple[Explained, ...] = field(default=(), repr=False)

    @property
    def closes(self) -> bool:
        """Whether the numbers 1…n are all accounted for, and no other exists."""
        return not self.gaps and not self.beyond

    @property
    def name(self) -> str:
        """What it is called in an address: body, kind and year."""
        return f"{self.body_id}-{self.kind}-{self.year}"

    @property
    def lost_count(self) -> int:
        """How many numbers were given out before a restore, without a record."""
        return sum(run.count for run in self.lost)

    @property
    def missing_count(self) -> int:
        """How many numbers are nowhere."""
        return sum(run.count for run in self.gaps)


def runs_of(numbers: Iterable[int]) -> tuple[Run, ...]:
    """Return numbers as runs that follow each other."""
    found: list[Run] = []
    for number in sorted(numbers):
        if found and number == found[-1].last + 1:
            found[-1] = Run(found[-1].first, number)
        else:
            found.append(Run(number, number))
    return tuple(found)


def number_accounts(*, body_id: int | None = None) -> list[Series]:
    """Return every series, newest first, with what is missing: six queries."""
    counted = _counted(body_id)
    taken = _taken(body_id)
    lost = _lost(body_id)
    explained = _explained(body_id)
    found = []
    for key, (name, last) in counted.items():
        states = taken.get(key, {})
        numbers = {n for rows in states.values() for n in rows}
        gone = lost.get(key, [])
        known = numbers.union(*(range(run.first, run.last + 1) for run in gone))
        found.append(
            Series(
                body_id=key[0],
                body_name=name,
                kind=key[1],
                year=key[2],
                last=last,
                by_state={state: len(rows) for state, rows in states.items()},
                gaps=runs_of(set(range(1, last + 1)) - known),
                beyond=runs_of(n for n in numbers if n > last),
                lost=tuple(gone),
                explained=tuple(explained.get(key, ())),
            )
        )
    return sorted(found, key=lambda one: (-one.year, one.body_name, one.kind))


_Key = tuple[int, DocumentKind, int]


def _counted(body_id: int | None) -> dict[_Key, tuple[str, int]]:
    kinds = {series.value: kind for kind, series in SERIES.items()}
    rows = (
        sa.select(
            NumberSeries.body_id,
            NumberSeries.kind,
            NumberSeries.year,
            NumberSeries.last,
            Organisation.name,
        )
        .join(Body, Body.id == NumberSeries.body_id)
        .join(Organisation, Organisation.id == Body.id)
        .where(NumberSeries.kind.in_(kinds))
    )
    if body_id is not None:
        rows = rows.where(NumberSeries.body_id == body_id)
    return {
        (row.body_id, kinds[row.kind], row.year): (row.name, row.last)
        for row in db.session.execute(rows)
    }


def _lost(body_id: int | None) -> dict[_Key, list[Run]]:
    kinds = {series.value: kind for kind, series in SERIES.items()}
    rows = (
        sa.select(LostNumbers)
        .where(LostNumbers.kind.in_(kinds))
        .order_by(LostNumbers.first)
    )
    if body_id is not None:
        rows = rows.where(LostNumbers.body_id == body_id)
    found: dict[_Key, list[Run]] = {}
    for row in db.session.scalars(rows):
        key = (row.body_id, kinds[row.kind], row.year)
        found.setdefault(key, []).append(Run(row.first, row.last))
    return found


def _taken(body_id: int | None) -> dict[_Key, dict[CertificateState, set[int]]]:
    rows = sa.select(
        Certificate.body_id,
        Certificate.kind,
        Certificate.year,
        Certificate.state,
        Certificate.sequence,
    )
    if body_id is not None:
        rows = rows.where(Certificate.body_id == body_id)
    found: dict[_Key, dict[CertificateState, set[int]]] = {}
    for row in db.session.execute(rows):
        states = found.setdefault((row.body_id, row.kind, row.year), {})
        states.setdefault(row.state, set()).add(row.sequence)
    return found


def _explained(body_id: int | None) -> dict[_Key, list[Explained]]:
    rows = (
        sa.select(Certificate)
        .where(Certificate.state != CertificateState.ISSUED)
        .order_by(Certificate.sequence)
    )
    follows = sa.select(Certificate.supersedes_id, Certificate.number).where(
        Certificate.supersedes_id.is_not(None)
    )
    if body_id is not None:
        rows = rows.where(Certificate.body_id == body_id)
        follows = follows.where(Certificate.body_id == body_id)
    successors = {row.supersedes_id: row.number for row in db.session.execute(follows)}
    found: dict[_Key, list[Explained]] = {}
    for row in db.session.scalars(rows):
        one = Explained(certificate=row, successor=successors.get(row.id, ""))
        found.setdefault((row.body_id, row.kind, row.year), []).append(one)
    return found


#: A line of the account for each number: what the sheet shows.
COLUMNS = (
    N_("Body"),
    N_("Kind"),
    N_("Year"),
    N_("Place in the series"),
    N_("Number"),
    N_("State"),
    N_("Issued on"),
    N_("Reason"),
)
MISSING = N_("Missing number")
LOST = N_("Given out before a restore, without a record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one number."""

    sequence: int
    number: str
    word: str
    issued_on: date | None = None
    reason: str = ""


def lines_of(series: Series) -> Iterator[Line]:
    """Yield every number of a series from 1 on, the missing ones in their places."""
    rows = (
        sa.select(
            Certificate.sequence,
            Certificate.number,
            Certificate.state,
            Certificate.issued_on,
            Certificate.void_reason,
            Certificate.revocation_text,
        )
        .where(
            Certificate.body_id == series.body_id,
            Certificate.kind == series.kind,
            Certificate.year == series.year,
        )
        .order_by(Certificate.sequence)
    )
    expected = 1
    for row in db.session.execute(rows):
        yield from _between(series, expected, row.sequence)
        yield Line(
            sequence=row.sequence,
            number=row.number,
            word=CERTIFICATE_STATES[row.state],
            issued_on=row.issued_on,
            reason=row.void_reason or row.revocation_text or "",
        )
        expected = row.sequence + 1
    yield from _between(series, expected, series.last + 1)


def _between(series: Series, first: int, end: int) -> Sequence[Line]:
    def is_lost(number: int) -> bool:
        return any(run.first <= number <= run.last for run in series.lost)

    return [
        Line(sequence=number, number="", word=LOST if is_lost(number) else MISSING)
        for number in range(first, end)
    ]
