"""Deciding that something is certified: who may, when, and as what."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.audit.models import Instance
from labms.catalogue.rules import Evidence
from labms.certificates.content import content_hash
from labms.certificates.models import Certificate
from labms.certificates.rules import (
    AlreadyReserved,
    BrokenTraceability,
    CertificateState,
    ContentChanged,
    DocumentKind,
    Fenced,
    NotCertifiable,
)
from labms.db import db
from labms.errors import NotAllowed
from labms.jobs.rules import JobState, WrongState
from labms.metrology.verdicts import Verdict
from labms.people.rules import NotEntitled
from labms.policy import Role


def test_an_approved_job_gets_the_next_number(work, reserve):
    first = reserve(work.job())

    second = reserve(work.job())

    assert int(second.number[-5:]) == int(first.number[-5:]) + 1
    assert second.sequence == first.sequence + 1
    assert second.state is CertificateState.RESERVED


def test_nobody_certifies_their_own_measurements(make, work, reserve):
    both = make.user(Role.SIGNATORY, Role.VERIFIER, body=work.body)
    make.card(both, "can-dong-ho-lo-xo")

    with pytest.raises(NotAllowed):
        reserve(work.job(performed_by=both), actor=both)


def test_nobody_certifies_for_another_body(make, work, reserve):
    stranger = make.user(Role.SIGNATORY, body=make.body())

    with pytest.raises(NotAllowed):
        reserve(work.job(), actor=stranger)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SIGNATORY}))
def test_only_a_signatory_issues(make, work, reserve, role):
    with pytest.raises(NotAllowed):
        reserve(work.job(), actor=make.user(role, body=work.body))


@pytest.mark.parametrize("state", sorted(set(JobState) - {JobState.APPROVED}))
def test_only_an_approved_job_can_be_certified(work, reserve, state):
    verdict = Verdict.FAIL if state is JobState.NOTIFIED else Verdict.PASS

    with pytest.raises(WrongState):
        reserve(work.job(state, verdict=verdict), shown="")


def test_an_overdue_reference_of_a_standard_breaks_the_chain_too(make, work, reserve):
    reference = make.standard(name="Piston of the reference balance")
    make.calibration(reference, due_on=date(2031, 3, 1))
    standard = make.standard(work.body)
    make.calibration(
        standard, reference_id=reference.id, calibrated_on=date(2031, 3, 2)
    )
    job = work.job(standards=[standard], performed_on=date(2031, 3, 3))

    with pytest.raises(BrokenTraceability, match="Piston of the reference balance"):
        reserve(job)


def test_a_card_that_had_run_out_on_the_day_of_the_measurements_is_refused(
    make, work, reserve
):
    verifier = make.user(Role.VERIFIER, body=work.body)
    make.card(verifier, "can-dong-ho-lo-xo", valid_until=date(2031, 3, 3))

    with pytest.raises(NotEntitled):
        reserve(work.job(performed_by=verifier, performed_on=date(2031, 3, 4)))


def test_a_card_for_another_type_does_not_help(make, work, reserve):
    verifier = make.user(Role.VERIFIER, body=work.body)
    make.card(verifier, "cot-do-xang-dau")

    with pytest.raises(NotEntitled):
        reserve(work.job(performed_by=verifier))


def test_what_changed_since_it_was_shown_is_not_issued(make, work, reserve):
    job = work.job()
    shown = content_hash(job)
    work.body.head_name = "Người Khác"
    make._add(work.body)

    with pytest.raises(ContentChanged):
        reserve(job, shown=shown)


def test_a_job_gets_one_live_document(work, reserve):
    job = work.job()
    reserve(job)

    with pytest.raises(AlreadyReserved):
        reserve(job)


def test_the_database_refuses_a_second_live_document_too(work, reserve):
    first = reserve(work.job())
    values = {
        column.name: getattr(first, column.name)
        for column in Certificate.__table__.columns
        if column.name != "id"
    }
    twin = Certificate(
        **values | {"sequence": 99, "number": "twin", "lookup_token": "twin"}
    )

    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_stamp_alone_gets_no_certificate(work, reserve):
    with pytest.raises(NotCertifiable):
        reserve(work.job(evidence=Evidence.STAMP))


def test_a_failed_job_gets_a_notice_in_a_series_of_its_own(work, reserve):
    passed = reserve(work.job())

    failed = reserve(work.job(verdict=Verdict.FAIL))

    assert failed.kind is DocumentKind.NOTICE
    assert failed.number != passed.number
    assert failed.sequence == 1
    assert failed.valid_until is None
    assert json.loads(failed.content)["schema"] == "notice-1"


def test_every_printed_word_is_frozen(work, reserve):
    certificate = reserve(work.job())

    says = json.loads(certificate.content)

    assert says["number"] == certificate.number
    assert says["lookup"]["url"].endswith(f"/c/{certificate.lookup_token}")
    assert says["conclusion_vi"] == "Đạt yêu cầu kỹ thuật đo lường"
    assert says["performer"]["name"] == work.verifier.full_name
    assert says["valid_until"] == certificate.valid_until.isoformat()
    assert says["issued_on"] == clock.today().isoformat()


def test_a_restored_instance_issues_nothing_until_somebody_confirmed(
    make, work, reserve
):
    now = clock.now()
    make._add(Instance(id=1, made_at=now - timedelta(days=9), restored_at=now))

    with pytest.raises(Fenced):
        reserve(work.job())


def test_a_confirmed_instance_issues_again(make, work, reserve):
    now = clock.now()
    make._add(
        Instance(
            id=1,
            made_at=now - timedelta(days=9),
            restored_at=now - timedelta(days=1),
            confirmed_at=now,
        )
    )

    assert reserve(work.job()).state is CertificateState.RESERVED


def test_a_number_that_was_rolled_back_is_given_to_the_next(work, reserve):
    job = work.job()
    with pytest.raises(ContentChanged):
        reserve(job, shown="something else")

    assert reserve(job).sequence == 1
