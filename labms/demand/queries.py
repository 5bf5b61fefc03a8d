"""The demand by type, commune and year, from the register and from what was entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User
from labms.catalogue.rules import Control
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demand.choosing import chosen
from labms.demand.models import DemandFigure
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.registered import (
    USUAL,
    YEARLY,
    Key,
    Of,
    Registered,
    joined_successor,
    present_key,
    registered,
)
from labms.demand.rules import (
    Cell,
    DemandSource,
    Entered,
    Purpose,
    Subject,
)
from labms.errors import NotFound
from labms.places.models import Commune, CommuneSuccession
from labms.places.queries import commune_names, keys_in


def demand_of(
    area: str,
    year: int,
    *,
    on: date | None = None,
    known_on: date | None = None,
    entered_before: date | None = None,
    type_slug: str = "",
    commune_key: str = "",
    of: Of = USUAL,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> list[Cell]:
    """Return what is known of the demand in an area and a year, by type and commune.

    Known on the day `on`, or on the last day of the year without one: figures that
    were counted later and instruments that were registered later don't count; with a
    later `known_on` the figures do that are known by then, and with `entered_before`
    only those that were entered before that day. The register knows only what is in
    use today, not since when something else is not. Cells of which nothing is known
    are not listed. Three queries and the names.
    """
    last = date(year, 12, 31)
    day = min(on, last) if on else last
    known_to_register = registered(
        area, on=day, type_slug=type_slug, of=of, narrow=narrow
    )
    known = known_on or on or last
    entered = _entered(
        area,
        year=year,
        on=known,
        before=entered_before or date.max,
        type_slug=type_slug,
        of=of,
        narrow=narrow,
    )
    keys = {
        key
        for key in known_to_register.keys() | entered.keys()
        if not commune_key or key[1] == commune_key
    }
    names = commune_names(key[1] for key in keys)
    old = _old_communes()
    cells = (
        _cell(
            key,
            known_to_register.get(key, _NONE),
            entered.get(key, ()),
            commune_name=names.get(key[1], key[1]),
            old_communes=old.get(key[1], 0),
            day=last,
            of=of,
        )
        for key in keys
    )
    return sorted(cells, key=lambda cell: (cell.type_slug, cell.commune_key))


_NONE = Registered({})


def _cell(
    key: Key,
    registered: Registered,
    entered: Iterable[Entered],
    *,
    commune_name: str,
    old_communes: int,
    day: date,
    of: Of,
) -> Cell:
    slug, commune = key
    choice = chosen(entered, commune_key=commune)
    cycle, controls = _asked_by_law(slug, day)
    if of.purpose is not Purpose.VERIFICATION or of.subject is Subject.STANDARD:
        every = (*choice.counting, *choice.behind)
        stated = [figure.interval_months for figure in every]
        known = [each for each in (*stated, registered.interval_months) if each]
        cycle = min(known, default=YEARLY)
    return Cell(
        type_slug=slug,
        commune_key=commune,
        commune_name=commune_name,
        entered=choice.counting,
        behind=choice.behind,
        registered=sum(registered.by.values()),
        registered_by=registered.by,
        cycle_months=cycle,
        old_communes=old_communes,
        has_initial=Control.INITIAL in controls,
        has_after_repair=Control.AFTER_REPAIR in controls,
    )


def _asked_by_law(type_slug: str, day: date) -> tuple[int | None, frozenset[Control]]:
    entry = shipped_catalogue().entry_on(type_slug, day)
    return (entry.cycle_months, entry.controls) if entry else (None, frozenset())


def _old_communes() -> Mapping[str, int]:
    """Return how many old communes went as a whole into each new one."""
    rows = db.session.execute(
        sa.select(CommuneSuccession.new_key, sa.func.count())
        .where(CommuneSuccession.is_whole.is_(True))
        .group_by(CommuneSuccession.new_key)
    )
    return dict(rows.all())


def cycle_on(type_slug: str, day: date) -> int | None:
    """Return the cycle that the law sets for a type on a day, if it sets one."""
    entry = shipped_catalogue().entry_on(type_slug, day)
    return entry.cycle_months if entry else None


def _entered(
    area: str,
    *,
    year: int,
    on: date,
    type_slug: str,
    before: date = date.max,
    of: Of = USUAL,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> Mapping[Key, list[Entered]]:
    """Return the figures that may count, by cell of today.

    Of each commune, old or new, and each kind of holder the newest, see `Entered.age`:
    so few are read of many years.
    """
    candidates = _newest(
        area, year=year, on=on, before=before, type_slug=type_slug, of=of
    ).where(*narrow.of(DemandFigure.type_slug, DemandFigure.commune_key))
    newest = candidates.subquery()
    figure_ = sa.orm.aliased(DemandFigure, newest)
    rows = (
        sa.select(
            figure_.type_slug,
            present_key(figure_.commune_key),
            figure_.id,
            figure_.commune_key,
            figure_.year,
            figure_.counted_on,
            figure_.in_use_count,
            figure_.source,
            figure_.holder,
            figure_.initial_count,
            figure_.after_repair_count,
            figure_.interval_months,
        )
        .outerjoin(CommuneSuccession, joined_successor(figure_.commune_key))
        .where(newest.c.place == 1)
        .order_by(figure_.id)
    )
    found: dict[Key, list[Entered]] = {}
    for slug, present, *figure in db.session.execute(rows):
        found.setdefault((slug, present), []).append(_figure(*figure))
    return found


def _newest(
    area: str, *, year: int, on: date, before: date, type_slug: str, of: Of
) -> sa.Select[Any]:
    """Return the query of figures known on a day, with each one's place in its line."""
    newer = sa.orm.aliased(DemandFigure)
    is_list = sa.case((DemandFigure.source == DemandSource.SURVEY, 0), else_=1)
    place = sa.func.row_number().over(
        partition_by=(
            DemandFigure.type_slug,
            DemandFigure.commune_key,
            DemandFigure.holder,
        ),
        order_by=(
            DemandFigure.year.desc(),
            is_list.desc(),
            DemandFigure.counted_on.desc(),
            DemandFigure.id.desc(),
        ),
    )
    rows: sa.Select[Any] = (
        sa.select(*DemandFigure.__table__.columns, place.label("place"))
        .outerjoin(newer, newer.id == DemandFigure.replaced_by_id)
        .where(
            DemandFigure.year <= year,
            DemandFigure.counted_on <= on,
            DemandFigure.entered_on < before,
            sa.or_(
                newer.id.is_(None), newer.counted_on > on, newer.entered_on >= before
            ),
            DemandFigure.commune_key.in_(keys_in(area)),
            DemandFigure.purpose == of.purpose,
            DemandFigure.subject == of.subject,
        )
    )
    if of.holder:
        rows = rows.where(DemandFigure.holder == of.holder)
    if type_slug:
        rows = rows.where(DemandFigure.type_slug == type_slug)
    return rows


