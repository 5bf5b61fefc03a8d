"""`labms certificates …`: the same services, from a terminal."""

import json
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from labms import clock
from labms.certificates.cli import group
from labms.certificates.finishing import told_moment
from labms.certificates.models import Certificate
from labms.certificates.queries import live_document_of
from labms.certificates.rules import LEASE, CertificateState, RevocationReason
from labms.certificates.services import revoke_certificate
from labms.clock import today
from labms.db import db, transaction
from labms.filestore import read
from labms.jobs.queries import job_by_id
from labms.metrology.verdicts import Verdict
from labms.policy import Role
from labms.registry.queries import instrument_by_id
from labms.registry.rules import EndingReason
from labms.registry.services import end_evidence


@pytest.fixture
def run(app):
    """Run a command; the result has output and exit_code."""

    def act(*words):
        return CliRunner().invoke(group, [str(word) for word in words])

    return act


def test_listing_promises_these_names(run, work, issue):
    certificate = issue(work.job())

    (told,) = json.loads(run("list", "--json").output)

    assert told == {
        "number": certificate.number,
        "code": certificate.lookup_token,
        "state": "issued",
        "kind": "verification",
        "issued_on": "2031-03-04",
        "valid_until": "2032-03-31",
    }


def test_listing_is_narrowed_by_state(run, work, issue, reserve):
    issue(work.job())
    waiting = reserve(work.job())

    lines = run("list", "--state", "reserved").output.splitlines()

    assert [line.split("\t")[0] for line in lines] == [waiting.number]


def test_a_signatory_issues_several_at_once(run, work):
    jobs = [work.job(), work.job()]

    answer = run("issue", jobs[0].id, jobs[1].id, "--as", work.signatory.login)

    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) == 2
    assert live_document_of(jobs[1].id).state is CertificateState.ISSUED


def test_four_eyes_hold_for_commands_too(make, run, work):
    both = make.user(Role.SIGNATORY, Role.VERIFIER, body=work.body)
    make.card(both, "can-dong-ho-lo-xo")
    job = work.job(performed_by=both)

    assert run("issue", job.id, "--as", both.login).exit_code == 1
    assert live_document_of(job.id) is None


def test_nobody_issues_under_an_unknown_login(run, work):
    assert run("issue", work.job().id, "--as", "nobody").exit_code == 1


def test_one_refusal_does_not_stop_the_others(run, work, reserve):
    taken, free = work.job(), work.job()
    reserve(taken)

    answer = run("issue", taken.id, free.id, "--as", work.signatory.login)

    assert answer.exit_code == 1
    assert live_document_of(free.id).state is CertificateState.ISSUED


def test_resuming_names_what_it_finished(run, work, reserve):
    number = reserve(work.job()).number

    assert run("resume").output.splitlines() == [number]
    assert run("resume").output == ""


@pytest.fixture
def broken_off(work, reserve):
    """A reservation that a process had in hand when it was killed."""
    certificate = reserve(work.job())
    with transaction():
        db.session.execute(
            db.update(Certificate)
            .where(Certificate.id == certificate.id)
            .values(lease_until=clock.now() + LEASE)
        )
    return SimpleNamespace(number=certificate.number, job_id=certificate.job_id)


def test_resuming_waits_for_what_a_killed_process_had(run, broken_off, monkeypatch):
    with ExitStack() as later:

        def sleep(_seconds):
            later.enter_context(clock.at(clock.now() + LEASE / 3))

        monkeypatch.setattr("labms.certificates.finishing.time.sleep", sleep)
        answer = run("resume")

    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [broken_off.number]
    assert told_moment(clock.now() + LEASE) in answer.stderr
    assert broken_off.number in answer.stderr
    found = live_document_of(broken_off.job_id)
    assert found.state is CertificateState.ISSUED


def test_resuming_at_once_says_what_is_left_and_until_when(run, broken_off):
    answer = run("resume", "--no-wait")

    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert broken_off.number in answer.stderr
    assert told_moment(clock.now() + LEASE) in answer.stderr


