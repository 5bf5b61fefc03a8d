"""What a body has decided about its signatures."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, enum_column
from labms.frozen import freeze
from labms.signing.rules import SigningWay


class SigningChoice(Audited, Identified, Model):
    """From a moment on, a body's documents are signed in this way."""

    __tablename__ = "signing_choice"

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    way: Mapped[SigningWay] = enum_column(SigningWay)
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )


freeze(
    SigningChoice.__table__,
    frozen=("id", "body_id", "way", "chosen_at", "chosen_by_id"),
)
