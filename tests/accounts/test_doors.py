"""Who gets in, who doesn't, and what a session is worth afterwards."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from labms import clock
from labms.accounts import rules, services
from labms.accounts.models import LoginSession, SecurityEvent, User
from labms.accounts.queries import open_session
from labms.accounts.rules import (
    LoginTaken,
    SecurityEventKind,
    TooManyTries,
    WeakPassword,
    WrongLogin,
    check_password,
)
from labms.accounts.services import (
    add_user,
    change_user,
    check_login,
    log_in,
    set_password,
)
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.policy import SYSTEM, Role

WORD = "xe dap mau xanh"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def with_full_effort():
    """Passwords are hashed as they are outside of these tests."""


@pytest.fixture(autouse=True)
def quick(request, monkeypatch):
    """Hash with little effort: what is asked here does not hang on how much it is."""
    if "with_full_effort" not in request.fixturenames:
        monkeypatch.setattr(services, "_hasher", QUICK)
        monkeypatch.setattr(services, "_NOBODY", QUICK.hash("nobody's"))


def add(login="hoa", *roles, **given):
    with transaction():
        return add_user(
            login=login,
            full_name="Lê Hoa",
            password=WORD,
            roles=roles or (Role.VERIFIER,),
            actor=SYSTEM,
            **given,
        )


def enter(login="hoa", password=WORD, address="192.0.2.7"):
    user = check_login(login=login, password=password, address=address)
    with transaction():
        return log_in(user, address=address, hours=12)


def is_open(token):
    return open_session(token, idle_minutes=60) is not None


@pytest.mark.long
def test_the_right_password_opens_a_session(app):
    add()

    assert is_open(enter())


@pytest.mark.usefixtures("with_full_effort")
def test_a_password_is_kept_as_argon2id_with_parameters_that_last(app):
    user = add()

    assert user.password_hash.startswith("$argon2id$")
    assert "m=19456,t=2,p=1" in user.password_hash


@pytest.mark.parametrize(
    ("login", "password"), [("hoa", "sai mat khau"), ("khongco", WORD)]
)
def test_a_wrong_login_and_a_wrong_password_are_refused_alike(app, login, password):
    add()

    with pytest.raises(WrongLogin) as refusal:
        enter(login, password)

    assert str(refusal.value) == WrongLogin.message


def test_a_failure_is_remembered_although_the_request_was_rolled_back(app):
    with pytest.raises(WrongLogin):
        enter("khongco")

    kinds = db.session.scalars(sa.select(SecurityEvent.kind)).all()
    assert kinds == [SecurityEventKind.LOGIN_FAILED]


def test_after_many_failures_even_the_right_password_has_to_wait(app):
    add()
    for n in range(rules.MOST_PER_LOGIN):
        with pytest.raises(WrongLogin):
            enter(password="sai", address=f"192.0.2.{n}")

    with pytest.raises(TooManyTries):
        enter()
    with clock.at(clock.now() + rules.WINDOW + timedelta(seconds=1)):
        assert enter()


def test_somebody_else_can_still_sign_in_while_one_login_is_throttled(app):
    add()
    add("mai")
    for n in range(rules.MOST_PER_LOGIN):
        with pytest.raises(WrongLogin):
            enter(password="sai", address=f"192.0.2.{n}")

    assert enter("mai", address="198.51.100.1")


@pytest.mark.parametrize("later", [timedelta(minutes=61), timedelta(hours=13)])
def test_a_session_ends_by_itself(app, later):
    add()
    token = enter()

    with clock.at(clock.now() + later):
        assert not is_open(token)


def test_a_session_that_is_used_still_ends_after_its_hours(app):
    add()
    token = enter()
    with transaction():
        db.session.execute(
            sa.update(LoginSession).values(
                last_seen_at=clock.now() + timedelta(hours=12)
            )
        )

    with clock.at(clock.now() + timedelta(hours=12)):
        assert not is_open(token)


def test_a_new_password_ends_every_session(app):
    user = add()
    token = enter()

    with transaction():
        set_password(user, "hai con meo den", actor=user)

    assert not is_open(token)


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": [Role.REVIEWER]}])
def test_a_change_of_roles_or_a_shut_account_ends_every_session(app, make, change):
    user = add()
    token = enter()
    given = {
        "full_name": user.full_name,
        "title": "",
        "roles": [Role.VERIFIER],
        "is_active": True,
        "organisation_id": None,
    }

    with transaction():
        change_user(
            db.session.get_one(User, user.id),
            actor=make.user(Role.ADMINISTRATOR),
            **given | change,
        )

    assert not is_open(token)


def test_only_an_administrator_adds_accounts(make):
    with pytest.raises(NotAllowed), transaction():
        add_user(
            login="moi",
            full_name="Mới",
            password=WORD,
            roles=[Role.ADMINISTRATOR],
            actor=make.user(Role.QUALITY_MANAGER),
        )


def test_a_login_is_one_persons(app):
    add()

    with pytest.raises(LoginTaken):
        add("HOA ")


@pytest.mark.parametrize(
    "password", ["ngan", "12345678", "MatKhau", "aaaaaaaaaa", "password1", "hoa-hoa-1"]
)
def test_a_password_that_would_be_guessed_is_refused(password):
    with pytest.raises(WeakPassword):
        check_password(password, login="hoa-hoa-1")


@pytest.mark.parametrize("password", ["mot hai ba bon", "đồng hồ nước", "x7#pQ2!m"])
def test_any_words_that_are_long_enough_will_do(password):
    check_password(password, login="hoa")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "\\\\evil", "/a\nb"]
)
def test_signing_in_leads_only_to_our_own_pages(client, target):
    add()

    answer = client.post(
        "/accounts/login",
        query_string={"next": target},
        data={"login": "hoa", "password": WORD},
    )

    assert answer.status_code == 302
    assert answer.location == "/"


def test_signing_in_leads_on_to_where_one_wanted_to_be(client):
    add()

    answer = client.post(
        "/accounts/login?next=/accounts/password",
        data={"login": "hoa", "password": WORD},
    )

    assert answer.location == "/accounts/password"


def test_the_language_of_the_door_goes_through_it(client):
    add("hoa")
    door = client.get("/accounts/login?lang=en&next=/instruments")
    assert "Sign in" in door.text
    other = re.search(r'href="(/language/vi[^"]*)"', door.text)[1]
    back = client.get(unescape(other))
    assert "lang" not in back.location
    assert "next=/instruments" in unquote(back.location)
    assert "Đăng nhập" in client.get(back.location).text

    client.post(
        "/accounts/login?lang=en&next=/accounts/password",
        data={"login": "hoa", "password": WORD},
    )

    assert "New password" in client.get("/accounts/password").text


def test_a_refused_login_keeps_what_was_typed_but_not_the_password(client):
    answer = client.post(
        "/accounts/login", data={"login": "aiđó", "password": "bi-mat-nay"}
    )

    assert answer.status_code == 401
    assert "aiđó" in answer.text
    assert "bi-mat-nay" not in answer.text


def test_a_password_is_changed_on_the_page(client, make):
    add()
    client.post("/accounts/login", data={"login": "hoa", "password": WORD})

    wrong = client.post("/accounts/password", data={"old": "sai", "new": "moi moi moi"})
    weak = client.post("/accounts/password", data={"old": WORD, "new": "12345678"})
    right = client.post("/accounts/password", data={"old": WORD, "new": "ba ngon nen"})

    assert wrong.status_code == weak.status_code == 200
    assert right.location == "/accounts/login"
    assert enter(password="ba ngon nen")
