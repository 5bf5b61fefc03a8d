"""The pages of cards and accounts do what their buttons say, for those who may."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.accounts.queries import user_by_id, user_by_login
from labms.accounts.services import is_password_of
from labms.db import db
from labms.people.models import VerifierCard
from labms.policy import Role

pytestmark = pytest.mark.long

SCALE = "can-dong-ho-lo-xo"

TYPED = {
    "number": "0831-01",
    "birth_year": "1990",
    "decision_number": "5/QĐ",
    "issued_by": "Ủy ban",
    "issued_on": "01/01/2030",
    "valid_until": "31/12/2034",
    "fields": [SCALE],
}


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def verifier(make, body):
    return make.user(Role.VERIFIER, body=body, full_name="Đặng Thị Đo")


@pytest.fixture
def keeper(make, client, body):
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=body))


@pytest.fixture
def administrator(make, client):
    return make.sign_in(client, make.user(Role.ADMINISTRATOR, login="quantri"))


def test_a_card_is_entered_and_shown(keeper, verifier):
    assert "Đặng Thị Đo" in keeper.get("/people/cards/new").text

    answer = keeper.post(
        "/people/cards/new",
        data=TYPED | {"user_id": verifier.id},
        follow_redirects=True,
    )

    assert "Đặng Thị Đo" in answer.text
    assert "Cân đồng hồ lò xo" in answer.text


def test_swapped_dates_are_refused_and_nothing_typed_is_lost(keeper, verifier):
    answer = keeper.post(
        "/people/cards/new",
        data=TYPED
        | {
            "user_id": verifier.id,
            "issued_on": "31/12/2034",
            "valid_until": "01/01/2030",
        },
    )

    assert 'id="valid_until-errors"' in answer.text
    assert 'value="31/12/2034"' in answer.text
    assert f'value="{SCALE}" id="fields-{SCALE}" checked' in answer.text


def test_all_that_is_wrong_with_a_card_is_said_at_once(keeper, verifier):
    wrong = {
        "issued_on": "31/12/2034",
        "valid_until": "01/01/2030",
        "birth_year": "2030",
    }

    page = keeper.post(
        "/people/cards/new", data=TYPED | {"user_id": verifier.id} | wrong
    )

    assert 'id="valid_until-errors"' in page.text
    assert 'id="birth_year-errors"' in page.text


def test_a_number_that_is_there_is_a_renewal_or_refused(make, body, keeper, verifier):
    make.card(verifier, SCALE, number="0831-01", issued_on=date(2025, 1, 1))
    again = TYPED | {"user_id": verifier.id}

    asked = keeper.post("/people/cards/new", data=again)
    assert "Thẻ 0831-01 cấp ngày 01/01/2025" in asked.text
    assert 'name="is_renewal"' in asked.text
    other = make.user(Role.VERIFIER, body=body)
    refused = keeper.post(
        "/people/cards/new", data=again | {"user_id": other.id, "is_renewal": "y"}
    )
    assert "là số hiệu của Đặng Thị Đo" in refused.text

    renewed = keeper.post("/people/cards/new", data=again | {"is_renewal": "y"})
    assert renewed.status_code == 302


def test_a_card_is_corrected(make, keeper, verifier):
    card = make.card(verifier, SCALE)
    address = f"/people/cards/{card.id}/edit"
    assert "checked" in keeper.get(address).text

    keeper.post(address, data=TYPED)

    db.session.expire_all()
    assert db.session.get(VerifierCard, card.id).number == "0831-01"


def test_a_card_is_suspended_and_resumed(make, keeper, verifier):
    card = make.card(verifier, SCALE)
    one = f"/people/cards/{card.id}"

    shown = keeper.post(
        f"{one}/suspend",
        data={"suspended_from": "01/03/2031", "reason": "Quyết định 7"},
        follow_redirects=True,
    )
    assert "Bị đình chỉ" in shown.text
    assert "Bị đình chỉ" not in keeper.post(f"{one}/resume", follow_redirects=True).text


def test_cards_are_found_by_name_and_state(make, keeper, verifier, body):
    make.card(verifier, SCALE)
    make.card(make.user(Role.VERIFIER, body=body, full_name="Lê Văn Cân"), SCALE)

    found = keeper.get("/people/cards?q=dang+thi&standing=valid")

    assert "Đặng Thị Đo" in found.text
    assert "Lê Văn Cân" not in found.text


def test_the_list_of_cards_asks_the_database_a_fixed_number_of_times(
    make, keeper, verifier, selects
):
    counts = []
    for _ in range(2):
        for _ in range(4):
            make.card(verifier, SCALE)
        selects.clear()
        keeper.get("/people/cards")
        counts.append(len(selects))

    assert counts[0] == counts[1] <= 9


def test_another_bodys_card_is_not_found(make, keeper):
    card = make.card(make.user(Role.VERIFIER, body=make.body()), SCALE)

    for page in ("", "/edit", "/suspend"):
        assert keeper.get(f"/people/cards/{card.id}{page}").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_cards_answers_in_both_languages(
    make, keeper, verifier, language
):
    card = make.card(verifier, SCALE)
    one = f"/people/cards/{card.id}"

    for page in ("/people/cards", "/people/cards/new", one, f"{one}/edit"):
        assert keeper.get(f"{page}?lang={language}").status_code == 200


def account(**given):
    return {
        "login": "dau",
        "password": "mot-hai-ba-bon",
        "full_name": "Trần Đầu",
        "title": "",
        "organisation_id": "",
        "roles": ["verifier", "reviewer"],
        "is_active": "y",
    } | given


def test_an_account_is_added(administrator, body):
    administrator.post("/people/users/new", data=account(organisation_id=body.id))

    user = user_by_login("dau")
    assert user.roles == {Role.VERIFIER, Role.REVIEWER}
    assert user.organisation_id == body.id
    assert is_password_of(user, "mot-hai-ba-bon")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"login": "quantri"}, "login-errors"),
        ({"password": "12345678"}, "password-errors"),
        ({"roles": []}, "roles-errors"),
    ],
)
def test_a_refused_account_keeps_what_was_typed(administrator, given, where):
    answer = administrator.post("/people/users/new", data=account(**given))

    assert f'id="{where}"' in answer.text
    assert "Trần Đầu" in answer.text


def test_an_account_for_an_enterprise_begins_at_the_enterprise(make, administrator):
    enterprise = make.organisation(name="Cây xăng Hoa Dừa")

    page = administrator.get(f"/people/users/new?organisation={enterprise.id}")

    assert "Cây xăng Hoa Dừa" in page.text


def test_an_account_is_changed_or_closed(make, administrator):
    user = make.user(Role.VERIFIER)
    address = f"/people/users/{user.id}"
    assert user.full_name in administrator.get(address).text

    administrator.post(
        address, data={"full_name": "Trần Mới", "roles": ["reviewer"], "title": ""}
    )

    db.session.expire_all()
    changed = user_by_id(user.id)
    assert changed.full_name == "Trần Mới"
    assert changed.roles == {Role.REVIEWER}
    assert not changed.is_active


def test_an_administrator_cannot_lock_themselves_out(administrator):
    me = user_by_login("quantri")

    answer = administrator.post(
        f"/people/users/{me.id}",
        data={"full_name": "Tôi", "roles": ["verifier"], "is_active": "y"},
    )

    assert 'id="roles-errors"' in answer.text


def test_a_forgotten_password_is_replaced(make, administrator):
    user = make.user(Role.VERIFIER)

    administrator.post(
        f"/people/users/{user.id}/password", data={"password": "nam-sau-bay-tam"}
    )

    db.session.expire_all()
    assert is_password_of(user_by_id(user.id), "nam-sau-bay-tam")


def test_accounts_are_found_without_accents(make, administrator):
    make.user(Role.VERIFIER, full_name="Đỗ Ánh")
    make.user(Role.VERIFIER, full_name="Lê Bình")

    found = administrator.get("/people/users?q=do+anh").text

    assert "Đỗ Ánh" in found
    assert "Lê Bình" not in found


def test_only_administrators_look_after_accounts(keeper):
    assert keeper.get("/people/users").status_code == 403


def test_there_is_a_card_for_nobody_at_first(keeper):
    assert db.session.scalar(sa.select(VerifierCard)) is None
    assert "Chưa nhập thẻ nào" in keeper.get("/people/cards").text
