"""Calibrations of standards, linked upwards."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.policy import Scope
from labms.registry.models import Standard
from labms.traceability.rules import IssuerKind


class CalibrationReference(Model):
    """One standard against which a standard was calibrated: a step upwards."""

    __tablename__ = "calibration_reference"

    calibration_id: Mapped[int] = mapped_column(
        ForeignKey("calibration.id", ondelete="CASCADE"), primary_key=True
    )
    standard_id: Mapped[int] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class Calibration(Audited, Owned, Identified, Model):
    """A calibration certificate of one standard."""

    __tablename__ = "calibration"
    __table_args__ = (
        CheckConstraint("due_on >= calibrated_on", name="due_after_it"),
        CheckConstraint(
            "(uncertainty IS NULL) = (coverage_factor IS NULL)", name="k_with_u"
        ),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)",
            name="reason_if_withdrawn",
        ),
        Index("ix_calibration_standard", "standard_id", "calibrated_on"),
    )

    standard_id: Mapped[int] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT")
    )
    number: Mapped[str]
    issuer_name: Mapped[str]
    issuer_kind: Mapped[IssuerKind] = enum_column(IssuerKind)
    accreditation_number: Mapped[str] = mapped_column(default="")
    accreditation_until: Mapped[date | None]
    calibrated_on: Mapped[date]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    #: What was calibrated, in `unit`.
    range_from: Mapped[Decimal]
    range_to: Mapped[Decimal]
    unit: Mapped[str]
    #: Largest error found in magnitude, in `unit`; None: not stated.
    error: Mapped[Decimal | None]
    #: Expanded, in `unit`; None: not stated, which is not zero.
    uncertainty: Mapped[Decimal | None]
    coverage_factor: Mapped[Decimal | None]
    #: Declared to realise the unit itself: where a chain ends.
    is_root: Mapped[bool] = mapped_column(default=False)
    #: Decision that certifies the standard for group 2 (TT 24/2013, Art. 24).
    certification_decision: Mapped[str] = mapped_column(default="")
    certification_until: Mapped[date | None]
    file_hash: Mapped[str | None]
    file_name: Mapped[str] = mapped_column(default="")
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None]

    reference_rows: Mapped[list[CalibrationReference]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )
    standard: Mapped[Standard] = relationship(lazy="raise_on_sql")

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """Whoever sees a standard sees its calibrations."""
        return cls.standard_id.in_(
            select(Standard.id).where(Standard.visible_to(scope))
        )


freeze(
    Calibration.__table__,
    frozen=(
        "id",
        "standard_id",
        "number",
        "issuer_name",
        "issuer_kind",
        "accreditation_number",
        "accreditation_until",
        "calibrated_on",
        "issued_on",
        "due_on",
        "range_from",
        "range_to",
        "unit",
        "error",
        "uncertainty",
        "coverage_factor",
        "is_root",
        "certification_decision",
        "certification_until",
        "file_hash",
        "file_name",
    ),
    set_once=("withdrawn_on", "withdrawal_reason"),
)


class ReceivedDcc(Audited, Owned, Identified, Model):
    """A digital calibration certificate that somebody sent for a standard."""

    __tablename__ = "received_dcc"
    __table_args__ = (
        CheckConstraint(
            "calibration_id IS NULL OR discarded_at IS NULL", name="one_end"
        ),
        Index("ix_received_dcc_standard_id", "standard_id"),
    )

    standard_id: Mapped[int] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT")
    )
    #: Of the file as it was sent: XML, or a PDF with it inside.
    file_hash: Mapped[str]
    file_name: Mapped[str]
    schema_version: Mapped[str]
    #: What the issuer calls it.
    identifier: Mapped[str]
    received_at: Mapped[datetime]
    received_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: What was entered from it.
    calibration_id: Mapped[int | None] = mapped_column(
        ForeignKey("calibration.id", ondelete="RESTRICT"), unique=True
    )
    discarded_at: Mapped[datetime | None]

    standard: Mapped[Standard] = relationship(lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.calibration_id is None and self.discarded_at is None

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """Whoever sees a standard sees what was sent for it."""
        return cls.standard_id.in_(
            select(Standard.id).where(Standard.visible_to(scope))
        )


freeze(
    ReceivedDcc.__table__,
    frozen=(
        "id",
        "standard_id",
        "file_hash",
        "file_name",
        "schema_version",
        "identifier",
        "received_at",
        "received_by_id",
    ),
    set_once=("calibration_id", "discarded_at"),
)
