"""A test from its order to its report: readings against limits, and no evidence."""

import html
import json
import re
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner

from labms.certificates.content import content_hash
from labms.certificates.correction.correcting import check_judged_alike, draft_of
from labms.certificates.examination.examining import examine
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    content_of_document,
    job_to_certify,
)
from labms.certificates.rules import DocumentKind
from labms.certificates.services import reserve_certificate
from labms.db import db, transaction
from labms.filestore import read
from labms.jobs.cli import group as jobs_group
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.record import record_content
from labms.jobs.rules import JobKind, JobState
from labms.jobs.services import start_job
from labms.organisations.logos import plain_logo
from labms.organisations.queries import body_by_id
from labms.organisations.rules import DocumentLanguage
from labms.organisations.services import set_letterhead
from labms.policy import Role
from labms.proof.queries import log_keys
from labms.registry.models import Instrument
from labms.stamps.queries import live_stamp_of_job
from tests.jobs.laboratory import Laboratory, rewrite
from tests.organisations.test_letterheads import drawn
from tests.paper.reading import codes_in, page_count, picture, text_of

pytestmark = pytest.mark.long


def every_job() -> list[Job]:
    return list(db.session.scalars(db.select(Job)))


@pytest.fixture
def tested(lab: Laboratory) -> Callable[..., Job]:
    """Return a job whose test a reviewer agreed with."""

    def act(**changed: Any) -> Job:
        job = lab.started(reason=None, is_test=True)
        return lab.approved(job, **changed)

    return act


@pytest.fixture
def reported(settings, lab: Laboratory) -> Callable[[Job], Certificate]:
    """Return the report that was issued on a test."""

    def act(job: Job) -> Certificate:
        with transaction():
            reserved = reserve_certificate(
                job, actor=lab.signatory, shown=content_hash(job), settings=settings
            )
        return finish_issuing(reserved.id, settings=settings)

    return act


def test_a_test_ends_with_a_report_in_a_series_of_its_own(
    lab, tested, reported, settings
) -> None:
    report = reported(tested())
    job = job_by_id(report.job_id)

    assert (job.kind, job.state, job.verdict) == (
        JobKind.TEST,
        JobState.CERTIFIED,
        None,
    )
    assert report.kind is DocumentKind.TEST
    assert report.number == "TN31.00001"
    assert report.valid_until is None
    assert live_stamp_of_job(job.id) is None
    data = read(settings.files_dir, report.file_hash or "")
    text = text_of(data)
    assert "PHIẾU KẾT QUẢ THỬ NGHIỆM" in text
    assert "Các kết quả nằm trong giới hạn cho phép." in text
    assert "chuẩn đo lường quốc gia" in text
    assert "Có giá trị đến: Valid until" not in text
    assert page_count(data) >= 2
    assert codes_in(picture(data)) != []


def test_readings_beyond_their_limits_are_reported_too(
    lab, tested, reported, settings
) -> None:
    job = lab.started(reason=None, is_test=True)
    row = next(row for row in lab.sheet(job).rows if row.nominal)
    key = f"{row.key}.{row.columns[0].key}"
    report = reported(lab.approved(job, readings={key: f"{row.nominal * 2:f}"}))

    text = text_of(read(settings.files_dir, report.file_hash or ""))
    assert "Có kết quả không nằm trong giới hạn cho phép." in text
    assert "không đạt" in text


def test_a_test_gives_no_evidence(tested) -> None:
    job = tested(stamp="26V.00099", mark="Kẹp chì")

    assert job.valid_until is None
    assert job.stamp_serial == job.mark == ""
    assert live_stamp_of_job(job.id) is None


def test_a_test_asks_for_no_card(settings, lab, make, reported) -> None:
    other = make.user(Role.VERIFIER, body=lab.body)
    job = lab.job(reason=None, is_test=True)
    with transaction():
        start_job(job_to_change(job.id), actor=other)

    assert job_by_id(job.id).state is JobState.IN_PROGRESS


def test_the_record_of_a_test_says_so(lab, tested) -> None:
    says = record_content(tested(), test_print=False)

    assert says["is_test"]
    assert not says["is_calibration"]


def test_a_report_is_worth_what_was_found(client, lab, tested, reported) -> None:
    report = certificate_by_id(reported(tested()).id)

    page = client.get(f"/c/{report.lookup_token}")
    assert page.status_code == 200
    assert "Ngày thử nghiệm" in page.text
    assert "Có giá trị đến" not in page.text
    assert "Phiếu kết quả thử nghiệm" in page.text


