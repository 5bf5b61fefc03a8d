"""The pages of certificates, through a browser."""

from datetime import date

import pytest

from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.queries import (
    certificate_by_id,
    job_to_certify,
    live_document_of,
)
from labms.certificates.rules import CertificateState
from labms.db import db
from labms.metrology.verdicts import Verdict
from labms.policy import Role
from tests.jobs.laboratory import laboratory
from tests.paper.reading import codes_in, picture, text_of

pytestmark = pytest.mark.long


@pytest.fixture
def desk(make, client, work):
    """The signatory's browser."""
    return make.sign_in(client, work.signatory)


def page(answer):
    return answer.get_data(as_text=True)


def test_an_empty_register_says_what_comes_first(desk):
    assert "Chưa cấp giấy chứng nhận nào" in page(desk.get("/certificates/"))


def test_the_register_finds_by_number_serial_and_owner(desk, work, issue):
    certificate = issue(work.job())
    for words in (certificate.number[-5:], "nh00", "cong ty tnhh thu nghiem"):
        assert certificate.number in page(desk.get(f"/certificates/?q={words}"))
    assert certificate.number not in page(desk.get("/certificates/?q=%25"))


def test_the_register_is_narrowed_by_worth_kind_state_and_year(desk, work, issue):
    certificate = issue(work.job())
    notice = issue(work.job(verdict=Verdict.FAIL))

    valid = page(desk.get("/certificates/?worth=valid"))
    notices = page(desk.get("/certificates/?kind=notice"))

    assert certificate.number in valid
    assert notice.number not in valid
    assert certificate.number not in notices
    assert certificate.number not in page(desk.get("/certificates/?year=2030"))
    assert certificate.number not in page(desk.get("/certificates/?state=revoked"))
    assert certificate.number not in page(desk.get("/certificates/?worth=expired"))
    assert certificate.number in page(desk.get("/certificates/?worth=nonsense"))


def test_the_register_runs_the_same_queries_for_one_and_for_many(
    desk, work, issue, selects
):
    issue(work.job())
    desk.get("/certificates/")
    selects.clear()
    desk.get("/certificates/")
    for_one = len(selects)
    for _ in range(3):
        issue(work.job())
    selects.clear()

    desk.get("/certificates/")

    assert len(selects) == for_one


def test_an_approved_job_waits_and_is_issued_as_it_was_read(desk, work):
    job = work.job()
    assert f"/certificates/issue/{job.id}" in page(desk.get("/certificates/awaiting"))
    reading = page(desk.get(f"/certificates/issue/{job.id}"))
    assert content_hash(job) in reading

    answer = desk.post(
        f"/certificates/issue/{job.id}",
        data={"shown": content_hash(job)},
        follow_redirects=True,
    )

    assert live_document_of(job.id).state is CertificateState.ISSUED
    assert "Đã cấp V31.00001" in page(answer)


def test_content_that_changed_comes_back_to_be_read(desk, work):
    job = work.job()

    answer = desk.post(f"/certificates/issue/{job.id}", data={"shown": "0" * 64})

    assert answer.status_code == 409
    assert content_hash(job) in page(answer)
    assert live_document_of(job.id) is None


def test_issuing_twice_leads_to_the_same_document(desk, work, issue):
    job = work.job()
    certificate = issue(job)

    answer = desk.get(f"/certificates/issue/{job.id}")

    assert answer.location.endswith(f"/certificates/{certificate.id}")


def test_a_preview_has_no_number_and_leads_nowhere(desk, client, work):
    job = work.job()

    answer = desk.get(f"/certificates/preview/{job.id}.pdf")

    assert "BẢN XEM TRƯỚC" in text_of(answer.data)
    assert live_document_of(job.id) is None
    (code,) = codes_in(picture(answer.data))
    assert client.get(code.split("example.vn")[1]).status_code == 404


def test_one_document_is_shown_with_its_file(desk, work, issue):
    certificate = issue(work.job())

    shown = page(desk.get(f"/certificates/{certificate.id}"))
    file = desk.get(f"/certificates/{certificate.id}.pdf")

    assert certificate.number in shown
    assert f"/c/{certificate.lookup_token}" in shown
    assert file.data.startswith(b"%PDF")


def test_a_document_of_another_body_is_not_there(make, client, work, issue):
    certificate = issue(work.job())
    make.sign_in(client, make.user(Role.SIGNATORY, body=make.body()))

    assert client.get(f"/certificates/{certificate.id}").status_code == 404
    assert client.get(f"/certificates/{certificate.id}.pdf").status_code == 404


def test_an_enterprise_sees_its_own_and_no_others(make, client, work, issue):
    mine, other = issue(work.job()), issue(work.job())
    owner = make.user(Role.ENTERPRISE, organisation_id=mine.owner_id)
    make.sign_in(client, owner)

    assert client.get(f"/certificates/{mine.id}").status_code == 200
    assert client.get(f"/certificates/{other.id}").status_code == 404
    begin = page(client.get("/certificates/"))
    assert other.number not in begin
    assert "Sắp đến hạn" in begin
    assert f'/instruments/{mine.instrument_id}"' in begin
    assert "/certificates/numbers" not in begin


