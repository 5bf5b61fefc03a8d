"""What pages do before they read what is kept: count anew what changed."""

import logging
import threading
from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import OperationalError

from labms.db import db, transaction
from labms.errors import Unavailable
from labms.i18n import N_
from labms.indicators.figures import Count
from labms.summaries.beside import fold
from labms.summaries.folding import can_go_on, catch_up, is_behind, is_small
from labms.summaries.reading import KeptCount, kept
from labms.web.lists import application, settings

log = logging.getLogger(__name__)

#: One at a time in each process: what a second one finds, the first one counts.
_folding = threading.Lock()


class NotCountedYet(Unavailable):
    """Nothing is kept, and too much would have to be counted for one page."""

    code = "not_counted_yet"
    message = N_(
        "The figures are being counted; with so many jobs that takes minutes. Come "
        "back later. If it lasts, the operator runs: labms summaries fold"
    )


def kept_count(count: Count) -> Count:
    """Return a count that reads what is kept; of this moment in a small instance.

    With many jobs the busiest cell takes longer to count than a reader waits: a thread
    does it beside, and the page says as of when it is and how much waits. Just after
    midnight it is of the day before. Raises NotCountedYet where nothing is kept at all;
    in a small instance the rows are counted then.
    """
    if is_small():
        if not settings().read_only and is_behind():
            _fold()
        return kept(count)
    if not settings().read_only and is_behind():
        _fold_beside(application())
    found = kept(count, or_earlier=True)
    if not isinstance(found, KeptCount):
        raise NotCountedYet
    return found


def _fold() -> None:
    with suppress(OperationalError), transaction():  # somebody writes for long
        catch_up(few=True)


def _fold_beside(app: Flask) -> None:
    """Let a thread of this process count anew what few changes touched, or all."""
    if app.testing:  # tests say themselves when that is done
        return
    threading.Thread(target=_in_thread, args=(app,), name="fold", daemon=True).start()


def _in_thread(app: Flask) -> None:
    if not _folding.acquire(blocking=False):
        return
    try:
        with app.app_context():
            try:
                if can_go_on():
                    _fold()
                else:
                    fold()
            except Exception:
                log.exception("what is kept for the dashboard could not be brought on")
            finally:
                db.session.remove()
    finally:
        _folding.release()
