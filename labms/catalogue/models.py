"""What a body has released for its own use, by name and date."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, Owned
from labms.frozen import freeze


class _Release(Audited, Owned, Identified):
    """What releases of procedures and of cycles have in common."""

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    #: SHA-256 of the catalogue's content as it was shown and released.
    content_hash: Mapped[str]
    #: That content itself, to tell later what changed since.
    content: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    #: The unchecked figures that the releasing person was shown.
    unchecked: Mapped[list[Any]] = mapped_column(JSON)
    released_on: Mapped[date]
    released_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    withdrawn_on: Mapped[date | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    withdrawal_reason: Mapped[str | None]


class ProcedureRelease(_Release, Model):
    """A revision of a procedure with which a body works, until it is withdrawn."""

    __tablename__ = "procedure_release"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)",
            name="reason_if_withdrawn",
        ),
        Index(
            "uq_procedure_release_live",
            "body_id",
            "procedure_slug",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )

    procedure_slug: Mapped[str]
    revision: Mapped[str]
    #: Where sources disagree: the option's name → the one that this body uses.
    options: Mapped[dict[str, Any]]


class CycleRelease(_Release, Model):
    """A version of the law's list whose cycles a body applies."""

    __tablename__ = "cycle_release"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)",
            name="reason_if_withdrawn",
        ),
        Index(
            "uq_cycle_release_live",
            "body_id",
            "list_slug",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )

    list_slug: Mapped[str]


class OwnRevision(Audited, Owned, Identified, Model):
    """A body's own revision of a procedure, corrected by the official text.

    A draft of its author until somebody else has compared it; from then on it stays as
    it is for ever, because jobs may rest on it.
    """

    __tablename__ = "own_revision"
    __table_args__ = (
        UniqueConstraint("procedure_slug", "revision"),
        CheckConstraint("confirmed_by_id <> author_id", name="two_people"),
        CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_id IS NULL)",
            name="day_if_confirmed",
        ),
        CheckConstraint("confirmed_on IS NULL OR discarded_on IS NULL", name="one_end"),
    )

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    procedure_slug: Mapped[str]
    revision: Mapped[str]
    #: The revision that was corrected: of the catalogue, or an earlier one of its own.
    origin_revision: Mapped[str]
    #: The official text that it is corrected by, as it is cited.
    document: Mapped[str]
    #: The text of its file, as it is given back.
    content: Mapped[str]
    #: The catalogue's tables of limits that it uses, as they were; TOML by name.
    tables: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    written_on: Mapped[date]
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    confirmed_on: Mapped[date | None]
    discarded_on: Mapped[date | None]

    @property
    def name(self) -> str:
        """How a job remembers it."""
        return f"{self.procedure_slug}@{self.revision}"

    @property
    def is_draft(self) -> bool:
        """Whether its author may still change it."""
        return self.confirmed_on is None and self.discarded_on is None


freeze(
    OwnRevision.__table__,
    frozen=[column.name for column in OwnRevision.__table__.columns],
    frozen_while="OLD.confirmed_on IS NOT NULL",
)