def test_revoking_needs_a_reason_that_explains(desk, work, issue):
    certificate = issue(work.job())
    where = f"/certificates/{certificate.id}/revoke"

    short = desk.post(where, data={"reason": "other", "text": "sai"})
    assert short.status_code == 422
    assert "ít nhất mười ký tự" in page(short)
    assert "sai</textarea>" in page(short)

    desk.post(where, data={"reason": "other", "text": "Nhầm phương tiện đo rồi"})
    db.session.expire_all()
    assert certificate_by_id(certificate.id).state is CertificateState.REVOKED


def test_a_revoked_document_cannot_be_revoked_again(desk, work, issue):
    certificate = issue(work.job())
    where = f"/certificates/{certificate.id}/revoke"
    given = {"reason": "other", "text": "Nhầm phương tiện đo rồi"}
    desk.post(where, data=given)

    assert desk.post(where, data=given).status_code == 409


def test_signing_sealing_and_handing_over_follow_each_other(desk, work, issue):
    certificate = issue(work.job())
    where = f"/certificates/{certificate.id}"

    early = desk.post(f"{where}/handed-over", data={"to": "Bà Sáu", "on": "04/03/2031"})
    ahead = desk.post(f"{where}/signed", data={"signed_on": "05/03/2031"})
    desk.post(
        f"{where}/signed", data={"signed_on": "04/03/2031", "sealed_on": "04/03/2031"}
    )
    desk.post(f"{where}/handed-over", data={"to": "Bà Sáu", "on": "04/03/2031"})

    assert early.status_code == ahead.status_code == 422
    db.session.expire_all()
    after = certificate_by_id(certificate.id)
    assert (after.signed_on, after.handed_over_on) == (date(2031, 3, 4),) * 2
    assert after.handed_over_to == "Bà Sáu"


def test_an_interrupted_document_is_finished_from_the_page(desk, work, reserve):
    certificate = reserve(work.job())
    assert certificate.number in page(desk.get("/certificates/awaiting"))

    desk.post("/certificates/resume")

    db.session.expire_all()
    assert certificate_by_id(certificate.id).state is CertificateState.ISSUED


def test_one_interrupted_document_is_finished_alone(desk, work, reserve):
    certificate = reserve(work.job())

    desk.post(f"/certificates/{certificate.id}/finish")

    db.session.expire_all()
    assert certificate_by_id(certificate.id).file_hash


def test_a_number_is_given_up_with_a_reason_and_stays_in_the_account(
    desk, work, issue, reserve
):
    issue(work.job())
    void = reserve(work.job())
    where = f"/certificates/{void.id}/void"
    assert desk.post(where, data={"reason": "nhầm"}).status_code == 422

    desk.post(where, data={"reason": "Chủ cơ sở rút yêu cầu"})

    account = page(desk.get("/certificates/numbers"))
    assert "Khép kín: từ 1 đến 2" in account
    assert "Chủ cơ sở rút yêu cầu" in account


def test_a_number_that_is_missing_is_named(desk, work, issue):
    issue(work.job())
    db.session.execute(db.text("UPDATE number_series SET last = 3"))
    db.session.commit()

    account = page(desk.get("/certificates/numbers"))

    assert "Không khép kín" in account
    assert "Thiếu: 2–3" in account


def test_a_void_number_is_not_taken_again(desk, work, reserve):
    job = work.job()
    void = reserve(job)
    desk.post(f"/certificates/{void.id}/void", data={"reason": "Sai người đứng đầu"})

    assert reserve(job).number != void.number


def test_the_standards_behind_a_document_are_shown_up_to_the_national_one(
    desk, work, issue
):
    certificate = issue(work.job())

    shown = page(desk.get(f"/certificates/{certificate.id}/chain"))

    assert "Viện Đo lường Việt Nam" in shown
    assert "04/03/2031" in shown


def test_what_cannot_be_printed_is_refused_before_a_number_is_taken(make, desk, work):
    owner = make.organisation(name="Công ty 電子秤")
    job = work.job(instrument_id=make.instrument(owner_id=owner.id).id)

    answer = desk.post(
        f"/certificates/issue/{job.id}", data={"shown": content_hash(job)}
    )

    assert answer.status_code == 422
    assert live_document_of(job.id) is None


def test_the_record_names_the_document_that_closed_the_job(
    make, client, reserve, settings
):
    lab = laboratory(make)
    job_id = lab.approved().id
    desk = make.sign_in(client, lab.signatory)
    before = desk.get(f"/certificates/record/{job_id}.pdf").data
    reserved = reserve(job_to_certify(job_id), actor=lab.signatory)
    certificate = finish_issuing(reserved.id, settings=settings)

    after = desk.get(f"/certificates/record/{job_id}.pdf").data

    assert certificate.number not in text_of(before)
    assert certificate.number in text_of(after)
