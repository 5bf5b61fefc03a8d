"""The demo province, made small: is everything there that people look for?"""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import user_by_login
from labms.accounts.services import is_password_of
from labms.audit.models import AuditEvent
from labms.audit.queries import verify_trail
from labms.catalogue.rules import Evidence
from labms.certificates.files import signing_of
from labms.certificates.models import Certificate
from labms.certificates.queries import awaiting_signature
from labms.certificates.rules import CertificateState, DocumentKind
from labms.db import db, scoped
from labms.demo import fiction, supplied
from labms.demo.cast import DISPENSER, LOGINS, PASSWORD, SPRING_SCALE, Player
from labms.demo.signing import is_signed
from labms.filestore import read
from labms.indicators.figures import figures_on
from labms.jobs.models import Job, Review
from labms.jobs.queries import waiting_count
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Designation, Organisation
from labms.people.models import VerifierCard
from labms.plan.data import plan
from labms.policy import Role, scope_of
from labms.registry.models import EvidenceEnding, Instrument, Standard
from labms.registry.rules import EndingReason, StandardState
from labms.signing.rules import SigningWay
from labms.stamps.models import Stamp
from labms.traceability.queries import chain_of, standings_of
from labms.traceability.rules import CalibrationStanding

pytestmark = pytest.mark.demo


def count(*where):
    return db.session.scalar(sa.select(sa.func.count()).where(*where))


def test_everything_happened_in_the_order_of_time_and_stands_in_the_trail(small):
    assert verify_trail() is None
    moments = db.session.scalars(sa.select(AuditEvent.at).order_by(AuditEvent.id)).all()
    assert moments == sorted(moments)
    assert moments[-1] < clock.now()


def test_there_is_a_login_for_each_role_with_the_printed_password(small):
    assert {role for _, role, _ in LOGINS} == set(Role)
    for login, role, _ in LOGINS:
        user = user_by_login(login)
        assert user.roles == {role}
        assert is_password_of(user, PASSWORD)


def test_every_document_has_its_file(small):
    settings = small.extensions["labms"]
    papers = db.session.scalars(sa.select(Certificate)).all()
    assert {paper.kind for paper in papers} == set(DocumentKind)
    for paper in papers:
        assert read(settings.files_dir, paper.file_hash).startswith(b"%PDF-")


def test_what_was_signed_is_handed_over_whichever_way_it_was_signed(small):
    """And what waits for the signatory's token is not."""
    told = {}
    for paper in db.session.scalars(sa.select(Certificate)):
        signing = signing_of(paper.id)
        way = signing.way if signing else SigningWay.HAND
        told.setdefault(way, []).append(paper)
    assert set(told) == set(SigningWay)
    for way, papers in told.items():
        signed = [paper for paper in papers if is_signed(paper)]
        handed = [paper for paper in papers if paper.handed_over_on]
        assert all(is_signed(paper) for paper in handed), way
        assert all(paper.handed_over_to for paper in handed), way
        assert len(handed) >= len(signed) / 2, way
        assert handed, way


def test_something_waits_for_everybody_who_works_at_the_first_body(small):
    for login in ("tiepnhan", "kiemdinh", "soatxet", "kyduyet"):
        player = Player.of(user_by_login(login))
        with scoped(scope_of(player)):
            assert waiting_count(player) > 0, login


def test_a_job_lies_at_every_step(small, filled):
    home = Job.body_id == filled.cast.home.body_id
    for state in set(JobState) - {JobState.CANCELLED}:
        assert count(home, Job.state == state) > 0, state
    assert count(Job.state == JobState.REGISTERED, Job.assigned_to_id.is_(None)) > 0
    assert count(Job.state == JobState.APPROVED, Job.verdict == Verdict.FAIL) > 0
    assert count(Review.is_approval.is_(False)) == 1


def test_a_failure_and_a_pass_wait_for_the_signatory(small, filled):
    with scoped(scope_of(filled.cast.home.signatory)):
        waiting = db.session.scalars(awaiting_signature()).unique().all()
    assert {job.verdict for job in waiting} == {Verdict.PASS, Verdict.FAIL}


def test_stamps_stand_alone_too(small):
    assert count(Job.evidence == Evidence.STAMP, Job.state == JobState.EVIDENCED) > 0
    assert count(Stamp.confirmed_at.is_(None)) > 0


