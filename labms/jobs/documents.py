"""What a job knows of the documents about it, which lie above: their table by name."""

import sqlalchemy as sa

from labms.db import db

_certificate = sa.table("certificate", sa.column("job_id"), sa.column("state"))


def has_live_document(job_id: int) -> bool:
    """Return whether a job's document has its number, with or without a file yet."""
    found = sa.select(_certificate.c.job_id).where(
        _certificate.c.job_id == job_id,
        _certificate.c.state.in_(("reserved", "issued")),
    )
    return db.session.scalar(found.limit(1)) is not None
