"""What people reported, for those who look into it; never shown to anybody else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.policy import Scope
from labms.public.problems import ProblemKind, ProblemState


class ProblemReport(Audited, Owned, Identified, Model):
    """What somebody noticed about a document or an instrument, and what came of it."""

    __tablename__ = "problem_report"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('founded', 'unfounded')) = (closed_at IS NOT NULL)",
            name="closed_at_some_time",
        ),
        CheckConstraint("closed_at IS NULL OR contact = ''", name="contact_forgotten"),
        Index("ix_problem_report_body_state", "body_id", "state"),
    )

    #: Whose document it is about; none if that isn't known.
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT")
    )
    certificate_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )
    #: The number or code, as it was typed.
    about: Mapped[str]
    kind: Mapped[ProblemKind] = enum_column(ProblemKind)
    text: Mapped[str]
    #: How to reach who reported it, if they said so; forgotten when it is closed.
    contact: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    state: Mapped[ProblemState] = enum_column(ProblemState, default=ProblemState.NEW)
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    closed_at: Mapped[datetime | None]

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """A body sees what is about its documents, and what is about nobody's."""
        if scope.body_id is None:
            return false()
        return or_(cls.body_id == scope.body_id, cls.body_id.is_(None))


freeze(
    ProblemReport.__table__,
    frozen=("id", "body_id", "certificate_id", "about", "kind", "text", "reported_at"),
    set_once=("closed_at",),
)
