"""Figures as they were reported, with what was counted for them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model
from labms.frozen import freeze


class FrozenReport(Audited, Identified, Model):
    """The figures of a plan for an area and a day, as they were known at a moment."""

    __tablename__ = "frozen_report"

    title: Mapped[str]
    plan_code: Mapped[str]
    area: Mapped[str]
    #: The day that the figures are of.
    counted_for: Mapped[date] = mapped_column(index=True)
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    note: Mapped[str] = mapped_column(default="")


class FrozenFigure(Model):
    """One figure of such a report."""

    __tablename__ = "frozen_figure"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("frozen_report.id", ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    #: Not rounded; None where nothing was known.
    value: Mapped[Decimal | None]
    turns: Mapped[int | None]
    distinct_count: Mapped[int | None]
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    #: The definition by which it was counted, as JSON.
    definition: Mapped[str]


class FrozenRow(Model):
    """A row that was counted for one figure."""

    __tablename__ = "frozen_row"
    __table_args__ = (Index("ix_frozen_row_row", "row_table", "row_id"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("frozen_report.id", ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    row_table: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)


class FrozenCell(Model):
    """The demand of one cell, as it was known."""

    __tablename__ = "frozen_cell"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("frozen_report.id", ondelete="RESTRICT"), primary_key=True
    )
    type_slug: Mapped[str] = mapped_column(primary_key=True)
    commune_key: Mapped[str] = mapped_column(primary_key=True)
    #: As entered; None if it was never surveyed.
    entered: Mapped[int | None]
    registered: Mapped[int]
    in_use: Mapped[int]
    #: Due in the year, as a fraction: "25/2".
    due: Mapped[str]
    is_surveyed: Mapped[bool]


freeze(
    FrozenReport.__table__,
    frozen=(
        "id",
        "title",
        "plan_code",
        "area",
        "counted_for",
        "frozen_at",
        "frozen_by_id",
        "note",
    ),
)
for _kind in (FrozenFigure, FrozenRow, FrozenCell):
    freeze(_kind.__table__, frozen=[column.name for column in _kind.__table__.columns])
