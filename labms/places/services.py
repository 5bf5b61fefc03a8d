"""Writing the places that come with labms into the database."""

from typing import Any

import sqlalchemy as sa

from labms.db import Model, db
from labms.places import rules
from labms.places.data import places
from labms.places.models import Commune, CommuneSuccession, District
from labms.places.rules import Part, Places
from labms.text import fold


def load_places() -> int:
    """Write districts, communes and successions, and return how many communes.

    Can run twice: what is there is brought up to date, nothing is removed, since
    other rows may point at it.
    """
    known = places()
    _keep(District, ("code",), [_district(one) for one in known.districts])
    _keep(Commune, ("key",), [_commune(one, known) for one in known.communes])
    _keep(CommuneSuccession, ("old_key", "new_key"), _successions(known))
    return len(known.communes)


def _keep(
    kind: type[Model], key: tuple[str, ...], wanted: list[dict[str, Any]]
) -> None:
    there = {
        tuple(getattr(row, name) for name in key): row
        for row in db.session.scalars(sa.select(kind))
    }
    for values in wanted:
        row = there.get(tuple(values[name] for name in key))
        if row is None:
            db.session.add(kind(**values))
            continue
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    db.session.flush()


def _district(district: rules.District) -> dict[str, Any]:
    return {
        "code": district.code,
        "name": district.full_name,
        "province_code": district.province_code,
        "valid_until": district.validity.valid_until,
    }


def _commune(commune: rules.Commune, known: Places) -> dict[str, Any]:
    district = known.district_of(commune)
    return {
        "key": commune.key,
        "code": commune.code,
        "name": commune.full_name,
        "province_code": commune.province_code,
        "former_province_code": commune.old_province_code,
        "district_code": commune.district_code or None,
        "valid_from": commune.validity.valid_from,
        "valid_until": commune.validity.valid_until,
        "folded": fold(f"{commune.full_name} {district.full_name if district else ''}"),
    }


def _successions(known: Places) -> list[dict[str, Any]]:
    old = {c.code: c.key for c in known.communes if c.validity.valid_until}
    new = {c.code: c.key for c in known.communes if not c.validity.valid_until}
    return [
        {
            "old_key": old[succession.old_code],
            "new_key": new[succession.new_code],
            "is_whole": succession.part is Part.WHOLE,
        }
        for succession in known.successions
    ]
