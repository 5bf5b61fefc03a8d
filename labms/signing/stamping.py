"""Asking a time-stamp authority, which may be away for days without harm.

Source: RFC 3161, 3.4 (over HTTP).
"""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from labms.settings import Settings
from labms.signing.rules import Stamper, StamperAway

PATIENCE = 5.0
"""Seconds that an authority has to answer."""
PAUSE = 60.0
"""Seconds in which one that did not answer is not asked again while people wait."""
LARGEST_ANSWER = 64 * 1024
FIELD = "labms-time"

_away: dict[str, float] = {}


def stamper_of(settings: Settings, *, patiently: bool = False) -> Stamper | None:
    """Return how to ask the authority of the settings; None if there is none.

    While people wait, one that did not answer is left alone for a minute, so that
    each document of many does not wait again; `patiently` asks it all the same.
    """
    url = settings.timestamp_url
    if not url:
        return None
    if not patiently and time.monotonic() - _away.get(url, -PAUSE) < PAUSE:
        return _pausing
    return lambda request: _asked(url, request)


def _pausing(_request: bytes) -> bytes:
    raise StamperAway(problem="it did not a minute ago")


def _asked(url: str, request: bytes) -> bytes:
    asking = urllib.request.Request(  # noqa: S310 (the settings allow http and https)
        url,
        data=request,
        headers={
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        },
    )
    try:
        with urllib.request.urlopen(asking, timeout=PATIENCE) as answer:  # noqa: S310
            data: bytes = answer.read(LARGEST_ANSWER + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        _away[url] = time.monotonic()
        raise StamperAway(problem=str(error)[:200]) from error
    if len(data) > LARGEST_ANSWER:
        raise StamperAway(problem="its answer is too long")
    _away.pop(url, None)
    return data


def stamp(pdf: bytes, stamper: Stamper) -> bytes:
    """Return a PDF with a time stamp over all of it added. Refuses with StamperAway."""
    from labms.signing.pen import stamped  # half a second, only when needed

    with answering():
        return stamped(pdf, stamper, field=FIELD)


@contextmanager
def answering() -> Iterator[None]:
    """Raise StamperAway for whatever a library says about a bad answer."""
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    try:
        yield
    except (TimestampRequestError, ValueError) as error:
        raise StamperAway(problem=str(error)[:200]) from error
