"""The page on which a body chooses how its documents are signed."""

import pytest

from labms.policy import Role
from labms.signing.authority import TRIAL
from labms.signing.queries import way_of
from labms.signing.rules import SigningWay


@pytest.fixture
def manager(make, client, work):
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=work.body))


def test_a_quality_manager_chooses_and_sees_the_key(manager, work):
    address = f"/organisations/{work.body.id}/signing"
    assert TRIAL not in manager.get(address).get_data(as_text=True)

    answer = manager.post(address, data={"way": "server"}, follow_redirects=True)

    told = answer.get_data(as_text=True)
    assert way_of(work.body.id) is SigningWay.SERVER
    assert TRIAL in told
    assert "thử nghiệm" in told
    body = manager.get(f"/organisations/{work.body.id}").get_data(as_text=True)
    assert "Bằng khóa của tổ chức" in body


def test_nonsense_is_refused(manager, work):
    answer = manager.post(
        f"/organisations/{work.body.id}/signing", data={"way": "by magic"}
    )

    assert answer.status_code == 422
    assert way_of(work.body.id) is SigningWay.HAND


def test_another_bodys_people_choose_nothing(make, client, work):
    stranger = make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=make.body()))

    answer = stranger.post(
        f"/organisations/{work.body.id}/signing", data={"way": "token"}
    )

    assert answer.status_code == 403
    assert way_of(work.body.id) is SigningWay.HAND
