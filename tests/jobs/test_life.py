"""The life of a job, step by step, on every path."""

from datetime import date

import pytest

from labms import clock
from labms.catalogue.rules import Evidence, VerificationReason
from labms.db import transaction
from labms.errors import NotAllowed
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import (
    AlreadyOpen,
    EnvironmentIncomplete,
    JobState,
    ReadingsIncomplete,
    ReasonMissing,
    StandardsMissing,
    WrongState,
)
from labms.jobs.services import (
    approve_job,
    cancel_job,
    return_job,
    start_job,
    submit_job,
)
from labms.metrology.verdicts import Verdict


def test_a_scale_goes_from_the_counter_to_the_signatory(lab):
    job = lab.approved()

    assert job.state is JobState.APPROVED
    assert job.verdict is Verdict.PASS
    assert job.cycle_months == 24
    assert job.valid_until == date(2033, 3, 31)
    assert job.evaluation["schema"] == "evaluation-1"
    assert job.number.endswith("/1")
