"""The trail, and the place where it ends."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Model
from labms.frozen import freeze


class AuditEvent(Model):
    """Something that somebody did, once, for ever."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    event_type: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int | None]
    #: None when the system itself acted.
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    reason: Mapped[str | None]
    #: Column → [before, after], as canonical JSON.
    changes: Mapped[str]
    #: Of the program.
    version: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Model):
    """The one row that says where the trail ends; whoever appends locks it."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    hash: Mapped[str]


class Instance(Audited, Model):
    """This installation: one row, made with it. A restored one is fenced."""

    __tablename__ = "instance"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    #: When this database was restored from a backup; issuing waits for a person.
    restored_at: Mapped[datetime | None]
    #: When an operator confirmed the highest numbers known outside.
    confirmed_at: Mapped[datetime | None]


freeze(
    AuditEvent.__table__,
    frozen=[column.name for column in AuditEvent.__table__.columns],
)
