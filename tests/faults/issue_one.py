"""What is killed: one certificate, from the signatory's decision to the closed job.

Whatever this acknowledges it has written to a file of its own, and synced, first.
"""

import json
import os
from pathlib import Path

from labms.accounts.queries import user_by_login
from labms.certificates.content import content_hash
from labms.certificates.pdf import draw
from labms.certificates.queries import job_to_certify
from labms.certificates.rules import CertificateState
from labms.certificates.services import finish_issuing, reserve_certificate
from labms.db import db, transaction
from labms.filestore import store
from labms.jobs.rules import JobState
from labms.settings import Settings

SIGNATORY = "signatory"


def acknowledge(path: Path, what: str) -> None:
    """Note that somebody was told this: it must be true for ever."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, f"{what}\n".encode())
    os.fsync(descriptor)
    os.close(descriptor)


def issue(job_id: int, *, settings: Settings, told: Path) -> None:
    """Issue as the program does: the record first, then the file, then the record."""
    with transaction():
        job = job_to_certify(job_id)
        certificate = reserve_certificate(
            job,
            actor=user_by_login(SIGNATORY),
            shown=content_hash(job),
            settings=settings,
        )
        key, number = certificate.id, certificate.number
    acknowledge(told, f"reserved {number}")
    finished = finish_issuing(key, settings=settings)
    acknowledge(told, f"issued {number} {finished.file_hash}")


def issue_naively(job_id: int, *, settings: Settings, told: Path) -> None:
    """Issue as it must not be done: number, file and record in one transaction.

    The control of the sweep: a kill before the commit leaves a document with a number
    that the next one gets again.
    """
    with transaction():
        job = job_to_certify(job_id)
        certificate = reserve_certificate(
            job,
            actor=user_by_login(SIGNATORY),
            shown=content_hash(job),
            settings=settings,
        )
        data = draw(json.loads(certificate.content), cache_dir=settings.cache_dir)
        certificate.file_hash = store(settings.files_dir, data)
        certificate.issued_at = certificate.reserved_at
        certificate.state = CertificateState.ISSUED
        job.state = JobState.CERTIFIED
        number, digest = certificate.number, certificate.file_hash
        db.session.flush()
        db.session.info.clear()
    acknowledge(told, f"issued {number} {digest}")
