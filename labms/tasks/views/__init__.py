"""Pages about work on the tasks of a plan."""

from flask import Blueprint

from labms.catalogue.rules import CONFIDENCE_NAMES, Confidence
from labms.i18n import gettext
from labms.tasks.views import assessing, items, money, reached

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
for _part in (items, money, reached, assessing):
    _part.register(bp)


@bp.app_template_filter()
def how_sure(confidence: Confidence) -> str:
    """Return how data is known: read in the source, or from memory."""
    return gettext(CONFIDENCE_NAMES[confidence])
