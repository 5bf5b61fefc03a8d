"""What is entered a second time is refused, with the number of the first."""

from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.errors import EnteredBefore
from labms.text import fold


def all_like(model: type[Any], /, **same: Any) -> list[Any]:
    """Return the records that stand and say the same, the first of them first.

    Texts are folded, so that two spellings say the same.
    """
    texts = {name: fold(value) for name, value in same.items() if type(value) is str}
    exact = [getattr(model, n) == v for n, v in same.items() if n not in texts]
    rows = sa.select(model).where(model.struck_on.is_(None), *exact).order_by(model.id)
    return [
        row
        for row in db.session.scalars(rows)
        if all(fold(getattr(row, name)) == text for name, text in texts.items())
    ]


def check_new(model: type[Any], /, **same: Any) -> None:
    """Raise EnteredBefore if a record that stands says the same already."""
    for first in all_like(model, **same):
        raise entered_before(first)


def entered_before(
    first: Any, kind: type[EnteredBefore] = EnteredBefore
) -> EnteredBefore:
    """Return the refusal that names the first record: its table and number."""
    return kind(number=first.id, table=first.__tablename__)
