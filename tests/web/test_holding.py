"""What was typed outlives the session it was typed in."""

import re
from html import unescape

import pytest

from labms import clock
from labms.accounts.models import LoginSession
from labms.db import db, transaction
from labms.policy import Role
from labms.registry.models import EvidenceEnding
from labms.registry.rules import EndingReason
from labms.web.holding import WHOSE
from tests.factories import SPRING_SCALE

PATH = f"/instruments/new?type={SPRING_SCALE}"
TYPED = {
    "c_Max": "5,5",
    "serial": "SỐ 1",
    "reading.external-markings.answer": "yes",
    "evidence": "stamp_and_mark",
}
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def guarded(app, monkeypatch):
    """An app that asks for the token of each form, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


def fields(page):
    """The hidden fields of the form that sends again."""
    form = page.text.split('class="buttons"')[1].split("</form>")[0]
    found = re.findall(r'name="([^"]*)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def test_who_signed_in_again_sends_once_and_is_not_refused(guarded, make, client):
    away = client.post(PATH, data=TYPED, headers=OWN)
    assert away.status_code == 401
    assert "Tôi đã đăng nhập: tiếp tục" in away.text

    back = make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))
    with back.session_transaction() as session:
        session.pop("csrf_token", None)  # signing in begins a new session
    again = back.post(PATH, data=fields(away), headers=OWN)
    assert again.status_code == 200
    assert "Bạn đã đăng nhập lại" in again.text
    assert "mở quá lâu" not in again.text

    sent = fields(again)
    assert {name: sent[name] for name in TYPED} == TYPED
    taken = back.post(PATH, data=sent, headers=OWN)
    assert 'value="5,5"' in taken.text  # the page itself, with what else it needs
    assert "Gửi lại" not in taken.text


def end_session(browser):
    """Let the session of a browser run out, with the cookie still there."""
    with transaction():
        db.session.execute(db.update(LoginSession).values(ended_at=clock.now()))
    return browser


def sign_in_instead(make, browser, user):
    with browser.session_transaction() as session:
        session.clear()
    return make.sign_in(browser, user)


def test_somebody_else_sends_nothing_and_loses_nothing(guarded, make, client):
    typist = make.user(Role.RECEPTIONIST, body=make.body())
    away = end_session(make.sign_in(client, typist)).post(PATH, data=TYPED, headers=OWN)
    assert away.status_code == 401

    for role in (Role.REVIEWER, Role.RECEPTIONIST):  # with the right or without
        other = make.user(role, body=make.body())
        sign_in_instead(make, client, other)
        kept = client.post(PATH, data=fields(away), headers=OWN)
        assert kept.status_code == 403
        assert typist.full_name in kept.text
        assert other.full_name in kept.text
        assert "Gửi lại" not in kept.text
        assert "5,5 · SỐ 1" in unescape(kept.text)
        away = kept

    sign_in_instead(make, client, typist)
    again = client.post(PATH, data=fields(away), headers=OWN)
    assert again.status_code == 200
    assert "Gửi lại" in again.text
    sent = fields(again)
    assert {name: sent[name] for name in TYPED} == TYPED
    assert 'value="5,5"' in client.post(PATH, data=sent, headers=OWN).text


def test_who_typed_it_is_known_after_signing_out_too(guarded, make, client):
    typist = make.user(Role.RECEPTIONIST, body=make.body())
    make.sign_in(client, typist)
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get(PATH).text)[1]
    client.post("/accounts/logout", data={"csrf_token": token})
    away = client.post(PATH, data=TYPED, headers=OWN)
    assert away.status_code == 401

    sign_in_instead(make, client, make.user(Role.REVIEWER, body=make.body()))
    assert typist.full_name in client.post(PATH, data=fields(away), headers=OWN).text


def test_what_only_the_thing_itself_refuses_is_kept_too(guarded, make, client):
    """The role would do, the body does not, and nobody knows who typed it."""
    ending = make._add(
        EvidenceEnding(
            instrument_id=make.instrument().id,
            reason=EndingReason.REPAIRED,
            ended_at=clock.now(),
            ended_on=clock.today(),
            recorded_by_id=make.user(Role.VERIFIER, body=make.body()).id,
        )
    )
    path = f"/instruments/{ending.instrument_id}/endings/{ending.id}/take-back"
    away = client.post(path, data={"text": "Báo nhầm máy khác"}, headers=OWN)

    other = make.user(Role.QUALITY_MANAGER, body=make.body())
    sign_in_instead(make, client, other)
    again = client.post(path, data=fields(away), headers=OWN)
    assert "Gửi lại" in again.text
    kept = client.post(path, data=fields(again), headers=OWN)

    assert kept.status_code == 403
    assert other.full_name in kept.text
    assert fields(kept)["text"] == "Báo nhầm máy khác"


def test_nobody_says_of_himself_who_typed_it(guarded, make, client):
    """The name goes along signed: one that was made up is none."""
    make.sign_in(client, make.user(Role.REVIEWER, body=make.body()))
    data = TYPED | {WHOSE: "WzEsIkFpIMSRw7MiXQ.xx"}

    kept = client.post(PATH, data=data, headers=OWN)

    assert kept.status_code == 403
    assert "Ai đó" not in kept.text
    assert "5,5 · SỐ 1" in unescape(kept.text)


def test_a_page_that_was_open_too_long_says_so(guarded, make, client):
    browser = make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))
    late = browser.post(PATH, data=TYPED | {"csrf_token": "old"}, headers=OWN)
    assert late.status_code == 400
    assert "mở quá lâu" in late.text


def test_what_was_typed_is_shown_without_the_names_of_fields(guarded, client):
    page = client.post(PATH, data=TYPED, headers=OWN).text
    shown = page.split("Những gì bạn đã nhập</h2>")[1].split("</section>")[0]
    assert "5,5 · SỐ 1" in unescape(shown)
    assert "external-markings" not in shown
    assert "stamp_and_mark" not in shown
