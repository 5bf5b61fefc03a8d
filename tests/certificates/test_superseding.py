"""A document with wrong words is corrected by another one with a number of its own."""

import json

import pytest
from sqlalchemy.exc import DBAPIError

from labms import clock
from labms.audit.queries import events_about
from labms.certificates.content import content_hash
from labms.certificates.correction.correcting import (
    correction_hash,
    differences,
    draft_of,
)
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.finishing import finish_issuing
from labms.certificates.life import (
    CorrectionOnItsWay,
    CorrectionReason,
    CorrectsNothing,
    MeasuredOtherwise,
    NothingCorrected,
)
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    content_of_document,
    correction_by,
    job_to_certify,
    successor_of,
)
from labms.certificates.rules import (
    CertificateState,
    ContentChanged,
    ReasonTooShort,
    RevocationReason,
)
from labms.certificates.services import (
    reserve_certificate,
    revoke_certificate,
    void_reserved,
)
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.filestore import read
from labms.jobs.rules import JobState
from labms.policy import Role
from labms.registry.models import Instrument
from tests.jobs.laboratory import rewrite

pytestmark = pytest.mark.long

WHY = "Số chế tạo trên giấy bị ghi sai."


@pytest.fixture
def issued(lab, settings):
    """Issue the document of a job that is in order."""

    def act(job=None, **changed):
        job_id = (job or lab.approved(**changed)).id
        with transaction():
            found = job_to_certify(job_id)
            certificate = reserve_certificate(
                found,
                actor=lab.signatory,
                shown=content_hash(found),
                settings=settings,
            )
        return finish_issuing(certificate.id, settings=settings)

    return act


@pytest.fixture
def correct(lab, settings):
    """Reserve a correction as its signatory does."""

    def act(certificate, *, actor=None, **given):
        given = {
            "reason": CorrectionReason.INSTRUMENT,
            "text": WHY,
            "take": ["instrument.serial"],
            "shown": None,
        } | given
        with transaction():
            return supersede_certificate(
                certificate_by_id(certificate.id, for_update=True),
                actor=actor or lab.signatory,
                settings=settings,
                **given,
            )

    return act


def put_right(certificate, **values):
    rewrite(Instrument, Instrument.id == certificate.instrument_id, **values)


def states(job_id):
    rows = db.select(Certificate.state).where(Certificate.job_id == job_id)
    return list(db.session.scalars(rows.order_by(Certificate.id)))


def test_a_corrected_document_takes_the_place_when_it_is_issued(
    issued, correct, settings
):
    old = issued()
    put_right(old, serial="DUNG-77")

    new = correct(old)
    assert states(old.job_id) == [CertificateState.ISSUED, CertificateState.RESERVED]
    new = finish_issuing(new.id, settings=settings)

    old = certificate_by_id(old.id)
    assert states(old.job_id) == [CertificateState.SUPERSEDED, CertificateState.ISSUED]
    assert (new.sequence, new.year) == (old.sequence + 1, old.year)
    assert (new.supersedes_id, new.valid_until) == (old.id, old.valid_until)
    assert new.evidence_at == old.evidence_at
    assert new.lookup_token != old.lookup_token
    assert successor_of(old.id).id == new.id
    says, said = content_of_document(new), content_of_document(old)
    assert says["instrument"]["serial"] == "DUNG-77"
    assert says["supersedes"] == old.number
    for key in said.keys() - {"number", "issued_on", "lookup", "instrument"}:
        assert says[key] == said[key]
    assert job_to_certify(old.job_id).state is JobState.CERTIFIED
    for one in (old, new):
        assert read(settings.files_dir, one.file_hash).startswith(b"%PDF")


def test_both_documents_tell_what_happened(issued, correct, settings, lab):
    old = issued()
    put_right(old, serial="DUNG-77")
    new = finish_issuing(correct(old).id, settings=settings)

    reserved, done = events_about("certificate", new.id)
    assert (reserved.actor_id, done.event_type) == (
        lab.signatory.id,
        "certificate:issued",
    )
    assert reserved.reason == f"{old.number}: {WHY}"
    *_, last = events_about("certificate", old.id)
    assert (last.event_type, last.reason) == (
        "certificate:superseded",
        f"{new.number}: {WHY}",
    )
    kept = correction_by(new.id)
    assert kept.reason is CorrectionReason.INSTRUMENT
    (change,) = json.loads(kept.changes)
    assert change["after"] == "DUNG-77"


def test_only_what_was_chosen_is_corrected_and_nothing_is_refused(
    issued, correct, settings
):
    old = issued()
    with pytest.raises(NothingCorrected):
        correct(old)
    put_right(old, serial="DUNG-77", maker="Hãng Khác")

    new = correct(old, take=[], place="12 Lý Thường Kiệt")

    says = content_of_document(new)
    assert says["place"] == "12 Lý Thường Kiệt"
    assert says["instrument"] == content_of_document(old)["instrument"]


