"""Demand by the districts that there were until 2025-06-30, from the same rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from labms.db import db
from labms.demand.rules import Cell, due_count
from labms.places.models import Commune, CommuneSuccession
from labms.places.queries import district_names


@dataclass(frozen=True, slots=True)
class DistrictDemand:
    """The demand in what was one district; without a code: in more than one."""

    code: str
    name: str
    communes: int
    communes_surveyed: int
    in_use: int
    due: int


def districts_of() -> Mapping[str, frozenset[str]]:
    """Return, for each commune, the old districts in which it lies. Two queries.

    An old commune lies in its own; one of today in those of the old ones, or parts of
    them, that it was made of.
    """
    found: dict[str, frozenset[str]] = {
        key: frozenset({district or ""})
        for key, district in db.session.execute(
            sa.select(Commune.key, Commune.district_code).where(
                Commune.district_code.is_not(None)
            )
        )
    }
    made_of: dict[str, set[str]] = {}
    for old, new in db.session.execute(
        sa.select(CommuneSuccession.old_key, CommuneSuccession.new_key)
    ):
        made_of.setdefault(new, set()).update(found.get(old, ()))
    return found | {key: frozenset(codes) for key, codes in made_of.items()}


def by_district(cells: Iterable[Cell]) -> list[DistrictDemand]:
    """Return the demand by old district, by name; last what lies in more than one.

    A commune of today that was made of communes of two districts is not divided:
    nobody counted which part of its instruments lies where.
    """
    where, names = districts_of(), district_names()
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        codes = where.get(cell.commune_key, frozenset())
        groups.setdefault(min(codes) if len(codes) == 1 else "", []).append(cell)
    found = [
        DistrictDemand(
            code=code,
            name=names.get(code, code),
            communes=len({cell.commune_key for cell in own}),
            communes_surveyed=len({c.commune_key for c in own if c.is_surveyed}),
            in_use=sum(cell.in_use for cell in own),
            due=sum(_due_by_type(own)),
        )
        for code, own in groups.items()
    ]
    return sorted(found, key=lambda each: (not each.code, each.name, each.code))


def _due_by_type(cells: Iterable[Cell]) -> Iterable[int]:
    by_type: dict[str, list[Cell]] = {}
    for cell in cells:
        by_type.setdefault(cell.type_slug, []).append(cell)
    return (due_count(own) for own in by_type.values())
