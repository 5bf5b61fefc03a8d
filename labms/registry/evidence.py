"""Until when an instrument's evidence is valid, as far as a list has to know.

Jobs and certificates lie above and decide this in full; for the list of instruments a
few columns of their tables are read by name, and nothing of theirs is imported.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.organisations.models import Organisation
from labms.registry.models import EvidenceEnding

_job = sa.table(
    "job",
    sa.column("id"),
    sa.column("body_id"),
    sa.column("instrument_id"),
    sa.column("state"),
    sa.column("evidence_at"),
    sa.column("valid_until", sa.Date()),
)
_certificate = sa.table("certificate", sa.column("job_id"), sa.column("state"))

#: States of a job from which evidence stands.
_EVIDENCED = ("certified", "evidenced")
#: States of a job that still goes through a laboratory.
_OPEN = ("registered", "in_progress", "awaiting_review", "approved")


def valid_until_of(instrument_id: Any) -> sa.ScalarSelect[date | None]:
    """Return a subquery: the last day of what is valid for an instrument.

    NULL if there is nothing: never verified, ended since, or revoked and not issued
    again.
    """
    ended = sa.exists().where(
        EvidenceEnding.instrument_id == _job.c.instrument_id,
        EvidenceEnding.withdrawn_at.is_(None),
        EvidenceEnding.ended_at > _job.c.evidence_at,
    )
    of_job = _certificate.c.job_id == _job.c.id
    revoked = sa.exists().where(of_job, _certificate.c.state == "revoked")
    issued = sa.exists().where(of_job, _certificate.c.state == "issued")
    return (
        sa.select(sa.func.max(_job.c.valid_until))
        .where(
            _job.c.instrument_id == instrument_id,
            _job.c.state.in_(_EVIDENCED),
            ~ended,
            sa.or_(~revoked, issued),
        )
        .scalar_subquery()
    )


def in_work_at(instrument_id: int) -> Organisation | None:
    """Return the body that has an instrument in work at this moment, if one has."""
    return db.session.scalar(
        sa.select(Organisation)
        .join(_job, _job.c.body_id == Organisation.id)
        .where(_job.c.instrument_id == instrument_id, _job.c.state.in_(_OPEN))
    )


def valid_until(instrument_ids: list[int]) -> dict[int, date]:
    """Return the last day of what is valid for each of some instruments. One query."""
    ids = sa.select(_job.c.instrument_id).where(
        _job.c.instrument_id.in_(instrument_ids)
    )
    each = ids.distinct().subquery()
    rows = db.session.execute(
        sa.select(each.c.instrument_id, valid_until_of(each.c.instrument_id))
    )
    return {key: day for key, day in rows if day is not None}
