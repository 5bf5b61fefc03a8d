"""Counting for minutes while others write: they wait for moments only.

What is counted is read as of one moment, and kept in a transaction that is short. So
these commit by themselves, and are called outside any transaction.
"""

import sqlalchemy as sa

from labms import clock
from labms.db import as_of_one_moment, db, scoped, transaction
from labms.errors import Unavailable
from labms.i18n import N_
from labms.policy import EVERYTHING
from labms.summaries.building import build, count_all, keep, lock
from labms.summaries.folding import can_go_on, catch_up
from labms.summaries.models import SummaryMark
from labms.summaries.recounting import Difference, differences

#: So many changes are counted anew in one transaction.
AT_ONCE = 100
#: So often a recount looks for a moment in which nothing waits to be counted.
TRIES = 20


class StillChanging(Unavailable):
    """There was no moment in which everything was counted."""

    code = "still_changing"
    message = N_(
        "So much changes now that no moment was found in which all of it was counted. "
        "Recount when fewer people work."
    )


def build_beside() -> None:
    """Count everything from the rows and keep it."""
    if not _build():  # somebody counted anew meanwhile
        with transaction():
            build()


def _build() -> bool:
    with as_of_one_moment():
        counted = count_all()
    with transaction():
        return keep(counted)


def fold() -> None:
    """Count anew all that changed, and go on to today."""
    if not can_go_on() and not _build() and not can_go_on():
        with transaction():
            build()
    is_done = False
    while not is_done:
        with transaction():
            is_done = catch_up(at_most=AT_ONCE)


def recount(*, mend: bool = False) -> list[Difference]:
    """Count everything anew and return what differs; with `mend` put it right.

    What waits to be counted is counted before, so that only what nobody marked is
    found. Reads every row once for each day that is kept. Raises StillChanging.
    """
    found = _differing()
    if mend and found:
        build_beside()
    with transaction():
        state = lock()
        state.recounted_at = clock.now()
        state.differing = 0 if mend else len(found)
    return found


def _differing() -> list[Difference]:
    for _ in range(TRIES):
        fold()
        with as_of_one_moment(), scoped(EVERYTHING):
            if not db.session.scalar(sa.select(sa.exists(sa.select(SummaryMark.id)))):
                return list(differences())
    raise StillChanging
