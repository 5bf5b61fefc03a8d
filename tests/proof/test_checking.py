"""Whatever is changed in the database past the program is found, and named."""

import json
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from labms import clock
from labms.certificates.examination.comparing import differing_from_log
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.db import db, transaction
from labms.frozen import PROTECTED
from labms.operations.log import log
from labms.proof import checking
from labms.proof.checking import log_faults
from labms.proof.checkpoints import open_checkpoint
from labms.proof.models import LogEntry
from labms.proof.queries import (
    checkpoint_note,
    log_keys,
    log_size,
    proof_of_issue,
    proof_today,
)
from labms.proof.rules import LogDamaged, LogEvent, document_id
from labms.proof.services import append


def put(count):
    with transaction():
        for n in range(count):
            append(LogEvent.ISSUE, document=document_id(f"D{n}"), day=clock.today())


@contextmanager
def unprotected(table):
    """As somebody with the database in their hands: the triggers off, then on again."""
    engine = db.engine.dialect.name
    if engine == "sqlite":
        for statement in PROTECTED[table]["sqlite"]:
            db.session.execute(sa.text(f"DROP TRIGGER {statement.split()[2]}"))
    else:
        db.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    if engine == "sqlite":
        for statement in PROTECTED[table]["sqlite"]:
            db.session.connection().exec_driver_sql(statement)
    else:
        db.session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def behind_our_back(statement, **given):
    """Run a statement, whatever protects the table."""
    words = statement.split()
    table = words[1] if words[0] == "UPDATE" else words[2]
    with transaction():
        if table in PROTECTED:
            with unprotected(table):
                db.session.execute(sa.text(statement), given)
        else:
            db.session.execute(sa.text(statement), given)


def told():
    return [(one.text, one.position) for one in log_faults()]


def test_a_log_that_nobody_touched_is_whole(app):
    put(21)

    assert told() == []


def forged_entry():
    """An entry with another day, and the hash that belongs to it."""
    from labms.proof.merkle import leaf_hash

    row = db.session.get(LogEntry, 5)
    text = row.entry.replace('"day":"2031', '"day":"2030')
    assert text != row.entry
    return {"entry": text, "hash": leaf_hash(text.encode()).hex()}


#: What somebody does, and what must be found: with the entry that it is about.
MUTATIONS = {
    "an entry's text": (
        "UPDATE log_entry SET entry = :entry WHERE position = 5",
        (checking.ALTERED, 5),
    ),
    "an entry's text and hash": (
        "UPDATE log_entry SET entry = :entry, leaf_hash = :hash WHERE position = 5",
        (checking.NOT_SIGNED, 5),
    ),
    "an entry's hash": (
        "UPDATE log_entry SET leaf_hash = :hash WHERE position = 5",
        (checking.ALTERED, 5),
    ),
    "an entry that is none": (
        "UPDATE log_entry SET entry = 'hello' WHERE position = 5",
        (checking.UNREADABLE, 5),
    ),
    "an entry taken out": (
        "DELETE FROM log_entry WHERE position = 5",
        (checking.MISSING, 5),
    ),
    "the last entry taken out": (
        "DELETE FROM log_entry WHERE position = 20",
        (checking.CUT, 20),
    ),
    "an entry put at the end": (
        "INSERT INTO log_entry (position, event, document, entry, leaf_hash) "
        "SELECT 21, event, document, entry, leaf_hash FROM log_entry "
        "WHERE position = 5",
        (checking.UNCHAINED, 21),
    ),
    "an entry of another document": (
        "UPDATE log_entry SET document = 'x' WHERE position = 5",
        (checking.SWAPPED, 5),
    ),
    "an entry that is found as another event": (
        "UPDATE log_entry SET event = 'revoke' WHERE position = 5",
        (checking.SWAPPED, 5),
    ),
    "an entry that is found by another file": (
        "UPDATE log_entry SET file = 'x' WHERE position = 5",
        (checking.SWAPPED, 5),
    ),
    "a hash in the tree": (
        "UPDATE log_node SET hash = :hash WHERE height = 2 AND position = 1",
        (checking.BAD_NODE, 4),
    ),
    "a hash in the tree taken out": (
        "DELETE FROM log_node WHERE height = 2 AND position = 1",
        (checking.NO_NODE, 4),
    ),
    "a hash put into the tree": (
        "INSERT INTO log_node VALUES (2, 5, 'x')",
        (checking.STRANGE_NODE, 20),
    ),
    "a root that was signed": (
        "UPDATE log_checkpoint SET root = :hash WHERE size = 6",
        (checking.OTHER_ROOT, 5),
    ),
    "a signature": (
        "UPDATE log_checkpoint SET signature = 'AAAA' WHERE size = 6",
        (checking.BAD_SIGNATURE, 5),
    ),
    "a signature about the trail": (
        "UPDATE log_checkpoint SET trail_size = 7 WHERE size = 6",
        (checking.BAD_TRAIL, 5),
    ),
    "a signature taken out": (
        "DELETE FROM log_checkpoint WHERE size = 6",
        (checking.NO_SIGNATURE, 5),
    ),
    "where the log ends": (
        "UPDATE log_head SET size = 20",
        (checking.TOO_MANY, 20),
    ),
    "the hashes at the end": (
        "UPDATE log_head SET peaks = ''",
        (checking.BAD_END, 21),
    ),
    "the key": (
        "UPDATE log_key SET public_key = 'x'",
        (checking.BAD_KEY, 0),
    ),
}


