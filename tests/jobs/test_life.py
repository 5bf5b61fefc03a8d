"""The life of a job: each step, from each state, by whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.audit.queries import events_about
from labms.catalogue.rules import Evidence, VerificationReason
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import (
    AlreadyOpen,
    ChangedMeanwhile,
    JobState,
    NothingChosen,
    PromisedTooEarly,
    ReasonMissing,
    WrongState,
)
from labms.jobs.services import (
    Typed,
    approve_job,
    assign_job,
    cancel_job,
    close_job,
    register_order,
    return_job,
    save_readings,
    start_job,
    submit_job,
    take_back_approval,
)
from labms.metrology.verdicts import Verdict
from labms.registry.queries import endings_of
from labms.stamps.queries import stamp_of
from tests.jobs.laboratory import laboratory

WHY = "Đọc lại mức tải lớn nhất."


def test_a_scale_goes_from_the_counter_to_the_signatory(lab):
    job = lab.approved()

    assert job.state is JobState.APPROVED
    assert job.verdict is Verdict.PASS
    assert job.cycle_months == 24
    assert job.valid_until == date(2033, 3, 31)
    assert job.evaluation["schema"] == "evaluation-1"
    assert job.number == f"{job.order.number}/1"


def test_a_job_remembers_procedure_release_list_and_limits(lab):
    job = lab.submitted()

    assert (job.procedure_slug, job.procedure_revision) == (lab.type_slug, "2026-1")
    assert job.release_id is not None
    assert job.cycle_list == "tt-04-2026"
    assert "OIML R 76-1" in {each["document"] for each in job.evaluation["tables"]}
    assert job.subject_snapshot["characteristics"]["Max"] == "60"
    assert [used.standard_id for used in job.used] == [lab.weights.id]
    assert job.used[0].calibration.number


DO = {
    "assign": lambda lab, job: assign_job(job, lab.verifier, actor=lab.receptionist),
    "start": lambda lab, job: start_job(job, actor=lab.verifier),
    "save": lambda lab, job: save_readings(job, Typed(), actor=lab.verifier),
    "submit": lambda lab, job: submit_job(job, actor=lab.verifier),
    "return": lambda lab, job: return_job(job, actor=lab.reviewer, reason=WHY),
    "approve": lambda lab, job: approve_job(job, actor=lab.reviewer),
    "take back": lambda lab, job: take_back_approval(
        job, actor=lab.reviewer, reason=WHY
    ),
    "close": lambda lab, job: close_job(job, JobState.CERTIFIED, actor=lab.signatory),
    "cancel": lambda lab, job: cancel_job(job, actor=lab.receptionist, reason=WHY),
}
POSSIBLE = {
    JobState.REGISTERED: {"assign", "start", "cancel"},
    JobState.IN_PROGRESS: {"save", "submit", "cancel"},
    JobState.AWAITING_REVIEW: {"return", "approve"},
    JobState.APPROVED: {"close", "take back"},
}


@pytest.mark.parametrize("state", sorted(JobState))
def test_only_the_steps_of_a_state_are_possible(lab, state):
    verdict = Verdict.FAIL if state is JobState.NOTIFIED else Verdict.PASS
    row = lab.make.job(state, body=lab.body, performed_by=lab.verifier, verdict=verdict)
    job = job_by_id(row.id)

    for action in sorted(DO.keys() - POSSIBLE.get(state, set())):
        with pytest.raises((WrongState, NotAllowed)) as refused:
            DO[action](lab, job)
        if job.performed_by_id == lab.verifier.id:
            assert refused.type is WrongState, action


@pytest.mark.long
def test_a_returned_job_is_measured_and_submitted_again(lab):
    job_id = lab.submitted().id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason=WHY)

    job = job_by_id(job_id)
    assert job.state is JobState.IN_PROGRESS
    assert job.verdict is None
    assert [(r.is_approval, r.reason) for r in job.reviews] == [(False, WHY)]

    assert lab.approved(job).state is JobState.APPROVED


@pytest.mark.parametrize("reason", ["", "sai", "         sai số        "])
def test_whoever_returns_or_cancels_says_why(lab, reason):
    with pytest.raises(ReasonMissing):
        return_job(lab.submitted(), actor=lab.reviewer, reason=reason)
    with pytest.raises(ReasonMissing):
        cancel_job(lab.job(), actor=lab.receptionist, reason=reason)


def test_an_instrument_is_in_one_laboratory_at_a_time(lab, make):
    instrument = make.instrument()
    lab.job(instrument)
    other = laboratory(make)

    with pytest.raises(AlreadyOpen):
        lab.job(instrument)
    with pytest.raises(AlreadyOpen):
        other.job(instrument)


def test_a_cancelled_job_frees_the_instrument(lab, make):
    instrument = make.instrument()
    job_id = lab.job(instrument).id
    with transaction():
        cancel_job(job_to_change(job_id), actor=lab.receptionist, reason=WHY)

    assert lab.job(instrument).state is JobState.REGISTERED


def test_an_order_asks_for_something_and_not_for_yesterday(lab, make):
    given = {"reason": VerificationReason.PERIODIC, "actor": lab.receptionist}
    customer = make.organisation()
    with pytest.raises(NothingChosen):
        register_order(customer, [], **given)
    with pytest.raises(PromisedTooEarly):
        register_order(
            customer,
            [make.instrument()],
            promised_on=clock.today() - timedelta(days=1),
            **given,
        )


def test_a_stamp_alone_closes_the_job_with_the_approval(lab):
    job = lab.approved(evidence=Evidence.STAMP, stamp="31v 00012")

    assert job.state is JobState.EVIDENCED
    assert job.closed_at is not None
    stamp = stamp_of(lab.body.id, "31V00012")
    assert stamp.confirmed_at is not None
    assert stamp.valid_until == job.valid_until


def test_a_certificate_waits_for_the_signatory_and_so_does_its_stamp(lab):
    job = lab.approved(stamp="31V.00013")

    assert job.state is JobState.APPROVED
    assert stamp_of(lab.body.id, "31V.00013").confirmed_at is None

    with transaction():
        close_job(job_to_change(job.id), JobState.CERTIFIED, actor=lab.signatory)
    assert stamp_of(lab.body.id, "31V.00013").confirmed_at is not None


def test_a_failure_ends_what_was_valid_at_that_moment(lab):
    job = lab.submitted(readings={"metrological-loads-5-up-1.indication": "60301"})

    assert job.verdict is Verdict.FAIL
    assert job.failed_stage == "metrological"
    assert job.valid_until is None
    [ending] = endings_of(job.instrument_id)
    assert (ending.job_id, ending.ended_at) == (job.id, clock.now())


def returned_failure(lab):
    """A job that failed and was returned; its instrument's only ending stands."""
    job_id = lab.submitted(
        readings={"metrological-loads-5-up-1.indication": "60301"}
    ).id
    instrument_id = job_by_id(job_id).instrument_id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason=WHY)
    [ending] = endings_of(instrument_id)
    assert ending.withdrawn_at is None
    return job_by_id(job_id)


