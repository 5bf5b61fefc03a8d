"""The pages on which a document is corrected, suspended, and looked into."""

import html
import re

import pytest

from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, holds_of, standings_of
from labms.certificates.rules import CertificateState
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.services import approve_job
from labms.policy import Role
from labms.registry.standings import HoldKind, Standing
from tests.certificates.test_superseding import WHY, issued, put_right  # noqa: F401
from tests.conftest import NOW
from tests.jobs.laboratory import rewrite

pytestmark = pytest.mark.long


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def old(issued):  # noqa: F811
    return issued()


@pytest.fixture
def desk(lab, make, client):
    return make.sign_in(client, lab.signatory)


def latest():
    return db.session.scalars(
        db.select(Certificate).order_by(Certificate.id.desc()).limit(1)
    ).one()


def test_old_and_new_are_seen_side_by_side_and_what_was_seen_is_issued(old, desk):
    put_right(old, serial="DUNG-77")
    page = f"/certificates/{old.id}/correct"
    assert "DUNG-77" in text_of(desk.get(page))

    given = {"take": "instrument.serial", "reason": "instrument", "text": WHY}
    seen = text_of(desk.post(page, data=given))
    assert "DUNG-77" in seen
    shown = re.search(r'name="shown"[^>]* value="(\w{64})"', seen)[1]
    done = desk.post(page, data=given | {"shown": shown}, follow_redirects=True)

    new = latest()
    assert new.supersedes_id == old.id
    assert old.number in text_of(done)
    before = text_of(desk.get(f"/certificates/{old.id}"))
    assert new.number in before
    (row,) = [
        line
        for line in text_of(desk.get("/certificates/register.csv")).splitlines()
        if line.startswith(old.number)
    ]
    assert WHY in row
    assert desk.get(f"/certificates/{old.id}.pdf").data.startswith(b"%PDF")
    assert desk.get(page).location.endswith(f"/certificates/{old.id}")


def test_what_changed_since_it_was_seen_is_shown_again(old, desk):
    put_right(old, serial="DUNG-77")
    page = f"/certificates/{old.id}/correct"
    given = {"take": "instrument.serial", "reason": "instrument", "text": WHY}

    answer = desk.post(page, data=given | {"shown": "0" * 64})

    assert answer.status_code == 409
    assert latest().id == old.id


def test_a_correction_without_reason_or_difference_keeps_what_was_typed(old, desk):
    page = f"/certificates/{old.id}/correct"

    for given in ({"text": WHY}, {"text": "ngắn", "reason": "place"}):
        answer = desk.post(page, data={"place": "Chợ Lách"} | given)
        assert answer.status_code == 422
        assert "Chợ Lách" in text_of(answer)
    same = desk.post(page, data={"reason": "place", "text": WHY})
    assert same.status_code == 422
    assert old.number in text_of(same)


def test_a_character_that_no_font_has_is_refused_before_anything_is_signed(old, desk):
    """In what was typed and in what the register says; what can be printed goes on."""
    put_right(old, serial="SỐ-☃-7")
    page = f"/certificates/{old.id}/correct"
    given = {"reason": "place", "text": WHY}

    typed = desk.post(page, data=given | {"place": "Chợ ☃ Lách"})
    taken = desk.post(page, data=given | {"take": "instrument.serial"})
    fine = desk.post(page, data=given | {"place": "Chợ Lách"})

    assert (typed.status_code, taken.status_code) == (422, 422)
    for answer, place, where in (
        (typed, 5, "Nơi thực hiện"),
        (taken, 4, "Số chế tạo"),
    ):
        told = text_of(answer)
        assert f"ký tự ☃ (U+2603) ở vị trí {place} của “{where}”" in told
        assert WHY in told
        assert not re.search(r'name="shown"[^>]* value="\w{64}"', told)
    assert 'value="Chợ ☃ Lách"' in text_of(typed)
    assert 'aria-invalid="true"' in text_of(typed)
    assert re.search(r'value="instrument.serial"[^>]* checked', text_of(taken))
    assert fine.status_code == 200
    assert re.search(r'name="shown"[^>]* value="\w{64}"', text_of(fine))


def test_whose_measurements_it_certifies_is_told_that_another_corrects(
    issued,  # noqa: F811
    lab,
    make,
    client,
):
    both = make.user(Role.VERIFIER, Role.SIGNATORY, body=lab.body)
    make.card(both, lab.type_slug)
    job_id = lab.submitted().id
    rewrite(Job, Job.id == job_id, performed_by_id=both.id)
    with transaction():
        approve_job(job_to_change(job_id), actor=lab.reviewer)
    own = make.sign_in(client, both)
    page = f"/certificates/{issued(job_by_id(job_id)).id}/correct"

    assert 'name="reason"' not in text_of(own.get(page))
    given = {"reason": "place", "text": WHY, "place": "Chợ", "shown": "0" * 64}
    assert own.post(page, data=given).status_code == 403


def worth(certificate):
    row = certificate_by_id(certificate.id)
    return standings_of([row], on=NOW.date(), expiring_days=30)[row.id]


def test_a_quality_manager_reviews_suspends_and_lifts(old, lab, make, client):
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    desk = make.sign_in(client, manager)
    doubt = {"reason": "reported", "text": "Người dân báo số máy khác."}

    def hold(kind):
        return desk.post(f"/certificates/{old.id}/hold", data=doubt | {"kind": kind})

    assert hold("under_review").status_code == 302
    assert worth(old) is Standing.UNDER_REVIEW
    assert hold("under_review").status_code == 409
    assert hold("suspended").status_code == 302
    assert worth(old) is Standing.SUSPENDED
    assert holds_of([old])[old.id].kind is HoldKind.SUSPENDED
    assert hold("under_review").status_code == 409
    page = text_of(desk.get(f"/certificates/{old.id}"))
    assert "Người dân báo số máy khác." in page

    lift = f"/certificates/{old.id}/lift"
    assert desk.post(lift, data={"text": "ngắn"}).status_code == 422
    assert desk.post(lift, data={"text": "Đã đối chiếu, giấy đúng."}).status_code == 302
    assert worth(old) is Standing.VALID
    assert desk.post(lift, data={"text": "Đã đối chiếu rồi."}).status_code == 409


def test_others_neither_suspend_nor_lift(old, lab, make, client):
    stranger = make.user(Role.QUALITY_MANAGER, body=make.body())
    given = {"kind": "suspended", "reason": "other", "text": "Không phải việc tôi."}
    for person, status in ((lab.signatory, 403), (stranger, 404)):
        desk = make.sign_in(client, person)
        answer = desk.post(f"/certificates/{old.id}/hold", data=given)
        assert answer.status_code == status
    assert certificate_by_id(old.id).state is CertificateState.ISSUED
    assert holds_of([old]) == {}
