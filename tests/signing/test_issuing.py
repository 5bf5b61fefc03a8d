"""A body that signs on the server: what is stored is signed, and has its record."""

import json
from datetime import timedelta

import pytest

from labms import clock
from labms.audit.queries import verify_trail
from labms.certificates import finishing
from labms.certificates.content import content_hash
from labms.certificates.files import newest_file
from labms.certificates.finishing import finish_issuing, resume_issuing
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import (
    LEASE,
    CertificateState,
    ContentChanged,
    FileKind,
    SigningStep,
)
from labms.certificates.signatures import sealing
from labms.certificates.signatures.stamping import stamp_waiting
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.filestore import hash_of, read, stored
from labms.policy import Role
from labms.signing import keys
from labms.signing.keys import trusted_roots
from labms.signing.models import SigningChoice
from labms.signing.queries import way_of
from labms.signing.reading import signatures_of
from labms.signing.rules import KeyMissing, SigningWay, TokenAway
from labms.signing.services import choose_way
from tests.paper.reading import text_of
from tests.signing.authority import holder
from tests.signing.conftest import rows_of, signing_of
from tests.signing.test_sealing import http_tsa, tsa

pytestmark = pytest.mark.long

__all__ = ["http_tsa", "tsa"]


class PowerCut(BaseException):
    """The process is gone: nothing after this line ran."""


def signature_in(settings, certificate):
    data = read(settings.files_dir, certificate.file_hash)
    (found,) = signatures_of(data, trusted_roots(settings))
    return found


def test_a_body_signs_by_hand_until_it_chooses_otherwise(work, issue):
    certificate = issue(work.job())

    assert way_of(work.body.id) is SigningWay.HAND
    assert rows_of(certificate) == []
    assert signing_of(certificate) is None
    assert "signature" not in json.loads(certificate.content)


def test_a_body_that_signs_on_the_server_issues_signed_files(
    settings, work, issue, signs
):
    signs()

    certificate = issue(work.job())

    found = signature_in(settings, certificate)
    assert found.is_good
    assert found.claimed_at == clock.now()
    (row,) = rows_of(certificate)
    assert (row.kind, row.file_hash) == (FileKind.SEALED, certificate.file_hash)
    assert json.loads(row.details)["signer"] == found.signer
    assert signing_of(certificate).awaits is SigningStep.NOTHING
    says = json.loads(certificate.content)["signature"]
    assert says == {"way": "server", "signer": work.body.name, "is_trial": True}
    data = read(settings.files_dir, certificate.file_hash)
    assert certificate.number in text_of(data)
    assert verify_trail() is None


def test_the_choice_is_written_down_with_day_and_person(work, signs):
    signs()

    (row,) = db.session.scalars(db.select(SigningChoice))
    assert (row.way, row.chosen_at) == (SigningWay.SERVER, clock.now())
    assert row.chosen_by_id is not None


def test_choosing_what_holds_already_changes_nothing(work, signs):
    signs()
    signs()

    assert db.session.query(SigningChoice).count() == 1


@pytest.mark.parametrize("role", [Role.SIGNATORY, Role.VERIFIER, Role.RECEPTIONIST])
def test_only_who_sets_up_the_body_chooses(make, work, role):
    with pytest.raises(NotAllowed), transaction():
        choose_way(work.body, SigningWay.SERVER, actor=make.user(role, body=work.body))


def test_what_was_reserved_before_keeps_its_way(settings, work, reserve, signs):
    certificate = reserve(work.job())
    signs()

    finish_issuing(certificate.id, settings=settings)

    data = read(settings.files_dir, certificate_by_id(certificate.id).file_hash)
    assert signatures_of(data) == []


def test_whoever_was_shown_another_way_reads_again(work, reserve, signs):
    job = work.job()
    shown = content_hash(job)
    signs()

    with pytest.raises(ContentChanged):
        reserve(job, shown=shown)


