"""What pages do before they read what is kept: count anew what changed."""

from contextlib import suppress

from sqlalchemy.exc import OperationalError

from labms.db import transaction
from labms.indicators.figures import Count
from labms.summaries.folding import catch_up, is_behind
from labms.summaries.reading import kept
from labms.web.lists import settings


def kept_count(count: Count) -> Count:
    """Return a count that reads what is kept, of this moment if few changes wait.

    If many wait, or nothing can be written, it says as of when it is; if nothing is
    kept for today, the rows are counted.
    """
    if not settings().read_only and is_behind():
        with suppress(OperationalError), transaction():  # somebody writes for long
            catch_up(few=True)
    return kept(count)
