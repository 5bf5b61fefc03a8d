"""Finding a job by what people call it."""

import sqlalchemy as sa

from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job, Order


def job_called(called: str, *, body_id: int | None) -> int:
    """Return the id of a body's job by its number ("P26.0013/1") or id.

    Raises NotFound.
    """
    if called.isdecimal():
        return int(called)
    number, _, position = called.rpartition("/")
    found = db.session.scalar(
        sa.select(Job.id)
        .join(Order, Order.id == Job.order_id)
        .where(
            Order.number == number,
            Order.body_id == body_id,
            Job.position == (int(position) if position.isdecimal() else 0),
        )
    )
    if found is None:
        raise NotFound
    return found
