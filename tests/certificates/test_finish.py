"""The second half of issuing: once, with the same number, whatever happens between."""

import json
from datetime import timedelta

import pytest

from labms import clock
from labms.audit.queries import verify_trail
from labms.certificates import finishing
from labms.certificates.finishing import finish_issuing, resume_issuing
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import LEASE, BeingFinished, CertificateState
from labms.db import db, transaction
from labms.filestore import hash_of, read, stored
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from tests.paper.reading import codes_in, page_count, picture, text_of


class PowerCut(BaseException):
    """The process is gone: nothing after this line ran."""


def state_of_job(certificate):
    return db.session.scalar(db.select(Job.state).where(Job.id == certificate.job_id))


def test_finishing_makes_the_file_and_closes_the_job(settings, work, issue):
    certificate = issue(work.job())

    assert certificate.state is CertificateState.ISSUED
    assert certificate.issued_at == clock.now()
    assert state_of_job(certificate) is JobState.CERTIFIED
    data = read(settings.files_dir, certificate.file_hash)
    assert hash_of(data) == certificate.file_hash
    assert page_count(data) == 1


def test_a_notice_closes_the_job_as_notified(work, issue):
    notice = issue(work.job(verdict=Verdict.FAIL, failed_stage="metrological"))

    assert state_of_job(notice) is JobState.NOTIFIED


def test_finishing_twice_is_finishing_once(settings, work, issue):
    first = issue(work.job())
    issued_at, digest = first.issued_at, first.file_hash

    with clock.at(clock.now() + timedelta(hours=1)):
        second = finish_issuing(first.id, settings=settings)

    assert (second.issued_at, second.file_hash) == (issued_at, digest)


def test_the_file_says_what_was_frozen(settings, work, issue):
    certificate = issue(work.job())
    says = json.loads(certificate.content)
    printed = text_of(read(settings.files_dir, certificate.file_hash))

    for word in (
        certificate.number,
        says["instrument"]["serial"],
        says["instrument"]["maker"],
        says["owner"]["name"],
        says["conclusion_vi"],
        says["performer"]["name"],
        says["head"]["name"],
        says["method"]["number"],
        says["standards"][0]["certificate_number"],
        certificate.valid_until.strftime("%d/%m/%Y"),
    ):
        assert word in printed


def test_the_code_on_the_paper_leads_to_the_public_page(settings, work, issue):
    certificate = issue(work.job())
    data = read(settings.files_dir, certificate.file_hash)

    codes = codes_in(picture(data))

    assert codes == [f"{settings.public_url}/c/{certificate.lookup_token}"]


def test_while_one_process_makes_the_file_another_waits(settings, work, reserve):
    certificate = reserve(work.job())
    with transaction():
        db.session.execute(
            db.update(Certificate)
            .where(Certificate.id == certificate.id)
            .values(lease_until=clock.now() + LEASE)
        )

    with pytest.raises(BeingFinished):
        finish_issuing(certificate.id, settings=settings)


@pytest.mark.parametrize("point", ["_claim", "draw", "store", "_complete"])
def test_after_a_crash_the_same_number_is_resumed(
    settings, monkeypatch, work, reserve, point
):
    certificate = reserve(work.job())
    number, words = certificate.number, certificate.content

    def cut(*_args, **_given):
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(finishing, point, cut)
        with pytest.raises(PowerCut):
            finish_issuing(certificate.id, settings=settings)
    with clock.at(clock.now() + 2 * LEASE):
        done, refused = resume_issuing(settings=settings)

    after = certificate_by_id(certificate.id)
    assert (done, refused) == ([number], {})
    assert (after.number, after.content) == (number, words)
    assert after.state is CertificateState.ISSUED
    assert state_of_job(after) is JobState.CERTIFIED


def test_a_crash_after_the_file_leaves_no_second_file(
    settings, monkeypatch, work, reserve
):
    certificate = reserve(work.job())

    def cut(*_args, **_given):
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(finishing, "_complete", cut)
        with pytest.raises(PowerCut):
            finish_issuing(certificate.id, settings=settings)
    before = sorted(settings.files_dir.glob("??/??/*"))
    with clock.at(clock.now() + 2 * LEASE):
        resume_issuing(settings=settings)

    assert sorted(settings.files_dir.glob("??/??/*")) == before


def test_a_failure_gives_the_lease_back(settings, monkeypatch, work, reserve):
    certificate = reserve(work.job())

    def fail(*_args, **_given):
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(finishing, "store", fail)
        with pytest.raises(OSError, match="full"):
            finish_issuing(certificate.id, settings=settings)

    assert finish_issuing(certificate.id, settings=settings).file_hash


def test_who_needs_longer_than_the_lease_leaves_no_second_file(settings, work, reserve):
    certificate_id = reserve(work.job()).id

    def sleep_while_another_finishes(_content, **_given):
        with clock.at(clock.now() + 2 * LEASE):
            finish_issuing(certificate_id, settings=settings)
        return b"%PDF of who came too late"

    before = set(stored(settings.files_dir))
    done = finish_issuing(
        certificate_id, settings=settings, drawing=sleep_while_another_finishes
    )

    assert set(stored(settings.files_dir)) == before | {done.file_hash}


def test_resuming_twice_does_nothing_the_second_time(settings, work, reserve):
    reserve(work.job())

    assert len(resume_issuing(settings=settings)[0]) == 1
    assert resume_issuing(settings=settings) == ([], {})


def test_the_trail_is_whole_after_issuing(work, issue):
    issue(work.job())

    assert verify_trail() is None


def issue_in_one_transaction(job, settings, *, crash):
    """Make the file first and the record with it: the order that must not be used."""
    from labms.certificates.content import content_of, finished
    from labms.certificates.pdf import draw
    from labms.filestore import store
    from labms.organisations.numbering import next_number
    from labms.organisations.rules import NumberKind

    with transaction():
        _, number = next_number(job.body_id, NumberKind.CERTIFICATE, year=2031)
        draft = content_of(job, test_print=False)
        content = finished(
            draft, number=number, issued_on=clock.today(), url="https://x.vn/c/1"
        )
        store(settings.files_dir, draw(content, cache_dir=settings.cache_dir))
        if crash:
            raise PowerCut
    return number


def test_the_control_shows_that_the_order_matters(settings, work):
    """File and record in one transaction: a crash gives one number out twice."""
    job = work.job()
    before = set(settings.files_dir.glob("??/??/*"))
    with pytest.raises(PowerCut):
        issue_in_one_transaction(job, settings, crash=True)
    signed = set(settings.files_dir.glob("??/??/*")) - before

    again = issue_in_one_transaction(job, settings, crash=False)

    assert len(signed) == 1
    assert again in text_of(signed.pop().read_bytes())
