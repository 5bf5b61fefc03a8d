"""The ledger of stamps says what each is worth, as strangers are told."""

from datetime import timedelta

import pytest

from labms import clock
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.queries import certificate_by_id, job_to_certify
from labms.certificates.rules import RevocationReason
from labms.certificates.services import reserve_certificate, revoke_certificate
from labms.db import db, transaction
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.services import return_job
from labms.policy import Role
from labms.registry.queries import instrument_by_id
from labms.registry.rules import EndingReason
from labms.registry.services import end_evidence
from labms.stamps.models import Stamp
from labms.stamps.queries import stamp_of
from labms.stamps.rules import StampState
from tests.jobs.laboratory import laboratory


def ledger(lab, client):
    return lab.make.sign_in(client, lab.reviewer).get("/stamps/").text


def test_a_stamp_in_force_is_told_so(make, client):
    lab = laboratory(make)
    lab.approved(stamp="31V.00001", evidence="stamp")

    assert "Còn hiệu lực" in ledger(lab, client)


def test_a_stamp_whose_instrument_failed_since_has_ended(make, client):
    lab = laboratory(make)
    job = lab.approved(stamp="31V.00001", evidence="stamp")
    with clock.at(clock.now() + timedelta(hours=1)), transaction():
        end_evidence(
            instrument_by_id(job.instrument_id),
            reason=EndingReason.FAILED,
            actor=lab.verifier,
            on=clock.today(),
        )

    assert "Đã chấm dứt hiệu lực" in ledger(lab, client)


@pytest.mark.long
def test_a_stamp_of_a_revoked_certificate_is_revoked(make, client, settings):
    lab = laboratory(make)
    job_id = lab.approved(stamp="31V.00001").id
    with transaction():
        job = job_to_certify(job_id)
        reserved = reserve_certificate(
            job, actor=lab.signatory, shown=content_hash(job), settings=settings
        )
    finish_issuing(reserved.id, settings=settings)
    with transaction():
        revoke_certificate(
            certificate_by_id(reserved.id),
            actor=lab.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Đọc nhầm kết quả ở mức tải lớn nhất.",
            on=clock.today(),
        )

    assert "Đã bị thu hồi" in ledger(lab, client)
    assert db.session.query(Stamp).count() == 1


@pytest.mark.long
def test_a_stamp_that_was_destroyed_by_mistake_is_free_again(make, client):
    lab = laboratory(make)
    job_id = lab.submitted(stamp="31V.00001").id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason="Xem lại tem.")
    lab.submitted(job_by_id(job_id), stamp="")
    stamp = stamp_of(lab.body.id, "31V.00001")
    assert stamp.state is StampState.CANCELLED
    address = f"/stamps/{stamp.id}/release"
    assert address not in ledger(lab, client)
    manager = make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=lab.body))
    assert address in manager.get("/stamps/").text

    assert 'id="reason-errors"' in manager.post(address, data={"reason": "sai"}).text
    manager.post(address, data={"reason": "Tem còn trong cuộn, chưa dán."})

    assert stamp_of(lab.body.id, "31V.00001") is None
    assert manager.get(f"/s/{lab.body.code}/31V.00001").status_code == 404
    assert lab.approved(stamp="31V.00001").stamp_serial == "31V.00001"
    assert (
        manager.post(address, data={"reason": "Tem chưa dán đâu."}).status_code == 409
    )
