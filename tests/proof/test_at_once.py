"""Several processes at once write one log: no entry twice, none lost, no fork."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from labms import clock
from labms.app import create_app
from labms.db import Model, db, transaction
from labms.proof.checking import log_faults
from labms.proof.keys import LOG_KEY
from labms.proof.queries import entries_about, log_keys, log_size
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from labms.settings import Settings
from tests.conftest import NOW
from tests.databases import an_empty_database

pytestmark = pytest.mark.faults

PROCESSES, EACH = 4, 25


def settings_in(folder, url):
    return Settings(
        instance=Path(folder),
        secret_key="for-tests-only-0123456789abcdefghij",
        database_url=url,
        public_url="https://kiemdinh.example.vn",
    )


def write(folder, url, name, count):
    """Append so many entries, each in a transaction of its own."""
    app = create_app(settings_in(folder, url))
    with app.app_context(), clock.at(NOW):
        for _ in range(count):
            with transaction():
                append(LogEvent.ISSUE, document=document_id(name), day=clock.today())
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def place(tmp_path):
    """An empty instance whose commits are real."""
    with an_empty_database(tmp_path) as url:
        app = create_app(settings_in(tmp_path, url))
        with app.app_context(), clock.at(NOW):
            Model.metadata.create_all(db.engine)
            yield tmp_path, url
            db.session.remove()
            db.engine.dispose()


def begun(place, name, count):
    process = multiprocessing.get_context("spawn").Process(
        target=write, args=(str(place[0]), place[1], name, count)
    )
    process.start()
    return process


def test_processes_at_once_write_one_log_with_one_key(place):
    """They begin with the empty log: even its key and its end are made by one only."""
    writers = [begun(place, f"P{n}", EACH) for n in range(PROCESSES)]
    for one in writers:
        one.join(90)

    assert [one.exitcode for one in writers] == [0] * PROCESSES
    assert log_size() == PROCESSES * EACH
    assert log_faults() == []
    assert len(log_keys()) == 1
    assert [one.name for one in place[0].glob("keys/*")] == [LOG_KEY]
    for n in range(PROCESSES):
        assert len(entries_about(document_id(f"P{n}"))) == EACH


def test_a_process_that_is_killed_leaves_a_whole_log(place):
    writer = begun(place, "killed", 10_000)
    ends = time.monotonic() + 60
    while log_size() < 20 and time.monotonic() < ends:
        db.session.rollback()
        time.sleep(0.05)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(30)
    db.session.rollback()
    size = log_size()

    assert writer.exitcode == -signal.SIGKILL
    assert size >= 20
    assert log_faults() == []
    db.session.rollback()  # what this process read belongs to the time before
    write(str(place[0]), place[1], "after", 3)
    assert (log_size(), log_faults()) == (size + 3, [])
