"""What rows of evidence are made of, and which of them are asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.demand.registered import present_key
from labms.indicators.figures import first_day
from labms.places.models import CommuneSuccession
from labms.plan.rules import Plan
from labms.text import fold

#: Names of types are data of the catalogue, in the language in use.
TypeName = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, and the page it leads to."""

    value: str | int | date
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a column, as a marked text."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some of the rows that make up a figure, and how many there are in all."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: int
    #: What one might miss: rows that do not count, each with the reason in the end.
    left_out: Sequence[tuple[Cell, ...]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: of what area, until which day, and of these which part."""

    plan: Plan
    area: str
    on: date
    code: str
    offset: int = 0
    #: None for all of them.
    limit: int | None = None
    #: Only rows of this type, of this commune of today, and with these words.
    type_slug: str = ""
    commune_key: str = ""
    q: str = ""
    #: For rows of a recount: with what is known by this later day.
    known_on: date | None = None
    #: Whether the person sees the work of all bodies, reports of others included.
    sees_all: bool = True

    @property
    def first(self) -> date:
        """The first day that counts."""
        return first_day(self.code, self.plan, on=self.on)

    @property
    def days(self) -> Mapping[str, Any]:
        """Which days count, and with what is known when."""
        return {"first": self.first, "last": self.on, "known_on": self.known_on}

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the rows are asked for."""
        return bool(self.type_slug or self.commune_key or self.q)

    def part(self, rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
        """Return the part asked for of rows that are there already."""
        end = None if self.limit is None else self.offset + self.limit
        return [*rows[self.offset : end]]

    def found_in(
        self,
        columns: tuple[Column, ...],
        rows: Iterable[tuple[Cell, ...]],
        left_out: Iterable[tuple[Cell, ...]] = (),
    ) -> Evidence:
        """Return the evidence of rows that are there already, by their words."""
        words = fold(self.q).split()
        kept = [row for row in rows if _has(row, words)]
        missed = [row for row in left_out if _has(row, words)]
        return Evidence(columns, self.part(kept), len(kept), missed)

    def narrowed(
        self,
        rows: Any,
        *,
        type_slug: Any,
        commune: Any,
        words: Sequence[Any],
    ) -> Any:
        """Return a Select with the filters; needs the succession of `commune` joined.

        `words` are folded columns, each word that was typed is looked for in any.
        """
        if self.type_slug:
            rows = rows.where(type_slug == self.type_slug)
        if self.commune_key:
            rows = rows.where(present_key(commune) == self.commune_key)
        for word in fold(self.q).split():
            rows = rows.where(
                sa.or_(*(column.contains(word, autoescape=True) for column in words))
            )
        return rows

    def page_of(self, rows: Any) -> tuple[Sequence[Any], int]:
        """Return the part of a query that is asked for, and how many rows it has."""
        total = db.session.scalar(
            sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())
        )
        found = db.session.execute(rows.offset(self.offset).limit(self.limit)).all()
        return found, total or 0


def succession_of(commune: Any) -> tuple[Any, Any]:
    """Return table and condition of the outer join that `Asked.narrowed` needs."""
    return CommuneSuccession, sa.and_(
        CommuneSuccession.old_key == commune, CommuneSuccession.is_whole.is_(True)
    )


def _has(row: tuple[Cell, ...], words: list[str]) -> bool:
    text = fold(" ".join(str(cell.value) for cell in row))
    return all(word in text for word in words)
