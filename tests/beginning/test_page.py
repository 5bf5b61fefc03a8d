"""A new instance says what to do next, and ticks off what is done."""

import pytest

from labms.policy import Role
from tests.jobs.laboratory import laboratory


def test_an_administrator_of_an_empty_instance_is_told_what_to_do(client, make):
    make.sign_in(client, make.user(Role.ADMINISTRATOR))

    assert client.get("/").location == "/beginning/"
    page = client.get("/beginning/?lang=en").text

    assert "What to do next" in page
    assert 'href="/organisations/">Enter your organisation' in page
    assert "done</span>" not in page


def test_what_is_done_is_ticked_off_and_in_the_end_nobody_is_led_there(client, make):
    lab = laboratory(make)
    keeper = make.user(Role.QUALITY_MANAGER, body=lab.body)
    make.sign_in(client, keeper)

    begun = client.get("/beginning/?lang=en").text
    assert begun.count("done</span>") == 7
    assert "<strong>Add accounts for its people</strong>" in begun
    assert client.get("/").location == "/beginning/"

    lab.job()
    assert client.get("/").location == "/jobs/"
    assert "All is done" in client.get("/beginning/?lang=en").text


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.MANAGER])
def test_others_begin_with_their_work(client, make, role):
    make.sign_in(client, make.user(role, body=make.body()))

    assert client.get("/").location != "/beginning/"
