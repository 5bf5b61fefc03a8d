"""What is killed besides: a correction, and a run over several jobs.

Whatever this acknowledges it has written to a file of its own, and synced, first.
"""

from pathlib import Path

import sqlalchemy as sa

from labms.accounts.queries import user_by_login
from labms.bulk.models import BulkRun
from labms.bulk.queries import abandoned, run_by_id
from labms.bulk.rules import BulkKind
from labms.bulk.services import propose, start
from labms.bulk.working import work
from labms.certificates.life import CorrectionReason
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import CertificateState
from labms.certificates.services import finish_issuing
from labms.certificates.superseding import supersede_certificate
from labms.clock import now
from labms.db import db, transaction
from labms.settings import Settings
from tests.faults.issue_one import SIGNATORY, acknowledge

PLACE = "Chợ Lách"


def correct(certificate_id: int, *, settings: Settings, told: Path) -> None:
    """Correct the place in a document, as the pages do."""
    with transaction():
        corrected = supersede_certificate(
            certificate_by_id(certificate_id, for_update=True),
            actor=user_by_login(SIGNATORY),
            reason=CorrectionReason.PLACE,
            text="Địa điểm bị ghi sai.",
            place=PLACE,
            shown=None,
            settings=settings,
        )
        key, number = corrected.id, corrected.number
    acknowledge(told, f"reserved {number}")
    finished = finish_issuing(key, settings=settings)
    acknowledge(told, f"issued {number} {finished.file_hash}")


def correct_naively(certificate_id: int, *, settings: Settings, told: Path) -> None:
    """End the wrong document first, then issue the right one: the control.

    A kill in between leaves a job with no document in force.
    """
    with transaction():
        wrong = certificate_by_id(certificate_id, for_update=True)
        wrong.state = CertificateState.SUPERSEDED
        db.session.flush()
        db.session.info.clear()
    acknowledge(told, f"ended {certificate_id}")
    with transaction():
        db.session.execute(
            sa.update(Certificate)
            .where(Certificate.id == certificate_id)
            .values(handed_over_to="")
        )


def issue_many(jobs: list[int], *, settings: Settings, told: Path) -> None:
    """Choose, confirm and issue several jobs together, as the pages do."""
    actor = user_by_login(SIGNATORY)
    with transaction():
        run = propose(BulkKind.ISSUE, jobs, actor=actor, test_print=False)
        run_id, shown = run.id, run.shown_hash
    with transaction():
        start(run_by_id(run_id, for_update=True), actor=actor, shown=shown)
    acknowledge(told.with_name("confirmed"), "confirmed")
    work(run_id, settings=settings)


def resume_runs(*, settings: Settings) -> None:
    """Go on with what nobody is at, as the night's command does."""
    for run_id in abandoned(now=now()):
        work(run_id, settings=settings)


def open_runs() -> int:
    """Return how many runs were confirmed and are not finished."""
    rows = sa.select(sa.func.count()).select_from(BulkRun)
    return (
        db.session.scalar(
            rows.where(BulkRun.started_at.is_not(None), BulkRun.finished_at.is_(None))
        )
        or 0
    )
