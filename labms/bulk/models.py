"""Runs over many jobs, and what became of each: kept, so that a restart loses nothing.

What is done to a job is in the trail by itself, under the name of who confirmed the
run; these rows only say how far it is.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from labms.bulk.rules import BulkKind, ItemState, RunState, run_state
from labms.db import Identified, Model, Owned, enum_column


class BulkRun(Owned, Identified, Model):
    """Jobs that one person chose, was shown and confirmed together."""

    __tablename__ = "bulk_run"
    __table_args__ = (
        CheckConstraint(
            "started_at IS NOT NULL OR "
            "(stopped_at IS NULL AND finished_at IS NULL AND lease_until IS NULL)",
            name="started_first",
        ),
        Index("ix_bulk_run_body_proposed", "body_id", "proposed_at"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    kind: Mapped[BulkKind] = enum_column(BulkKind)
    proposed_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    proposed_at: Mapped[datetime]
    #: Hash of what the confirmation page shows.
    shown_hash: Mapped[str]
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    #: Why it stopped by itself; empty if a person stopped it.
    stopped_because: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    #: Which worker has it, and until when it need not be asked.
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]

    @property
    def state(self) -> RunState:
        """Where it stands."""
        return run_state(
            started_at=self.started_at,
            stopped_at=self.stopped_at,
            finished_at=self.finished_at,
        )


class BulkItem(Identified, Model):
    """One job of a run."""

    __tablename__ = "bulk_item"
    __table_args__ = (
        UniqueConstraint("run_id", "job_id"),
        UniqueConstraint("run_id", "position"),
        CheckConstraint(
            "(state IN ('refused', 'left_out')) = (problem_vi <> '')",
            name="problem_if_not_done",
        ),
        Index("ix_bulk_item_run_state", "run_id", "state"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id", ondelete="CASCADE"))
    position: Mapped[int]
    job_id: Mapped[int] = mapped_column(
        ForeignKey("job.id", ondelete="RESTRICT"), index=True
    )
    #: Version or hash of what was shown about it.
    shown: Mapped[str]
    #: JSON: the words of its line on the page.
    told: Mapped[str]
    #: What it stands out by, separated by spaces.
    stands_out: Mapped[str] = mapped_column(default="")
    state: Mapped[ItemState] = enum_column(ItemState, default=ItemState.WAITING)
    problem_vi: Mapped[str] = mapped_column(default="")
    problem_en: Mapped[str] = mapped_column(default="")
    certificate_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )
    done_at: Mapped[datetime | None]