def test_failures_repairs_and_lost_evidence_end_what_was_valid(small):
    reasons = set(db.session.scalars(sa.select(EvidenceEnding.reason)))
    assert {EndingReason.FAILED, EndingReason.EVIDENCE_LOST} <= reasons


def test_certificates_were_revoked_with_a_reason(small):
    revoked = Certificate.state == CertificateState.REVOKED
    texts = db.session.scalars(sa.select(Certificate.revocation_text).where(revoked))
    assert len(texts.all()) == 2


def test_papers_were_signed_sealed_and_handed_over_but_not_all(small):
    in_force = Certificate.state == CertificateState.ISSUED
    issued = count(in_force)
    handed = count(in_force, Certificate.handed_over_on.is_not(None))
    assert 0.6 * issued < handed < issued


def test_one_standard_is_overdue_and_one_suspended(small, filled):
    home = Standard.body_id == filled.cast.home.body_id
    standards = db.session.scalars(sa.select(Standard).where(home)).all()
    out = [each for each in standards if each.state is StandardState.SUSPENDED]
    today = clock.today()
    standings = standings_of([each.id for each in standards], on=today)
    overdue = [
        key
        for key, (standing, _) in standings.items()
        if standing is CalibrationStanding.OVERDUE
    ]
    assert (len(out), len(overdue)) == (1, 1)
    sound = {each.id for each in standards} - {out[0].id, *overdue}
    chain = chain_of(sorted(sound), on=today)
    assert chain.problems == ()
    assert max(link.level for link in chain.links) >= 2


def test_one_card_has_expired_and_one_ends_within_thirty_days(small):
    today = clock.today()
    ends = db.session.scalars(sa.select(VerifierCard.valid_until)).all()
    assert len([day for day in ends if day < today]) == 1
    assert len([d for d in ends if today <= d <= today + timedelta(days=30)]) == 1


def test_one_designation_ends_soon(small):
    today = clock.today()
    ends = db.session.scalars(sa.select(Designation.valid_until)).all()
    assert len([day for day in ends if day <= today + timedelta(days=90)]) == 1
    assert min(ends) > today


def test_shares_are_neither_nothing_nor_all(small):
    figures = figures_on(plan("3446"), "ben-tre-old", clock.today())
    designated, verified = figures["designated-share"], figures["verified-share"]
    assert Decimal(0) < designated.value < Decimal(100)
    # of so few communes hardly any was surveyed, and what is done elsewhere is told
    assert verified.value < Decimal(100)
    assert verified.share.numerator + verified.unknown.unsurveyed_done > 0


def test_an_enterprise_sees_its_own_instruments_and_no_others(small):
    player = Player.of(user_by_login("doanhnghiep"))
    with scoped(scope_of(player)):
        owners = set(db.session.scalars(sa.select(Instrument.owner_id)))
    assert owners == {player.organisation_id}


def test_nobody_real_is_named(small):
    real = "vmi stameq quatest petrolimex vinamilk evn sawaco bidv vietcombank".split()
    names = [
        *db.session.scalars(sa.select(Organisation.name)),
        *db.session.scalars(sa.select(Standard.holder_name)),
        *db.session.scalars(sa.select(Instrument.maker).distinct()),
        *db.session.scalars(sa.select(User.full_name)),
    ]
    for name in names:
        assert not set(name.lower().split()) & set(real), name
        assert "Việt Nam" not in name
    codes = db.session.scalars(sa.select(Organisation.tax_code)).all()
    assert all(code is None or code.startswith("0000000") for code in codes)
    assert fiction.PROVINCE not in ("Bến Tre", "Vĩnh Long")


def test_readings_look_like_readings(small):
    """Within the limits by far the most, and never all the same."""
    jobs = db.session.scalars(sa.select(Job).where(Job.verdict.is_not(None))).all()
    assert {job.procedure_slug for job in jobs} == {SPRING_SCALE, DISPENSER}
    failed = [job for job in jobs if job.verdict is Verdict.FAIL]
    assert 0 < len(failed) < len(jobs) / 3
    errors = {
        row["error"]
        for job in jobs
        for stage in job.evaluation["stages"]
        for check in stage["checks"]
        for row in check["rows"]
        if row["error"] is not None
    }
    assert len(errors) > 10


def test_bodies_without_labms_are_nobody_who_is_a_customer_too():
    bodies = {supplied.WATERWORKS, supplied.POWER_COMPANY, supplied.FROM_OUTSIDE}

    assert not bodies & {named.name for named in fiction.UNIQUE.values()}
