"""Killed anywhere while a certificate is issued: no number twice, none lost.

And no file without a record, no record without its file, no stamp that stands for
nothing, nothing untrue that somebody was told. Every change of a row, every commit and
every change of a file is a point.
"""

from contextlib import nullcontext

import pytest

from labms.certificates import finishing, services
from labms.db import db, transaction
from labms.filestore import hash_of, store
from labms.jobs.services import reviewing
from labms.organisations.models import Body
from labms.organisations.numbering import next_number
from labms.organisations.rules import NumberKind
from labms.policy import SYSTEM
from labms.stamps.queries import live_stamp_of_job
from labms.stamps.services import confirm_stamp
from tests.faults.acts import issue, reserve, resume_and_issue
from tests.faults.conftest import NOW
from tests.faults.sweeping import outside_transactions, sweep

pytestmark = pytest.mark.faults


def is_commit(point):
    """Whether what was done in a transaction counts from this point on."""
    synced = point.call in {"fsync", "fdatasync"}
    return point.what == "COMMIT is done" or (
        synced and point.what.endswith(("-wal", "-journal"))
    )


def test_a_kill_anywhere_leaves_nothing_untrue(instances):
    first, second = instances.jobs[:2]

    swept = sweep(instances, issue(first), resume_and_issue(first, second))

    assert swept.wrong == {}
    assert len(swept.hit) >= 30, "so many points must have been hit"
    committed = [point for point in swept.hit if is_commit(point)]
    assert len(committed) >= 3, "reserved, claimed, issued"


def test_one_transaction_around_everything_is_found_out(instances, monkeypatch):
    """A control: a kill before the commit leaves a file with a number given again."""
    first, second = instances.jobs[:2]

    def issue_at_once(settings, _told):
        with monkeypatch.context() as patched, transaction():
            patched.setattr(finishing, "transaction", nullcontext)
            key = reserve(first, settings=settings).id
            finishing.finish_issuing(key, settings=settings)

    swept = sweep(
        instances,
        issue_at_once,
        resume_and_issue(first, second),
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("has no record")


def test_a_number_taken_outside_the_transaction_is_found_out(instances, monkeypatch):
    """A control: a kill in between leaves a number that nobody has."""
    first, second = instances.jobs[:2]

    def issue_after_counting(settings, told):
        with transaction():
            body_id = db.session.scalars(db.select(Body.id)).first()
            given = next_number(body_id, NumberKind.CERTIFICATE, year=NOW.year)
        with monkeypatch.context() as patched:
            patched.setattr(services, "next_number", lambda *_a, **_k: given)
            issue(first)(settings, told)

    swept = sweep(
        instances,
        issue_after_counting,
        resume_and_issue(first, second),
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("counted to")


def test_a_file_stored_after_its_record_is_found_out(instances, monkeypatch):
    """A control: a kill in between leaves a document that says it has a file."""
    first, second = instances.jobs[:2]

    def issue_then_store(settings, told):
        kept = []

        def keep(_folder, data):
            kept.append(data)
            return hash_of(data)

        with monkeypatch.context() as patched:
            patched.setattr(finishing, "store", keep)
            issue(first)(settings, told)
        store(settings.files_dir, kept[0])

    swept = sweep(
        instances,
        issue_then_store,
        resume_and_issue(first, second),
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("has no file")


def test_a_stamp_confirmed_after_its_job_was_closed_is_found_out(
    instances, monkeypatch
):
    """A control: a kill in between leaves a stamp that nobody ever confirms."""
    first, second = instances.jobs[:2]

    def issue_then_confirm(settings, told):
        with monkeypatch.context() as patched:
            patched.setattr(reviewing, "confirm_stamp", lambda *_a, **_k: None)
            issue(first)(settings, told)
        with transaction():
            confirm_stamp(live_stamp_of_job(first), actor=SYSTEM)

    swept = sweep(
        instances,
        issue_then_confirm,
        resume_and_issue(first, second),
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("of a job that is certified")
