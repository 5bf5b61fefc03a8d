"""What was undertaken for the plan: simple records, each with a document."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, enum_column
from labms.plan.rules import RaisedKind


class Training(Audited, Identified, Model):
    """A training in measurement, with how many took part."""

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint(
            "turns >= distinct_count AND distinct_count >= 0", name="turns_not_fewer"
        ),
    )

    title: Mapped[str]
    held_on: Mapped[date] = mapped_column(index=True)
    organiser: Mapped[str]
    #: Participations: somebody who came on two occasions is two.
    turns: Mapped[int]
    #: Different persons among them.
    distinct_count: Mapped[int]
    document: Mapped[str]
    area: Mapped[str]
    entered_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class ProgrammeSupport(Audited, Identified, Model):
    """One time that an enterprise was reached by the measurement-assurance programme."""

    __tablename__ = "programme_support"

    enterprise_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    supported_on: Mapped[date] = mapped_column(index=True)
    activity: Mapped[str]
    document: Mapped[str]
    area: Mapped[str]
    entered_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class BodyRaised(Audited, Identified, Model):
    """A body opened to non-state providers, raised in capability, or assessed."""

    __tablename__ = "body_raised"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[RaisedKind] = enum_column(RaisedKind)
    achieved_on: Mapped[date] = mapped_column(index=True)
    #: What was achieved: "TCVN ISO/IEC 17025:2017".
    achievement: Mapped[str]
    document: Mapped[str]
    area: Mapped[str]
    entered_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
