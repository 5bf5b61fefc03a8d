"""What was undertaken for the plan: simple records, each with a document."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, enum_column
from labms.organisations.models import Organisation
from labms.plan.rules import RaisedKind


class Undertaking(Audited, Identified):
    """What every such record bears. A wrong one is struck out, never changed."""

    #: Its name, number and date, so that it can be found again.
    document: Mapped[str] = mapped_column(sort_order=10)
    #: Code of the area in which it happened.
    area: Mapped[str] = mapped_column(sort_order=10)
    entered_on: Mapped[date] = mapped_column(sort_order=10)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), sort_order=10)
    #: The day from which it no longer counts, since it was entered by mistake.
    struck_on: Mapped[date | None] = mapped_column(sort_order=10)
    struck_reason: Mapped[str | None] = mapped_column(sort_order=10)


_REASON_IF_STRUCK = "(struck_on IS NULL) = (struck_reason IS NULL)"


class Training(Undertaking, Model):
    """A training in measurement, with how many took part."""

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint(
            "turns >= distinct_count AND distinct_count >= 0", name="turns_not_fewer"
        ),
        CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),
    )

    title: Mapped[str]
    #: Its last day.
    held_on: Mapped[date] = mapped_column(index=True)
    organiser: Mapped[str]
    #: Participations: somebody who came on two occasions is two.
    turns: Mapped[int]
    #: Different persons among them.
    distinct_count: Mapped[int]


class ProgrammeSupport(Undertaking, Model):
    """One time that the measurement-assurance programme reached an enterprise."""

    __tablename__ = "programme_support"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    enterprise_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    supported_on: Mapped[date] = mapped_column(index=True)
    activity: Mapped[str]

    enterprise: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class BodyRaised(Undertaking, Model):
    """A body opened to non-state providers, raised in capability, or assessed."""

    __tablename__ = "body_raised"
    __table_args__ = (CheckConstraint(_REASON_IF_STRUCK, name="reason_if_struck"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[RaisedKind] = enum_column(RaisedKind)
    achieved_on: Mapped[date] = mapped_column(index=True)
    #: What was achieved: "TCVN ISO/IEC 17025:2017".
    achievement: Mapped[str]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
