"""The log: its keys, its end, its leaves, the hashes above them, what was signed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Identified, Model
from labms.frozen import freeze


class LogKey(Identified, Model):
    """A key that signs for the log from some size on; the last row is the one now."""

    __tablename__ = "log_key"

    #: The name of the log that it signs for: its origin.
    name: Mapped[str]
    #: As it is printed: name, id and key.
    public_key: Mapped[str]
    #: How many entries there were when it began.
    first_size: Mapped[int]
    began_at: Mapped[datetime]


class LogHead(Model):
    """The one row that says where the log ends; whoever appends locks it."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    #: Hashes of the complete subtrees, the largest first, in hex, one after the other.
    peaks: Mapped[str]


class LogEntry(Model):
    """A leaf: something that happened to a document, once, for ever."""

    __tablename__ = "log_entry"
    __table_args__ = (Index("ix_log_entry_document", "document", "position"),)

    #: From 0, without a gap.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str]
    #: SHA-256 of the document's secret code.
    document: Mapped[str]
    #: Of an entry about a file: the file's SHA-256.
    file: Mapped[str | None] = mapped_column(index=True)
    #: What is hashed, as canonical JSON.
    entry: Mapped[str]
    leaf_hash: Mapped[str]


class LogNode(Model):
    """The hash of a complete subtree over two or more leaves."""

    __tablename__ = "log_node"

    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str]


class LogCheckpoint(Model):
    """What the log signed about itself when it had so many entries."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[int] = mapped_column(
        ForeignKey("log_key.id", ondelete="RESTRICT"), primary_key=True
    )
    root: Mapped[str]
    #: In base 64, over the checkpoint's text.
    signature: Mapped[str]
    signed_at: Mapped[datetime]
    #: Where the audit trail ended then, signed as well; with entries that issue.
    trail_size: Mapped[int | None]
    trail_hash: Mapped[str | None]
    trail_signature: Mapped[str | None]


for _model in (LogKey, LogEntry, LogNode, LogCheckpoint):
    freeze(
        _model.__table__, frozen=[column.name for column in _model.__table__.columns]
    )
