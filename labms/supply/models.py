"""What bodies state of themselves: scopes, capacities, and the work that they did."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, enum_column
from labms.demand.rules import Purpose
from labms.frozen import freeze
from labms.organisations.models import Organisation
from labms.supply.rules import Limit, ReportForm


class Statement(Audited, Identified):
    """What every such record bears. A wrong one is struck out, never changed."""

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True, sort_order=10
    )
    #: Its name, number and date, so that it can be found again.
    document: Mapped[str] = mapped_column(sort_order=10)
    entered_on: Mapped[date] = mapped_column(sort_order=10)
    entered_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), sort_order=10
    )
    #: The day from which it no longer counts, since it was a mistake.
    struck_on: Mapped[date | None] = mapped_column(sort_order=10)
    struck_reason: Mapped[str | None] = mapped_column(sort_order=10)


_REASON_IF_STRUCK = "(struck_on IS NULL) = (struck_reason IS NULL)"


class StatedScope(Statement, Model):
    """A type that a body outside labms is designated for, as its decision says."""

    __tablename__ = "stated_scope"
    __table_args__ = (
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
        CheckConstraint("valid_until >= issued_on", name="ends_after_it_begins"),
    )

    type_slug: Mapped[str] = mapped_column(index=True)
    range_text: Mapped[str] = mapped_column(default="")
    class_text: Mapped[str] = mapped_column(default="")
    #: Values of VerificationReason that are covered.
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    issued_on: Mapped[date]
    valid_until: Mapped[date]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class BodyCapacity(Statement, Model):
    """How many of a type a body can verify in a year, and what stops it there."""

    __tablename__ = "body_capacity"
    __table_args__ = (
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
        CheckConstraint("per_year >= 0", name="not_negative"),
    )

    type_slug: Mapped[str] = mapped_column(index=True)
    per_year: Mapped[int]
    #: Counts from this day until a newer statement of the same body and type.
    from_on: Mapped[date]
    limited_by: Mapped[Limit] = enum_column(Limit)
    #: How it was worked out: "1 bench × 20 meters × 200 days".
    basis: Mapped[str]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class ActivityReport(Statement, Model):
    """What a body that does not use labms reported to have done within some days."""

    __tablename__ = "activity_report"
    __table_args__ = (
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
    )

    form: Mapped[ReportForm] = enum_column(ReportForm)
    first_on: Mapped[date]
    last_on: Mapped[date] = mapped_column(index=True)
    received_on: Mapped[date]
    #: Code of the area where the work was done, where no commune is named.
    area: Mapped[str]
    #: SHA-256 of the spreadsheet that it was read from, if any.
    file_hash: Mapped[str | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class ReportedWork(Identified, Model):
    """One line of a report: a total, or one instrument of a list."""

    __tablename__ = "reported_work"
    __table_args__ = (
        CheckConstraint("passed >= 0 AND passed <= turns", name="passed_of_turns"),
        CheckConstraint("distinct_count <= passed", name="distinct_of_passed"),
        CheckConstraint("serial = '' OR turns = 1", name="one_of_each_serial"),
        Index("ix_reported_work_cell", "type_slug", "commune_key"),
    )

    report_id: Mapped[int] = mapped_column(
        ForeignKey("activity_report.id", ondelete="RESTRICT"), index=True
    )
    type_slug: Mapped[str]
    #: None: somewhere in the report's area.
    commune_key: Mapped[str | None] = mapped_column(ForeignKey("commune.key"))
    purpose: Mapped[Purpose] = enum_column(Purpose)
    #: Verifications, and how many of them passed.
    turns: Mapped[int]
    passed: Mapped[int]
    #: Different instruments that passed; None if the report does not say.
    distinct_count: Mapped[int | None]
    #: Of one instrument of a list; empty for a total.
    serial: Mapped[str] = mapped_column(default="")
    #: Folded, so that two spellings are one instrument.
    serial_key: Mapped[str] = mapped_column(default="", index=True)
    performed_on: Mapped[date | None]


freeze(
    ReportedWork.__table__,
    frozen=(
        "id",
        "report_id",
        "type_slug",
        "commune_key",
        "purpose",
        "turns",
        "passed",
        "distinct_count",
        "serial",
        "performed_on",
    ),
)
