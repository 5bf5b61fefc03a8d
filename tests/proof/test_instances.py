"""Whole instances: the key is made with them, no backup has it, a restore waits."""

import json
import tarfile

import pytest

from labms import clock
from labms.cli import opened
from labms.db import db, transaction
from labms.operations import schema
from labms.proof.keys import LOG_KEY
from labms.proof.queries import log_size
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from tests.operations.conftest import another_database_url, database_url
from tests.operations.test_commands import labms, made

__all__ = ["another_database_url", "database_url", "labms"]

pytestmark = pytest.mark.operator


def put(folder, count):
    with opened(folder), transaction():
        for n in range(count):
            append(LogEvent.ISSUE, document=document_id(f"D{n}"), day=clock.today())


def findings(labms, **given):
    told = json.loads(labms("check", "--json", **given).stdout)
    return told["findings"], told["problems"]


def test_an_instance_is_made_with_its_key_and_check_tells_the_public_one(
    labms, tmp_path, database_url
):
    made(labms, database_url)
    private = (tmp_path / "instance" / "keys" / LOG_KEY).read_text("ascii")
    public = labms("log", "key").output.strip()
    found, problems = findings(labms)

    assert found["log_key"] == public
    assert public.startswith("kiemdinh.example.vn/log+")
    assert "log_key" not in problems
    assert private.split("+", 4)[4].strip() not in json.dumps(found)


def test_no_backup_has_the_key(labms, tmp_path, database_url):
    made(labms, database_url)
    labms("backup", tmp_path / "backup")
    secret = (tmp_path / "instance" / "keys" / LOG_KEY).read_bytes().strip()

    with tarfile.open(tmp_path / "backup") as tar:
        held = [(one.name, tar.extractfile(one).read()) for one in tar]

    assert not any("key" in name and "log" not in name for name, _ in held)
    assert not any(secret in data or secret[-40:] in data for _, data in held)


def test_a_restored_instance_logs_nothing_until_an_operator_has_decided(
    labms, tmp_path, database_url, another_database_url
):
    elsewhere = tmp_path / "elsewhere"
    made(labms, database_url)
    put(tmp_path / "instance", 3)
    labms("backup", tmp_path / "backup")
    newest = tmp_path / "newest"
    options = ["--database-url", another_database_url] if another_database_url else []
    told = labms("restore", tmp_path / "backup", *options, instance=elsewhere)
    assert "labms log begin" in told.output
    _, problems = findings(labms, instance=elsewhere)
    assert "labms log continue" in problems["log_key"]

    put(tmp_path / "instance", 1)
    newest.write_text(labms("log", "checkpoint").output)
    key = tmp_path / "instance" / "keys" / LOG_KEY
    forked = labms(
        *("log", "continue", "--key", key, "--checkpoint", newest), instance=elsewhere
    )
    assert forked.exit_code == 1, "the old server went on: this would be a fork"

    begun = labms("log", "begin", instance=elsewhere)
    assert begun.exit_code == 0
    found, problems = findings(labms, instance=elsewhere)
    assert found["log_key"] == begun.output.split()[-1]
    assert "log_key" not in problems
    put(elsewhere, 1)
    with opened(elsewhere):
        assert log_size() == 4


def test_a_log_goes_on_with_its_key_if_nothing_was_logged_after_the_backup(
    labms, tmp_path, database_url, another_database_url
):
    elsewhere, newest = tmp_path / "elsewhere", tmp_path / "newest"
    made(labms, database_url)
    put(tmp_path / "instance", 3)
    labms("backup", tmp_path / "backup")
    newest.write_text(labms("log", "checkpoint").output)
    options = ["--database-url", another_database_url] if another_database_url else []
    labms("restore", tmp_path / "backup", *options, instance=elsewhere)

    went_on = labms(
        "log",
        *("continue", "--checkpoint", newest),
        *("--key", tmp_path / "instance" / "keys" / LOG_KEY),
        instance=elsewhere,
    )

    assert went_on.exit_code == 0, went_on.output
    put(elsewhere, 1)
    told = labms("log", "key", "--all", instance=elsewhere).output
    assert told == labms("log", "key").output


def test_an_upgrade_gives_a_key_to_an_instance_from_before(
    labms, tmp_path, database_url
):
    made(labms, database_url)
    with opened(tmp_path / "instance"):
        schema.downgrade(db.engine, "0001")
    (tmp_path / "instance" / "keys" / LOG_KEY).unlink()

    assert labms("upgrade").exit_code == 0

    assert labms("log", "key").output.startswith("kiemdinh.example.vn/log+")
    assert labms("log", "verify").exit_code == 0


def test_a_key_that_others_can_read_is_told(labms, tmp_path, database_url):
    made(labms, database_url)
    (tmp_path / "instance" / "keys" / LOG_KEY).chmod(0o644)

    _, problems = findings(labms)

    assert LOG_KEY in problems["log_key"]
