"""What a body has decided about its digital certificates."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, enum_column
from labms.dcc.rules import TwinReach
from labms.frozen import freeze


class TwinChoice(Audited, Identified, Model):
    """From a moment on, verifications carry their DCC in the file too, or no more."""

    __tablename__ = "twin_choice"

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    reach: Mapped[TwinReach] = enum_column(TwinReach)
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )


freeze(
    TwinChoice.__table__,
    frozen=("id", "body_id", "reach", "chosen_at", "chosen_by_id"),
)
