"""The second half of issuing: the file of what was decided, and the word that it is.

What is decided (number, words, secret code) is committed before there is a file. A
crash in between is resumed with the same number, never begun again with a new one.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime
from math import ceil

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.content import Content
from labms.certificates.correction.succeeding import make_room_for
from labms.certificates.enclosing import enclosures
from labms.certificates.logged import log_file, log_superseded
from labms.certificates.models import Certificate
from labms.certificates.pdf import draw
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import (
    LEASE,
    BeingFinished,
    CertificateState,
    DocumentKind,
    Leased,
    NotIssued,
)
from labms.certificates.signatures.sealing import (
    is_sealed_here,
    note_sealed,
    sealed_file,
)
from labms.db import db, transaction
from labms.errors import LabError
from labms.filestore import TakenOver, discard, drop_pending, store
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.jobs.services import close_job
from labms.organisations.models import Body, Organisation
from labms.policy import SYSTEM, Permission, authorize
from labms.settings import Settings
from labms.signing.sealing import Sealed

#: Makes the file of some content.
Draw = Callable[..., bytes]
#: How often a command that waits for others looks again, in seconds.
_LOOK_AGAIN = 0.25
#: What a job becomes when its document is issued.
OUTCOMES = {
    DocumentKind.VERIFICATION: JobState.CERTIFIED,
    DocumentKind.NOTICE: JobState.NOTIFIED,
    DocumentKind.CALIBRATION: JobState.CERTIFIED,
    DocumentKind.TEST: JobState.CERTIFIED,
}


def finish_issuing(
    certificate_id: int, *, settings: Settings, drawing: Draw | None = None
) -> Certificate:
    """Make the file of a reserved document, then say that it is issued.

    The second half of issuing; opens its own transactions and is called outside any
    other. Twice is once: a document that is issued already is returned as it is.
    Refuses with BeingFinished while another process has it, and with what stands in
    the way of a file; the reservation stays, and can be resumed. Whoever needs longer
    than the lease finds it done by another, and leaves no file behind. `drawing` makes
    the file elsewhere, as when several are drawn side by side.
    """
    content = _claim(certificate_id)
    if content is None:
        return certificate_by_id(certificate_id)
    try:
        certificate = certificate_by_id(certificate_id)
        token, inside = certificate.lookup_token, enclosures(certificate)
        data = (drawing or draw)(
            content, cache_dir=settings.cache_dir, attachments=inside
        )
        sealed = None
        if is_sealed_here(content):
            sealed = _sealed(certificate, data, settings)
            data = sealed.data
        digest = store(settings.files_dir, data)
        done = _complete(certificate_id, digest, sealed, settings=settings)
    except TakenOver as error:
        raise BeingFinished(number=certificate.number) from error
    except Exception:
        _give_back(certificate_id)
        raise
    if done.file_hash != digest:
        discard(settings.files_dir, digest)
    if sealed is not None:
        drop_pending(settings.files_dir, token)
    return done


def _sealed(certificate: Certificate, pdf: bytes, settings: Settings) -> Sealed:
    code, name = db.session.execute(
        sa.select(Body.code, Organisation.name)
        .join(Organisation, Organisation.id == Body.id)
        .where(Body.id == certificate.body_id)
    ).one()
    return sealed_file(
        pdf,
        code=code,
        name=name,
        token=certificate.lookup_token,
        settings=settings,
    )


def _claim(certificate_id: int) -> Content | None:
    """Take the lease on a reservation and return its words; None once it is issued."""
    now = clock.now()
    with transaction():
        claimed = db.session.execute(
            sa.update(Certificate)
            .where(
                Certificate.id == certificate_id,
                Certificate.state == CertificateState.RESERVED,
                sa.or_(
                    Certificate.lease_until.is_(None), Certificate.lease_until < now
                ),
            )
            .values(lease_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )
        certificate = certificate_by_id(certificate_id, for_update=True)
        if getattr(claimed, "rowcount", 0) == 1:
            content: Content = json.loads(certificate.content)
            return content
        if certificate.state is CertificateState.RESERVED:
            raise BeingFinished(number=certificate.number)
        if certificate.state is CertificateState.VOID:
            raise NotIssued(number=certificate.number)
        return None


def _complete(
    certificate_id: int, digest: str, sealed: Sealed | None, *, settings: Settings
) -> Certificate:
    """Write that the file is there, and close the job: the second transaction."""
    with transaction():
        certificate = certificate_by_id(certificate_id, for_update=True)
        authorize(SYSTEM, Permission.CERTIFICATE_FINISH, certificate)
        if certificate.state is CertificateState.RESERVED:
            corrected = make_room_for(certificate)
            certificate.state = CertificateState.ISSUED
            certificate.issued_at = clock.now()
            certificate.file_hash = digest
            certificate.lease_until = None
            record(EventType.CERTIFICATE_ISSUED, certificate, actor=SYSTEM)
            if corrected is None:
                job = db.session.scalars(
                    sa.select(Job).where(Job.id == certificate.job_id).with_for_update()
                ).one()
                close_job(job, OUTCOMES[certificate.kind], actor=SYSTEM)
            if sealed is not None:
                note_sealed(certificate, sealed, settings=settings)
            log_file(certificate)
            if corrected is not None:
                log_superseded(corrected, certificate)
    return certificate_by_id(certificate_id)


def _give_back(certificate_id: int) -> None:
    """End the lease after a failure, so that the next try need not wait for it."""
    with transaction():
        db.session.execute(
            sa.update(Certificate)
            .where(
                Certificate.id == certificate_id,
                Certificate.state == CertificateState.RESERVED,
            )
            .values(lease_until=None)
            .execution_options(synchronize_session=False)
        )


def resume_issuing(*, settings: Settings) -> tuple[list[str], dict[str, LabError]]:
    """Finish every reservation that no process works on; may run twice without harm.

    Returns the numbers that were finished, and for each of the others why it was not;
    that is Leased for those that a process has, or had when it was broken off.
    """
    now = clock.now()
    waiting = db.session.execute(
        sa.select(Certificate.id, Certificate.number, Certificate.lease_until)
        .where(Certificate.state == CertificateState.RESERVED)
        .order_by(Certificate.id)
    ).all()
    done: list[str] = []
    refused: dict[str, LabError] = {}
    for certificate_id, number, lease_until in waiting:
        if lease_until is not None and lease_until >= now:
            refused[number] = Leased(number=number, moment=told_moment(lease_until))
            continue
        try:
            finish_issuing(certificate_id, settings=settings)
        except LabError as error:
            refused[number] = error
        else:
            done.append(number)
    return done, refused


def told_moment(instant: datetime) -> str:
    """Return an instant as a line of a command says it, to the second."""
    return instant.astimezone(clock.ZONE).strftime("%H:%M:%S %d/%m/%Y")


def leased_until() -> datetime | None:
    """Return when the last lease on a reservation ends; None if none is held."""
    return db.session.scalar(
        sa.select(sa.func.max(Certificate.lease_until)).where(
            Certificate.state == CertificateState.RESERVED,
            Certificate.lease_until >= clock.now(),
        )
    )


def wait_for_leases(until: datetime) -> None:
    """Sleep until then, or until no reservation is held any more; no lease is longer.

    What others reserve meanwhile is theirs, and nobody waits for it any longer.
    """
    seconds = min(until - clock.now(), LEASE).total_seconds()
    for _ in range(ceil(max(seconds, 0) / _LOOK_AGAIN) + 1):
        if leased_until() is None:
            return
        db.session.close()  # what was read is of the moment before
        time.sleep(_LOOK_AGAIN)
