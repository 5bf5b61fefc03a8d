"""Scans of papers that were signed by hand."""

from io import BytesIO

from PIL import Image

from labms.certificates.enclosing import CONTENT
from labms.certificates.examination.opened import NotReadable, Opened
from labms.certificates.logged import log_file
from labms.certificates.models import Certificate, CertificateFile
from labms.certificates.rules import CertificateState, FileKind, NotIssued
from labms.certificates.signatures.sealing import PDF, add_file
from labms.certificates.signatures.sending import BadScan, ScanIsIssued, ScanThere
from labms.certificates.signatures.signed_elsewhere import issued_as
from labms.db import db
from labms.filestore import hash_of, store
from labms.i18n import N_
from labms.policy import Actor, Permission, authorize
from labms.settings import Settings
from labms.signing.reading import signatures_of
from labms.signing.rules import UnreadablePdf

MOST_MEGABYTES = 10
#: A0 at 300 dpi; more is made to fill the memory of whoever opens it.
MOST_PIXELS = 140_000_000
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def attach_scan(
    certificate: Certificate, data: bytes, *, actor: Actor, settings: Settings
) -> CertificateFile:
    """Keep the scan of a signed paper with its document.

    Refuses with NotAllowed, NotIssued, BadScan, ScanThere or ScanIsIssued.
    """
    authorize(actor, Permission.CERTIFICATE_HAND_OVER, certificate)
    if certificate.state in {CertificateState.RESERVED, CertificateState.VOID}:
        raise NotIssued(number=certificate.number)
    media_type = check_scan(data)
    digest = hash_of(data)
    there = db.session.scalar(
        db.select(CertificateFile.id).where(
            CertificateFile.certificate_id == certificate.id,
            CertificateFile.file_hash == digest,
        )
    )
    if there is not None:
        raise ScanThere
    if media_type == PDF and is_issued(data):
        raise ScanIsIssued
    store(settings.files_dir, data)
    row = add_file(
        certificate,
        FileKind.SCAN,
        data,
        told={"bytes": len(data)},
        media_type=media_type,
        actor=actor,
    )
    log_file(certificate, digest)
    return row


def is_issued(data: bytes) -> bool:
    """Whether a PDF is a file of ours, signed or not, or was made of one.

    It begins with one that was issued, or bears the words of a document inside.
    """
    if issued_as(data) is not None:
        return True
    try:
        opened = Opened(data)
    except NotReadable:  # a scanner's software writes what it likes
        return False
    return CONTENT in opened.first.inside or CONTENT in opened.last.inside


def check_scan(data: bytes) -> str:
    """Return what kind of file a scan is, by what is in it. Raises BadScan."""
    if len(data) > MOST_MEGABYTES * 1024 * 1024:
        raise _bad(N_("it is too large"))
    if not data:
        raise _bad(N_("it is empty"))
    if data.startswith(b"%PDF-"):
        try:
            signatures_of(data)
        except UnreadablePdf as error:
            raise _bad(N_("it cannot be read")) from error
        return PDF
    try:
        with Image.open(BytesIO(data), formats=list(PICTURES)) as picture:
            wide, high = picture.size
            kind = PICTURES[picture.format or ""]
            picture.verify()
    except (
        OSError,
        SyntaxError,
        ValueError,
        KeyError,
    ) as error:
        raise _bad(N_("it is neither, whatever it is called")) from error
    except Image.DecompressionBombError as error:
        raise _bad(N_("it has too many pixels")) from error
    if wide * high > MOST_PIXELS:
        raise _bad(N_("it has too many pixels"))
    return kind


def _bad(problem: str) -> BadScan:
    return BadScan(most=MOST_MEGABYTES, problem=problem)