@pytest.mark.long
def test_resuming_does_not_wait_for_ever(run, broken_off, monkeypatch):
    """Another process took it in hand anew: it is said so, and the night goes on."""
    slept = []
    monkeypatch.setattr("labms.certificates.finishing.time.sleep", slept.append)

    answer = run("resume")

    assert answer.exit_code == 1
    assert LEASE.seconds <= sum(slept) <= LEASE.seconds + 1


def test_exporting_writes_the_bytes(settings, run, work, issue):
    certificate = issue(work.job())

    pdf = run("export", certificate.number, "--format", "pdf")
    content = run("export", certificate.number, "--format", "json")

    assert pdf.stdout_bytes == read(settings.files_dir, certificate.file_hash)
    assert json.loads(content.output)["number"] == certificate.number


def test_a_number_that_two_bodies_have_is_ambiguous(make, run, work, issue):
    certificate = issue(work.job())
    columns = {
        column.name: getattr(certificate, column.name)
        for column in Certificate.__table__.columns
        if column.name != "id"
    }
    other = make.body()
    job = make.job(body=other)
    make._add(
        Certificate(
            **columns
            | {"body_id": other.id, "job_id": job.id, "lookup_token": "Z" * 18}
        )
    )

    both = run("export", certificate.number, "--format", "json")
    one = run(
        "export", certificate.number, "--format", "json", "--body", work.body.code
    )

    assert both.exit_code == 1
    assert one.exit_code == 0


def test_a_verification_has_a_dcc_on_request_and_a_notice_none(run, work, issue):
    failed = issue(work.job(verdict=Verdict.FAIL))

    passed = run("export", issue(work.job()).number, "--format", "dcc")
    answer = run("export", failed.number, "--format", "dcc")

    assert passed.exit_code == 0
    assert "<dcc:conformity>pass</dcc:conformity>" in passed.output
    assert answer.exit_code == 1
    assert "DCC" in answer.stderr


def test_verifying_knows_the_file_by_its_bytes(settings, tmp_path, run, work, issue):
    certificate = issue(work.job())
    file = tmp_path / "giay.pdf"
    file.write_bytes(read(settings.files_dir, certificate.file_hash))

    genuine = run("verify", file)
    file.write_bytes(file.read_bytes() + b"\n% EOF")
    altered = run("verify", file)

    assert (genuine.exit_code, altered.exit_code) == (0, 1)
    assert genuine.output.split("\t")[:2] == [certificate.number, "valid"]


def test_verifying_says_that_it_was_revoked_since(settings, tmp_path, run, work, issue):
    certificate = issue(work.job())
    file = tmp_path / "giay.pdf"
    file.write_bytes(read(settings.files_dir, certificate.file_hash))
    with transaction():
        revoke_certificate(
            db.session.merge(certificate),
            actor=work.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Kết quả bị sai",
            on=today(),
        )

    answer = run("verify", file)

    assert answer.exit_code == 1
    assert "Kết quả bị sai" in answer.output


def test_a_job_is_issued_by_the_number_that_is_printed(run, work):
    job = job_by_id(work.job().id)

    result = run("issue", job.number, "--as", work.signatory.login)

    assert result.exit_code == 0
    assert live_document_of(job.id).number in result.output


@pytest.mark.parametrize("called", ["P31.99999/1", "no number", "/"])
def test_a_job_that_is_not_there_is_refused(run, work, called):
    assert run("issue", called, "--as", work.signatory.login).exit_code == 1


def test_a_genuine_file_of_a_document_that_ended_is_a_problem(
    run, work, issue, tmp_path, settings
):
    certificate = issue(work.job())
    file = tmp_path / "copy.pdf"
    file.write_bytes(read(settings.files_dir, certificate.file_hash))
    assert run("verify", file).exit_code == 0

    with clock.at(clock.now() + timedelta(hours=1)), transaction():
        end_evidence(
            instrument_by_id(certificate.instrument_id),
            reason=EndingReason.FAILED,
            actor=work.verifier,
            on=today(),
        )

    assert run("verify", file).exit_code == 1
