"""Killed anywhere in a correction or while a job is submitted with its stamp.

Never two documents of a job in force and never none; no stamp for two jobs, and none
that a job only tells of.
"""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from labms.accounts.queries import user_by_login
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates import finishing
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import CertificateState
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.jobs.services import measuring
from labms.policy import SYSTEM
from labms.stamps.rules import StampUsed
from labms.stamps.services import apply_stamp
from tests.faults.acts import (
    VERIFIER,
    begin_correction,
    correct,
    first_document,
    issue,
    resume_and_correct,
    state_of,
    submit,
)
from tests.faults.sweeping import outside_transactions, sweep

pytestmark = pytest.mark.faults


@pytest.fixture
def corrected(instances):
    """The instance, with one document."""
    return instances.after(issue(instances.jobs[0]))


def test_a_kill_anywhere_in_a_correction_leaves_one_in_force(instances, corrected):
    swept = sweep(instances, correct, resume_and_correct, source=corrected)

    assert swept.wrong == {}
    assert len(swept.hit) >= 30, "so many points must have been hit"


def test_ending_the_wrong_one_first_is_found_out(instances, corrected, monkeypatch):
    """A control: a kill between the two leaves the job without a document."""

    def correct_naively(settings, told):
        first = first_document()

        def make_room(certificate):
            certificate.supersedes_id = first
            return certificate_by_id(first)

        key = begin_correction(settings, told)
        with transaction():
            wrong = certificate_by_id(first, for_update=True)
            wrong.state = CertificateState.SUPERSEDED
            db.session.flush()
            record(EventType.CERTIFICATE_SUPERSEDED, wrong, actor=SYSTEM)
        with monkeypatch.context() as patched:
            patched.setattr(finishing, "make_room_for", make_room)
            finishing.finish_issuing(key, settings=settings)

    swept = sweep(
        instances,
        correct_naively,
        lambda _settings, _told: None,
        source=corrected,
        only=lambda point: (
            point.what == "labms.sqlite3-wal" or point.call == "recvfrom"
        ),
    )

    assert swept.says("0 in force")


def resubmitted(instances):
    """Submit if it was not; then another job tries the same stamp, and is refused."""
    first, second = instances.saved

    def act(settings, told):
        if state_of(first) is JobState.IN_PROGRESS:
            submit(first)(settings, told)
        with transaction():
            serial = db.session.scalar(
                sa.select(Job.stamp_serial).where(Job.id == first)
            )
            db.session.execute(
                sa.update(Job).where(Job.id == second).values(stamp_serial=serial)
            )
        try:
            submit(second)(settings, told)
        except StampUsed:
            return
        raise RuntimeError("a stamp was put on twice")

    return act


def test_a_kill_while_a_job_is_submitted_uses_its_stamp_once_or_not_at_all(instances):
    swept = sweep(instances, submit(instances.saved[0]), resubmitted(instances))

    assert swept.wrong == {}
    assert len(swept.hit) >= 8


def test_a_stamp_put_on_after_its_job_was_submitted_is_found_out(
    instances, monkeypatch
):
    """A control: a kill in between leaves a job that tells of a stamp that is free."""
    first = instances.saved[0]

    def submit_then_stamp(settings, told):
        given = []

        def note(typed, **said):
            given.append((typed, said))
            return SimpleNamespace(serial=typed)

        with monkeypatch.context() as patched:
            patched.setattr(measuring, "apply_stamp", note)
            submit(first)(settings, told)
        (typed, said) = given[0]
        with transaction():
            apply_stamp(typed, **said | {"actor": user_by_login(VERIFIER)})

    with pytest.raises(RuntimeError, match="twice"):
        sweep(
            instances,
            submit_then_stamp,
            resubmitted(instances),
            only=outside_transactions,
        )
