"""Instruments, standards and type approvals, as they are registered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import NotFound
from labms.organisations.models import Organisation
from labms.organisations.naming import labels, organisations_called
from labms.registry.evidence import valid_until_of
from labms.registry.models import (
    EvidenceEnding,
    Instrument,
    Standard,
    TypeApproval,
)
from labms.registry.rules import (
    MISREAD,
    InstrumentState,
    NoSuchOwner,
    SeveralOwners,
    StandardState,
    identity_key,
    misread_key,
)
from labms.text import fold, like


def instrument_by_id(instrument_id: int) -> Instrument:
    """Return an instrument with its owner and approval, or raise NotFound."""
    found = db.session.scalar(
        select(Instrument)
        .options(
            joinedload(Instrument.owner, innerjoin=True),
            joinedload(Instrument.type_approval),
        )
        .where(Instrument.id == instrument_id)
    )
    if found is None:
        raise NotFound
    return found


def instrument_rows(
    *,
    text: str = "",
    type_slug: str = "",
    commune_key: str = "",
    state: InstrumentState | None = None,
    owner_id: int | None = None,
    due_by: date | None = None,
) -> sa.Select[Any]:
    """Return the query of instruments, by type, maker and serial number.

    `text` is looked for in maker, model, serial number, place of use, and the owner's
    name and tax code; accents don't matter. `due_by`: those in use that have no
    evidence valid beyond that day, the most urgent first.
    """
    rows = (
        select(Instrument)
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .options(joinedload(Instrument.owner, innerjoin=True))
        .order_by(
            Instrument.type_slug,
            Instrument.maker_key,
            Instrument.serial_key,
            Instrument.id,
        )
    )
    for word in fold(text).split():
        pattern = like(word)
        rows = rows.where(
            Instrument.folded.like(pattern, escape="\\")
            | Organisation.folded.like(pattern, escape="\\")
        )
    if type_slug:
        rows = rows.where(Instrument.type_slug == type_slug)
    if commune_key:
        rows = rows.where(Instrument.commune_key == commune_key)
    if state is not None:
        rows = rows.where(Instrument.state == state)
    if owner_id is not None:
        rows = rows.where(Instrument.owner_id == owner_id)
    if due_by is not None:
        until = valid_until_of(Instrument.id)
        rows = rows.where(
            Instrument.state == InstrumentState.IN_USE,
            sa.or_(until.is_(None), until <= due_by),
        ).order_by(None)
        rows = rows.order_by(sa.nulls_first(until.asc()), Instrument.id)
    return rows


def next_due(count: int) -> list[tuple[Instrument, date | None]]:
    """Return instruments in use that need a verification soonest, until when each is.

    Those without anything valid come first.
    """
    until = valid_until_of(Instrument.id)
    rows = db.session.execute(
        select(Instrument, until)
        .where(Instrument.state == InstrumentState.IN_USE)
        .order_by(sa.nulls_first(until.asc()), Instrument.id)
        .limit(count)
    )
    return [(found, day) for found, day in rows]


def same_instrument(
    type_slug: str, maker: str, serial: str, *, but_id: int | None = None
) -> Instrument | None:
    """Return the instrument of that type, maker and serial number, if there is one."""
    return db.session.scalar(
        select(Instrument)
        .options(joinedload(Instrument.owner, innerjoin=True))
        .where(
            Instrument.type_slug == type_slug,
            Instrument.maker_key == identity_key(maker),
            Instrument.serial_key == identity_key(serial),
            Instrument.id != (but_id or 0),
        )
    )


def same_instruments(
    type_slug: str, maker: str, serials: Iterable[str]
) -> dict[str, Instrument]:
    """Return which of these serial numbers of a maker are registered, by their keys."""
    rows = db.session.scalars(
        select(Instrument)
        .options(joinedload(Instrument.owner, innerjoin=True))
        .where(
            Instrument.type_slug == type_slug,
            Instrument.maker_key == identity_key(maker),
            Instrument.serial_key.in_({identity_key(serial) for serial in serials}),
        )
    )
    return {row.serial_key: row for row in rows}


def look_alikes(
    type_slug: str, maker: str, serial: str, *, but_id: int | None = None
) -> Sequence[Instrument]:
    """Return instruments of a type whose serial number is easily taken for this one.

    Also those with the very same number and another spelling of the maker.
    """
    read: sa.ColumnElement[str] = Instrument.serial_key.expression
    for letter, digit in MISREAD.items():
        read = sa.func.replace(read, letter, digit)
    same = (Instrument.serial_key == identity_key(serial)) & (
        Instrument.maker_key == identity_key(maker)
    )
    return db.session.scalars(
        select(Instrument)
        .options(joinedload(Instrument.owner, innerjoin=True))
        .where(
            Instrument.type_slug == type_slug,
            read == misread_key(identity_key(serial)),
            ~same,
            Instrument.id != (but_id or 0),
        )
        .order_by(Instrument.id)
        .limit(5)
    ).all()


def endings_of(instrument_id: int) -> Sequence[EvidenceEnding]:
    """Return what ended an instrument's evidence, the newest first."""
    return db.session.scalars(
        select(EvidenceEnding)
        .where(EvidenceEnding.instrument_id == instrument_id)
        .order_by(EvidenceEnding.ended_at.desc(), EvidenceEnding.id.desc())
    ).all()


