"""The files of a document: as issued, and each one that was signed later."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User
from labms.certificates.models import Certificate, CertificateFile, Signing
from labms.certificates.rules import (
    BeingFinished,
    CertificateState,
    FileKind,
    SigningStep,
)
from labms.db import db
from labms.errors import NotFound
from labms.signing.rules import SigningWay

PDF = "application/pdf"
#: In the order of what is worth more to whoever wants the document.
SIGNED = (FileKind.TOKEN, FileKind.STAMPED)


@dataclass(frozen=True, slots=True)
class File:
    """One file of a document."""

    file_hash: str
    media_type: str
    kind: FileKind | None
    """None: as issued, to be signed by hand or elsewhere."""
    added_at: datetime | None
    added_by: str
    details: Mapping[str, Any]

    @property
    def signers(self) -> list[str]:
        """Who signed it electronically: none for a scan, or as issued unsigned."""
        named = self.details.get("signers") or [self.details.get("signer", "")]
        return [name for name in named if name]

    def said(self, part: str) -> str:
        """Return one thing that its last signature said when it came."""
        return str(self.details.get(part) or "")


def files_of(certificate: Certificate) -> list[File]:
    """Return all files of a document, the first one first."""
    rows = db.session.execute(
        sa.select(CertificateFile, User.full_name)
        .join(User, User.id == CertificateFile.added_by_id, isouter=True)
        .where(CertificateFile.certificate_id == certificate.id)
        .order_by(CertificateFile.id)
    ).all()
    found = [
        File(
            row.file_hash,
            row.media_type,
            row.kind,
            row.added_at,
            name or "",
            json.loads(row.details),
        )
        for row, name in rows
    ]
    if certificate.file_hash and all(
        one.file_hash != certificate.file_hash for one in found
    ):
        found.insert(
            0, File(certificate.file_hash, PDF, None, certificate.issued_at, "", {})
        )
    return found


def newest_file(certificate: Certificate) -> File:
    """Return the PDF of a document that bears most: what anybody is given.

    Raises BeingFinished while there is none.
    """
    found = [one for one in files_of(certificate) if one.kind is not FileKind.SCAN]
    if not found:
        raise BeingFinished(number=certificate.number)
    return found[-1]


def file_of(certificate: Certificate, digest: str) -> File:
    """Return the file of a document that has this hash. Raises NotFound."""
    for one in files_of(certificate):
        if one.file_hash == digest:
            return one
    raise NotFound


def signing_of(certificate_id: int) -> Signing | None:
    """Return how a document is signed electronically; None if it is by hand."""
    return db.session.scalar(
        sa.select(Signing).where(Signing.certificate_id == certificate_id)
    )


def to_be_signed() -> sa.Select[Any]:
    """Return the query of issued documents that wait for the signatory's token."""
    return (
        sa.select(Certificate)
        .join(Signing, Signing.certificate_id == Certificate.id)
        .where(
            Certificate.state == CertificateState.ISSUED,
            Signing.way == SigningWay.TOKEN,
            Signing.awaits == SigningStep.SIGNATURE,
        )
        .order_by(Certificate.id)
    )


def any_to_be_signed() -> bool:
    """Return whether documents wait for a token."""
    return db.session.scalar(to_be_signed().limit(1)) is not None
