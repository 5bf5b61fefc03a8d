"""The demand by type, commune and year, from the register and from what was entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db, scoped
from labms.demand.models import DemandFigure
from labms.demand.rules import Cell, Entered, due_count, figures_that_count
from labms.errors import NotFound
from labms.places.models import Commune, CommuneSuccession
from labms.places.queries import commune_names, keys_in
from labms.policy import EVERYTHING
from labms.registry.models import Instrument

#: A type and a commune of today.
Key = tuple[str, str]


def present_key(column: Any) -> sa.ColumnElement[str]:
    """Return the commune of today for a column with the key of any commune.

    A commune of before 2025-07-01 that went into another one as a whole counts as
    that one. Needs `joined_successor` in the same query.
    """
    return sa.func.coalesce(CommuneSuccession.new_key, column)


def joined_successor(column: Any) -> sa.ColumnElement[bool]:
    """Return the condition of the outer join that `present_key` needs."""
    return sa.and_(
        CommuneSuccession.old_key == column, CommuneSuccession.is_whole.is_(True)
    )


def demand_of(
    area: str,
    year: int,
    *,
    on: date | None = None,
    type_slug: str = "",
    commune_key: str = "",
) -> list[Cell]:
    """Return what is known of the demand in an area and a year, by type and commune.

    Known on the day `on`, or on the last day of the year without one: figures that
    were counted later and instruments that were registered later don't count. The
    register knows only what is in use today, not since when something else is not.
    Cells of which nothing is known are not listed. Two queries and the names.
    """
    last = date(year, 12, 31)
    day = min(on, last) if on else last
    registered = _registered(area, on=day, type_slug=type_slug)
    entered = _entered(area, year=year, on=on or last, type_slug=type_slug)
    keys = {
        key
        for key in registered.keys() | entered.keys()
        if not commune_key or key[1] == commune_key
    }
    names = commune_names(key[1] for key in keys)
    cells = (
        Cell(
            type_slug=slug,
            commune_key=commune,
            commune_name=names.get(commune, commune),
            entered=figures_that_count(
                entered.get((slug, commune), ()), commune_key=commune
            ),
            registered=registered.get((slug, commune), 0),
            cycle_months=cycle_on(slug, last),
        )
        for slug, commune in keys
    )
    return sorted(cells, key=lambda cell: (cell.type_slug, cell.commune_key))


def cycle_on(type_slug: str, day: date) -> int | None:
    """Return the cycle that the law sets for a type on a day, if it sets one."""
    entry = shipped_catalogue().entry_on(type_slug, day)
    return entry.cycle_months if entry else None


def _registered(area: str, *, on: date, type_slug: str) -> Mapping[Key, int]:
    commune = present_key(Instrument.commune_key)
    rows = (
        sa.select(Instrument.type_slug, commune, sa.func.count())
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(
            Instrument.registered_on <= on,
            sa.or_(Instrument.out_of_use_on.is_(None), Instrument.out_of_use_on > on),
            Instrument.commune_key.in_(keys_in(area)),
        )
        .group_by(Instrument.type_slug, commune)
    )
    if type_slug:
        rows = rows.where(Instrument.type_slug == type_slug)
    with scoped(EVERYTHING):  # a count for the province, whoever asks
        return {(slug, key): number for slug, key, number in db.session.execute(rows)}


def _entered(
    area: str, *, year: int, on: date, type_slug: str
) -> Mapping[Key, list[Entered]]:
    newer = sa.orm.aliased(DemandFigure)
    rows = (
        sa.select(
            DemandFigure.type_slug,
            present_key(DemandFigure.commune_key),
            DemandFigure.id,
            DemandFigure.commune_key,
            DemandFigure.year,
            DemandFigure.counted_on,
            DemandFigure.in_use_count,
            DemandFigure.source,
        )
        .outerjoin(CommuneSuccession, joined_successor(DemandFigure.commune_key))
        .outerjoin(newer, newer.id == DemandFigure.replaced_by_id)
        .where(
            DemandFigure.year <= year,
            DemandFigure.counted_on <= on,
            sa.or_(newer.id.is_(None), newer.counted_on > on),
            DemandFigure.commune_key.in_(keys_in(area)),
        )
        .order_by(DemandFigure.id)
    )
    if type_slug:
        rows = rows.where(DemandFigure.type_slug == type_slug)
    found: dict[Key, list[Entered]] = {}
    for (
        slug,
        present,
        number,
        key,
        year_,
        counted_on,
        count,
        source,
    ) in db.session.execute(rows):
        found.setdefault((slug, present), []).append(
            Entered(
                id=number,
                commune_key=key,
                year=year_,
                counted_on=counted_on,
                in_use_count=count,
                source=source,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class TypeDemand:
    """The demand for one type in an area."""

    type_slug: str
    cycle_months: int | None
    in_use: int
    due: int
    #: Of those in use, how many only the register knows, in cells never surveyed.
    unsurveyed_in_use: int
    communes: int
    communes_surveyed: int


def by_type(cells: Iterable[Cell]) -> list[TypeDemand]:
    """Return the demand for each type, of cells that are sorted by type."""
    found = []
    for slug, group in groupby(cells, key=lambda cell: cell.type_slug):
        own = list(group)
        found.append(
            TypeDemand(
                type_slug=slug,
                cycle_months=own[0].cycle_months,
                in_use=sum(cell.in_use for cell in own),
                due=due_count(own),
                unsurveyed_in_use=sum(c.in_use for c in own if not c.is_surveyed),
                communes=len(own),
                communes_surveyed=sum(cell.is_surveyed for cell in own),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which communes of today were ever surveyed, and which never."""

    surveyed: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def total(self) -> int:
        """All communes of the area."""
        return len(self.surveyed) + len(self.never)


