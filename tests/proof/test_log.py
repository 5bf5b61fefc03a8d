"""Appending: in the transaction of what is told, signed, and proved for ever."""

import json

import pytest
import sqlalchemy as sa

from labms import clock
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate, void_reserved
from labms.db import db, transaction
from labms.proof import merkle
from labms.proof.checkpoints import open_checkpoint, read_proof
from labms.proof.models import LogEntry
from labms.proof.queries import (
    checkpoint_note,
    consistency,
    entries_about,
    log_keys,
    log_size,
    proof_of_issue,
    proof_today,
)
from labms.proof.rules import Entry, LogEvent, NoSuchSize, NotInLog, document_id
from labms.proof.services import append
from labms.proof.trail import open_trail_note
from tests.proof import oracle


def entries():
    rows = sa.select(LogEntry.entry).order_by(LogEntry.position)
    return [text.encode() for text in db.session.scalars(rows)]


def told(certificate):
    rows = entries_about(document_id(certificate.lookup_token))
    return [Entry.read(row.entry) for row in rows]


def put(count, *, event=LogEvent.ISSUE):
    for n in range(count):
        with transaction():
            append(event, document=document_id(f"D{n}"), day=clock.today())


def test_issuing_is_two_entries_of_one_document(work, issue):
    certificate = issue(work.job())

    first, second = told(certificate)

    assert (first.event, first.content) == ("issue", certificate.content_hash)
    assert first.day == certificate.issued_on
    assert (second.event, second.file) == ("file", certificate.file_hash)
    assert second.prior == merkle.leaf_hash(first.text.encode()).hex()


def test_a_reservation_that_is_refused_leaves_nothing_in_the_log(work, reserve):
    with pytest.raises(Exception, match="changed since"):
        reserve(work.job(), shown="something else")

    assert log_size() == 0


def test_a_revocation_is_told_by_its_code_and_not_in_words(work, issue):
    certificate = issue(work.job())
    with transaction():
        revoke_certificate(
            db.session.merge(certificate),
            actor=work.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Nguyễn Văn A đọc sai số chỉ",
            on=clock.today(),
        )

    last = told(certificate)[-1]

    assert (last.event, last.reason) == ("revoke", "wrong_result")
    assert "Nguyễn" not in last.text


def test_a_number_that_is_given_up_is_told(work, reserve):
    certificate = reserve(work.job())
    with transaction():
        void_reserved(
            db.session.merge(certificate), actor=work.signatory, reason="Máy in bị kẹt"
        )

    assert [one.event for one in told(certificate)] == ["issue", "void"]


def test_the_log_names_nobody_and_no_code(work, issue):
    certificate = issue(work.job())
    says = json.loads(certificate.content)
    whole = b"\n".join(entries()).decode()

    for secret in (
        certificate.lookup_token,
        certificate.number,
        says["owner"]["name"],
        says["performer"]["name"],
        says["head"]["name"],
        says["instrument"]["serial"],
    ):
        assert secret not in whole
        assert secret in certificate.content, "the control: it is in the document"


def test_the_proof_in_a_file_is_fixed_with_its_number(work, reserve, issue):
    waiting = reserve(work.job())
    before = proof_of_issue(document_id(waiting.lookup_token))
    issue(work.job())

    assert proof_of_issue(document_id(waiting.lookup_token)) == before


def test_a_strangers_check_of_the_proof_comes_to_the_oracles_root(app):
    put(13)
    proof = read_proof(proof_today(document_id("D5")))
    checkpoint, _ = open_checkpoint(proof.checkpoint, log_keys())

    assert checkpoint.size == 13
    assert checkpoint.root == oracle.mth(entries())
    assert list(proof.path) == oracle.path(5, entries())
    assert proof.leads_to(checkpoint, merkle.leaf_hash(proof.extra))
    assert not proof.leads_to(checkpoint, merkle.leaf_hash(b"forged"))


def test_every_size_was_signed_and_each_is_the_beginning_of_the_next(app):
    put(9)
    signed = [
        open_checkpoint(checkpoint_note(size), log_keys())[0] for size in range(1, 10)
    ]

    assert [one.root for one in signed] == [
        oracle.mth(entries()[:size]) for size in range(1, 10)
    ]
    for old in range(1, 10):
        assert merkle.is_beginning(
            old, signed[old - 1].root, 9, signed[-1].root, consistency(old, 9)
        )


@pytest.mark.parametrize(("old", "new"), [(0, 2), (3, 2), (1, 4)])
def test_there_is_no_consistency_with_what_never_was(app, old, new):
    put(3)

    with pytest.raises(NoSuchSize):
        consistency(old, new)


def test_of_a_document_that_was_never_logged_there_is_no_proof(app):
    assert proof_of_issue(document_id("X")) is None
    with pytest.raises(NotInLog):
        proof_today(document_id("X"))


def test_an_issue_carries_where_the_trail_ended(work, issue):
    issue(work.job())
    certificate = issue(work.job())
    proved = proof_of_issue(document_id(certificate.lookup_token))

    end = open_trail_note(proved.trail, log_keys())

    assert end.hash == told(certificate)[0].trail
    assert end.size > 0


def test_entries_are_read_as_they_were_written_and_in_no_other_form():
    entry = Entry(event="issue", id="ab", day=clock.today(), content="cd")

    assert Entry.read(entry.text) == entry
    for other in (
        entry.text + " ",
        entry.text.replace(":", ": "),
        entry.text.replace("log-entry-1", "log-entry-2"),
        entry.text.replace('"day"', '"tag"'),
        "[]",
        "{}",
    ):
        with pytest.raises(ValueError):
            Entry.read(other)
