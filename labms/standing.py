"""Which records stand: entered, and not struck out, before a day."""

from datetime import date
from typing import Any

import sqlalchemy as sa


def stood(model: type[Any], before: date | None = None) -> sa.ColumnElement[bool]:
    """Return the condition for records that stood, by what was entered before a day.

    What was struck out on that day or later stood until then. Without a day: those
    that stand now.
    """
    if before is None:
        return model.struck_on.is_(None)  # type: ignore[no-any-return]
    return sa.and_(
        model.entered_on < before,
        sa.or_(model.struck_on.is_(None), model.struck_on >= before),
    )
