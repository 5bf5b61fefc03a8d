"""What the registers of instruments and standards know of the demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db, scoped
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.rules import Purpose, Subject
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.places.models import CommuneSuccession
from labms.places.queries import keys_in
from labms.policy import EVERYTHING
from labms.registry.models import Instrument, Standard
from labms.registry.rules import StandardState

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


@dataclass(frozen=True, slots=True)
class Of:
    """Which demand is meant; that for verifying instruments unless it is said."""

    purpose: Purpose = Purpose.VERIFICATION
    subject: Subject = Subject.INSTRUMENT
    #: None: of all holders.
    holder: OrganisationKind | None = None


USUAL = Of()
#: How often a standard or an instrument is calibrated where nobody said it.
YEARLY = 12


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register has in a cell, and the shortest interval that is stated."""

    by: Mapping[OrganisationKind, int]
    interval_months: int | None = None


def registered(
    area: str,
    *,
    on: date,
    type_slug: str,
    of: Of,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> Mapping[Key, Registered]:
    """Return what the register has of it: nobody registers what is only tested."""
    if of.subject is Subject.STANDARD:
        rows = _standards_held(area) if of.purpose is Purpose.CALIBRATION else None
    else:
        verified = of.purpose is Purpose.VERIFICATION
        rows = _instruments_used(area, on=on, narrow=narrow) if verified else None
    if rows is None:
        return {}
    kind, slug = rows.selected_columns[2], rows.selected_columns[0]
    if of.holder:
        rows = rows.where(kind == of.holder)
    if type_slug:
        rows = rows.where(slug == type_slug)
    found: dict[Key, dict[OrganisationKind, int]] = {}
    intervals: dict[Key, list[int]] = {}
    with scoped(EVERYTHING):  # a count for the province, whoever asks
        for type_, commune, holder, number, interval in db.session.execute(rows):
            found.setdefault((type_, commune), {})[holder] = number
            intervals.setdefault((type_, commune), []).append(interval or YEARLY)
    return {key: Registered(by, min(intervals[key])) for key, by in found.items()}


def _instruments_used(area: str, *, on: date, narrow: Narrow) -> Any:
    """Return the query of instruments in use, which the register knows."""
    commune = present_key(Instrument.commune_key)
    return (
        sa.select(
            Instrument.type_slug,
            commune,
            Organisation.kind,
            sa.func.count(),
            sa.null(),
        )
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(
            Instrument.registered_on <= on,
            sa.or_(Instrument.out_of_use_on.is_(None), Instrument.out_of_use_on > on),
            Instrument.commune_key.in_(keys_in(area)),
            *narrow.of(Instrument.type_slug, Instrument.commune_key),
        )
        .group_by(Instrument.type_slug, commune, Organisation.kind)
    )


def _standards_held(area: str) -> Any:
    """Return the query of standards that bodies hold today: since when is not kept."""
    commune = present_key(Organisation.commune_key)
    return (
        sa.select(
            Standard.kind_slug,
            commune,
            Organisation.kind,
            sa.func.count(),
            sa.func.min(sa.func.coalesce(Standard.interval_months, YEARLY)),
        )
        .join(Organisation, Organisation.id == Standard.body_id)
        .outerjoin(CommuneSuccession, joined_successor(Organisation.commune_key))
        .where(
            Standard.state != StandardState.RETIRED,
            Organisation.commune_key.in_(keys_in(area)),
        )
        .group_by(Standard.kind_slug, commune, Organisation.kind)
    )