def _figure(
    number: int,
    commune_key: str,
    year: int,
    counted_on: date,
    count: int,
    source: Any,
    holder: Any,
    initial: int | None,
    after_repair: int | None,
    interval: int | None,
) -> Entered:
    return Entered(
        id=number,
        commune_key=commune_key,
        year=year,
        counted_on=counted_on,
        in_use_count=count,
        source=source,
        holder=holder,
        initial_count=initial,
        after_repair_count=after_repair,
        interval_months=interval,
    )


def surveyed_cells(
    area: str,
    year: int,
    *,
    on: date,
    type_slug: str = "",
    of: Of = USUAL,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> set[Key]:
    """Return the cells of today with any figure for the year or an earlier one."""
    figures = _newest(
        area, year=year, on=on, before=date.max, type_slug=type_slug, of=of
    ).where(*narrow.of(DemandFigure.type_slug, DemandFigure.commune_key))
    cells = (
        figures.outerjoin(CommuneSuccession, joined_successor(DemandFigure.commune_key))
        .with_only_columns(
            DemandFigure.type_slug,
            present_key(DemandFigure.commune_key),
            maintain_column_froms=True,
        )
        .distinct()
    )
    return {(slug, commune) for slug, commune in db.session.execute(cells)}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which communes of today were ever surveyed, and which never."""

    surveyed: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def total(self) -> int:
        """All communes of the area."""
        return len(self.surveyed) + len(self.never)


def coverage(
    area: str, year: int, *, on: date, type_slug: str = "", of: Of = USUAL
) -> Coverage:
    """Return the names of communes of today with and without an entered figure.

    For the year or an earlier one, as known on the day; for one type or for any.
    """
    cells = surveyed_cells(area, year, on=on, type_slug=type_slug, of=of)
    surveyed = {commune for _, commune in cells}
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


def figures_of_cell(
    type_slug: str, commune_key: str, *, of: Of = USUAL
) -> list[ShownFigure]:
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
            DemandFigure.purpose == of.purpose,
            DemandFigure.subject == of.subject,
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