def coverage(area: str, year: int, *, on: date, type_slug: str = "") -> Coverage:
    """Return the names of communes of today with and without an entered figure.

    For the year or an earlier one, as known on the day; for one type or for any.
    """
    entered = _entered(area, year=year, on=on, type_slug=type_slug)
    surveyed = {commune for _, commune in entered}
    rows = db.session.execute(
        sa.select(Commune.key, Commune.name)
        .where(Commune.key.in_(keys_in(area)), Commune.valid_until.is_(None))
        .order_by(Commune.folded, Commune.key)
    )
    names = [(key in surveyed, name) for key, name in rows]
    return Coverage(
        surveyed=tuple(name for known, name in names if known),
        never=tuple(name for known, name in names if not known),
    )


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """An entered figure with who entered it, and whether it still stands."""

    figure: DemandFigure
    commune_name: str
    entered_by: str


def figures_of_cell(type_slug: str, commune_key: str) -> list[ShownFigure]:
    """Return everything that was entered for a type in a commune, newest first.

    Of the commune and of the old ones that went into it; corrected ones, too.
    """
    old = sa.select(CommuneSuccession.old_key).where(
        CommuneSuccession.new_key == commune_key, CommuneSuccession.is_whole.is_(True)
    )
    rows = db.session.execute(
        sa.select(DemandFigure, Commune.name, User.full_name)
        .join(Commune, Commune.key == DemandFigure.commune_key)
        .join(User, User.id == DemandFigure.entered_by_id)
        .where(
            DemandFigure.type_slug == type_slug,
            sa.or_(
                DemandFigure.commune_key == commune_key,
                DemandFigure.commune_key.in_(old),
            ),
        )
        .order_by(
            DemandFigure.year.desc(),
            DemandFigure.counted_on.desc(),
            DemandFigure.id.desc(),
        )
    )
    return [ShownFigure(*row) for row in rows]


def figure_by_id(figure_id: int) -> DemandFigure:
    """Return one entered figure. Raises NotFound."""
    if (found := db.session.get(DemandFigure, figure_id)) is None:
        raise NotFound
    return found
