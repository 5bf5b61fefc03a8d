"""The pages' typeface, cut to what the two languages need and served from here."""

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from labms.errors import NotFound
from labms.paper.fonts import web_font
from labms.web.access import public
from labms.web.lists import settings

bp = Blueprint("fonts", __name__, url_prefix="/fonts")

#: The weight in the address → its name in `labms.paper.fonts`.
WEIGHTS = {"400": "regular", "600": "semibold"}


@bp.get("/sans-<weight>.woff")
@public("a typeface is no secret")
def sans(weight: str) -> ResponseReturnValue:
    """One weight of the pages' face."""
    if weight not in WEIGHTS:
        raise NotFound
    path = web_font(settings().cache_dir / "fonts")[WEIGHTS[weight]]
    response = send_file(path, mimetype="font/woff")
    response.headers["Cache-Control"] = "public, max-age=2592000, immutable"
    return response
