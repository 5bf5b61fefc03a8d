"""Examining a file that anybody sends, without letting strangers keep staff waiting.

So many at once in each process, so large, so long; more are asked to come again. What
cannot be finished in time keeps its place until it has ended.
"""

import logging
import threading
from contextvars import copy_context
from datetime import timedelta

from flask import Flask

from labms.certificates.examination.examined import Examination
from labms.certificates.examination.examining import examine
from labms.db import db, scoped
from labms.errors import Invalid, Unavailable
from labms.i18n import N_
from labms.policy import EVERYTHING
from labms.proof.queries import OwnLog, log_keys
from labms.settings import Settings
from labms.signing.keys import trusted_roots

log = logging.getLogger(__name__)

AT_ONCE = 2
#: Certificates are 150 kB, with a scan of the paper a few megabytes.
MOST_BYTES = 10 * 1024 * 1024
#: What lasts longer is not one of ours: they take a tenth of a second.
LONGEST = timedelta(seconds=10)
#: So many files from one address, and from everybody together, within the window.
MOST_FROM_ADDRESS = 30
MOST_FILES = 1000

_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Unavailable):
    """Others are sending files at this moment."""

    code = "public.busy"
    message = N_(
        "Many files are being checked at this moment. Send yours again in a minute, or "
        "use the code on the paper."
    )


class TooLarge(Invalid):
    """More than any document of ours."""

    code = "public.too_large"
    message = N_("The file is larger than {most} MB, so it is not one of ours.")


def examined(app: Flask, data: bytes) -> Examination:
    """Return what is wrong with a file. Raises Busy or TooLarge."""
    if len(data) > MOST_BYTES:
        raise TooLarge(most=MOST_BYTES // (1024 * 1024))
    if not _places.acquire(blocking=False):
        raise Busy
    found: list[Examination] = []

    def work() -> None:
        try:
            with app.app_context(), scoped(EVERYTHING):
                found.append(_examined(data, app.extensions["labms"]))
        except Exception:
            log.exception("a file could not be examined")
        finally:
            db.session.remove()
            _places.release()

    if app.testing:  # which lends one connection, and only to one thread
        try:
            with scoped(EVERYTHING):
                return _examined(data, app.extensions["labms"])
        finally:
            _places.release()
    thread = threading.Thread(target=copy_context().run, args=(work,), daemon=True)
    thread.start()
    thread.join(LONGEST.total_seconds())
    if not found:
        raise Busy
    return found[0]


def _examined(data: bytes, settings: Settings) -> Examination:
    return examine(
        data,
        keys=log_keys(),
        cache_dir=settings.cache_dir,
        log=OwnLog(),
        trust_roots=trusted_roots(settings),
    )
