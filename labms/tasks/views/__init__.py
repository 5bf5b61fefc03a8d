"""Pages about work on the tasks of a plan."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from flask import Blueprint

from labms import clock
from labms.catalogue.rules import CONFIDENCE_NAMES, Confidence
from labms.i18n import Message, gettext
from labms.plan.models import BodyRaised
from labms.tasks.qualifying import unfit
from labms.tasks.views import assessing, items, money, reached

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
for _part in (items, money, reached, assessing):
    _part.register(bp)


@bp.app_template_global()
def why_not_counted(ids: Iterable[int | None]) -> Mapping[int, tuple[Message, ...]]:
    """Return why records of bodies do not count today, by id."""
    wanted = BodyRaised.id.in_([number for number in ids if number])
    return unfit(sa.and_(wanted, BodyRaised.struck_on.is_(None)), on=clock.today())


@bp.app_template_filter()
def how_sure(confidence: Confidence) -> str:
    """Return how data is known: read in the source, or from memory."""
    return gettext(CONFIDENCE_NAMES[confidence])
