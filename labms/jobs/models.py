"""Orders, jobs, and what was read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.accounts.models import User
from labms.catalogue.rules import Evidence, VerificationReason
from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.jobs.conformity import AgreedRule
from labms.jobs.rules import JobKind, JobState, NotMeasuredYet
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Organisation
from labms.registry.models import Instrument, Standard
from labms.traceability.models import Calibration


class Order(Audited, Owned, Identified, Model):
    """What a customer brings or asks for at once."""

    __tablename__ = "order"
    __table_args__ = (UniqueConstraint("body_id", "number"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    number: Mapped[str]
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    received_at: Mapped[datetime] = mapped_column(index=True)
    received_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    promised_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    customer: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    jobs: Mapped[list["Job"]] = relationship(
        lazy="raise_on_sql", back_populates="order"
    )


class Job(Audited, Owned, Identified, Model):
    """One instrument or standard going through the laboratory once."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "(instrument_id IS NULL) <> (standard_id IS NULL)", name="has_one_subject"
        ),
        CheckConstraint(
            "(state IN ('registered', 'cancelled')) OR (performed_by_id IS NOT NULL "
            "AND procedure_slug IS NOT NULL AND procedure_revision IS NOT NULL "
            "AND release_id IS NOT NULL)",
            name="has_performer_and_procedure_once_started",
        ),
        CheckConstraint(
            "(state IN ('registered', 'in_progress', 'cancelled')) OR "
            "(performed_on IS NOT NULL AND submitted_at IS NOT NULL "
            "AND evidence_at IS NOT NULL "
            "AND (verdict IS NOT NULL) = (kind = 'verification'))",
            name="has_verdict_once_submitted",
        ),
        CheckConstraint(
            "(state NOT IN ('approved', 'certified', 'evidenced', 'notified')) OR "
            "(reviewed_by_id IS NOT NULL AND reviewed_by_id <> performed_by_id)",
            name="reviewed_by_another",
        ),
        CheckConstraint(
            "(state NOT IN ('certified', 'evidenced')) OR verdict = 'pass' "
            "OR (kind IN ('calibration', 'test') AND state = 'certified')",
            name="evidence_only_on_pass",
        ),
        CheckConstraint(
            "(kind = 'verification') = (reason IS NOT NULL)",
            name="reason_if_verified",
        ),
        CheckConstraint(
            "(kind = 'calibration') = (agreed_rule IS NOT NULL)",
            name="rule_if_calibrated",
        ),
        CheckConstraint(
            "(state <> 'notified') OR verdict = 'fail'", name="notice_only_on_fail"
        ),
        CheckConstraint("reason <> 'in_service'", name="is_no_inspection"),
        UniqueConstraint("order_id", "position"),
        Index("ix_job_body_state", "body_id", "state"),
        Index("ix_job_valid_until", "valid_until"),
        Index(
            "uq_job_open",
            "instrument_id",
            unique=True,
            sqlite_where=text(
                "state IN ('registered', 'in_progress', 'awaiting_review', 'approved')"
            ),
            postgresql_where=text(
                "state IN ('registered', 'in_progress', 'awaiting_review', 'approved')"
            ),
        ),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    order_id: Mapped[int] = mapped_column(
        ForeignKey("order.id", ondelete="RESTRICT"), index=True
    )
    #: Its place within the order, from 1; with the order's number it is the job's.
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[JobKind] = enum_column(JobKind)
    #: Why it is verified; None for calibration and test.
    reason: Mapped[VerificationReason | None] = enum_column(VerificationReason)
    #: By which rule a calibration says whether values conform, if at all.
    agreed_rule: Mapped[AgreedRule | None] = enum_column(AgreedRule)
    #: The day of the next calibration that the customer asked to have printed.
    recalibration_on: Mapped[date | None]
    state: Mapped[JobState] = enum_column(JobState, default=JobState.REGISTERED)
    instrument_id: Mapped[int | None] = mapped_column(
        ForeignKey("instrument.id", ondelete="RESTRICT"), index=True
    )
    standard_id: Mapped[int | None] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT"), index=True
    )
    registered_at: Mapped[datetime] = mapped_column(index=True)
    assigned_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), index=True
    )
    #: Where it is done: empty means in the laboratory.
    place: Mapped[str] = mapped_column(default="")
    performed_on: Mapped[date | None] = mapped_column(index=True)
    #: Why the day of the measurements was entered late, where that has to be said.
    late_reason: Mapped[str] = mapped_column(default="")
    performed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), index=True
    )
    #: The procedure that the readings were taken under, for ever.
    procedure_slug: Mapped[str | None]
    procedure_revision: Mapped[str | None]
    release_id: Mapped[int | None] = mapped_column(
        ForeignKey("procedure_release.id", ondelete="RESTRICT")
    )
    #: The instrument's characteristics and owner as they were when it was measured.
    subject_snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Name → what was typed, at the begin and at the end.
    environment: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(default="")
    #: Raised with each save: two windows can't overwrite each other.
    version: Mapped[int] = mapped_column(default=1)
    verdict: Mapped[Verdict | None] = enum_column(Verdict)
    failed_stage: Mapped[str | None]
    #: What the readings gave when they were submitted; frozen with the approval.
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: What a pass gives: chosen by the verifier among what the procedure allows.
    evidence: Mapped[Evidence | None] = enum_column(Evidence)
    mark: Mapped[str] = mapped_column(default="")
    #: What the verifier noted as stuck on; becomes a Stamp when the job is submitted.
    stamp_serial: Mapped[str] = mapped_column(default="")
    #: The legal cycle on the day of the measurements; None if there is none.
    cycle_months: Mapped[int | None]
    #: The law's list that it comes from, and its release by the body.
    cycle_list: Mapped[str | None]
    cycle_release_id: Mapped[int | None] = mapped_column(
        ForeignKey("cycle_release.id", ondelete="RESTRICT")
    )
    valid_until: Mapped[date | None]
    submitted_at: Mapped[datetime | None]
    #: From when on its evidence counts: what ends it comes after this moment.
    evidence_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), index=True
    )
    reviewed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    cancel_reason: Mapped[str | None]

    order: Mapped[Order] = relationship(lazy="raise_on_sql", back_populates="jobs")
    instrument: Mapped[Instrument | None] = relationship(lazy="raise_on_sql")
    standard: Mapped[Standard | None] = relationship(lazy="raise_on_sql")
    performed_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[performed_by_id]
    )
    assigned_to: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[assigned_to_id]
    )
    reviewed_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[reviewed_by_id]
    )
    used: Mapped[list["JobStandard"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    readings: Mapped[list["Reading"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    reviews: Mapped[list["Review"]] = relationship(
        lazy="raise_on_sql", order_by="Review.id"
    )

    @property
    def number(self) -> str:
        """How people call it: the order's number and its place within the order."""
        return f"{self.order.number}/{self.position}"

    @property
    def day_performed(self) -> date:
        """The day of the measurements. Raises NotMeasuredYet before there are any."""
        if self.performed_on is None:
            raise NotMeasuredYet
        return self.performed_on


class JobStandard(Model):
    """A standard that was used in a job, with the calibration that it had then."""

    __tablename__ = "job_standard"

    job_id: Mapped[int] = mapped_column(
        ForeignKey("job.id", ondelete="CASCADE"), primary_key=True
    )
    standard_id: Mapped[int] = mapped_column(
        ForeignKey("standard.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    calibration_id: Mapped[int] = mapped_column(
        ForeignKey("calibration.id", ondelete="RESTRICT"), index=True
    )
    #: Which need of the procedure it met.
    need: Mapped[str]

    standard: Mapped[Standard] = relationship(lazy="raise_on_sql")
    calibration: Mapped[Calibration] = relationship(lazy="raise_on_sql")


class Reading(Model):
    """What was typed at one place of the sheet, and the decimal that it means."""

    __tablename__ = "reading"

    job_id: Mapped[int] = mapped_column(
        ForeignKey("job.id", ondelete="CASCADE"), primary_key=True
    )
    #: "<row of the sheet>.<column>".
    key: Mapped[str] = mapped_column(primary_key=True)
    typed: Mapped[str]
    #: None for a yes or no, and for what can't be read yet.
    value: Mapped[Decimal | None]


class Review(Model):
    """What a reviewer decided about a job, and why if it was returned."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(
        ForeignKey("job.id", ondelete="RESTRICT"), index=True
    )
    is_approval: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime]
    reviewed_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )

    reviewed_by: Mapped[User] = relationship(lazy="raise_on_sql")


#: From the approval on nothing that was measured changes.
_APPROVED = (
    "(SELECT state FROM job WHERE job.id = OLD.job_id) "
    "IN ('approved', 'certified', 'evidenced', 'notified')"
)
freeze(
    Reading.__table__,
    frozen=("job_id", "key", "typed", "value"),
    frozen_while=_APPROVED,
)
freeze(
    JobStandard.__table__,
    frozen=("job_id", "standard_id", "calibration_id", "need"),
    frozen_while=_APPROVED,
)
freeze(
    Review.__table__,
    frozen=("id", "job_id", "is_approval", "reason", "reviewed_at", "reviewed_by_id"),
)
freeze(
    Job.__table__,
    frozen=(
        "body_id",
        "order_id",
        "kind",
        "reason",
        "agreed_rule",
        "recalibration_on",
        "instrument_id",
        "standard_id",
        "performed_on",
        "performed_by_id",
        "procedure_slug",
        "procedure_revision",
        "release_id",
        "verdict",
        "evidence",
        "mark",
        "cycle_months",
        "cycle_list",
        "valid_until",
        "submitted_at",
        "evidence_at",
        "late_reason",
        "reviewed_by_id",
        "reviewed_at",
    ),
    set_once=("closed_at",),
    frozen_while="OLD.state IN ('approved', 'certified', 'evidenced', 'notified')",
    no_return=(
        "(OLD.state IN ('certified', 'evidenced', 'notified', 'cancelled') "
        "AND NEW.state <> OLD.state) OR (OLD.state = 'approved' "
        "AND NEW.state NOT IN ('approved', 'certified', 'evidenced', 'notified', "
        "'in_progress')) OR (OLD.state = 'approved' AND NEW.state = 'in_progress' "
        "AND EXISTS (SELECT 1 FROM certificate WHERE certificate.job_id = OLD.id "
        "AND certificate.state IN ('reserved', 'issued')))"
    ),
)
