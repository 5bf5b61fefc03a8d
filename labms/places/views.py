"""The communes of the province, and what became of the old ones."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.places.queries import (
    became_of,
    came_from,
    communes,
    district_names,
)
from labms.places.rules import AREAS, EVE_OF_CHANGE
from labms.policy import Permission
from labms.web.access import requires
from labms.web.lists import page_of

bp = Blueprint("places", __name__, url_prefix="/places")


@bp.get("/")
@requires(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """Communes of now with what they came from; of before with what they became."""
    q = request.args.get("q", "")
    is_old = request.args.get("when") == "before"
    area = "ben-tre-old" if is_old else request.args.get("area", "vinh-long-new")
    area = area if area in AREAS else "vinh-long-new"
    on = EVE_OF_CHANGE if is_old else clock.today()
    page = page_of(communes(on=on, area=area, q=q))
    keys = [commune.key for commune in page.rows]
    return render_template(
        "places/index.html",
        page=page,
        q=q,
        is_old=is_old,
        area=area,
        areas=AREAS,
        beside=became_of(keys) if is_old else came_from(keys),
        districts=district_names(),
    )
