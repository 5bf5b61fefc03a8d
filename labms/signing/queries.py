"""How a body's documents are signed."""

import sqlalchemy as sa

from labms.db import db
from labms.signing.models import SigningChoice
from labms.signing.rules import SigningWay


def way_of(body_id: int) -> SigningWay:
    """Return how a body signs now; by hand until it has chosen otherwise."""
    newest = (
        sa.select(SigningChoice.way)
        .where(SigningChoice.body_id == body_id)
        .order_by(SigningChoice.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) or SigningWay.HAND


def choices_of(body_id: int) -> list[SigningChoice]:
    """Return what a body has chosen, newest first."""
    rows = (
        sa.select(SigningChoice)
        .where(SigningChoice.body_id == body_id)
        .order_by(SigningChoice.id.desc())
    )
    return list(db.session.scalars(rows))
