"""The trail, to be read."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from labms.audit.queries import recent_events
from labms.policy import Permission
from labms.web.access import requires
from labms.web.lists import page_of

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """What people did, newest first."""
    kind = request.args.get("about", "")
    rows = recent_events(subject_type=kind, actor_id=request.args.get("by", type=int))
    return render_template("audit/index.html", page=page_of(rows), about=kind)
