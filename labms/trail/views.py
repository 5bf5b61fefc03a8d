"""The trail, to be read."""

from datetime import date, datetime

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.db import scoped
from labms.policy import EVERYTHING, Permission, allowed, scope_of
from labms.trail.naming import Thing
from labms.trail.queries import Wanted, events, people, told
from labms.trail.rules import SUBJECT_NAMES
from labms.web.access import current_actor, requires
from labms.web.lists import page_of

bp = Blueprint("trail", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """What people did, newest first."""
    wanted = _wanted()
    with scoped(EVERYTHING):  # the trail is one; pages of others' rows are not linked
        page = page_of(events(wanted))
        rows = told(page.rows)
        everybody = people()
    return render_template(
        "trail/index.html",
        page=page,
        rows=rows,
        wanted=wanted,
        subjects=SUBJECT_NAMES,
        people=everybody,
        address_of=address_of,
    )


def _wanted() -> Wanted:
    about = request.args.get("about", "")
    return Wanted(
        q=request.args.get("q", "").strip(),
        about=about if about in SUBJECT_NAMES else "",
        about_id=request.args.get("id", type=int),
        by=request.args.get("by", type=int),
        since=_day("since"),
        until=_day("until"),
    )


def _day(name: str) -> date | None:
    typed = request.args.get(name, "").strip()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    return None


def address_of(thing: Thing | None) -> str:
    """Return the address of a thing's page, if this person may open it."""
    if thing is None or thing.page is None:
        return ""
    actor = current_actor()
    view = current_app.view_functions[thing.page.endpoint]
    needed = getattr(view, "access", None)
    if isinstance(needed, Permission) and not allowed(actor, needed):
        return ""
    scope = scope_of(actor)
    if thing.body_id is not None and not (
        scope.everything or scope.body_id == thing.body_id
    ):
        return ""
    return url_for(thing.page.endpoint, **thing.page.arguments)
