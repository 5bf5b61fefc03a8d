"""Finding communes, of now and of before 2025-07-01."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from labms.db import db
from labms.places.models import Commune, CommuneSuccession, District
from labms.places.rules import UnknownPlace, area_named
from labms.remembering import once
from labms.text import like

#: The province as it is now.
PROVINCE = "vinh-long-new"


def communes(*, on: date, area: str = PROVINCE, q: str = "") -> sa.Select[Any]:
    """Return the query of the communes of an area on a day, by name.

    `q` may also be the name of an old commune, or its district: the new ones that
    came from it are found, too. Raises UnknownPlace for an unknown area.
    """
    rows = (
        sa.select(Commune)
        .where(_lies_in(area), _exists_on(on))
        .order_by(Commune.folded, Commune.key)
    )
    if q:
        old = aliased(Commune)
        came_from = (
            sa.exists()
            .where(
                CommuneSuccession.new_key == Commune.key,
                CommuneSuccession.old_key == old.key,
                old.folded.like(like(q), escape="\\"),
            )
            .correlate(Commune)
        )
        rows = rows.where(
            sa.or_(
                Commune.folded.like(like(q), escape="\\"), Commune.code == q, came_from
            )
        )
    return rows


def _lies_in(area: str) -> sa.ColumnElement[bool]:
    codes = area_named(area).old_province_codes
    return Commune.former_province_code.in_(sorted(codes))


def _exists_on(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(Commune.valid_from.is_(None), Commune.valid_from <= day),
        sa.or_(Commune.valid_until.is_(None), Commune.valid_until >= day),
    )


def communes_on(day: date, area: str = PROVINCE) -> list[Commune]:
    """Return the communes of an area on a day, by name: what a form offers."""
    return list(db.session.scalars(communes(on=day, area=area)))


def commune_choices(day: date, area: str = PROVINCE) -> list[tuple[str, str]]:
    """Return key and name of the communes of an area on a day, by name."""
    return [(commune.key, commune.name) for commune in communes_on(day, area)]


def commune_by_key(key: str) -> Commune:
    """Return one commune, old or new. Raises UnknownPlace."""
    found = once(("commune", key), lambda: db.session.get(Commune, key))
    if found is None:
        raise UnknownPlace(place=key)
    return found


def commune_names(keys: Iterable[str | None]) -> dict[str, str]:
    """Return the names of communes by key. One query."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Commune.key, Commune.name).where(Commune.key.in_(wanted))
    )
    return dict(rows.all())


def keys_in(area: str) -> sa.Select[Any]:
    """Return the keys of all communes of an area, old and new, as a subquery."""
    return sa.select(Commune.key).where(_lies_in(area))


def became_of(keys: Iterable[str]) -> dict[str, list[tuple[Commune, bool]]]:
    """Return, for old communes, the new ones they went to and whether as a whole."""
    return _beside(keys, CommuneSuccession.old_key, CommuneSuccession.new_key)


def came_from(keys: Iterable[str]) -> dict[str, list[tuple[Commune, bool]]]:
    """Return, for new communes, the old ones they were made of and whether wholly."""
    return _beside(keys, CommuneSuccession.new_key, CommuneSuccession.old_key)


def _beside(
    keys: Iterable[str],
    near: InstrumentedAttribute[str],
    far: InstrumentedAttribute[str],
) -> dict[str, list[tuple[Commune, bool]]]:
    found: dict[str, list[tuple[Commune, bool]]] = {}
    rows = db.session.execute(
        sa.select(near, Commune, CommuneSuccession.is_whole)
        .join(Commune, Commune.key == far)
        .where(near.in_(list(keys)))
        .order_by(Commune.folded, Commune.key)
    )
    for key, commune, is_whole in rows:
        found.setdefault(key, []).append((commune, is_whole))
    return found


def district_names() -> dict[str, str]:
    """Return the names of the districts of before, by code."""
    rows = db.session.execute(sa.select(District.code, District.name))
    return dict(rows.all())
