"""What stands in the way of a document after the approval, and the way back."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from labms import clock
from labms.audit.queries import events_about
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.queries import content_of_document, job_to_certify
from labms.certificates.rules import BrokenTraceability, ContentChanged, NotCertifiable
from labms.certificates.services import reserve_certificate, void_reserved
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.jobs.dating import CountsNoMore
from labms.jobs.models import Job, JobStandard
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import (
    DocumentReserved,
    JobState,
    UnusableStandard,
    WrongState,
)
from labms.jobs.services import approve_job, cancel_job, take_back_approval
from labms.metrology.verdicts import Verdict
from labms.policy import Role
from labms.registry.models import Instrument
from labms.registry.queries import endings_of, instrument_by_id
from labms.registry.rules import EndingReason, InstrumentState
from labms.registry.services import report_ending
from labms.stamps.queries import live_stamp_of_job
from labms.traceability.models import Calibration
from tests.jobs.laboratory import rewrite

pytestmark = pytest.mark.long

WHY = "Hiệu chuẩn của chuẩn đã bị thu hồi."


@pytest.fixture
def reserved(lab, settings):
    """Reserve the document of a job as its signatory."""

    def act(job_id, *, shown=None):
        with transaction():
            job = job_to_certify(job_id)
            return reserve_certificate(
                job,
                actor=lab.signatory,
                shown=shown or content_hash(job),
                settings=settings,
            )

    return act


def take_back(job_id, *, actor):
    with transaction():
        take_back_approval(job_to_change(job_id), actor=actor, reason=WHY)


def test_an_approval_is_taken_back_and_the_job_measured_again(lab, make):
    job_id = lab.approved(stamp="T.0001").id
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)

    take_back(job_id, actor=manager)

    job = job_by_id(job_id)
    assert job.state is JobState.IN_PROGRESS
    assert (job.verdict, job.reviewed_by_id, job.submitted_at) == (None, None, None)
    assert live_stamp_of_job(job_id).serial == "T.0001"
    assert [(r.is_approval, r.reason) for r in job.reviews] == [
        (True, ""),
        (False, WHY),
    ]
    *_, event = events_about("job", job_id)
    assert (event.event_type, event.reason) == ("job:taken_back", WHY)
    assert lab.approved(job, stamp="T.0001").state is JobState.APPROVED


def test_what_a_failure_ended_that_is_taken_back_waits_for_what_follows(lab):
    job = lab.approved(readings={"metrological-loads-5-up-1.indication": "65000"})
    assert job.verdict is Verdict.FAIL

    take_back(job.id, actor=lab.reviewer)

    assert [one.withdrawn_at is None for one in endings_of(job.instrument_id)] == [True]
    with transaction():
        cancel_job(job_to_change(job.id), actor=lab.verifier, reason=WHY)
    [ending] = endings_of(job.instrument_id)
    assert ending.withdrawn_at is not None


def test_whose_it_is_not_takes_nothing_back_and_nobody_after_the_number(
    lab, make, reserved
):
    job_id = lab.approved().id
    for stranger in (lab.verifier, make.user(Role.REVIEWER, body=make.body())):
        with pytest.raises(NotAllowed):
            take_back(job_id, actor=stranger)
    certificate = reserved(job_id)

    with pytest.raises(DocumentReserved):
        take_back(job_id, actor=lab.reviewer)
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(
            db.update(Job).where(Job.id == job_id).values(state=JobState.IN_PROGRESS)
        )

    with transaction():
        db.session.add(certificate)
        void_reserved(certificate, actor=lab.signatory, reason=WHY)
    take_back(job_id, actor=lab.reviewer)


def test_a_calibration_that_was_withdrawn_is_not_printed_though_another_counts(
    lab, make, reserved
):
    job_id = lab.approved().id
    waiting = lab.submitted()
    used = db.session.scalars(
        db.select(JobStandard.calibration_id).where(JobStandard.job_id == job_id)
    ).one()
    rewrite(
        Calibration,
        Calibration.id == used,
        withdrawn_on=clock.today(),
        withdrawal_reason="x",
    )
    make.calibration(lab.weights)

    with pytest.raises(BrokenTraceability):
        reserved(job_id)
    with pytest.raises(UnusableStandard):
        approve_job(job_by_id(waiting.id), actor=lab.reviewer)
    take_back(job_id, actor=lab.signatory)
    assert lab.approved(job_by_id(job_id)).used[0].calibration_id != used
    reserved(job_id)


def test_nothing_is_issued_that_would_be_dead_from_the_beginning(lab, reserved):
    job, waiting = lab.approved(), lab.submitted()
    for one in (job, waiting):
        with clock.at(clock.now() + timedelta(hours=1)), transaction():
            report_ending(
                instrument_by_id(one.instrument_id),
                reason=EndingReason.REPAIRED,
                actor=lab.receptionist,
                on=clock.today(),
                note="Đã thay lò xo.",
            )

    with pytest.raises(CountsNoMore, match="04/03/2031"):
        reserved(job.id)
    with pytest.raises(CountsNoMore):
        approve_job(job_by_id(waiting.id), actor=lab.reviewer)
    out = lab.approved()
    rewrite(
        Instrument,
        Instrument.id == out.instrument_id,
        state=InstrumentState.OUT_OF_USE,
        out_of_use_on=clock.today(),
    )
    with pytest.raises(CountsNoMore):
        reserved(out.id)


def test_the_document_is_for_who_owned_the_instrument_when_it_was_measured(
    lab, make, client, reserved
):
    job = lab.approved()
    before, after = job.instrument.owner_id, make.organisation(name="Chủ Mới").id
    shown = content_hash(job_to_certify(job.id))
    rewrite(Instrument, Instrument.id == job.instrument_id, owner_id=after)

    with pytest.raises(ContentChanged):
        reserved(job.id, shown=shown)
    desk = make.sign_in(client, lab.signatory)
    assert "Chủ Mới" in desk.get(f"/certificates/issue/{job.id}").get_data(as_text=True)
    certificate = reserved(job.id)

    assert certificate.owner_id == before
    assert content_of_document(certificate)["owner"]["name"] != "Chủ Mới"


def test_who_presses_twice_comes_to_the_document(lab, client, reserved, settings):
    job = lab.approved()
    shown = content_hash(job_to_certify(job.id))
    certificate = reserved(job.id)
    desk = lab.make.sign_in(client, lab.signatory)

    while_made = desk.post(f"/certificates/issue/{job.id}", data={"shown": shown})
    finish_issuing(certificate.id, settings=settings)
    after = desk.post(f"/certificates/issue/{job.id}", data={"shown": shown})

    for answer in (while_made, after):
        assert answer.location.endswith(f"/certificates/{certificate.id}")


def test_what_was_not_submitted_is_not_said_to_have_failed(lab, reserved):
    job_id = lab.started().id
    with pytest.raises(NotCertifiable, match="submitted"):
        content_hash(job_to_certify(job_id))
    with pytest.raises(WrongState):
        reserved(job_id, shown="0" * 64)


def test_the_page_takes_an_approval_back_with_a_reason(lab, client):
    job = lab.approved()
    desk = lab.make.sign_in(client, lab.signatory)
    address = f"/jobs/{job.id}/take-back"
    assert address in desk.get(f"/certificates/issue/{job.id}").get_data(as_text=True)

    assert "sai" in desk.post(address, data={"reason": "sai"}).get_data(as_text=True)
    done = desk.post(address, data={"reason": WHY})

    assert done.location.endswith(f"/jobs/{job.id}")
    db.session.expire_all()
    assert job_by_id(job.id).state is JobState.IN_PROGRESS
    assert desk.get(address).location.endswith(f"/jobs/{job.id}")


def test_a_notice_that_was_wrong_lets_what_it_ended_be_valid_again(
    lab, client, reserved, settings
):
    job = lab.approved(readings={"metrological-loads-5-up-1.indication": "65000"})
    notice = finish_issuing(reserved(job.id).id, settings=settings)
    desk = lab.make.sign_in(client, lab.signatory)
    address = f"/certificates/{notice.id}"
    assert 'name="restores"' in desk.get(address).get_data(as_text=True)
    given = {"reason": "wrong_result", "text": WHY, "restores": "y"}

    desk.post(f"{address}/revoke", data=given)

    [ending] = endings_of(job.instrument_id)
    assert ending.withdrawn_at is not None
    assert job_by_id(job.id).state is JobState.NOTIFIED
