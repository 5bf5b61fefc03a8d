"""Entered figures of instruments and standards in use, and where they came from."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from labms.db import Audited, Identified, Model, enum_column
from labms.demand.rules import DemandSource, ImportState, Purpose, Subject
from labms.organisations.rules import OrganisationKind


def _later_enum(kind: type[StrEnum], name: str, **given: Any) -> MappedColumn[Any]:
    """Return an enum's column that was added to a table that was there.

    SQLite adds a column with a check of its own, and no check to a table.
    """
    return mapped_column(
        Enum(
            kind,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
        CheckConstraint(f"{name} IN ({_quoted(kind)})", name=name),
        **given,
    )


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _later_count(name: str) -> MappedColumn[Any]:
    return mapped_column(CheckConstraint(f"{name} >= 0", name=name))


class DemandFigure(Audited, Identified, Model):
    """So many of a type were in use in a commune in a year, with some holders."""

    __tablename__ = "demand_figure"
    __table_args__ = (
        CheckConstraint("in_use_count >= 0", name="not_negative"),
        Index("ix_demand_figure_cell", "year", "type_slug", "commune_key"),
        Index("ix_demand_figure_place", "type_slug", "commune_key"),
    )

    #: Of a standard: which need of procedures it meets, as the catalogue names it.
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
    subject: Mapped[Subject] = _later_enum(
        Subject, "subject", default=Subject.INSTRUMENT, server_default="instrument"
    )
    purpose: Mapped[Purpose] = _later_enum(
        Purpose, "purpose", default=Purpose.VERIFICATION, server_default="verification"
    )
    #: Whose they are; None: of all holders together.
    holder: Mapped[OrganisationKind | None] = _later_enum(OrganisationKind, "holder")
    #: Newly taken into use in the year; None: nobody counted them.
    initial_count: Mapped[int | None] = _later_count("initial_count")
    #: Repaired in the year, so that they are verified once more; None: not counted.
    after_repair_count: Mapped[int | None] = _later_count("after_repair_count")
    #: How often they are calibrated or tested, where no law says so.
    interval_months: Mapped[int | None] = mapped_column(
        CheckConstraint("interval_months > 0", name="interval_months")
    )
    #: The DemandImport that it came with.
    import_id: Mapped[int | None]


class DemandImport(Audited, Identified, Model):
    """A spreadsheet of figures: looked at first, entered as a whole or not at all."""

    __tablename__ = "demand_import"
    __table_args__ = (
        UniqueConstraint("file_hash"),
        CheckConstraint(
            "(state = 'entered') = (entered_at IS NOT NULL)", name="moment_if_entered"
        ),
    )

    file_name: Mapped[str]
    #: SHA-256 of the file, under which it is stored.
    file_hash: Mapped[str]
    state: Mapped[ImportState] = enum_column(ImportState, default=ImportState.CHECKED)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    entered_at: Mapped[datetime | None]
    #: Figures that came of it; rows that were known before are not among them.
    figure_count: Mapped[int | None]
