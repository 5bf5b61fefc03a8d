"""What is valid for an instrument at a moment, and what a failing job ended.

Certificates lie above jobs; the few columns that are needed are read by name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped
from labms.policy import EVERYTHING
from labms.registry.models import EvidenceEnding
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState

_certificate = sa.table(
    "certificate",
    sa.column("id"),
    sa.column("job_id"),
    sa.column("instrument_id"),
    sa.column("kind"),
    sa.column("state"),
    sa.column("number"),
    sa.column("valid_until", sa.Date()),
    sa.column("evidence_at", EvidenceEnding.__table__.c.ended_at.type),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate or a stamp that is valid, by its number."""

    kind: str
    number: str


def valid_at(
    instrument_id: int, at: datetime, *, on: date, but_of_job: int | None = None
) -> list[Standing]:
    """Return what was valid for an instrument just before a moment. Two queries.

    Whoever gave it: an ending ends all of it. `but_of_job` leaves out a job's own.
    """
    table = _certificate.c
    documents = sa.select(table.number).where(
        table.instrument_id == instrument_id,
        table.job_id != (but_of_job or 0),
        table.kind == "verification",
        table.state == "issued",
        table.evidence_at < at,
        sa.or_(table.valid_until.is_(None), table.valid_until >= on),
        ~_ended_between(instrument_id, table.evidence_at, at),
    )
    stamps = sa.select(Stamp.serial).where(
        Stamp.instrument_id == instrument_id,
        Stamp.job_id != (but_of_job or 0),
        Stamp.state == StampState.APPLIED,
        Stamp.applied_at < at,
        sa.or_(Stamp.valid_until.is_(None), Stamp.valid_until >= on),
        ~_ended_between(instrument_id, Stamp.applied_at, at),
    )
    with scoped(EVERYTHING):
        return [
            *(
                Standing("certificate", number)
                for number in db.session.scalars(documents.order_by(table.id))
            ),
            *(
                Standing("stamp", serial)
                for serial in db.session.scalars(stamps.order_by(Stamp.id))
            ),
        ]


def _ended_between(instrument_id: int, begin: Any, end: datetime) -> sa.Exists:
    return sa.exists().where(
        EvidenceEnding.instrument_id == instrument_id,
        EvidenceEnding.withdrawn_at.is_(None),
        EvidenceEnding.ended_at > begin,
        EvidenceEnding.ended_at < end,
    )


def valid_now(
    instrument_id: int, *, on: date, but_of_job: int | None = None
) -> list[Standing]:
    """Return what is valid for an instrument at this moment."""
    return valid_at(instrument_id, clock.now(), on=on, but_of_job=but_of_job)


def ended_by(job_id: int) -> list[Standing]:
    """Return what ended because a job failed; nothing if it was withdrawn again.

    A job that was returned and failed again has ended twice, each time what was valid.
    """
    endings = db.session.scalars(
        sa.select(EvidenceEnding)
        .where(EvidenceEnding.job_id == job_id, EvidenceEnding.withdrawn_at.is_(None))
        .order_by(EvidenceEnding.ended_at, EvidenceEnding.id)
    ).all()
    found = [
        standing
        for one in endings
        for standing in valid_at(
            one.instrument_id, one.ended_at, on=one.ended_on, but_of_job=job_id
        )
    ]
    return list(dict.fromkeys(found))
