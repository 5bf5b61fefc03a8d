"""The ledger of stamps that were put on."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from labms.policy import Permission
from labms.stamps.queries import body_codes, lost_stamps, stamps
from labms.stamps.rules import STAMP_STATES, StampState
from labms.web.access import requires
from labms.web.lists import page_of

bp = Blueprint("stamps", __name__, url_prefix="/stamps")


@bp.get("/")
@requires(Permission.STAMP_READ)
def index() -> ResponseReturnValue:
    """Every stamp with where it is and what became of it, the newest first."""
    q = request.args.get("q", "").strip()
    state = request.args.get("state", "")
    waiting = request.args.get("waiting") == "1"
    chosen = StampState(state) if state in set(StampState) else None
    page = page_of(stamps(q=q, state=chosen, only_waiting=waiting))
    return render_template(
        "stamps/index.html",
        page=page,
        lost=lost_stamps(page.rows),
        codes=body_codes(page.rows),
        q=q,
        state=chosen,
        states=STAMP_STATES,
        waiting=waiting,
    )
