"""Whether it is alive, and whether it is ready: for whoever watches the server."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from labms.db import db
from labms.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public("a watcher has no account, and this tells nothing")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public("a watcher has no account, and this tells nothing")
def ready() -> ResponseReturnValue:
    """Say that the database answers too."""
    db.session.execute(sa.text("SELECT 1"))
    return {"status": "ready"}
