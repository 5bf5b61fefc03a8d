"""`labms certificates verify`: with a public key alone, or in the instance."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from labms import clock
from labms.certificates.cli import group
from labms.certificates.doubts.holding import hold_certificate
from labms.certificates.examination.verifying import needs_no_instance
from labms.certificates.life import HoldReason
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.cli import group as labms
from labms.db import db, transaction
from labms.operations.cli import audit
from labms.operations.log import log
from labms.policy import Role
from labms.proof.checkpoints import UnknownKey
from labms.proof.notes import BadNote, PrivateKey
from labms.proof.queries import log_keys
from labms.proof.trail import open_trail_note
from labms.registry.standings import HoldKind

pytestmark = pytest.mark.long


@pytest.fixture
def run(app):
    """Run a command; the result has output and exit_code."""

    def act(command, *words):
        return CliRunner().invoke(command, [str(word) for word in words])

    return act


@pytest.fixture
def copy(issued, tmp_path):
    """A file of an issued document."""
    path = tmp_path / "giay.pdf"
    path.write_bytes(issued.data)
    return path


def test_a_genuine_file_is_told_with_the_entry_that_vouches_for_it(run, issued, copy):
    told = run(group, "verify", copy, "--json")

    found = json.loads(told.output)
    assert told.exit_code == 0
    assert (found["genuine"], found["good"], found["faults"]) == (True, True, [])
    assert found["number"] == issued.certificate.number
    assert found["standing"] == "valid"
    assert found["log"] == {
        "name": "kiemdinh.example.vn/log",
        "key": str(log_keys()[0]),
        "entry": 0,
        "size": 1,
    }


def test_a_test_print_is_genuine_and_said_to_be_worth_nothing(run, paper, tmp_path):
    """The demo's papers are what was issued, and nobody must take them for more."""
    path = tmp_path / "test.pdf"
    path.write_bytes(paper(test_print=True, valid_until="2031-03-04").data)
    key = ["--key", str(log_keys()[0])]

    told = run(group, "verify", path, *key)

    assert told.exit_code == 0
    assert "không có giá trị" in told.output
    assert json.loads(run(group, "verify", path, *key, "--json").output)["test_print"]


def test_what_is_wrong_is_told_by_a_code_and_in_words(run, copy):
    data = copy.read_bytes()
    copy.write_bytes(data + b"%")

    told = run(group, "verify", copy)
    codes = run(group, "verify", copy, "--json")

    assert told.exit_code == codes.exit_code == 1
    assert told.output.startswith("extended\t")
    assert json.loads(codes.output)["faults"][0]["code"] == "extended"
    assert json.loads(codes.output)["genuine"] is False


def test_a_strangers_key_opens_nothing(run, copy, tmp_path):
    stranger = PrivateKey.new("kiemdinh.example.vn/log").public
    (tmp_path / "key").write_text(f"{stranger}\n")

    told = run(group, "verify", copy, "--key", tmp_path / "key")

    assert told.exit_code == 1
    assert told.output.startswith("key_unknown\t")


def test_with_an_exported_log_it_tells_what_became_of_it(
    run, work, issued, copy, tmp_path
):
    key = str(log_keys()[0])
    with transaction():
        revoke_certificate(
            db.session.merge(issued.certificate),
            actor=work.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Kết quả bị sai",
            on=clock.today(),
        )
    assert run(log, "export", tmp_path / "log.jsonl").exit_code == 0
    assert run(log, "export", tmp_path / "tiles", "--tiles").exit_code == 0

    assert run(group, "verify", copy, "--key", key).exit_code == 0
    alone = run(group, "verify", copy, "--key", key)
    assert "--log" in alone.output
    told = json.loads(run(group, "verify", copy, "--key", key, "--json").output)
    assert told["revocation_known"] is False
    for given in (tmp_path / "log.jsonl", tmp_path / "tiles"):
        told = run(group, "verify", copy, "--key", key, "--log", given)
        assert told.exit_code == 1
        assert "revoked\t" in told.output
        assert "--log" not in told.output


