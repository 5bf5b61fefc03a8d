"""What was typed outlives the session it was typed in."""

import re
from html import unescape

import pytest

from labms.policy import Role
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
