"""Entered figures of instruments in use."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, enum_column
from labms.demand.rules import DemandSource


class DemandFigure(Audited, Identified, Model):
    """So many instruments of a type were in use in a commune in a year."""

    __tablename__ = "demand_figure"
    __table_args__ = (
        CheckConstraint("in_use_count >= 0", name="not_negative"),
        Index("ix_demand_figure_cell", "year", "type_slug", "commune_key"),
    )

    type_slug: Mapped[str]
    commune_key: Mapped[str] = mapped_column(ForeignKey("commune.key"), index=True)
    year: Mapped[int]
    in_use_count: Mapped[int]
    source: Mapped[DemandSource] = enum_column(DemandSource)
    #: The document: its name, number and page.
    document: Mapped[str]
    method: Mapped[str]
    counted_on: Mapped[date]
    entered_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: The figure that took its place.
    replaced_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("demand_figure.id", ondelete="RESTRICT")
    )
