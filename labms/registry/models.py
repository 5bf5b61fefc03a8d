"""Instruments and standards."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.organisations.models import Organisation
from labms.policy import Scope
from labms.registry.rules import (
    EndingReason,
    InstrumentState,
    StandardRank,
    StandardState,
)


class TypeApproval(Audited, Identified, Model):
    """A decision that approves a model of a maker (phê duyệt mẫu)."""

    __tablename__ = "type_approval"

    number: Mapped[str] = mapped_column(unique=True)
    type_slug: Mapped[str] = mapped_column(index=True)
    maker: Mapped[str]
    model: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]


class Instrument(Audited, Owned, Identified, Model):
    """A measuring instrument that somebody in the province uses."""

    __tablename__ = "instrument"
    __table_args__ = (
        UniqueConstraint("type_slug", "maker_key", "serial_key"),
        Index("ix_instrument_cell", "type_slug", "commune_key"),
        Index("ix_instrument_serial", "type_slug", "serial_key"),
        CheckConstraint(
            "(state = 'out_of_use') = (out_of_use_on IS NOT NULL)",
            name="day_if_out_of_use",
        ),
    )

    type_slug: Mapped[str]
    maker: Mapped[str]
    model: Mapped[str] = mapped_column(default="")
    serial: Mapped[str]
    made_in: Mapped[str] = mapped_column(default="")
    made_year: Mapped[int | None]
    #: Folded, so that two spellings are one instrument.
    maker_key: Mapped[str]
    serial_key: Mapped[str] = mapped_column(index=True)
    #: What the type asks for, as typed decimals: {"Max": "60", "e": "200", …}.
    characteristics: Mapped[dict[str, Any]]
    state: Mapped[InstrumentState] = enum_column(
        InstrumentState, default=InstrumentState.IN_USE
    )
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    commune_key: Mapped[str] = mapped_column(ForeignKey("commune.key"), index=True)
    place_of_use: Mapped[str] = mapped_column(default="")
    type_approval_id: Mapped[int | None] = mapped_column(
        ForeignKey("type_approval.id", ondelete="RESTRICT"), index=True
    )
    registered_on: Mapped[date]
    #: From this day on it counts no more; earlier figures keep it.
    out_of_use_on: Mapped[date | None]
    #: Maker, model, serial and place, folded: what a search looks into.
    folded: Mapped[str]

    owner: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    type_approval: Mapped[TypeApproval | None] = relationship(lazy="raise_on_sql")

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """Instruments are the province's: every body reads them, an owner its own."""
        return true() if scope.body_id is not None else cls.owner_id == scope.owner_id


class EvidenceEnding(Audited, Identified, Model):
    """A moment at which whatever was valid for an instrument ended."""

    __tablename__ = "evidence_ending"
    __table_args__ = (
        Index("ix_evidence_ending_instrument", "instrument_id", "ended_at"),
    )

    instrument_id: Mapped[int] = mapped_column(
        ForeignKey("instrument.id", ondelete="RESTRICT")
    )
    reason: Mapped[EndingReason] = enum_column(EndingReason)
    ended_at: Mapped[datetime]
    ended_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    #: The job that failed the instrument.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    recorded_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: When it turned out that the job does not fail, so that nothing has ended.
    withdrawn_at: Mapped[datetime | None]


freeze(
    EvidenceEnding.__table__,
    frozen=(
        "id",
        "instrument_id",
        "reason",
        "ended_at",
        "ended_on",
        "note",
        "job_id",
        "recorded_by_id",
    ),
    set_once=("withdrawn_at",),
)


class Standard(Audited, Owned, Identified, Model):
    """A measurement standard: a body's own, or one above it that others hold."""

    __tablename__ = "standard"
    __table_args__ = (
        UniqueConstraint("body_id", "inventory_number"),
        CheckConstraint(
            "body_id IS NOT NULL OR holder_name <> ''", name="somebody_holds_it"
        ),
    )

    #: None: held outside, known for the sake of the chain.
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    #: Who holds it, when no body of ours does.
    holder_name: Mapped[str] = mapped_column(default="")
    inventory_number: Mapped[str]
    name: Mapped[str]
    #: Which need of procedures it can meet, as the catalogue names it: "weights".
    kind_slug: Mapped[str] = mapped_column(index=True)
    rank: Mapped[StandardRank] = enum_column(StandardRank)
    state: Mapped[StandardState] = enum_column(
        StandardState, default=StandardState.IN_USE
    )
    maker: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    made_in: Mapped[str] = mapped_column(default="")
    #: What it realises, in `unit`; equal for a single weight or can.
    range_from: Mapped[Decimal]
    range_to: Mapped[Decimal]
    unit: Mapped[str]
    accuracy_class: Mapped[str] = mapped_column(default="")
    #: Largest error it may have, in `unit`; None if only its class or U is known.
    mpe: Mapped[Decimal | None]
    #: How often we have it calibrated, in months: our own choice.
    interval_months: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    #: Inventory number, name, maker, serial and holder, folded.
    folded: Mapped[str]

    outages: Mapped[list["StandardOutage"]] = relationship(
        lazy="raise_on_sql", order_by="StandardOutage.begins_on"
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """A body's people see its standards, and those that others hold above them."""
        return or_(cls.body_id == scope.body_id, cls.body_id.is_(None))


class StandardOutage(Identified, Model):
    """A time in which a standard may not be used: suspended, damaged or retired."""

    __tablename__ = "standard_outage"
    __table_args__ = (
        CheckConstraint("ends_on >= begins_on", name="ends_after_it_begins"),
    )

    standard_id: Mapped[int] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT"), index=True
    )
    begins_on: Mapped[date]
    #: Its last day; None: it goes on.
    ends_on: Mapped[date | None]
    reason: Mapped[str]
