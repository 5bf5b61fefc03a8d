"""Limits that hold over all processes: counted in the database, apart from the request.

A refusal rolls back what its request did; the count of tries must survive that, so it
is written in a transaction of its own.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import Throttle
from labms.db import apart


def _window(at: datetime, length: timedelta) -> datetime:
    seconds = length.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def tries(bucket: str, *, within: timedelta) -> int:
    """Return how often `bucket` was counted in the present window."""
    with apart() as session:
        row = session.get(Throttle, (bucket, _window(clock.now(), within)))
        return row.tries if row else 0


def count_try(bucket: str, *, within: timedelta) -> int:
    """Count once more and return how often it was; forget what is over a day old."""
    now = clock.now()
    key = {"bucket": bucket, "window_at": _window(now, within)}
    with apart() as session:
        session.execute(
            sa.delete(Throttle).where(Throttle.window_at < now - timedelta(days=1))
        )
        row = session.get(Throttle, tuple(key.values()), with_for_update=True)
        if row is None:
            row = Throttle(**key, tries=0)
            session.add(row)
        row.tries += 1
        return row.tries
