"""Stamps that were put on instruments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.registry.models import Instrument
from labms.stamps.rules import StampState, stamp_likeness


def _likeness(context: Any) -> str:
    return stamp_likeness(context.get_current_parameters()["serial"])


class Stamp(Audited, Owned, Identified, Model):
    """A stamp (tem kiểm định) with its serial, from the moment it was stuck on."""

    __tablename__ = "stamp"
    __table_args__ = (
        CheckConstraint(
            "(state = 'applied') = (cancel_reason IS NULL)",
            name="reason_if_not_applied",
        ),
        Index("ix_stamp_serial", "body_id", "serial"),
        Index(
            "uq_stamp_likeness",
            "body_id",
            "likeness",
            unique=True,
            sqlite_where=text("state <> 'released'"),
            postgresql_where=text("state <> 'released'"),
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
    #: The serial as it is easily misread: no two of a body may look alike.
    likeness: Mapped[str] = mapped_column(default=_likeness)
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
    frozen=(
        "id",
        "body_id",
        "serial",
        "likeness",
        "instrument_id",
        "job_id",
        "applied_on",
    ),
    set_once=("cancelled_on",),
    no_return=(
        "(OLD.state = 'released' AND NEW.state <> OLD.state) "
        "OR (OLD.state = 'cancelled' AND NEW.state = 'applied')"
    ),
)
