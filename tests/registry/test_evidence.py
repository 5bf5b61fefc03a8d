from datetime import date

import pytest

from labms import clock
from labms.db import db
from labms.jobs.rules import JobState
from labms.policy import Role
from labms.registry.evidence import valid_until
from labms.registry.models import Instrument
from labms.registry.rules import EndingReason
from labms.registry.services import end_evidence

DAY = date(2032, 3, 31)


@pytest.mark.parametrize("state", [JobState.CERTIFIED, JobState.EVIDENCED])
def test_the_last_day_is_that_of_the_evidence(make, state):
    key = make.job(state, valid_until=DAY, closed_at=clock.now()).instrument_id

    assert valid_until([key, 999_999]) == {key: DAY}


def test_a_job_that_is_not_finished_gives_nothing(make):
    key = make.job(JobState.APPROVED).instrument_id

    assert valid_until([key]) == {}


def test_what_was_ended_is_not_valid_any_more(make):
    job = make.job(JobState.EVIDENCED, valid_until=DAY, closed_at=clock.now())
    row = db.session.get(Instrument, job.instrument_id)
    later = clock.now().replace(hour=9)
    body_id = job.body_id

    with clock.at(later):
        end_evidence(
            row,
            reason=EndingReason.REPAIRED,
            actor=make.user(Role.RECEPTIONIST, organisation_id=body_id),
            on=clock.today(),
        )

    assert valid_until([row.id]) == {}
