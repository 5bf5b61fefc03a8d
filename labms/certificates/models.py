"""Certificates and notices: frozen from the moment their number is taken."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.certificates.life import CorrectionReason, HoldReason
from labms.certificates.rules import (
    CertificateState,
    DocumentKind,
    FileKind,
    RevocationReason,
    SigningStep,
)
from labms.db import Audited, Identified, Model, Owned, enum_column
from labms.frozen import freeze
from labms.jobs.models import Job
from labms.policy import Scope
from labms.registry.standings import HoldKind
from labms.signing.rules import SigningWay

_ISSUED = text("state = 'issued'")
_RESERVED = text("state = 'reserved'")
_STANDS = text("lifted_at IS NULL")


class Certificate(Audited, Owned, Identified, Model):
    """A document with a number: a certificate, or a notice of failure."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        UniqueConstraint("body_id", "kind", "year", "sequence"),
        CheckConstraint(
            "(state = 'revoked') = (revocation_reason IS NOT NULL)",
            name="reason_if_revoked",
        ),
        CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name="reason_if_void"
        ),
        CheckConstraint(
            "state IN ('reserved', 'void') OR "
            "(issued_at IS NOT NULL AND file_hash IS NOT NULL)",
            name="has_file_once_issued",
        ),
        # Never two in force; and one at a time on its way, a first or a corrected one.
        Index(
            "uq_certificate_in_force",
            "job_id",
            unique=True,
            sqlite_where=_ISSUED,
            postgresql_where=_ISSUED,
        ),
        Index(
            "uq_certificate_on_its_way",
            "job_id",
            unique=True,
            sqlite_where=_RESERVED,
            postgresql_where=_RESERVED,
        ),
        Index("ix_certificate_body_issued", "body_id", "issued_on"),
        Index("ix_certificate_file_hash", "file_hash"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    kind: Mapped[DocumentKind] = enum_column(DocumentKind)
    year: Mapped[int]
    #: Its place in its series: 1…n without a gap.
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(index=True)
    #: The secret in the QR code.
    lookup_token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[CertificateState] = enum_column(
        CertificateState, default=CertificateState.RESERVED
    )
    job_id: Mapped[int] = mapped_column(
        ForeignKey("job.id", ondelete="RESTRICT"), index=True
    )
    instrument_id: Mapped[int] = mapped_column(
        ForeignKey("instrument.id", ondelete="RESTRICT"), index=True
    )
    #: The organisation that uses the instrument, as named in the content.
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )
    #: Every printed word, as canonical JSON with a schema version.
    content: Mapped[str]
    content_hash: Mapped[str]
    reserved_at: Mapped[datetime]
    #: Until when a process that finishes it may take; another may then take over.
    lease_until: Mapped[datetime | None]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: When the pass or failure was established: what happened later can end it.
    evidence_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    #: SHA-256 of the PDF, under which it is stored.
    file_hash: Mapped[str | None]
    #: Written in the moment that it takes that one's place; see Correction until then.
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True
    )
    void_reason: Mapped[str | None]
    revoked_on: Mapped[date | None]
    revocation_reason: Mapped[RevocationReason | None] = enum_column(RevocationReason)
    revocation_text: Mapped[str | None]
    #: By hand: signed by performer and head, sealed, handed over.
    signed_on: Mapped[date | None]
    sealed_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    handed_over_to: Mapped[str] = mapped_column(default="")

    job: Mapped[Job] = relationship(lazy="raise_on_sql")

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """A body sees what it issued, an enterprise what is about its instruments."""
        if scope.body_id is not None:
            return cls.body_id == scope.body_id
        return cls.owner_id == scope.owner_id


freeze(
    Certificate.__table__,
    frozen=(
        "id",
        "body_id",
        "kind",
        "year",
        "sequence",
        "number",
        "lookup_token",
        "job_id",
        "instrument_id",
        "owner_id",
        "content",
        "content_hash",
        "reserved_at",
        "issued_on",
        "issued_by_id",
        "evidence_at",
        "valid_until",
    ),
    set_once=(
        "issued_at",
        "file_hash",
        "supersedes_id",
        "revoked_on",
        "void_reason",
    ),
    no_return=(
        "(OLD.state IN ('void', 'revoked', 'superseded') AND NEW.state <> OLD.state) "
        "OR (OLD.state = 'issued' AND NEW.state IN ('reserved', 'void'))"
    ),
)


class Correction(Identified, Model):
    """Why a document takes the place of another one, and which words differ."""

    __tablename__ = "certificate_correction"

    #: The corrected document; it is reserved first, and may be given up.
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True
    )
    corrects_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[CorrectionReason] = enum_column(CorrectionReason)
    explanation: Mapped[str]
    #: JSON: a list of what differs, each with path, before and after.
    changes: Mapped[str]


freeze(
    Correction.__table__,
    frozen=(
        "id",
        "certificate_id",
        "corrects_id",
        "reason",
        "explanation",
        "changes",
    ),
)


class Hold(Identified, Model):
    """A document that does not count for a time, or that is being looked into."""

    __tablename__ = "certificate_hold"
    __table_args__ = (
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_by_somebody"
        ),
        Index(
            "uq_certificate_hold_standing",
            "certificate_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[HoldKind] = enum_column(HoldKind)
    reason: Mapped[HoldReason] = enum_column(HoldReason)
    explanation: Mapped[str]
    held_on: Mapped[date]
    held_at: Mapped[datetime]
    held_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    lifted_because: Mapped[str | None]


freeze(
    Hold.__table__,
    frozen=(
        "id",
        "certificate_id",
        "kind",
        "reason",
        "explanation",
        "held_on",
        "held_at",
        "held_by_id",
    ),
    set_once=("lifted_at", "lifted_by_id", "lifted_because"),
)


class CertificateFile(Audited, Owned, Identified, Model):
    """A file of a document that bears a signature; an unsigned one has no row here."""

    __tablename__ = "certificate_file"
    __table_args__ = (UniqueConstraint("certificate_id", "file_hash"),)

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="RESTRICT"))
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT")
    )
    kind: Mapped[FileKind] = enum_column(FileKind)
    #: SHA-256 of the file, under which it is stored.
    file_hash: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    added_at: Mapped[datetime]
    #: None: labms itself did.
    added_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    #: JSON: what its signature said when it came, or what a person noted.
    details: Mapped[str]

    @classmethod
    def visible_to(cls, scope: Scope) -> ColumnElement[bool]:
        """Whoever sees the document sees its files."""
        if scope.body_id is not None:
            return cls.body_id == scope.body_id
        return cls.owner_id == scope.owner_id


freeze(
    CertificateFile.__table__,
    frozen=(
        "id",
        "certificate_id",
        "body_id",
        "owner_id",
        "kind",
        "file_hash",
        "media_type",
        "added_at",
        "added_by_id",
        "details",
    ),
)


class Signing(Identified, Model):
    """How a document is signed electronically, and what it still waits for."""

    __tablename__ = "certificate_signing"

    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True
    )
    #: The body's choice when the number was taken.
    way: Mapped[SigningWay] = enum_column(SigningWay)
    awaits: Mapped[SigningStep] = enum_column(SigningStep, index=True)
    #: How often an authority was asked for a time stamp in vain, and what it said.
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    problem: Mapped[str | None]


freeze(Signing.__table__, frozen=("id", "certificate_id", "way"))
