"""Anybody reports a problem; those who examine it see it, and nobody else."""

import html

import pytest

from labms.audit.models import AuditEvent
from labms.certificates.queries import holds_of
from labms.db import db
from labms.policy import Role
from labms.public.models import ProblemReport
from labms.public.problems import MOST_FROM_ADDRESS, ProblemState
from labms.registry.standings import HoldKind

SAID = "Số máy trên cân là 123, không phải số trên giấy."


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


def report(client, **given):
    given = {"kind": "differs", "text": SAID} | given
    return client.post("/report", data=given)


def reports():
    db.session.expire_all()
    return db.session.scalars(db.select(ProblemReport)).all()


@pytest.fixture
def manager(make, client, work):
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=work.body))


@pytest.mark.parametrize("how", ["code", "number", "address"])
def test_a_report_goes_to_the_body_of_the_document(client, work, issue, how):
    document = issue(work.job())
    about = {
        "code": document.lookup_token,
        "number": document.number,
        "address": f"https://kiemdinh.example.vn/c/{document.lookup_token}",
    }[how]

    assert report(client, about=about, contact="0900").status_code == 200

    (kept,) = reports()
    assert (kept.certificate_id, kept.body_id) == (document.id, work.body.id)
    assert (kept.text, kept.contact) == (SAID, "0900")


def test_the_public_page_leads_to_the_form_with_its_code(client, work, issue):
    document = issue(work.job())

    page = text_of(client.get(f"/c/{document.lookup_token}"))
    assert f"/report?about={document.lookup_token}" in page
    form = text_of(client.get(f"/report?about={document.lookup_token}"))
    assert document.lookup_token in form
    assert "<script" not in form


@pytest.mark.parametrize("wrong", [{"text": "ngắn"}, {"kind": ""}, {"kind": "x"}])
def test_what_says_nothing_is_refused_and_kept(client, wrong):
    answer = report(client, about="V31.00001", **wrong)

    assert answer.status_code == 422
    assert "V31.00001" in text_of(answer)
    assert reports() == []


def test_a_program_that_fills_in_everything_is_thanked_for_nothing(client):
    assert report(client, website="http://spam.example").status_code == 200
    assert reports() == []


def test_reporting_is_slowed_down(client):
    for _ in range(MOST_FROM_ADDRESS):
        assert report(client).status_code == 200
    assert report(client).status_code == 429
    assert len(reports()) == MOST_FROM_ADDRESS


def test_a_quality_manager_looks_into_it_and_closes_it(client, work, issue, manager):
    document = issue(work.job())
    report(client, about=document.number, contact="0900 123 456")
    (kept,) = reports()
    page = f"/problems/{kept.id}"
    assert SAID in text_of(manager.get("/problems"))
    assert "0900 123 456" in text_of(manager.get(page))

    assert manager.post(f"{page}/review").status_code == 302
    assert holds_of([document])[document.id].kind is HoldKind.UNDER_REVIEW
    assert reports()[0].state is ProblemState.EXAMINED
    short = manager.post(f"{page}/answer", data={"state": "founded", "answer": "x"})
    assert short.status_code == 422
    closing = {"state": "founded", "answer": "Đã đến nơi; sẽ đính chính giấy."}
    assert manager.post(f"{page}/answer", data=closing).status_code == 302

    (kept,) = reports()
    assert (kept.state, kept.contact) == (ProblemState.FOUNDED, "")
    assert kept.closed_at
    assert manager.post(f"{page}/answer", data=closing).status_code == 409


def test_other_bodies_and_other_roles_don_t_see_it(client, make, work, issue, manager):
    report(client, about=issue(work.job()).number)
    report(client, about="không rõ số nào cả")
    ours, nobodys = reports()
    stranger = make.user(Role.QUALITY_MANAGER, body=make.body())

    there = make.sign_in(client, stranger)
    assert there.get(f"/problems/{ours.id}").status_code == 404
    assert there.get(f"/problems/{nobodys.id}").status_code == 200
    verifier = make.sign_in(client, work.verifier)
    assert verifier.get("/problems").status_code == 403


def test_how_to_reach_who_reported_never_enters_the_trail(client):
    report(client, contact="0901 234 567")

    (told,) = reports()
    events = db.select(AuditEvent).where(AuditEvent.subject_type == "problem_report")
    event = db.session.scalars(events).one()
    assert told.contact == "0901 234 567"
    assert SAID in str(event.changes)
    assert "0901" not in str(event.changes)
