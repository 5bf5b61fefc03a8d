"""Finding a job by what people call it."""

import sqlalchemy as sa

from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job, Order


def job_called(called: str, *, body_id: int | None) -> int:
    """Return the id of a job by its number ("P26.0013/1") or id.

    Raises NotFound, also where several bodies have that number and none is named.
    """
    if called.isdecimal():
        return int(called)
    number, _, position = called.rpartition("/")
    rows = (
        sa.select(Job.id)
        .join(Order, Order.id == Job.order_id)
        .where(
            Order.number == number,
            Job.position == (int(position) if position.isdecimal() else 0),
        )
    )
    if body_id is not None:
        rows = rows.where(Order.body_id == body_id)
    found = db.session.scalars(rows.limit(2)).all()
    if len(found) != 1:
        raise NotFound
    return found[0]
