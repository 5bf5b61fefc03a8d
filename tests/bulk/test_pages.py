"""The pages of work on many jobs, and its commands."""

import html
import re

import pytest

from labms.bulk.models import BulkRun
from labms.bulk.queries import items_of
from labms.bulk.rules import RunState
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


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def desk(lab, make, client):
    return make.sign_in(client, lab.signatory)


def last_run():
    return db.session.scalars(
        db.select(BulkRun).order_by(BulkRun.id.desc()).limit(1)
    ).one()


def test_ticked_jobs_are_shown_confirmed_and_issued(lab, desk, settings):
    jobs = [lab.approved(), lab.approved()]
    page = text_of(desk.get("/bulk/issue"))
    assert all(job.subject_snapshot["serial"] in page for job in jobs)

    to = desk.post("/bulk/issue", data={"job": [job.id for job in jobs]})
    run = last_run()
    seen = text_of(desk.get(to.location))
    assert run.shown_hash in seen
    start = f"/bulk/runs/{run.id}/start"
    for _ in range(2):
        assert desk.post(start, data={"shown": run.shown_hash}).status_code == 302
    running = desk.get(f"/bulk/runs/{run.id}")
    assert running.headers["Refresh"] == "3"
    work(run.id, settings=settings)

    finished = desk.get(f"/bulk/runs/{run.id}")
    assert "Refresh" not in finished.headers
    for job in jobs:
        assert f"/certificates/{live_document_of(job.id).id}" in text_of(finished)
    assert "2" in text_of(desk.get("/bulk/"))


def test_all_that_match_but_the_ticked_ones_are_taken(lab, desk, settings):
    jobs = [lab.submitted() for _ in range(3)]

    desk.post("/bulk/approve", data={"which": "all", "job": jobs[1].id})

    taken = [item.job_id for item in items_of(last_run().id)]
    assert taken == [jobs[0].id, jobs[2].id]
    q = jobs[2].subject_snapshot["serial"]
    desk.post(f"/bulk/approve?q={q}", data={"which": "all"})
    assert [item.job_id for item in items_of(last_run().id)] == [jobs[2].id]


def test_what_stands_out_is_asked_for_one_by_one(lab, desk, settings):
    job = lab.submitted(readings=FAILS)
    desk.post("/bulk/approve", data={"job": job.id})
    run = last_run()
    (item,) = items_of(run.id)
    assert f'name="item" value="{item.id}"' in text_of(desk.get(f"/bulk/runs/{run.id}"))

    desk.post(
        f"/bulk/runs/{run.id}/start", data={"shown": run.shown_hash, "item": item.id}
    )
    work(run.id, settings=settings)

    assert job_by_id(job.id).state is JobState.APPROVED


def said_of(answer):
    """What the confirmation says will be done: heading, list, singly, button."""
    page = text_of(answer)
    panels = re.findall(r'<section class="panel">(.*?)</section>', page, re.DOTALL)
    sums = [
        sum(int(one) for one in re.findall(r'"cert-num">(\d+)<', panel))
        for panel in panels[:2]
    ]
    heading = re.search(r"<h1>.*?(\d+)", page)[1]
    button = re.search(r'btn-primary" type="submit">([^<]*)<', page)[1].strip()
    return int(heading), *sums, button


def test_heading_list_and_button_count_what_is_done_as_ticked(
    lab, make, desk, settings
):
    jobs = [lab.approved(), lab.approved(), lab.approved(readings=FAILS)]
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    with transaction():
        choose_way(lab.body, SigningWay.SERVER, actor=manager)
    desk.post("/bulk/issue", data={"job": [job.id for job in jobs]})
    run = last_run()
    failed = items_of(run.id)[2].id
    button = "Cấp 2 giấy và những giấy đã đánh dấu riêng"

    assert said_of(desk.get(f"/bulk/runs/{run.id}")) == (2, 2, 1, button)
    again = desk.post(
        f"/bulk/runs/{run.id}/start",
        data={"shown": run.shown_hash, "item": failed, "password": "wrong"},
    )
    assert f'value="{failed}" checked' in text_of(again)
    assert said_of(again) == (3, 3, 0, button)