@pytest.mark.parametrize(("kind", "status"), [("under_review", 0), ("suspended", 1)])
def test_what_is_under_review_counts_and_what_is_suspended_does_not(
    run, make, work, issued, copy, tmp_path, kind, status
):
    """In the instance, and with the log alone; either way it is said."""
    with transaction():
        hold_certificate(
            certificate_by_id(issued.certificate.id, for_update=True),
            actor=make.user(Role.QUALITY_MANAGER, body=work.body),
            kind=HoldKind(kind),
            reason=HoldReason.STANDARD,
            text="Quả cân F1 bị rơi.",
        )
    run(log, "export", tmp_path / "log")
    alone = "--key", log_keys()[0], "--log", tmp_path / "log"

    for words in ((), alone):
        told = run(group, "verify", copy, *words)
        assert (told.exit_code, kind in told.output) == (status, True)
        told = run(group, "verify", copy, *words, "--json")
        assert json.loads(told.output)["good"] == (not status)


def test_by_the_key_alone_it_is_good_up_to_its_last_day(run, issued, copy):
    alone = "verify", copy, "--key", log_keys()[0]
    last = issued.certificate.valid_until
    told = {}
    for days in (0, 1):
        day = last + timedelta(days)
        with clock.at(datetime(day.year, day.month, day.day, 5, tzinfo=UTC)):
            told[days] = run(group, *alone)

    assert (told[0].exit_code, told[1].exit_code) == (0, 1)
    assert "\tgenuine\t" in told[0].output
    assert "\texpired\t" in told[1].output


def test_the_exit_statuses_are_told(run):
    told = run(group, "verify", "--help").output

    assert "Exit status:\n    0  genuine, and in force" in told
    assert run(group, "verify", "there-is-no-such.pdf").exit_code == 2


def test_an_export_is_never_written_over_another(run, issued, tmp_path):
    (tmp_path / "log").write_text("kept")

    assert run(log, "export", tmp_path / "log").exit_code == 1
    assert (tmp_path / "log").read_text() == "kept"


def test_a_stranger_needs_no_instance(copy, tmp_path, settings):
    """Nothing but the file and the key: not even typefaces that were cut before."""
    words = ["--instance", str(tmp_path / "none"), "certificates", "verify", str(copy)]

    told = CliRunner().invoke(labms, [*words, "--key", str(log_keys()[0])])
    without = CliRunner().invoke(labms, words)

    assert (told.exit_code, without.exit_code) == (0, 2)
    assert "genuine" in told.output


@pytest.mark.parametrize(
    ("words", "needs_none"),
    [
        (["verify", "x.pdf", "--key", "k"], True),
        (["verify", "--key=k", "x.pdf"], True),
        (["verify", "x.pdf"], False),
        (["list", "--key", "k"], False),
        ([], False),
    ],
)
def test_only_a_verification_with_a_key_needs_no_instance(words, needs_none):
    assert needs_no_instance(words) is needs_none


def test_the_public_key_is_printed_and_the_private_one_is_not(run, settings, issued):
    told = run(log, "key")

    assert told.output == f"{log_keys()[0]}\n"
    secret = (settings.keys_dir / "log.key").read_text("ascii").split("+", 4)[4].strip()
    assert secret not in told.output


def test_the_trails_checkpoint_is_signed_and_the_signature_is_checked(
    run, issued, tmp_path
):
    told = run(audit, "checkpoint").output
    kept = tmp_path / "checkpoint"
    kept.write_text(told)
    size = open_trail_note(told, log_keys()).size

    kept_one = run(audit, "verify", "--checkpoint", kept, "--json")
    kept.write_text(told.replace(f"\n{size}\n", f"\n{size - 1}\n"))
    forged = run(audit, "verify", "--checkpoint", kept)
    kept.write_text(told.replace(told.split()[-1], "AAAA" + told.split()[-1][4:]))
    strangers = run(audit, "verify", "--checkpoint", kept)

    assert json.loads(kept_one.output)["problem"] is None
    assert isinstance(forged.exception, BadNote)
    assert isinstance(strangers.exception, BadNote | UnknownKey)


def test_a_checkpoint_from_before_there_was_a_key_is_read_and_said_to_be_unsigned(
    run, issued, tmp_path
):
    told = run(audit, "checkpoint").output
    kept = tmp_path / "checkpoint"
    kept.write_text(told.partition("\n\n")[0] + "\n")

    found = run(audit, "verify", "--checkpoint", kept, "--json")

    assert json.loads(found.stdout)["problem"] is None
    assert "không có chữ ký" in found.stderr


def test_the_newest_checkpoint_is_printed_and_checked_later(
    run, work, issue, issued, tmp_path
):
    kept = tmp_path / "checkpoint"
    kept.write_text(run(log, "checkpoint").output)
    issue(work.job())

    assert run(log, "verify", "--checkpoint", kept).exit_code == 0
    assert json.loads(run(log, "verify", "--json").output)["size"] == 4