#: The others are tried with the long tests.
FIRST = ("an entry's text", "an entry's text and hash", "an entry taken out")


@pytest.mark.parametrize(
    "what",
    [
        name if name in FIRST else pytest.param(name, marks=pytest.mark.long)
        for name in MUTATIONS
    ],
)
def test_each_mutation_of_the_log_is_named_first(app, what):
    statement, right = MUTATIONS[what]
    put(21)
    behind_our_back(
        statement,
        **{
            name: value
            for name, value in forged_entry().items()
            if f":{name}" in statement
        },
    )

    assert told()[0] == right


def test_the_database_itself_refuses_to_change_the_log(app):
    put(3)
    for table in ("log_entry", "log_node", "log_checkpoint", "log_key"):
        with pytest.raises(sa.exc.DBAPIError, match="frozen"), transaction():
            db.session.execute(sa.text(f"DELETE FROM {table}"))


def rewritten():
    """The whole log written anew, by somebody who has the key."""
    with transaction():
        for table in ("log_entry", "log_node", "log_checkpoint"):
            with unprotected(table):
                db.session.execute(sa.text(f"DELETE FROM {table}"))
        db.session.execute(sa.text("DELETE FROM log_head"))
        for n in range(8):
            append(LogEvent.VOID, document=document_id(f"F{n}"), day=clock.today())


def test_a_log_that_was_written_anew_is_seen_with_a_checkpoint_kept_outside(app):
    put(5)
    outside, _ = open_checkpoint(checkpoint_note(), log_keys())
    rewritten()

    assert told() == [], "the control: without the checkpoint it is not seen"
    (found,) = log_faults(outside)
    assert (found.text, found.position) == (checking.OTHER_LOG, 4)


def test_a_log_that_was_cut_and_signed_anew_is_seen_with_a_checkpoint_too(app):
    put(12)
    outside, _ = open_checkpoint(checkpoint_note(), log_keys())
    rewritten()

    assert [one.text for one in log_faults(outside)] == [checking.CUT]


@pytest.fixture
def revoked(work, issue):
    """A document that was revoked, beside one that was not."""
    issue(work.job())
    certificate = issue(work.job())
    with transaction():
        revoke_certificate(
            db.session.merge(certificate),
            actor=work.signatory,
            reason=RevocationReason.OTHER,
            text="Cấp nhầm phương tiện đo",
            on=clock.today(),
        )
    return certificate


def apart():
    return [str(one.text) for one in differing_from_log()]


DOCUMENTS = {
    "a revocation undone": (
        "UPDATE certificate SET state = 'issued', revocation_reason = NULL "
        "WHERE state = 'revoked'",
        "{number} was revoked by the log, and is {state} here",
    ),
    "other words": (
        "UPDATE certificate SET content_hash = 'x' WHERE state = 'revoked'",
        "{number} does not say what the log knows of it",
    ),
    "another file": (
        "UPDATE certificate SET file_hash = 'x' WHERE state = 'revoked'",
        "the file of {number} is not the one that the log knows",
    ),
    "another code": (
        "UPDATE certificate SET lookup_token = 'AAAAAAAAAAAAAAAAAA' "
        "WHERE state = 'revoked'",
        "{number} has no entry in the log",
    ),
    "revoked without the log": (
        "UPDATE certificate SET state = 'revoked', revocation_reason = 'other' "
        "WHERE state = 'issued'",
        "{number} is {state} here, of which the log knows nothing",
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("what", DOCUMENTS)
def test_each_mutation_of_a_document_is_named(revoked, what):
    statement, right = DOCUMENTS[what]
    assert apart() == []

    behind_our_back(statement)

    assert apart()[0] == right


@pytest.mark.long
def test_a_document_that_was_removed_leaves_its_entries(revoked):
    """Here by its code alone: to the log it is another one, and the old one gone."""
    behind_our_back(DOCUMENTS["another code"][0])

    assert apart()[-1].startswith("entry {position} of the log is about a document")


def test_the_command_names_the_first_wrong_entry(app):
    put(4)
    assert CliRunner().invoke(log, ["verify"]).exit_code == 1, "of no documents here"
    behind_our_back("DELETE FROM log_entry WHERE position = 2")

    found = CliRunner().invoke(log, ["verify", "--json"])

    assert found.exit_code == 1
    assert json.loads(found.output)["entry"] == 2


def test_an_empty_log_is_whole(app):
    assert log_size() == 0
    assert CliRunner().invoke(log, ["verify"]).exit_code == 0


@pytest.mark.parametrize(
    "what",
    ["a hash in the tree", "a hash in the tree taken out", "a root that was signed"],
)
def test_a_damaged_log_gives_no_proof_rather_than_a_wrong_one(app, what):
    put(21)
    statement, _ = MUTATIONS[what]
    behind_our_back(statement, **{"hash": "0" * 64} if ":hash" in statement else {})

    with pytest.raises(LogDamaged):
        proof_of_issue(document_id("D5"))
        proof_today(document_id("D2"))
