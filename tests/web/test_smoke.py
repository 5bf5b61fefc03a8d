"""The door opens for those who may come in, and for nobody else."""

from labms.accounts.services import add_user
from labms.db import transaction
from labms.policy import SYSTEM, Role


def test_a_stranger_is_sent_to_the_login_page(client):
    answer = client.get("/", follow_redirects=True)

    assert answer.status_code == 200
    assert "Đăng nhập" in answer.text


def test_a_copied_cookie_is_worth_nothing_after_logout(client):
    with transaction():
        add_user(
            login="dau",
            full_name="Trần Đầu",
            password="mot-hai-ba-bon",
            roles=[Role.VERIFIER],
            actor=SYSTEM,
        )
    client.post("/accounts/login", data={"login": "dau", "password": "mot-hai-ba-bon"})
    assert client.get("/accounts/password").status_code == 200
    with client.session_transaction() as session:
        copied = dict(session)
    client.post("/accounts/logout")
    with client.session_transaction() as session:
        session.update(copied)

    assert client.get("/accounts/password").status_code == 302


def test_a_number_larger_than_any_is_the_number_of_nothing(make, client):
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=make.body()))
    huge = 2**70

    answers = [client.get(f"/standards/{huge}"), client.get(f"/jobs/?verifier={huge}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_what_was_typed_stays_when_the_session_ended(client):
    sent = {"note": "Đo lại <mai>", "password": "bi-mat"}
    ours = {"Sec-Fetch-Site": "same-origin"}

    kept = client.post("/jobs/orders/new?customer=3", data=sent, headers=ours)
    foreign = client.post("/jobs/orders/new", data=sent)

    assert kept.status_code == 401
    assert 'value="Đo lại &lt;mai&gt;"' in kept.text
    assert 'action="/jobs/orders/new?customer=3"' in kept.text
    assert "bi-mat" not in kept.text
    assert foreign.status_code == 302


def test_a_refused_form_is_a_page_to_a_browser_and_a_status_to_a_program(client):
    wrong = {"login": "dau", "password": "khong-phai"}
    shown = {"Upgrade-Insecure-Requests": "1"}

    to_a_person = client.post("/accounts/login", data=wrong, headers=shown)
    to_a_program = client.post("/accounts/login", data=wrong)

    assert to_a_program.status_code == 401
    assert to_a_person.status_code == 200
    assert to_a_person.text == to_a_program.text
    assert client.get("/c/0", headers=shown).status_code == 404, "nothing was sent"


def test_a_refused_question_is_a_page_too_but_what_is_not_there_is_not(make, client):
    make.sign_in(client, make.user(Role.MANAGER))
    shown = {"Upgrade-Insecure-Requests": "1"}

    assert client.get("/indicators/?on=01/01/2039").status_code == 422
    assert client.get("/indicators/?on=01/01/2039", headers=shown).status_code == 200
    assert client.get("/c/0?serial=1", headers=shown).status_code == 404
    assert client.get("/people/users?lang=en", headers=shown).status_code == 403


def test_the_language_asked_for_outlives_the_way_from_the_front_door(client):
    assert client.get("/?lang=en").location.endswith("?lang=en")
    assert "lang" not in client.get("/").location
