"""What is kept of counts, and marks of what changed since.

Everything here can be counted anew from the rows, so nothing here is audited.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Identified, Model, enum_column
from labms.summaries.rules import MarkKind
from labms.supply.rules import Source


class SummaryDay(Identified, Model):
    """A day whose figures are kept: today, a month end, the day of a closed target."""

    __tablename__ = "summary_day"
    __table_args__ = (UniqueConstraint("plan_code", "area", "day", "is_today"),)

    plan_code: Mapped[str]
    area: Mapped[str]
    day: Mapped[date]
    #: Goes with the days; its copy stays where a month ends.
    is_today: Mapped[bool]
    #: Whether passes are kept: today, and where a target asks for them.
    has_work: Mapped[bool]
    #: The program that counted it, see `counting.counted_by`.
    version: Mapped[str]
    #: Turns of enterprises, and different ones.
    served_turns: Mapped[int] = mapped_column(default=0)
    served: Mapped[int] = mapped_column(default=0)
    #: JSON: designated bodies, capacities, trainings, bodies raised; not of today.
    facts: Mapped[str] = mapped_column(default="")
    #: JSON: the figures of the day, by code; not of today.
    figures: Mapped[str] = mapped_column(default="")


def _day() -> Mapped[int]:
    return mapped_column(
        ForeignKey("summary_day.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def _later_count() -> Mapped[int]:
    """Return a column that came later: what is kept is counted anew by the program."""
    return mapped_column(default=0, server_default="0")


def _later_flag() -> Mapped[bool]:
    return mapped_column(default=False, server_default=false())


class SummaryCell(Model):
    """A type in a commune of today, see `rules.KeptCell`."""

    __tablename__ = "summary_cell"
    __table_args__ = (Index("ix_summary_cell_commune", "day_id", "commune_key"),)

    day_id: Mapped[int] = _day()
    type_slug: Mapped[str] = mapped_column(primary_key=True)
    commune_key: Mapped[str] = mapped_column(primary_key=True)
    has_demand: Mapped[bool]
    in_use: Mapped[int]
    is_surveyed: Mapped[bool]
    is_covered: Mapped[bool]
    due_above: Mapped[int]
    due_below: Mapped[int]
    turns: Mapped[int]
    passed: Mapped[int]
    judged: Mapped[int]
    judged_passed: Mapped[int]
    overdue: Mapped[int]
    in_work: Mapped[int]
    is_partly_surveyed: Mapped[bool] = _later_flag()


class SummaryTold(Model):
    """How many passed by report."""

    __tablename__ = "summary_told"

    day_id: Mapped[int] = _day()
    type_slug: Mapped[str] = mapped_column(primary_key=True)
    #: Of today; empty: somewhere in the area.
    commune_key: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[Source] = enum_column(Source, primary_key=True)
    passed: Mapped[int]


class SummaryType(Model):
    """A type in all communes, see `rules.KeptType`."""

    __tablename__ = "summary_type"

    day_id: Mapped[int] = _day()
    type_slug: Mapped[str] = mapped_column(primary_key=True)
    has_demand: Mapped[bool]
    in_use: Mapped[int]
    due: Mapped[int]
    unsurveyed_in_use: Mapped[int]
    turns: Mapped[int]
    passed: Mapped[int]
    counted_own: Mapped[int]
    counted_inside: Mapped[int]
    counted_outside: Mapped[int]
    judged: Mapped[int]
    judged_passed: Mapped[int]
    overdue: Mapped[int]
    in_work: Mapped[int]
    surveyed_due: Mapped[int] = _later_count()
    unsurveyed_done: Mapped[int] = _later_count()
    unplaced: Mapped[int] = _later_count()


class SummaryCommune(Model):
    """A commune with all types, see `rules.KeptCommune`."""

    __tablename__ = "summary_commune"

    day_id: Mapped[int] = _day()
    commune_key: Mapped[str] = mapped_column(primary_key=True)
    has_demand: Mapped[bool]
    due: Mapped[int]
    done: Mapped[int]
    reported: Mapped[int]
    is_surveyed: Mapped[bool]
    is_covered: Mapped[bool]
    counted: Mapped[int] = _later_count()
    is_partly_surveyed: Mapped[bool] = _later_flag()


class SummaryServed(Model):
    """How often an enterprise was served."""

    __tablename__ = "summary_served"

    day_id: Mapped[int] = _day()
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turns: Mapped[int]


class SummaryPace(Model):
    """Jobs that were closed on a day, by how many days they took."""

    __tablename__ = "summary_pace"

    area: Mapped[str] = mapped_column(primary_key=True)
    closed_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jobs: Mapped[int]
    promised: Mapped[int]
    on_time: Mapped[int]


class SummaryMark(Identified, Model):
    """Something changed: what was counted of it is to be counted anew.

    Written in the transaction of the change; gone when that was done.
    """

    __tablename__ = "summary_mark"

    kind: Mapped[MarkKind] = enum_column(MarkKind)
    number: Mapped[int | None]
    type_slug: Mapped[str] = mapped_column(default="")
    #: Of any time; empty: somewhere.
    commune_key: Mapped[str] = mapped_column(default="")
    serial_key: Mapped[str] = mapped_column(default="")
    #: The first day whose figures may differ; of `CLOSED` the day itself.
    first_on: Mapped[date | None]


class SummaryState(Model):
    """How far everything is: one row, locked by whoever writes here."""

    __tablename__ = "summary_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    folded_at: Mapped[datetime | None]
    #: When everything was last counted from the rows, and how many figures differed.
    recounted_at: Mapped[datetime | None]
    differing: Mapped[int | None]
