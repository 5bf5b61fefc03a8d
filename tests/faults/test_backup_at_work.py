"""A backup while certificates are issued, restored elsewhere: nothing is missing."""

import os
import shutil
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from labms import clock
from labms.certificates.account import number_accounts
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_number
from labms.certificates.rules import Fenced
from labms.cli import opened
from labms.db import db, transaction
from labms.operations.backing_up import back_up
from labms.operations.making import telling
from labms.operations.restoring import (
    Known,
    confirm_numbers,
    record_restoring,
    restore,
)
from labms.organisations.models import Body, NumberSeries
from labms.organisations.rules import NumberKind
from labms.policy import SYSTEM
from labms.proof.rules import LogKeyMissing
from labms.proof.services import begin_log
from tests.faults.acts import issue
from tests.faults.checker import certificates, problems
from tests.faults.conftest import JOBS, NOW
from tests.faults.instances import (
    address_for,
    make_database,
    remove_database,
    server,
)

pytestmark = pytest.mark.faults


def issued(told):
    """Return the numbers that somebody was told are issued."""
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    return {line.split()[1] for line in lines if line.startswith("issued")}


@contextmanager
def somebody_issuing(folder, jobs, told):
    """Issue one certificate after another in another process."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with opened(folder) as app, clock.at(NOW):
                issue(*jobs)(app.extensions["labms"], told)
            status = 0
        finally:
            os._exit(status)
    try:
        while not issued(told):
            time.sleep(0.01)
        yield
    finally:
        _, status = os.waitpid(child, 0)
    assert status == 0


@pytest.fixture
def at_work(instances):
    """A copy of the instance whose last job nobody has touched."""
    *jobs, last_job = instances.jobs
    return instances.copy(), jobs, last_job, instances.told


@pytest.fixture
def elsewhere(tmp_path):
    """Where it is restored: a folder and, on a server, an empty database."""
    folder = tmp_path / "elsewhere"
    make_database(folder)
    yield folder
    remove_database(folder)


def test_a_backup_during_work_restores_to_all_that_was_told(
    at_work, elsewhere, tmp_path
):
    folder, jobs, last_job, told = at_work
    with somebody_issuing(folder, jobs, told), opened(folder) as app:
        before = issued(told)
        settings = app.extensions["labms"]
        back_up(
            db.engine,
            files_dir=settings.files_dir,
            settings=telling(settings),
            target=tmp_path / "backup",
            at=NOW,
        )
        during = issued(told)
    everything = certificates(folder)
    assert len(everything) == JOBS - 1

    manifest = restore(
        tmp_path / "backup", elsewhere, database_url=address_for(elsewhere), at=NOW
    )

    restored = certificates(elsewhere)
    assert before <= set(restored), "what was told before it began is there"
    for number, what in restored.items():
        if what[1] is not None:  # issued by then, not only reserved
            assert what == everything[number]
    assert before, "somebody was at work"
    assert len(during) >= len(before)
    _go_on_elsewhere(elsewhere, manifest, last_job, tmp_path)


def orders_taken():
    """Return the highest number of an order, none of which were taken meanwhile."""
    return db.session.scalars(
        db.select(NumberSeries.last).where(NumberSeries.kind == NumberKind.ORDER)
    ).one()


def _go_on_elsewhere(folder, manifest, job_id, tmp_path):
    """It is fenced; then the next number follows the highest that is known outside."""
    fonts = tmp_path / "instance" / "cache"
    (folder / "cache").mkdir(exist_ok=True)
    (folder / "cache" / "fonts").symlink_to((fonts / "fonts").resolve())
    with opened(folder) as app, clock.at(NOW + timedelta(days=1)):
        with transaction():
            record_restoring(manifest)
        settings = app.extensions["labms"]
        with pytest.raises(Fenced):
            issue(job_id)(settings, tmp_path / "told-elsewhere")
        with transaction():
            code = db.session.query(Body.code).scalar()
            known = [
                Known(code, NumberKind.CERTIFICATE, 2031, JOBS - 1),
                Known(code, NumberKind.ORDER, 2031, orders_taken()),
            ]
            lost = confirm_numbers(known, actor=SYSTEM)
            there = db.session.query(Certificate).count()
            assert sum(one.last - one.first + 1 for one in lost) == JOBS - 1 - there
        assert [one.gaps for one in number_accounts()] == [()]
        with pytest.raises(LogKeyMissing):  # which no backup has
            issue(job_id)(settings, tmp_path / "told-elsewhere")
        with transaction():
            begin_log(actor=SYSTEM)
        issue(job_id)(settings, tmp_path / "told-elsewhere")
        (number,) = issued(tmp_path / "told-elsewhere")
        assert certificate_by_number(number).sequence == JOBS


@pytest.mark.skipif(bool(server()), reason="a server's files are its own")
def test_a_copy_of_the_main_file_alone_is_not_a_backup(at_work, tmp_path):
    """The control: SQLite keeps the newest rows beside its main file."""
    folder, jobs, _, told = at_work
    with somebody_issuing(folder, jobs, told):
        (tmp_path / "copied").mkdir()
        while len(issued(told)) < 3:
            time.sleep(0.01)
        before = issued(told)
        for name in ("settings.toml", "labms.sqlite3"):
            shutil.copy(folder / name, tmp_path / "copied" / name)

    assert not before <= set(certificates(tmp_path / "copied"))


def test_two_at_once_take_numbers_in_turn(instances):
    folder, jobs, told = instances.copy(), instances.jobs, instances.told

    with somebody_issuing(folder, jobs[:6], told), opened(folder) as app, clock.at(NOW):
        issue(*jobs[6:])(app.extensions["labms"], told)

    assert problems(folder, told=told) == []
    assert len(issued(told)) == JOBS
