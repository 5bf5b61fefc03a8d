"""Killed anywhere in a run over many jobs: each item is done, and once.

While the lease of who was killed lives, nobody else takes its run; then the next does.
"""

import pytest
import sqlalchemy as sa

from labms.bulk import working
from labms.bulk.models import BulkRun
from labms.bulk.queries import item_by_id
from labms.bulk.rules import BulkKind, ItemState
from labms.bulk.working import work
from labms.clock import now
from labms.db import db, transaction
from labms.jobs.rules import JobState
from tests.faults.acts import (
    reserve,
    resume,
    resume_runs,
    run_over,
    sign_on_the_server,
    state_of,
)
from tests.faults.sweeping import at_turns, outside_transactions, sweep

pytestmark = pytest.mark.faults


def another_worker(settings, _told):
    """Start a worker for each run, which must leave alone what another has."""
    runs = sa.select(BulkRun.id, BulkRun.lease_until).where(
        BulkRun.started_at.is_not(None), BulkRun.finished_at.is_(None)
    )
    for run_id, lease_until in db.session.execute(runs).all():
        dealt = work(run_id, settings=settings)
        if dealt and lease_until is not None and lease_until > now():
            raise RuntimeError("it worked beside the one that has the lease")


def finished(kind, jobs, open_state):
    """Go on with what was confirmed; what was not, nobody was promised: do it now."""

    def act(settings, told):
        resume_runs(settings, told)
        resume(settings, told)
        left = [job_id for job_id in jobs if state_of(job_id) is open_state]
        if left and told.with_name("confirmed").exists():
            raise RuntimeError("a confirmed run is not finished")
        if left:
            run_over(kind, left)(settings, told)

    return act


def test_a_kill_anywhere_in_a_run_issues_each_item_once(instances):
    jobs = instances.jobs[:2]
    source = instances.after(sign_on_the_server)

    swept = sweep(
        instances,
        run_over(BulkKind.ISSUE, jobs),
        finished(BulkKind.ISSUE, jobs, JobState.APPROVED),
        meanwhile=another_worker,
        source=source,
        only=at_turns,
    )

    assert swept.wrong == {}
    assert len(swept.hit) >= 25, "so many points must have been hit"


def test_a_kill_anywhere_in_a_run_approves_each_item_with_its_stamp_once(instances):
    jobs = instances.stamped

    swept = sweep(
        instances,
        run_over(BulkKind.APPROVE, jobs),
        finished(BulkKind.APPROVE, jobs, JobState.AWAITING_REVIEW),
        meanwhile=another_worker,
        only=outside_transactions,
    )

    assert swept.wrong == {}
    assert len(swept.hit) >= 10


def test_a_number_that_is_noted_after_it_was_taken_is_found_out(instances, monkeypatch):
    """The control: the item is begun anew, and refused, since its job has a number."""
    jobs = instances.jobs[:1]

    def reserve_then_note(_run_id, item_id, *, settings):
        with transaction():
            if item_by_id(item_id).state is not ItemState.WAITING:
                return item_by_id(item_id).certificate_id
            key = reserve(item_by_id(item_id).job_id, settings=settings).id
        with transaction():
            item = item_by_id(item_id, for_update=True)
            item.certificate_id, item.state = key, ItemState.BEGUN
        return key

    monkeypatch.setattr(working, "_reserve", reserve_then_note)

    swept = sweep(
        instances,
        run_over(BulkKind.ISSUE, jobs),
        finished(BulkKind.ISSUE, jobs, JobState.APPROVED),
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("is refused")