def test_the_owner_is_the_registers_only_if_the_owner_is_corrected(
    issued, correct, make, settings
):
    first, second = issued(), issued()
    right = make.organisation(name="Hợp tác xã Đúng Tên").id
    for one in (first, second):
        put_right(one, serial=f"R-{one.id}", owner_id=right)

    kept = correct(first)
    taken = correct(second, take=["owner"], reason=CorrectionReason.OWNER)

    assert kept.owner_id == first.owner_id
    assert taken.owner_id == right
    assert content_of_document(taken)["owner"]["name"] == "Hợp tác xã Đúng Tên"


def test_characteristics_are_corrected_while_the_limits_stay_the_same(issued, correct):
    old = issued()
    given = dict(job_to_certify(old.job_id).instrument.characteristics)

    for other in ({"Max": "1"}, {"e": "500"}):
        put_right(old, characteristics=given | other)
        (offered,) = differences(job_to_certify(old.job_id), content_of_document(old))
        assert offered.problem
        with pytest.raises(MeasuredOtherwise):
            correct(old, take=["instrument.characteristics"])
    put_right(old, characteristics=given | {"d": "200"})
    new = correct(old, take=["instrument.characteristics"])
    says = content_of_document(new)["instrument"]["characteristics"]
    assert says[-1]["value"] == "200 g"


def test_who_measured_it_or_works_elsewhere_corrects_nothing(
    issued, correct, lab, make
):
    old = issued()
    put_right(old, serial="DUNG-77")
    measured = make.user(Role.SIGNATORY, body=make.body())

    for stranger in (lab.verifier, lab.reviewer, measured):
        with pytest.raises(NotAllowed):
            correct(old, actor=stranger)


def test_one_correction_at_a_time_with_a_reason_of_what_is_in_force(
    issued, correct, settings, lab
):
    old = issued()
    put_right(old, serial="DUNG-77")
    with pytest.raises(ReasonTooShort):
        correct(old, text="sai")
    new = correct(old)
    with pytest.raises(CorrectionOnItsWay, match=new.number):
        correct(old)
    finish_issuing(new.id, settings=settings)

    with pytest.raises(CorrectsNothing):
        correct(old)
    put_right(old, serial="DUNG-78")
    third = finish_issuing(correct(new).id, settings=settings)
    assert states(old.job_id)[-1] is CertificateState.ISSUED
    assert third.supersedes_id == new.id


def test_what_was_not_shown_is_not_signed(issued, correct):
    old = issued()
    put_right(old, serial="DUNG-77")
    job = job_to_certify(old.job_id)
    draft, _ = draft_of(old, job, take=["instrument.serial"], place="")
    shown = correction_hash(old, draft)
    put_right(old, serial="DUNG-78")

    with pytest.raises(ContentChanged):
        correct(old, shown=shown)
    put_right(old, serial="DUNG-77")
    assert correct(old, shown=shown).state is CertificateState.RESERVED


def test_a_correction_that_is_given_up_leaves_the_way_open(
    issued, correct, settings, lab
):
    old = issued()
    put_right(old, serial="DUNG-77")
    with transaction():
        void_reserved(
            certificate_by_id(correct(old).id, for_update=True),
            actor=lab.signatory,
            reason="Chữa nhầm giấy, làm lại.",
        )

    assert certificate_by_id(old.id).state is CertificateState.ISSUED
    new = finish_issuing(correct(old).id, settings=settings)
    assert new.sequence == old.sequence + 2


def test_nothing_takes_the_place_of_what_was_revoked_meanwhile(
    issued, correct, settings, lab
):
    old = issued()
    put_right(old, serial="DUNG-77")
    new = correct(old)
    with transaction():
        revoke_certificate(
            certificate_by_id(old.id, for_update=True),
            actor=lab.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Kết quả đo sai.",
            on=clock.today(),
        )

    with pytest.raises(CorrectsNothing):
        finish_issuing(new.id, settings=settings)
    assert states(old.job_id) == [CertificateState.REVOKED, CertificateState.RESERVED]


def test_the_database_refuses_two_in_force_and_a_successor_of_another(
    issued, correct, settings
):
    old, other = issued(), issued()
    put_right(old, serial="DUNG-77")
    new = correct(old)
    for values in (
        {"state": "issued", "issued_at": old.issued_at, "file_hash": "0" * 64},
    ):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(
                db.update(Certificate).where(Certificate.id == new.id).values(**values)
            )
    new = finish_issuing(new.id, settings=settings)
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(
            db.update(Certificate)
            .where(Certificate.id == new.id)
            .values(supersedes_id=other.id)
        )


def test_a_notice_is_corrected_as_well(issued, correct, settings):
    old = issued(readings={"metrological-loads-5-up-1.indication": "65000"})
    put_right(old, serial="DUNG-77")

    new = finish_issuing(correct(old).id, settings=settings)

    assert content_of_document(new)["supersedes"] == old.number
    assert job_to_certify(old.job_id).state is JobState.NOTIFIED