def test_where_nothing_stands_out_the_button_says_how_many(lab, desk, settings):
    desk.post("/bulk/approve", data={"job": [lab.submitted().id, lab.submitted().id]})
    asked = said_of(desk.get(f"/bulk/runs/{last_run().id}"))
    assert asked == (2, 2, 0, "Phê duyệt 2 việc")

    desk.post("/bulk/approve", data={"job": lab.submitted(readings=FAILS).id})
    asked = said_of(desk.get(f"/bulk/runs/{last_run().id}"))
    assert asked == (0, 0, 1, "Phê duyệt những việc đã đánh dấu riêng")


def test_no_tick_keeps_the_page_and_strangers_look_only(lab, desk, make, client):
    job = lab.submitted()
    assert desk.post("/bulk/approve", data={}).status_code == 422
    desk.post("/bulk/approve", data={"job": job.id})
    run = last_run()

    reviewer = make.sign_in(client, lab.reviewer)
    start = f"/bulk/runs/{run.id}/start"
    assert reviewer.post(start, data={"shown": run.shown_hash}).status_code == 403
    assert reviewer.get("/bulk/issue").status_code == 403
    page = text_of(reviewer.get(f"/bulk/runs/{run.id}"))
    assert "panel decision" not in page
    assert 'href="/bulk/issue"' not in page
    assert 'href="/certificates/issue/' not in page
    elsewhere = make.sign_in(client, make.user(*lab.signatory.roles, body=make.body()))
    assert elsewhere.get(f"/bulk/runs/{run.id}").status_code == 404


def test_it_is_stopped_and_gone_on_with_on_the_page(lab, desk, settings):
    desk.post("/bulk/approve", data={"job": lab.submitted().id})
    run = last_run()
    desk.post(f"/bulk/runs/{run.id}/start", data={"shown": run.shown_hash})

    desk.post(f"/bulk/runs/{run.id}/stop")
    assert last_run().state is RunState.STOPPED
    assert "Refresh" not in desk.get(f"/bulk/runs/{run.id}").headers
    desk.post(f"/bulk/runs/{run.id}/go-on")
    assert last_run().state is RunState.RUNNING
    work(run.id, settings=settings)
    assert desk.post(f"/bulk/runs/{run.id}/stop").status_code == 409


def test_where_the_body_signs_on_the_server_the_password_is_asked_for(
    lab, make, desk, settings
):
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    with transaction():
        choose_way(lab.body, SigningWay.SERVER, actor=manager)
    desk.post("/bulk/issue", data={"job": lab.approved().id})
    run = last_run()
    assert 'name="password"' in text_of(desk.get(f"/bulk/runs/{run.id}"))

    start = f"/bulk/runs/{run.id}/start"
    for word in ("", "wrong"):
        answer = desk.post(start, data={"shown": run.shown_hash, "password": word})
        assert answer.status_code == 422
    assert last_run().state is RunState.PROPOSED


def test_the_menu_and_the_lists_lead_whoever_may_use_it_there(lab, make, client):
    def links(user, path="/jobs/"):
        page = text_of(make.sign_in(client, user).get(path))
        menu, rest = page.split('<main id="content"')
        return [
            [kind for kind in ("approve", "issue") if f'href="/bulk/{kind}"' in part]
            for part in (menu, rest)
        ]

    for _ in range(2):
        lab.submitted(), lab.approved()

    assert links(lab.verifier) == [[], []]
    assert links(lab.reviewer) == [["approve"], []]
    assert links(lab.signatory) == [["approve", "issue"], []]
    waiting, approved = "/jobs/?state=awaiting_review", "/jobs/?state=approved"
    assert links(lab.signatory, waiting)[1] == ["approve"]
    assert links(lab.signatory, approved)[1] == ["issue"]
    assert links(lab.reviewer, approved)[1] == []
