"""What pages do before they read what is kept: count anew what changed."""

import logging
import threading
from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import OperationalError

from labms.db import db, transaction
from labms.indicators.figures import Count
from labms.summaries.folding import catch_up, is_behind, is_small
from labms.summaries.reading import kept
from labms.web.lists import application, settings

log = logging.getLogger(__name__)

#: One at a time in each process: what a second one finds, the first one counts.
_folding = threading.Lock()


def kept_count(count: Count) -> Count:
    """Return a count that reads what is kept; of this moment in a small instance.

    With many jobs the busiest cell takes longer to count than a reader waits: a thread
    does it beside, and the page says as of when it is and how much waits. The same if
    nothing can be written now. If nothing is kept for today, the rows are counted.
    """
    if not settings().read_only and is_behind():
        if is_small():
            _fold()
        else:
            _fold_beside(application())
    return kept(count)


def _fold() -> None:
    with suppress(OperationalError), transaction():  # somebody writes for long
        catch_up(few=True)


def _fold_beside(app: Flask) -> None:
    """Let a thread of this process count anew what few changes touched."""
    if app.testing:  # tests say themselves when that is done
        return
    threading.Thread(target=_in_thread, args=(app,), name="fold", daemon=True).start()


def _in_thread(app: Flask) -> None:
    if not _folding.acquire(blocking=False):
        return
    try:
        with app.app_context():
            try:
                _fold()
            except Exception:
                log.exception("what is kept for the dashboard could not be brought on")
            finally:
                db.session.remove()
    finally:
        _folding.release()
