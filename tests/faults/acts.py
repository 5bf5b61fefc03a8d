"""What is killed: what people and the night's command do, as the program does it.

Whatever an act acknowledges it has written to a file of its own, and synced, first.
"""

import os
from pathlib import Path

import sqlalchemy as sa

from labms.accounts.models import User
from labms.accounts.queries import user_by_login
from labms.bulk.queries import abandoned, run_by_id
from labms.bulk.rules import BulkKind
from labms.bulk.services import propose, start
from labms.bulk.working import work
from labms.certificates.content import content_hash
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.finishing import finish_issuing, resume_issuing
from labms.certificates.life import CorrectionReason
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    job_to_certify,
    live_document_of,
)
from labms.certificates.services import reserve_certificate
from labms.clock import now
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.jobs.queries import job_to_change
from labms.jobs.rules import JobState
from labms.jobs.services import submit_job
from labms.organisations.models import Body
from labms.policy import SYSTEM, Permission, System
from labms.settings import Settings
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from tests.faults.instances import Act

VERIFIER, REVIEWER, SIGNATORY = "verifier", "reviewer", "signatory"
PLACE = "Chợ Lách"


def acknowledge(path: Path, what: str) -> None:
    """Note that somebody was told this: it must be true for ever."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, f"{what}\n".encode())
    os.fsync(descriptor)
    os.close(descriptor)


def reserve(job_id: int, *, settings: Settings) -> Certificate:
    """Take a number for a job, within a transaction."""
    job = job_to_certify(job_id)
    return reserve_certificate(
        job,
        actor=user_by_login(SIGNATORY),
        shown=content_hash(job),
        settings=settings,
    )


def issue(*jobs: int) -> Act:
    """Issue certificates as the pages do: the record first, then the file."""

    def act(settings: Settings, told: Path) -> None:
        for job_id in jobs:
            with transaction():
                certificate = reserve(job_id, settings=settings)
                key, number = certificate.id, certificate.number
            acknowledge(told, f"reserved {number}")
            finished = finish_issuing(key, settings=settings)
            acknowledge(told, f"issued {number} {finished.file_hash}")

    return act


def resume(settings: Settings, _told: Path) -> None:
    """Finish what was begun, as the night's command does."""
    _done, refused = resume_issuing(settings=settings)
    if refused:
        raise RuntimeError(f"not finished: {refused}")


def resume_and_issue(*jobs: int) -> Act:
    """Finish what was begun; then issue for those jobs that have no document."""

    def act(settings: Settings, told: Path) -> None:
        resume(settings, told)
        for job_id in jobs:
            if live_document_of(job_id) is None:
                issue(job_id)(settings, told)

    return act


def begin_correction(settings: Settings, told: Path) -> int:
    """Take a number for a document that corrects the place in the first."""
    with transaction():
        corrected = supersede_certificate(
            certificate_by_id(first_document(), for_update=True),
            actor=user_by_login(SIGNATORY),
            reason=CorrectionReason.PLACE,
            text="Địa điểm bị ghi sai.",
            place=PLACE,
            shown=None,
            settings=settings,
        )
        key, number = corrected.id, corrected.number
    acknowledge(told, f"reserved {number}")
    return key


def correct(settings: Settings, told: Path) -> None:
    """Correct the place in the first document, as the pages do."""
    key = begin_correction(settings, told)
    finished = finish_issuing(key, settings=settings)
    acknowledge(told, f"issued {finished.number} {finished.file_hash}")


def resume_and_correct(settings: Settings, told: Path) -> None:
    """Finish what was begun; then correct, unless that is what was begun."""
    resume(settings, told)
    followers = sa.select(Certificate.id).where(Certificate.supersedes_id.is_not(None))
    if db.session.scalar(followers) is None:
        correct(settings, told)


def first_document() -> int:
    """Return the key of the first document."""
    rows = sa.select(Certificate.id).order_by(Certificate.id).limit(1)
    return db.session.scalars(rows).one()


def sign_on_the_server(_settings: Settings, _told: Path) -> None:
    """Let the body sign on the server from now on."""
    founder = System(SYSTEM.permissions | {Permission.BODY_EDIT})
    body = db.session.scalars(db.select(Body)).first()
    with transaction():
        choose_way(db.session.merge(body), SigningWay.SERVER, actor=founder)


def submit(job_id: int) -> Act:
    """Submit what was measured; the stamp is used up from then on."""

    def act(_settings: Settings, _told: Path) -> None:
        with transaction():
            submit_job(
                job_to_change(job_id), actor=user_by_login(VERIFIER), confirmed=True
            )

    return act


def state_of(job_id: int) -> JobState:
    """Return at which step a job is."""
    return db.session.scalars(sa.select(Job.state).where(Job.id == job_id)).one()


def confirmed(kind: BulkKind, jobs: list[int]) -> int:
    """Choose jobs, and confirm what is shown of them; return the run."""
    actor = _who_confirms(kind)
    with transaction():
        run = propose(kind, jobs, actor=actor, test_print=False)
        run_id, shown = run.id, run.shown_hash
    with transaction():
        start(run_by_id(run_id, for_update=True), actor=actor, shown=shown)
    return run_id


def _who_confirms(kind: BulkKind) -> User:
    return user_by_login(REVIEWER if kind is BulkKind.APPROVE else SIGNATORY)


def run_over(kind: BulkKind, jobs: list[int]) -> Act:
    """Do something with several jobs together, as the pages do."""

    def act(settings: Settings, told: Path) -> None:
        run_id = confirmed(kind, jobs)
        acknowledge(told.with_name("confirmed"), "confirmed")
        work(run_id, settings=settings)

    return act


def resume_runs(settings: Settings, _told: Path) -> None:
    """Go on with the runs that nobody is at, as the night's command does."""
    for run_id in abandoned(now=now()):
        work(run_id, settings=settings)
