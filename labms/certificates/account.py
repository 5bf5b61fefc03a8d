"""The account of numbers: every number from 1 to the last one is somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from labms.certificates.models import Certificate
from labms.certificates.rules import SERIES, CertificateState, DocumentKind
from labms.db import db
from labms.organisations.models import Body, LostNumbers, NumberSeries, Organisation


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
    gaps: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    #: First and last of numbers that are known outside, lost before a restore.
    lost: tuple[tuple[int, int], ...] = ()
    #: Number, document and reason of those that were given up or withdrawn.
    explained: tuple[Certificate, ...] = field(default=(), repr=False)

    @property
    def closes(self) -> bool:
        """Whether the numbers 1…n are all accounted for, and no other exists."""
        return not self.gaps and not self.beyond


#: So many gaps are named; more means that the whole series has to be looked at.
MOST_NAMED = 50


def number_accounts(*, body_id: int | None = None) -> list[Series]:
    """Return every series, newest first, with what is missing: five queries."""
    counted = _counted(body_id)
    taken = _taken(body_id)
    lost = _lost(body_id)
    explained = _explained(body_id)
    found = []
    for key, (name, last) in counted.items():
        states = taken.get(key, {})
        numbers = {n for rows in states.values() for n in rows}
        gone = lost.get(key, [])
        known = numbers.union(*(range(first, to + 1) for first, to in gone))
        missing = sorted(set(range(1, last + 1)) - known)
        found.append(
            Series(
                body_id=key[0],
                body_name=name,
                kind=key[1],
                year=key[2],
                last=last,
                by_state={state: len(rows) for state, rows in states.items()},
                gaps=tuple(missing[:MOST_NAMED]),
                beyond=tuple(sorted(n for n in numbers if n > last)[:MOST_NAMED]),
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


def _lost(body_id: int | None) -> dict[_Key, list[tuple[int, int]]]:
    kinds = {series.value: kind for kind, series in SERIES.items()}
    rows = (
        sa.select(LostNumbers)
        .where(LostNumbers.kind.in_(kinds))
        .order_by(LostNumbers.first)
    )
    if body_id is not None:
        rows = rows.where(LostNumbers.body_id == body_id)
    found: dict[_Key, list[tuple[int, int]]] = {}
    for row in db.session.scalars(rows):
        key = (row.body_id, kinds[row.kind], row.year)
        found.setdefault(key, []).append((row.first, row.last))
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


def _explained(body_id: int | None) -> dict[_Key, list[Certificate]]:
    rows = (
        sa.select(Certificate)
        .where(Certificate.state.in_((CertificateState.VOID, CertificateState.REVOKED)))
        .order_by(Certificate.sequence)
    )
    if body_id is not None:
        rows = rows.where(Certificate.body_id == body_id)
    found: dict[_Key, list[Certificate]] = {}
    for row in db.session.scalars(rows):
        found.setdefault((row.body_id, row.kind, row.year), []).append(row)
    return found