def test_without_its_key_the_number_stays_and_is_finished_later(
    settings, differing, work, reserve, signs, tmp_path
):
    signs()
    own = holder("TRUNG TAM")
    lost = differing(signing_keys=(f"{work.body.code}={tmp_path}/seal.p12",))
    certificate = reserve(work.job())
    number = certificate.number

    with pytest.raises(KeyMissing):
        finish_issuing(certificate.id, settings=lost)
    assert certificate_by_id(certificate.id).state is CertificateState.RESERVED
    (tmp_path / "seal.p12").write_bytes(own.pkcs12())
    done, refused = resume_issuing(settings=lost)

    assert (done, refused) == ([number], {})
    keys.forget(work.body.code, settings=settings)


def test_a_device_that_is_away_is_told_for_each_document(
    settings, work, reserve, signs, monkeypatch
):
    signs()
    certificate = reserve(work.job())

    def away(*_given, **_named):
        raise TokenAway(body=work.body.name)

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "seal", away)
        done, refused = resume_issuing(settings=settings)
    assert done == []
    assert isinstance(refused[certificate.number], TokenAway)
    assert resume_issuing(settings=settings)[0] == [certificate.number]


@pytest.mark.parametrize(
    ("module", "point"),
    [
        (sealing, "seal"),
        (sealing, "keep_pending"),
        (finishing, "store"),
        (finishing, "_complete"),
        (finishing, "drop_pending"),
    ],
)
def test_after_a_crash_there_is_one_signed_file_and_its_record(
    settings, monkeypatch, work, reserve, signs, module, point
):
    signs()
    before = set(stored(settings.files_dir))
    certificate = reserve(work.job())
    number, seen = certificate.number, []
    keep = sealing.keep_pending
    monkeypatch.setattr(
        sealing, "keep_pending", lambda *given: seen.append(given[2]) or keep(*given)
    )

    def cut(*_args, **_given):
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(module, point, cut)
        with pytest.raises(PowerCut):
            finish_issuing(certificate.id, settings=settings)
    with clock.at(clock.now() + 2 * LEASE):
        resume_issuing(settings=settings)

    after = certificate_by_id(certificate.id)
    assert (after.number, after.state) == (number, CertificateState.ISSUED)
    assert set(stored(settings.files_dir)) - before == {after.file_hash}
    assert [hash_of(data) for data in seen] == [after.file_hash]
    assert [row.file_hash for row in rows_of(after)] == [after.file_hash]
    assert signature_in(settings, after).is_good


def test_without_an_answer_it_is_issued_and_stamped_later(
    settings, differing, work, reserve, signs, tsa, http_tsa, tmp_path
):
    signs()
    (tmp_path / "tsa.pem").write_bytes(tsa[0].pem)
    silent = differing(timestamp_url="http://127.0.0.1:1/")
    certificate = finish_issuing(reserve(work.job()).id, settings=silent)
    assert signing_of(certificate).awaits is SigningStep.STAMP

    first = stamp_waiting(settings=silent)
    assert (first.done, first.left) == ([], 1)
    assert "127" in str(first.problem) or "refused" in str(first.problem)
    assert signing_of(certificate).tries == 1
    there = differing(timestamp_url=http_tsa, trust_roots=(f"{tmp_path}/tsa.pem",))
    with clock.at(clock.now() + timedelta(hours=1)):
        second = stamp_waiting(settings=there)

    assert (second.done, second.left) == ([certificate.number], 0)
    assert stamp_waiting(settings=there).done == []
    sealed, stamped = rows_of(certificate)
    assert stamped.kind is FileKind.STAMPED
    assert newest_file(certificate).file_hash == stamped.file_hash
    data = read(settings.files_dir, stamped.file_hash)
    assert data.startswith(read(settings.files_dir, sealed.file_hash))
    signature, mark = signatures_of(data, trusted_roots(there))
    assert signature.is_good
    assert mark.is_timestamp
    assert signing_of(certificate).awaits is SigningStep.NOTHING


def test_with_an_answer_the_signature_has_its_stamp_at_once(
    settings, differing, work, reserve, signs, http_tsa
):
    signs()
    there = differing(timestamp_url=http_tsa)

    certificate = finish_issuing(reserve(work.job()).id, settings=there)

    assert signing_of(certificate).awaits is SigningStep.NOTHING
    assert signature_in(settings, certificate).has_stamp