@pytest.mark.long
def test_what_a_failure_ended_is_valid_again_when_the_returned_job_passes(lab):
    job = returned_failure(lab)

    lab.submitted(job, evidence=Evidence.CERTIFICATE)

    [ending] = endings_of(job.instrument_id)
    assert ending.withdrawn_at == clock.now()
    *_, event = events_about("evidence_ending", ending.id)
    assert event.event_type == "evidence:restored"


def test_what_a_failure_ended_is_valid_again_when_the_returned_job_is_cancelled(lab):
    job = returned_failure(lab)

    with transaction():
        cancel_job(job_to_change(job.id), actor=lab.verifier, reason=WHY)

    [ending] = endings_of(job.instrument_id)
    assert ending.withdrawn_at == clock.now()


@pytest.mark.long
def test_a_returned_job_that_fails_again_ends_what_came_between_too(lab):
    job = returned_failure(lab)

    lab.submitted(job, readings={"metrological-loads-5-up-1.indication": "60302"})

    assert [one.withdrawn_at for one in endings_of(job.instrument_id)] == [None, None]


def test_an_approved_failure_waits_for_its_notice_and_becomes_no_certificate(lab):
    job = lab.approved(readings={"metrological-loads-5-up-1.indication": "60301"})

    assert job.state is JobState.APPROVED
    for wrong in (JobState.CERTIFIED, JobState.EVIDENCED):
        with pytest.raises(WrongState):
            close_job(job, wrong, actor=lab.signatory)
    close_job(job, JobState.NOTIFIED, actor=lab.signatory)
    assert job.state is JobState.NOTIFIED


def test_the_database_refuses_a_certificate_for_a_failure(lab):
    job = lab.approved(readings={"metrological-loads-5-up-1.indication": "60301"})

    job.state = JobState.CERTIFIED
    with pytest.raises(IntegrityError, match="evidence_only_on_pass"):
        db.session.flush()


def test_a_pass_gets_no_notice_of_failure(lab):
    with pytest.raises(WrongState):
        close_job(lab.approved(), JobState.NOTIFIED, actor=lab.signatory)


def test_the_reviewer_approves_what_was_shown(lab):
    job = lab.submitted()

    with pytest.raises(ChangedMeanwhile):
        approve_job(job, actor=lab.reviewer, shown=job.version - 1)


def test_a_job_cancelled_after_its_return_names_the_list_of_its_cycle(
    lab, make, client
):
    job_id = lab.submitted().id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason="Xem lại số đọc.")
    with transaction():
        cancel_job(job_to_change(job_id), actor=lab.verifier, reason="Khách rút lại.")
    page = make.sign_in(client, lab.verifier).get(f"/jobs/{job_id}").text
    assert "(TT 04/2026/TT-BKHCN)" in page
    assert "tt-04-2026" not in page