def type_approval_by_id(approval_id: int) -> TypeApproval:
    """Return a type approval, or raise NotFound."""
    found = db.session.get(TypeApproval, approval_id)
    if found is None:
        raise NotFound
    return found


def type_approval_rows(*, text: str = "") -> sa.Select[Any]:
    """Return the query of type approvals, the newest first."""
    rows = select(TypeApproval).order_by(
        TypeApproval.issued_on.desc(), TypeApproval.id.desc()
    )
    for word in text.split():
        pattern = f"%{word}%"
        rows = rows.where(
            TypeApproval.number.ilike(pattern)
            | TypeApproval.maker.ilike(pattern)
            | TypeApproval.model.ilike(pattern)
        )
    return rows


def type_approvals_for(type_slug: str) -> Sequence[TypeApproval]:
    """Return the approvals of a type of instrument, by number."""
    return db.session.scalars(
        select(TypeApproval)
        .where(TypeApproval.type_slug == type_slug)
        .order_by(TypeApproval.number)
    ).all()


def standard_by_id(standard_id: int) -> Standard:
    """Return a standard with its outages, or raise NotFound."""
    found = db.session.scalar(
        select(Standard)
        .options(selectinload(Standard.outages))
        .where(Standard.id == standard_id)
    )
    if found is None:
        raise NotFound
    return found


def standards_named(name: str) -> Sequence[Standard]:
    """Return the standards with this inventory or serial number."""
    wanted = identity_key(name)
    without_spaces = sa.func.replace(sa.func.lower(Standard.serial), " ", "")
    inventory = sa.func.replace(sa.func.lower(Standard.inventory_number), " ", "")
    return db.session.scalars(
        select(Standard)
        .where(
            sa.or_(
                Standard.inventory_number == name,
                Standard.serial == name,
                without_spaces == wanted,
                inventory == wanted,
            )
        )
        .order_by(Standard.inventory_number, Standard.id)
    ).all()


def standard_rows(
    *,
    text: str = "",
    kind_slug: str = "",
    state: StandardState | None = None,
    outside: bool = False,
    ours: bool = False,
) -> sa.Select[Any]:
    """Return the query of standards, our own by inventory number, then others'."""
    rows = select(Standard).order_by(
        Standard.body_id.is_(None), Standard.body_id, Standard.inventory_number
    )
    for word in fold(text).split():
        rows = rows.where(Standard.folded.like(like(word), escape="\\"))
    if kind_slug:
        rows = rows.where(Standard.kind_slug == kind_slug)
    if state is not None:
        rows = rows.where(Standard.state == state)
    if ours:
        rows = rows.where(Standard.body_id.is_not(None))
    if outside:
        rows = rows.where(Standard.body_id.is_(None))
    return rows


def standard_kinds() -> dict[str, tuple[str, str]]:
    """Return what standards are called by procedures: slug → Vietnamese, English.

    Two of one name are told apart by an instrument that they are for.
    """
    catalogue = shipped_catalogue()
    found: dict[str, tuple[str, str]] = {}
    serves: dict[str, str] = {}
    for procedure in catalogue.procedures:
        for needed in procedure.standards:
            found[needed.slug] = (needed.name_vi, needed.name_en)
            serves.setdefault(needed.slug, procedure.types[0])
    often = Counter(found.values())
    for slug, (vi, en) in found.items():
        if often[vi, en] > 1:
            kind = catalogue.type(serves[slug])
            found[slug] = (f"{vi} ({kind.name_vi})", f"{en} ({kind.name_en})")
    return found


def owner_called(typed: str) -> Organisation:
    """Return the one organisation that is meant, as `organisations_called` finds it.

    Raises NoSuchOwner if there is none, SeveralOwners if there are more.
    """
    found = organisations_called(typed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchOwner(typed=typed)
    named = [label for _, label in labels(ids=(each.id for each in found))]
    raise SeveralOwners(typed=typed, candidates="; ".join(named))
