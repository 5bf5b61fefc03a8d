"""Killed anywhere while a certificate is issued: no number twice, none lost.

And no file without a record, no record without its file, nothing untrue that somebody
was told. Every call of the system with which the process can change the disk is tried.
"""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from labms import clock
from labms.certificates.queries import live_document_of
from labms.certificates.services import resume_issuing
from labms.cli import opened
from tests.faults.checker import problems
from tests.faults.conftest import NOW
from tests.faults.issue_one import issue, issue_naively
from tests.faults.killing import CALLS, killed

pytestmark = pytest.mark.faults

#: By then whoever began has surely given up.
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def laboratory(template, tmp_path):
    """Return a function that gives a fresh copy of the instance."""
    source, jobs = template
    jobs = jobs[:2]

    def copy() -> Path:
        folder = tmp_path / "instance"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder, symlinks=True)
        (tmp_path / "told").unlink(missing_ok=True)
        return folder

    return copy, jobs, tmp_path / "told"


def sweep(laboratory, how, *, calls=CALLS, most=60, also=lambda _folder: []):
    """Kill at every point; return how many were hit, and what was wrong after each.

    `also` looks at what else may be wrong.
    """
    copy, jobs, told = laboratory
    hit, wrong = 0, {}
    for call in calls:
        for at in range(1, most + 1):
            folder = copy()

            def work(folder=folder):
                with opened(folder) as app, clock.at(NOW):
                    how(jobs[0], settings=app.extensions["labms"], told=told)

            if not killed(work, call=call, at=at):
                break
            hit += 1
            recover_and_go_on(folder, jobs, told)
            if found := problems(folder, told=told) + also(folder):
                wrong[f"{call} {at}"] = found
    return hit, wrong


def recover_and_go_on(folder, jobs, told):
    """Start again, let what was begun be finished, and issue for both jobs."""
    with opened(folder) as app, clock.at(LATER):
        settings = app.extensions["labms"]
        resume_issuing(settings=settings)
        for job_id in jobs:
            if not _is_closed(job_id):
                issue(job_id, settings=settings, told=told)


def _is_closed(job_id):
    return live_document_of(job_id) is not None


def test_a_kill_anywhere_leaves_nothing_untrue(laboratory):
    hit, wrong = sweep(laboratory, issue)

    assert wrong == {}
    assert hit >= 40, "so many points must have been hit"
    print(f"killed at {hit} points")


def test_the_naive_order_is_found_out(laboratory):
    """The control: one transaction around the file leaves files without a record."""
    hit, wrong = sweep(laboratory, issue_naively, calls=("rename", "fsync"))

    assert hit >= 8
    assert any("has no record" in one for found in wrong.values() for one in found)


def test_without_a_kill_all_is_well(laboratory):
    copy, jobs, told = laboratory
    folder = copy()

    recover_and_go_on(folder, jobs, told)

    assert problems(folder, told=told) == []
    assert len(told.read_text("utf-8").splitlines()) == 4
