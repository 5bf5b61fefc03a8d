"""An instrument that fails asks for the standards of what was measured on it alone."""

from decimal import Decimal

import pytest

from labms.jobs.page import measure_page
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import StandardsMissing
from labms.jobs.services import submit_job
from labms.metrology.verdicts import Verdict
from tests.jobs.test_measuring import MAX_UP


def looked_at_alone(lab, job):
    """What is typed of a scale that fails before anything was laid on it."""
    rows = lab.sheet(job).rows
    return {
        key: ("no" if row.key.startswith("external") else "") if "answer" in key else ""
        for row in rows
        for key in row.entry_keys
    }


@pytest.mark.long
def test_an_instrument_that_fails_at_a_look_asks_for_no_weights(lab, make):
    """Those that were ticked beforehand need not make up its load."""
    small = make.traceable_standard(lab.body, range_to=Decimal(20000))
    job = lab.started()
    nothing_laid_on = looked_at_alone(lab, job)
    chosen = {"weights": [small.id]}

    [need] = measure_page(job).needs
    assert need.is_needed
    saved = lab.saved(job, readings=nothing_laid_on, standards=chosen)
    [need] = measure_page(saved).needs
    assert (need.is_needed, need.problems) == (False, ())
    assert (
        lab.submitted(saved, readings=nothing_laid_on, standards=chosen).verdict
        is Verdict.FAIL
    )


def test_what_was_measured_before_it_failed_asks_for_weights(lab, make):
    small = make.traceable_standard(lab.body, range_to=Decimal(20000))
    typed = {"readings": {MAX_UP: "61000"}, "standards": {"weights": [small.id]}}
    job = lab.saved(**typed)
    with pytest.raises(StandardsMissing, match=r"60000|60 000|60\.000"):
        submit_job(job_to_change(job.id), actor=lab.verifier, confirmed=True)
    lightest = next(row for row in lab.sheet(job).rows if row.nominal)
    few = looked_at_alone(lab, job) | {
        key: "yes" for key in lab.sheet(job).entry_keys if "answer" in key
    }
    few |= dict.fromkeys(lightest.entry_keys, "9999")
    found = lab.submitted(job_by_id(job.id), readings=few, standards=typed["standards"])
    assert found.verdict is Verdict.FAIL  # 2 kg are made up by those of 20 kg
