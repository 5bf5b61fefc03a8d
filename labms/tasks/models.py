"""Yearly work on a task, its money and purchases, and who was reached by it."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, enum_column
from labms.frozen import freeze
from labms.organisations.models import Organisation
from labms.plan.models import BodyRaised, Training, Undertaking
from labms.tasks.rules import (
    ActivityKind,
    BudgetStage,
    Conclusion,
    FundingSource,
    ItemState,
    PurchaseStage,
    Purpose,
)

_REASON_IF_STRUCK = "(struck_on IS NULL) = (struck_reason IS NULL)"


class Noted(Audited, Identified):
    """What every such row bears. A wrong one is struck out, never changed."""

    entered_on: Mapped[date] = mapped_column(sort_order=10)
    entered_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), sort_order=10
    )
    struck_on: Mapped[date | None] = mapped_column(sort_order=10)
    struck_reason: Mapped[str | None] = mapped_column(sort_order=10)


class TaskItem(Noted, Model):
    """A piece of work on a task in one year: a row of the yearly plan."""

    __tablename__ = "task_item"
    __table_args__ = (
        CheckConstraint("ends_on >= begins_on", name="ends_after_it_begins"),
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
    )

    plan_code: Mapped[str]
    #: Code of a row of the annex, see labms.plan.rules.Task.
    task_code: Mapped[str] = mapped_column(index=True)
    year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str]
    lead: Mapped[str]
    #: One unit on each line.
    cooperating: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    #: What shall have come of it.
    expected: Mapped[str]
    #: The yearly plan or decision: its number and day.
    document: Mapped[str]

    reports: Mapped[list["ItemProgress"]] = relationship(
        lazy="raise_on_sql", order_by="ItemProgress.id"
    )
    lines: Mapped[list["BudgetLine"]] = relationship(
        lazy="raise_on_sql", order_by="BudgetLine.id"
    )
    purchases: Mapped[list["Purchase"]] = relationship(
        lazy="raise_on_sql", order_by="Purchase.id", back_populates="item"
    )


class ItemProgress(Noted, Model):
    """How far a piece of work had come on a day, and what had come of it."""

    __tablename__ = "item_progress"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="part_of_a_hundred"),
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
    )

    item_id: Mapped[int] = mapped_column(
        ForeignKey("task_item.id", ondelete="RESTRICT"), index=True
    )
    reported_on: Mapped[date]
    state: Mapped[ItemState] = enum_column(ItemState)
    percent: Mapped[int]
    result: Mapped[str]
    document: Mapped[str]


class BudgetLine(Noted, Model):
    """Money for a piece of work from one source."""

    __tablename__ = "budget_line"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    item_id: Mapped[int] = mapped_column(
        ForeignKey("task_item.id", ondelete="RESTRICT"), index=True
    )
    funding: Mapped[FundingSource] = enum_column(FundingSource)
    purpose: Mapped[str]

    steps: Mapped[list["BudgetStep"]] = relationship(
        lazy="raise_on_sql", order_by="BudgetStep.id"
    )


class BudgetStep(Noted, Model):
    """What was decided about an amount: by whom, when, in which document."""

    __tablename__ = "budget_step"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    line_id: Mapped[int] = mapped_column(
        ForeignKey("budget_line.id", ondelete="RESTRICT"), index=True
    )
    stage: Mapped[BudgetStage] = enum_column(BudgetStage)
    #: In whole đồng.
    amount: Mapped[Decimal]
    document: Mapped[str]
    decided_on: Mapped[date]
    #: Who signed, with office.
    decided_by: Mapped[str]


class Purchase(Noted, Model):
    """Equipment that is bought for laboratories or for state inspection."""

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="at_least_one"),
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
    )

    item_id: Mapped[int] = mapped_column(
        ForeignKey("task_item.id", ondelete="RESTRICT"), index=True
    )
    purpose: Mapped[Purpose] = enum_column(Purpose)
    name: Mapped[str]
    quantity: Mapped[int]
    #: Who will hold it; empty while that is open.
    holder_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT")
    )

    item: Mapped[TaskItem] = relationship(
        lazy="raise_on_sql", back_populates="purchases"
    )
    holder: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    steps: Mapped[list["PurchaseStep"]] = relationship(
        lazy="raise_on_sql", order_by="PurchaseStep.id"
    )


class PurchaseStep(Noted, Model):
    """How far a purchase came on a day, with the document and the price then known."""

    __tablename__ = "purchase_step"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    purchase_id: Mapped[int] = mapped_column(
        ForeignKey("purchase.id", ondelete="RESTRICT"), index=True
    )
    stage: Mapped[PurchaseStage] = enum_column(PurchaseStage)
    done_on: Mapped[date]
    #: For all pieces together, in whole đồng; None if the document names none.
    amount: Mapped[Decimal | None]
    supplier: Mapped[str]
    document: Mapped[str]


class Activity(Undertaking, Model):
    """A review of policies, a survey, cooperation or communication for the plan."""

    __tablename__ = "plan_activity"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    kind: Mapped[ActivityKind] = enum_column(ActivityKind)
    title: Mapped[str]
    held_on: Mapped[date] = mapped_column(index=True)
    partners: Mapped[str]
    result: Mapped[str]
    #: People or enterprises that it reached; None if nobody counted.
    reached_count: Mapped[int | None]


class Participant(Identified, Model):
    """One person on the list of a training."""

    __tablename__ = "training_participant"
    __table_args__ = (
        UniqueConstraint("training_id", "person_key"),
        CheckConstraint("occasions > 0", name="came_at_least_once"),
    )

    training_id: Mapped[int] = mapped_column(
        ForeignKey("training.id", ondelete="RESTRICT")
    )
    full_name: Mapped[str]
    birth_year: Mapped[int | None]
    workplace: Mapped[str]
    id_tail: Mapped[str]
    occasions: Mapped[int]
    #: See labms.tasks.rules.Listed.
    person_key: Mapped[str] = mapped_column(index=True)

    training: Mapped[Training] = relationship(lazy="raise_on_sql")


class Programme(Undertaking, Model):
    """The measurement-assurance programme of one enterprise, from its beginning."""

    __tablename__ = "assurance_programme"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    enterprise_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    begun_on: Mapped[date]
    #: Which list of steps it follows, see labms.tasks.data.
    steps_slug: Mapped[str]

    enterprise: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    steps: Mapped[list["ProgrammeStep"]] = relationship(
        lazy="raise_on_sql", order_by="ProgrammeStep.id"
    )


class ProgrammeStep(Noted, Model):
    """A step of the programme that an enterprise has done."""

    __tablename__ = "assurance_step"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    programme_id: Mapped[int] = mapped_column(
        ForeignKey("assurance_programme.id", ondelete="RESTRICT"), index=True
    )
    step_code: Mapped[str]
    done_on: Mapped[date]
    note: Mapped[str]
    document: Mapped[str]
    #: The turn that it counts as, if it does.
    support_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_support.id", ondelete="RESTRICT")
    )


class Accreditation(Noted, Model):
    """The certificate behind a body's raised capability, from a day to a day."""

    __tablename__ = "accreditation"
    __table_args__ = (
        CheckConstraint("valid_until >= issued_on", name="ends_after_it_begins"),
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
    )

    raised_id: Mapped[int] = mapped_column(
        ForeignKey("body_raised.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    scope: Mapped[str]

    raised: Mapped[BodyRaised] = relationship(lazy="raise_on_sql")


class Assessment(Undertaking, Model):
    """A laboratory assessed against a set of criteria, with the conclusion."""

    __tablename__ = "criteria_assessment"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    #: "slug@revision" of the set.
    criteria: Mapped[str]
    assessed_on: Mapped[date] = mapped_column(index=True)
    #: One on each line.
    assessors: Mapped[str]
    conclusion: Mapped[Conclusion] = enum_column(Conclusion)
    total: Mapped[Decimal]
    #: The record with which it counts for the plan, if it meets the criteria.
    raised_id: Mapped[int | None] = mapped_column(
        ForeignKey("body_raised.id", ondelete="RESTRICT")
    )

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    scores: Mapped[list["Score"]] = relationship(lazy="raise_on_sql")


class Score(Model):
    """The score of one criterion, and what it rests on."""

    __tablename__ = "criteria_score"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("criteria_assessment.id", ondelete="RESTRICT"), primary_key=True
    )
    criterion: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal]
    evidence: Mapped[str]


_STRUCK = ("struck_on", "struck_reason")

freeze(
    BudgetStep.__table__,
    frozen=tuple(
        column.name
        for column in BudgetStep.__table__.columns
        if column.name not in _STRUCK
    ),
    set_once=_STRUCK,
)
freeze(Score.__table__, frozen=tuple(c.name for c in Score.__table__.columns))
