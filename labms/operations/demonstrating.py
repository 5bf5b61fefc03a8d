"""Making the instance that the demo province lives in."""

import secrets
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from labms import clock
from labms.db import db, transaction
from labms.demo.cast import LOGINS, PASSWORD
from labms.demo.filling import beginning, fill
from labms.demo.timeline import Progress
from labms.filestore import without_waiting
from labms.operations.making import check_free, lay_foundation, write_settings
from labms.summaries.building import build

#: Opens an instance folder.
Opener = Callable[[Path], AbstractContextManager[Flask]]

__all__ = ["LOGINS", "PASSWORD", "make_demo"]


def make_demo(
    folder: Path, *, public_url: str, seed: int, opener: Opener, progress: Progress
) -> None:
    """Make a demo in `folder`: all of it, or nothing. Refuses with InstanceExists.

    It is made beside, and gets its name when it is complete: one that was interrupted
    can't be taken for a finished one.
    """
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{folder.name}.making-*"):
        shutil.rmtree(left, ignore_errors=True)  # of an attempt that was interrupted
    aside = folder.with_name(f".{folder.name}.making-{secrets.token_hex(4)}")
    try:
        write_settings(aside, {"public_url": public_url, "demo": True})
        with opener(aside) as app:
            if db.engine.dialect.name == "sqlite":
                event.listen(db.engine, "connect", _without_waiting)
            with clock.at(beginning(clock.today())):
                lay_foundation()
            with without_waiting():
                fill(app, seed=seed, progress=progress)
            with transaction():
                build()
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _without_waiting(connection: Any, _record: object) -> None:
    """Don't wait for the disk: nothing counts until the folder has its name."""
    connection.execute("PRAGMA synchronous = OFF")
