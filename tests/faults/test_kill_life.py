"""Killed anywhere in a correction or a run over many jobs: nothing twice, none lost.

Never two documents of a job in force and never none; no number without its place in
the series; no file without a record; and what was begun is finished as it was begun.
"""

import shutil
import sqlite3
from pathlib import Path

import pytest

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.services import resume_issuing
from labms.cli import opened
from labms.db import db
from tests.faults import checker
from tests.faults.conftest import NOW
from tests.faults.issue_many import (
    correct,
    correct_naively,
    issue_many,
    open_runs,
    resume_runs,
)
from tests.faults.issue_one import issue
from tests.faults.killing import CALLS, killed
from tests.faults.test_kill_sweep import LATER

pytestmark = pytest.mark.faults


@pytest.fixture
def laboratory(template, tmp_path):
    """Return a function that gives a fresh instance, with documents for `issued`."""
    source, jobs = template
    told = tmp_path / "told"
    kept = tmp_path / "kept"

    def copy(*, issued=0) -> Path:
        folder = tmp_path / "instance"
        shutil.rmtree(folder, ignore_errors=True)
        for name in (told, told.with_name("confirmed")):
            name.unlink(missing_ok=True)
        if issued and not kept.exists():
            shutil.copytree(source, kept, symlinks=True)
            with opened(kept) as app, clock.at(NOW):
                for job_id in jobs[:issued]:
                    issue(job_id, settings=app.extensions["labms"], told=told)
            told.unlink()
        shutil.copytree(kept if issued else source, folder, symlinks=True)
        return folder

    return copy, jobs, told


def problems(folder, told):
    """What is wrong by the checker, which knows no corrections, and by ours."""
    with sqlite3.connect(f"file:{folder / 'labms.sqlite3'}?mode=ro", uri=True) as rows:
        rows.row_factory = sqlite3.Row
        found = checker._whole(rows)
        documents = rows.execute(
            "SELECT * FROM certificate ORDER BY sequence"
        ).fetchall()
        found += checker._numbers(rows, documents)
        found += [
            one for one in checker._files(folder, documents) if " is super" not in one
        ]
        found += checker._content(documents)
        found += checker._acknowledged(documents, told)
        in_force = [row["job_id"] for row in documents if row["state"] == "issued"]
        certified = [
            row["id"]
            for row in rows.execute("SELECT id FROM job WHERE state = 'certified'")
        ]
        if sorted(in_force) != sorted(certified):
            found.append(f"in force for {in_force}, certified {certified}")
        for row in documents:
            follows = [one for one in documents if one["supersedes_id"] == row["id"]]
            if (row["state"] == "superseded") != (len(follows) == 1):
                found.append(f"{row['number']} is {row['state']}, with {len(follows)}")
    return found


def sweep(copy, told, how, after, *, issued=0, calls=CALLS, most=60, step=1):
    """Kill at every point; return how many were hit, and what was wrong after each."""
    hit, wrong = 0, {}
    for call in calls:
        for at in range(1, most + 1, step):
            folder = copy(issued=issued)

            def work(folder=folder):
                with opened(folder) as app, clock.at(NOW):
                    how(app.extensions["labms"])

            if not killed(work, call=call, at=at):
                break
            hit += 1
            between = problems_between(folder)
            with opened(folder) as app, clock.at(LATER):
                after(app.extensions["labms"])
            if found := between + problems(folder, told):
                wrong[f"{call} {at}"] = found
    return hit, wrong


def problems_between(folder):
    """Right after the kill: a job that was certified has one document in force."""
    with sqlite3.connect(f"file:{folder / 'labms.sqlite3'}?mode=ro", uri=True) as rows:
        counted = rows.execute(
            "SELECT j.id, (SELECT count(*) FROM certificate c WHERE c.job_id = j.id "
            "AND c.state = 'issued') FROM job j WHERE j.state = 'certified'"
        ).fetchall()
    return [f"job {job}: {n} in force" for job, n in counted if n != 1]


def first_document():
    return db.session.scalars(
        db.select(Certificate.id).order_by(Certificate.id)
    ).first()


def correcting(told, how):
    return lambda settings: how(first_document(), settings=settings, told=told)


def finish_or_correct(told):
    def after(settings):
        resume_issuing(settings=settings)
        superseded = db.select(Certificate).where(Certificate.state == "superseded")
        if db.session.scalars(superseded).first() is None:
            correct(first_document(), settings=settings, told=told)

    return after


def test_a_kill_anywhere_in_a_correction_leaves_one_in_force(laboratory):
    copy, _, told = laboratory

    hit, wrong = sweep(
        copy, told, correcting(told, correct), finish_or_correct(told), issued=1
    )

    assert wrong == {}
    assert hit >= 40, "so many points must have been hit"
    print(f"killed at {hit} points")


def test_ending_the_wrong_one_first_is_found_out(laboratory):
    """The control: a kill between the two leaves the job without a document."""
    copy, _, told = laboratory

    hit, wrong = sweep(
        copy,
        told,
        correcting(told, correct_naively),
        lambda _settings: None,
        issued=1,
        calls=("fsync", "fdatasync", "pwrite64"),
    )

    assert hit >= 2
    assert any("0 in force" in one for found in wrong.values() for one in found)


def test_a_kill_anywhere_in_a_run_finishes_each_item_once(laboratory):
    copy, jobs, told = laboratory
    jobs = jobs[:3]

    def how(settings):
        issue_many(jobs, settings=settings, told=told)

    def after(settings):
        resume_runs(settings=settings)
        resume_issuing(settings=settings)
        assert open_runs() == 0
        left = set(jobs) - set(db.session.scalars(db.select(Certificate.job_id)))
        if left:  # killed before it was confirmed: nothing was promised
            assert not told.with_name("confirmed").exists()
            issue_many(sorted(left), settings=settings, told=told)

    hit, wrong = sweep(copy, told, how, after, most=150, step=3)

    assert wrong == {}
    assert hit >= 40
    print(f"killed at {hit} points")
