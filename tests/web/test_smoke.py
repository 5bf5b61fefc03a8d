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
