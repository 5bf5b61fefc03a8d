"""What a body has released for its own use, by name and date."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Audited, Identified, Model, Owned


class _Release(Audited, Owned, Identified):
    """What releases of procedures and of cycles have in common."""

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    #: SHA-256 of the catalogue's content as it was shown and released.
    content_hash: Mapped[str]
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
