"""Many jobs at once without a browser: chosen, looked at, confirmed, watched."""

import json

import pytest
from click.testing import CliRunner

from labms.accounts.rules import NobodySignsIn, WrongLogin
from labms.bulk import cli
from labms.bulk.cli import group
from labms.bulk.models import BulkRun
from labms.bulk.queries import items_of, run_by_id
from labms.bulk.rules import ItemState, NotYours, RunState, ShownOtherwise
from labms.bulk.working import work
from labms.certificates.queries import live_document_of
from labms.db import db, transaction
from labms.jobs.queries import job_by_id
from labms.jobs.rules import JobState
from labms.policy import Role
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from tests.bulk.test_runs import FAILS

pytestmark = pytest.mark.long


@pytest.fixture
def told(app):
    """Run a command; the result has output, exit_code and exception."""

    def act(*words, **given):
        return CliRunner().invoke(group, [str(word) for word in words], **given)

    return act


def confirmed(told, kind, *words):
    """Choose and read what would be confirmed: run and hash are the last line."""
    lines = told("choose", kind, *words).output.splitlines()
    return lines[-1].split("\t")


def test_what_is_chosen_is_shown_and_done_only_when_that_is_confirmed(lab, told):
    first, second = lab.submitted(), lab.submitted(readings=FAILS)

    shown = told(
        "choose", "approve", first.number, second.number, "--as", lab.reviewer.login
    )
    lines = [line.split("\t") for line in shown.output.splitlines()]
    run, digest = lines[-1]

    assert [line[0] for line in lines[:-1]] == [first.number, second.number]
    assert lines[1][2] == "không đạt", "it stands out"
    assert job_by_id(first.id).state is JobState.AWAITING_REVIEW
    with_another = told("start", run, "--as", lab.reviewer.login, "--shown", "0" * 64)
    assert isinstance(with_another.exception, ShownOtherwise)
    done = told("start", run, "--as", lab.reviewer.login, "--shown", digest)
    assert done.exit_code == 0
    assert done.output == f"{run}\tKết thúc\t1/2\n"
    assert job_by_id(first.id).state is JobState.APPROVED
    assert job_by_id(second.id).state is JobState.AWAITING_REVIEW, (
        "it was not looked at"
    )


def test_what_stands_out_is_taken_along_by_its_number(lab, told):
    job = lab.submitted(readings=FAILS)
    run, digest = confirmed(told, "approve", job.number, "--as", lab.reviewer.login)
    words = ("start", run, "--as", lab.reviewer.login, "--shown", digest)

    assert told(*words, "--look-at", "khong-co").exit_code == 2
    assert told(*words, "--look-at", job.number).exit_code == 0
    assert job_by_id(job.id).state is JobState.APPROVED


def test_all_that_can_be_taken_is_issued_and_a_second_time_nothing(lab, told):
    jobs = [lab.approved(), lab.approved()]
    as_ = ("--as", lab.signatory.login)
    run, digest = confirmed(told, "issue", "--all", *as_)

    first = told("start", run, *as_, "--shown", digest)
    numbers = [live_document_of(job.id).number for job in jobs]
    again = told("start", run, *as_, "--shown", digest)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output == again.output == f"{run}\tKết thúc\t2/2\n"
    assert [live_document_of(job.id).number for job in jobs] == numbers


def test_what_cannot_be_taken_says_why(lab, told):
    done = lab.approved()

    as_ = ("--as", lab.reviewer.login)
    shown = told("choose", "approve", done.number, *as_, "--json")

    (item,) = json.loads(shown.output)["items"]
    assert item["state"] == "left_out"
    assert item["problem"]


def test_only_who_chose_confirms_stops_and_somebody_exists(lab, make, told):
    job = lab.submitted()
    run, digest = confirmed(told, "approve", job.number, "--as", lab.reviewer.login)
    other = make.user(Role.REVIEWER, body=lab.body)

    started = told("start", run, "--as", other.login, "--shown", digest)
    nobody = told("start", run, "--as", "khong-ai", "--shown", digest)

    assert isinstance(started.exception, NotYours)
    assert isinstance(nobody.exception, NobodySignsIn)
    assert run_by_id(int(run)).state is RunState.PROPOSED


def test_who_issues_where_the_server_signs_types_the_password(lab, make, told):
    job = lab.approved()
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    with transaction():
        choose_way(lab.body, SigningWay.SERVER, actor=manager)
    as_ = ("--as", lab.signatory.login)
    run, digest = confirmed(told, "issue", job.number, *as_)

    refused = told("start", run, *as_, "--shown", digest, input="wrong\n")

    assert isinstance(refused.exception, WrongLogin)
    assert run_by_id(int(run)).state is RunState.PROPOSED


def test_a_run_is_stopped_watched_and_resumed(lab, told):
    ids = [lab.submitted().id for _ in range(2)]
    as_ = ("--as", lab.reviewer.login)
    run, digest = confirmed(told, "approve", "--all", *as_)
    told("start", run, *as_, "--shown", digest, "--later")

    assert told("watch", run, "--once").output == f"{run}\tĐang xử lý\t0/2\n"
    stopped = told("stop", run, *as_)
    assert stopped.output == f"{run}\tĐã dừng\t0/2\n"
    assert told("watch", run).exit_code == 1
    resumed = told("resume", run)
    assert resumed.output == f"{run}\tKết thúc\t2/2\n"
    assert told("watch", run).exit_code == 0
    assert job_by_id(ids[1]).state is JobState.APPROVED


def test_who_watches_sees_it_go_on(lab, told, monkeypatch, settings):
    lab.submitted()
    as_ = ("--as", lab.reviewer.login)
    run, digest = confirmed(told, "approve", "--all", *as_)
    told("start", run, *as_, "--shown", digest, "--later")
    monkeypatch.setattr(cli.time, "sleep", lambda _: work(int(run), settings=settings))

    watched = told("watch", run)

    assert watched.output.splitlines() == [
        f"{run}\tĐang xử lý\t0/1",
        f"{run}\tKết thúc\t1/1",
    ]


def test_runs_are_listed_and_shown_as_data_too(lab, told):
    job = lab.submitted()
    run, digest = confirmed(told, "approve", "--all", "--as", lab.reviewer.login)
    told("start", run, "--as", lab.reviewer.login, "--shown", digest)

    (one,) = json.loads(told("list", "--json").output)
    shown = json.loads(told("show", run, "--json").output)

    assert one == {
        "id": int(run),
        "kind": "approve",
        "state": "finished",
        "done": 1,
        "refused": 0,
        "all": 1,
    }
    assert told("list").output == f"{run}\tapprove\tKết thúc\t1\t0\t1\n"
    assert [item["number"] for item in shown["items"]] == [job.number]
    assert shown["shown"] == digest
    assert items_of(int(run))[0].state is ItemState.DONE


def test_what_was_confirmed_on_the_pages_is_resumed_here(lab, make, client, told):
    job = lab.submitted()
    desk = make.sign_in(client, lab.reviewer)
    desk.post("/bulk/approve", data={"job": job.id})
    run = db.session.scalars(db.select(BulkRun)).one()
    desk.post(f"/bulk/runs/{run.id}/start", data={"shown": run.shown_hash})

    resumed = told("resume")

    assert resumed.output == f"{run.id}\tKết thúc\t1/1\n"
    assert told("resume", run.id).exit_code == 1, "it is finished"
