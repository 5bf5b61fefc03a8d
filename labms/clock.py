"""The only place that asks the machine for the time.

Instants are aware and in UTC. Days are the laboratory's, in Asia/Ho_Chi_Minh: a
certificate that is issued at six in the morning bears today's date, not yesterday's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_set: ContextVar[datetime | None] = ContextVar("set", default=None)


def now() -> datetime:
    """Return the present instant, in UTC."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """Return the laboratory's day."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Return the laboratory's day in which an instant lies."""
    return instant.astimezone(ZONE).date()


@contextmanager
def at(instant: datetime | date) -> Iterator[None]:
    """Let it be `instant` within the block; a day means its noon in the laboratory.

    This is how history is made: for tests and for the demo province.
    """
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day, 12, tzinfo=ZONE)
    token = _set.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