def test_the_body_reads_what_a_report_says(client, lab, make, tested, reported) -> None:
    report = reported(tested())
    head = make.sign_in(client, lab.signatory)

    page = head.get(f"/certificates/{report.id}")
    assert page.status_code == 200
    assert "Các kết quả nằm trong giới hạn cho phép." in page.text
    assert "chấp nhận đơn giản" in page.text
    assert "Số tem" not in page.text
    says = content_of_document(certificate_by_id(report.id))
    tables = [table for stage in says["stages"] for table in stage["tables"]]
    assert tables
    text = html.unescape(re.sub(r"<[^>]+>", "|", page.text))
    for table in tables:
        for row in table["rows"]:
            for cell in filter(None, row):
                assert f"|{cell}|" in text, cell


def test_a_test_is_asked_for_on_the_page_of_orders(client, lab, make) -> None:
    desk = make.sign_in(client, lab.receptionist)
    instrument = make.instrument(type_slug=lab.type_slug)

    answer = desk.post(
        f"/jobs/orders/new?customer={instrument.owner_id}",
        data={"kind": "test", "reason": "periodic", "instruments": [instrument.id]},
        follow_redirects=True,
    )

    assert answer.status_code == 200
    assert JobKind.TEST in {job.kind for job in every_job()}


@pytest.fixture
def letterhead(lab, make) -> None:
    """The body prints its logo, in Vietnamese alone."""
    keeper = make.user(Role.QUALITY_MANAGER, body=lab.body)
    with transaction():
        set_letterhead(
            body_by_id(lab.body.id),
            language=DocumentLanguage.VIETNAMESE,
            logo=drawn(),
            without_logo=False,
            actor=keeper,
        )


@pytest.mark.usefixtures("letterhead")
def test_a_body_prints_its_logo_in_vietnamese_alone(settings, tested, reported) -> None:
    report = reported(tested())
    data = read(settings.files_dir, report.file_hash or "")
    says = json.loads(report.content)

    assert "Test report" not in text_of(data)
    assert "TEST REPORT" not in text_of(data)
    assert says["language"] == "vi"
    attached = pypdf.PdfReader(BytesIO(data)).attachments
    assert sha256(attached["logo.png"][0]).hexdigest() == says["body"]["logo"]
    red = picture(data, dpi=40).convert("RGB").crop((40, 20, 90, 70))
    assert (255, 0, 0) in set(red.get_flattened_data())


def test_a_preview_carries_nothing_but_pages(client, lab, make, tested) -> None:
    desk = make.sign_in(client, lab.signatory)
    job = tested()
    answer = desk.get(f"/certificates/preview/{job.id}.pdf")

    assert answer.status_code == 200
    reader = pypdf.PdfReader(BytesIO(answer.data))
    assert reader.attachments == {}
    assert "/AF" not in reader.root_object
    assert "BẢN XEM TRƯỚC" in text_of(answer.data)
    assert "TN31" not in text_of(answer.data)
    [code] = codes_in(picture(answer.data))
    assert code.endswith("/c/BAN-XEM-TRUOC")


def test_a_test_is_asked_for_by_a_command_too(lab, make) -> None:
    instrument = make.instrument(type_slug=lab.type_slug)
    words = ["register", str(instrument.id), "--test", "--as", lab.receptionist.login]
    done = CliRunner().invoke(jobs_group, words)

    assert done.exit_code == 0, done.output
    assert JobKind.TEST in {job.kind for job in every_job()}


@pytest.mark.long
@pytest.mark.usefixtures("letterhead")
def test_a_stranger_sees_that_a_paper_with_a_logo_is_genuine(
    settings, tested, reported
) -> None:
    report = reported(tested())
    data = read(settings.files_dir, report.file_hash or "")
    eyes = {"keys": log_keys(), "cache_dir": settings.cache_dir}

    assert examine(data, **eyes).faults == []
    with pikepdf.Pdf.open(BytesIO(data)) as pdf:
        other = plain_logo(drawn(side=400)) + b"\n"
        pdf.attachments["logo.png"] = pikepdf.AttachedFileSpec(pdf, other)
        pdf.save(spoilt := BytesIO())
    assert examine(spoilt.getvalue(), **eyes).faults != []


@pytest.mark.long
@pytest.mark.usefixtures("letterhead")
def test_words_of_a_report_are_corrected_under_the_same_logo(
    settings, lab, tested, reported
) -> None:
    before = reported(tested())
    job = job_to_certify(before.job_id)
    rewrite(Instrument, Instrument.id == job.instrument_id, serial="NH-9999")

    draft, found = draft_of(before, job_to_certify(before.job_id), take=(), place="")

    assert draft["schema"] == "test-report-1"
    assert draft["body"]["logo"] == json.loads(before.content)["body"]["logo"]
    check_judged_alike(job_to_certify(before.job_id))
    assert found is not None
