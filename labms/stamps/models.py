"""Stamps that were put on instruments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.registry.models import Instrument
from labms.stamps.rules import StampState


class Stamp(Audited, Owned, Identified, Model):
    """A stamp (tem kiểm định) with its serial, from the moment it was stuck on."""

    __tablename__ = "stamp"
    __table_args__ = (
        UniqueConstraint("body_id", "serial"),
        CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)",
            name="reason_if_cancelled",
        ),
        Index(
            "uq_stamp_live",
            "job_id",
            unique=True,
            sqlite_where=text("state = 'applied'"),
            postgresql_where=text("state = 'applied'"),
        ),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    serial: Mapped[str]
    state: Mapped[StampState] = enum_column(StampState, default=StampState.APPLIED)
    instrument_id: Mapped[int] = mapped_column(
        ForeignKey("instrument.id", ondelete="RESTRICT"), index=True
    )
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    applied_at: Mapped[datetime]
    applied_on: Mapped[date]
    applied_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: None: the type has no cycle.
    valid_until: Mapped[date | None]
    #: When a reviewer agreed: until then it only awaits that.
    confirmed_at: Mapped[datetime | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]

    instrument: Mapped[Instrument] = relationship(lazy="raise_on_sql")


freeze(
    Stamp.__table__,
    frozen=("id", "body_id", "serial", "instrument_id", "job_id", "applied_on"),
    set_once=("cancelled_on",),
)
