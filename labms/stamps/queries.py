"""Finding stamps: on what they are, and what became of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from labms.db import db, scoped
from labms.errors import NotFound
from labms.organisations.models import Body
from labms.policy import EVERYTHING
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.standings import HoldKind, Standing, stamp_standing
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState, stamp_likeness
from labms.text import like


def stamp_of(body_id: int, serial: str) -> Stamp | None:
    """Return the stamp of a body with this serial, or one that looks like it.

    Only if it was ever used, and not noted by mistake.
    """
    return stamps_called(body_id, [serial]).get(serial)


def stamp_by_id(stamp_id: int, *, for_update: bool = False) -> Stamp:
    """Return one stamp, or raise NotFound."""
    rows = sa.select(Stamp).options(joinedload(Stamp.instrument))
    if for_update:
        rows = rows.with_for_update(of=Stamp)
    found = db.session.scalar(rows.where(Stamp.id == stamp_id))
    if found is None:
        raise NotFound
    return found


def stamps_called(body_id: int, serials: Iterable[str]) -> dict[str, Stamp]:
    """Return for these serials the stamps of a body that have them, or look like it.

    Those that were ever used, and not noted by mistake.
    """
    alike = {serial: stamp_likeness(serial) for serial in serials}
    with scoped(EVERYTHING):  # a serial is used up whoever asks
        rows = db.session.scalars(
            sa.select(Stamp).where(
                Stamp.body_id == body_id,
                Stamp.likeness.in_(set(alike.values())),
                Stamp.state != StampState.RELEASED,
            )
        )
        used = {stamp.likeness: stamp for stamp in rows}
    return {serial: used[key] for serial, key in alike.items() if key in used}


def stamps_of_job(job_id: int) -> list[Stamp]:
    """Return the stamps that were put on in a job, the last one first."""
    return list(
        db.session.scalars(
            sa.select(Stamp).where(Stamp.job_id == job_id).order_by(Stamp.id.desc())
        )
    )


def live_stamp_of_job(job_id: int) -> Stamp | None:
    """Return the stamp that a job put on its instrument, if it is there still."""
    return db.session.scalar(
        sa.select(Stamp).where(
            Stamp.job_id == job_id, Stamp.state == StampState.APPLIED
        )
    )


#: Of tables above, by name: the document of the same job, and the doubt about it.
_certificate = sa.table(
    "certificate", sa.column("id"), sa.column("job_id"), sa.column("state")
)
_hold = sa.table(
    "certificate_hold",
    sa.column("certificate_id"),
    sa.column("kind"),
    sa.column("lifted_at"),
)


def standings_of(
    rows: Iterable[Stamp], *, on: date, expiring_days: int
) -> dict[int, Standing]:
    """Return what each of these stamps is worth on a day. One query, however many."""
    wanted = {row.id: row for row in rows}
    ending = (
        sa.select(EvidenceEnding.ended_on)
        .where(
            EvidenceEnding.instrument_id == Stamp.instrument_id,
            EvidenceEnding.ended_at > Stamp.applied_at,
            EvidenceEnding.withdrawn_at.is_(None),
        )
        .order_by(EvidenceEnding.ended_at, EvidenceEnding.id)
        .limit(1)
    )
    document = _certificate.c.job_id == Stamp.job_id
    revoked = sa.exists().where(document, _certificate.c.state == "revoked")
    held = (
        sa.select(_hold.c.kind)
        .join(_certificate, _certificate.c.id == _hold.c.certificate_id)
        .where(document, _hold.c.lifted_at.is_(None))
        .limit(1)
    )
    found = db.session.execute(
        sa.select(
            Stamp.id,
            ending.scalar_subquery(),
            revoked,
            held.scalar_subquery(),
        ).where(Stamp.id.in_(wanted))
    )
    return {
        key: stamp_standing(
            is_destroyed=wanted[key].state is StampState.CANCELLED,
            is_confirmed=wanted[key].confirmed_at is not None,
            valid_until=wanted[key].valid_until,
            ended_on=ended_on,
            on=on,
            expiring_days=expiring_days,
            is_revoked=is_revoked,
            held=HoldKind(doubt) if doubt else None,
        )
        for key, ended_on, is_revoked, doubt in found
    }


def body_codes(rows: Iterable[Stamp]) -> dict[int, str]:
    """Return the codes of the bodies of these stamps: their public page is below it."""
    bodies = db.session.scalars(
        sa.select(Body).where(Body.id.in_({row.body_id for row in rows}))
    )
    return {body.id: body.code for body in bodies}


def stamps(
    *, q: str = "", state: StampState | None = None, only_waiting: bool = False
) -> sa.Select[Any]:
    """Return the query of stamps with their instruments, the newest first."""
    rows = (
        sa.select(Stamp)
        .join(Stamp.instrument)
        .options(contains_eager(Stamp.instrument))
        .order_by(Stamp.applied_at.desc(), Stamp.id.desc())
    )
    if q:
        rows = rows.where(
            sa.or_(
                sa.func.lower(Stamp.serial).like(like(q), escape="\\"),
                Instrument.folded.like(like(q), escape="\\"),
            )
        )
    if state is not None:
        rows = rows.where(Stamp.state == state)
    if only_waiting:
        rows = rows.where(
            Stamp.state == StampState.APPLIED, Stamp.confirmed_at.is_(None)
        )
    return rows
