"""Whatever people try, in whatever order: what must hold of a job always does."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labms.audit.queries import events_about
from labms.catalogue.rules import Evidence
from labms.db import db, transaction
from labms.errors import LabError
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import CLOSED_STATES, TRANSITIONS, JobState
from labms.jobs.services import (
    approve_job,
    cancel_job,
    close_job,
    return_job,
    save_readings,
    start_job,
    submit_job,
    take_back_approval,
)
from labms.metrology.verdicts import Verdict
from labms.registry.queries import endings_of
from labms.stamps.queries import live_stamp_of_job

WHY = "Đọc lại mức tải lớn nhất."
PEOPLE = ("receptionist", "verifier", "reviewer", "signatory")
TRIES = {
    "start": lambda lab, job, who: start_job(job, actor=who),
    "save good": lambda lab, job, who: save_readings(
        job,
        lab.typed(
            job,
            stamp=f"M.{job.id:04}",
            evidence=job.evidence or Evidence.CERTIFICATE,  # a failure took it away
        ),
        actor=who,
    ),
    "save bad": lambda lab, job, who: save_readings(
        job,
        lab.typed(job, readings={"metrological-loads-5-up-1.indication": "61000"}),
        actor=who,
    ),
    "submit": lambda lab, job, who: submit_job(job, actor=who),
    "return": lambda lab, job, who: return_job(job, actor=who, reason=WHY),
    "approve": lambda lab, job, who: approve_job(job, actor=who),
    "take back": lambda lab, job, who: take_back_approval(job, actor=who, reason=WHY),
    "certify": lambda lab, job, who: close_job(job, JobState.CERTIFIED, actor=who),
    "cancel": lambda lab, job, who: cancel_job(job, actor=who, reason=WHY),
}


def check(job, before):
    """What an assessor would look for."""
    assert job.state is before or job.state in reachable(before)
    if job.state in CLOSED_STATES | {JobState.APPROVED}:
        assert job.reviewed_by_id not in (None, job.performed_by_id)
    if job.state in {JobState.CERTIFIED, JobState.EVIDENCED}:
        assert job.verdict is Verdict.PASS
    stamp = live_stamp_of_job(job.id)
    if job.verdict is Verdict.FAIL or job.state is JobState.CANCELLED:
        assert stamp is None
    if stamp is not None and stamp.confirmed_at is not None:
        assert job.state in CLOSED_STATES
    standing = [e for e in endings_of(job.instrument_id) if e.withdrawn_at is None]
    found = last_submitted(job)
    assert bool(standing) == (
        found is Verdict.FAIL and job.state is not JobState.CANCELLED
    )


def last_submitted(job):
    """The verdict of the last submission, whatever became of it since."""
    told = [
        json.loads(event.changes)["verdict"][1]
        for event in events_about("job", job.id)
        if event.event_type == "job:submitted"
    ]
    return Verdict(told[-1]) if told else None


def reachable(state):
    """Where one step leads; an approval may close the job in the same breath."""
    once = TRANSITIONS[state]
    return once.union(*(TRANSITIONS[each] for each in once))


@pytest.mark.long
@settings(
    max_examples=max(settings().max_examples // 5, 1),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(TRIES)), st.sampled_from(PEOPLE)),
        min_size=4,
        max_size=14,
    )
)
def test_no_order_of_tries_breaks_what_must_hold(lab, tries):
    job_id = lab.job().id
    path = [("start", "verifier"), *tries]
    for action, person in path:
        job = job_by_id(job_id)
        before = job.state
        if action.startswith("save") and not job.subject_snapshot:
            continue
        try:
            with transaction():
                one = job_to_change(job_id)
                TRIES[action](lab, one, getattr(lab, person))
        except LabError:
            pass
        db.session.expire_all()
        check(job_by_id(job_id), before)
