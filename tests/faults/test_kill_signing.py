"""Killed anywhere while a document is signed on the server: one signed file, recorded.

A signed file is another one each time it is made. So a second one would be a document
outside of which nobody knows.
"""

import hashlib
import sqlite3

import pytest

from labms import clock
from labms.certificates import finishing, sealing
from labms.cli import opened
from labms.db import db, transaction
from labms.organisations.models import Body
from labms.policy import SYSTEM, Permission, System
from labms.signing.reading import signatures_of
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from tests.faults.conftest import NOW
from tests.faults.issue_one import issue
from tests.faults.test_kill_sweep import laboratory, sweep

__all__ = ["laboratory"]

pytestmark = pytest.mark.faults

#: What gives a file its name, or takes it away, or makes it last.
CALLS = ("rename", "link", "unlink", "fsync")


@pytest.fixture
def signing(laboratory):
    """The laboratory, whose body signs on the server."""
    copy, jobs, told = laboratory

    def signs():
        folder = copy()
        with opened(folder), clock.at(NOW):
            founder = System(SYSTEM.permissions | {Permission.BODY_EDIT})
            body = db.session.scalars(db.select(Body)).first()
            with transaction():
                choose_way(db.session.merge(body), SigningWay.SERVER, actor=founder)
        return folder

    return signs, jobs, told


def signed_files(folder):
    """Return every signed file, wherever it lies, and those that a row names."""
    there = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for pattern in ("??/??/*", "pending/*", "tmp/*")
        for path in (folder / "files").glob(pattern)
        if b"/ByteRange" in path.read_bytes()
    }
    with sqlite3.connect(folder / "labms.sqlite3") as rows:
        named = {row[0] for row in rows.execute("SELECT file_hash FROM certificate")}
        sealed = {
            row[0] for row in rows.execute("SELECT file_hash FROM certificate_file")
        }
    return there, named, sealed


def test_a_kill_anywhere_leaves_one_signed_file_and_its_record(signing):
    seen = []

    def look(folder):
        there, named, sealed = signed_files(folder)
        seen.append(len(there))
        wrong = [str(path) for digest, path in there.items() if digest not in named]
        if named != sealed:
            wrong.append(f"records {sorted(named ^ sealed)}")
        for digest, path in there.items():
            (one,) = signatures_of(path.read_bytes())
            if not one.intact:
                wrong.append(f"{digest} does not hold")
        return wrong

    hit, wrong = sweep(signing, issue, calls=CALLS, also=look)

    assert wrong == {}
    assert hit >= 15, "so many points must have been hit"
    assert set(seen) == {2}


def test_without_keeping_what_was_signed_a_second_one_would_be_made(
    signing, monkeypatch
):
    """The control."""
    monkeypatch.setattr(sealing, "keep_pending", lambda *_given: None)
    monkeypatch.setattr(finishing, "drop_pending", lambda *_given: None)

    def look(folder):
        there, named, _sealed = signed_files(folder)
        return [str(path) for digest, path in there.items() if digest not in named]

    _hit, wrong = sweep(signing, issue, calls=("rename",), also=look)

    assert wrong != {}
