"""The pages of organisations do what their buttons say, for those who may."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.db import db
from labms.organisations.models import Designation, Organisation, Registration
from labms.organisations.queries import find_body
from labms.policy import Role
from tests.world import HERE

pytestmark = pytest.mark.long

SCALE, PUMP = "can-dong-ho-lo-xo", "cot-do-xang-dau"

TYPED = {
    "name": "Tiệm cân Bảy Bến",
    "kind": "person",
    "tax_code": "",
    "address": "Chợ Bến Tre",
    "commune_key": HERE,
    "phone": "",
    "email": "",
    "roles": "user",
}


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def receptionist(make, client, body):
    return make.sign_in(client, make.user(Role.RECEPTIONIST, body=body))


@pytest.fixture
def keeper(make, client, body):
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=body))


def test_an_organisation_is_entered_and_shown(receptionist):
    answer = receptionist.post("/organisations/new", data=TYPED, follow_redirects=True)

    assert answer.status_code == 200
    assert "Tiệm cân Bảy Bến" in answer.text
    assert "Chợ Bến Tre, Phường Phú Khương" in answer.text


def test_nothing_typed_is_lost_when_the_tax_code_is_taken(make, receptionist):
    there = make.organisation(tax_code="0312345678")

    answer = receptionist.post(
        "/organisations/new", data=TYPED | {"tax_code": "0312345678"}
    )

    assert "Tiệm cân Bảy Bến" in answer.text
    assert there.name in answer.text
    assert f'href="/organisations/{there.id}"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Hãy điền mục này."),
        ("email", "khong-phai", "Đây không phải địa chỉ thư điện tử."),
        ("tax_code", "12", "Mã số thuế"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(receptionist, field, typed, says):
    answer = receptionist.post("/organisations/new", data=TYPED | {field: typed})

    assert answer.status_code == 200
    assert says in answer.text


def test_an_organisation_is_changed(make, receptionist):
    there = make.organisation()
    address = f"/organisations/{there.id}/edit"
    assert there.name in receptionist.get(address).text

    receptionist.post(address, data=TYPED)

    db.session.expire_all()
    assert db.session.get(Organisation, there.id).name == "Tiệm cân Bảy Bến"


def test_a_list_asks_the_database_the_same_however_long_it_is(
    make, receptionist, selects
):
    counts = []
    for _ in range(2):
        for _ in range(5):
            make.organisation()
        selects.clear()
        assert receptionist.get("/organisations/").status_code == 200
        counts.append(len(selects))

    assert counts[0] == counts[1] <= 9


def test_a_list_can_be_searched_and_filtered(make, receptionist):
    make.organisation(name="Cửa hàng Ánh Dương")
    make.organisation(name="Cửa hàng Bình Minh")

    found = receptionist.get("/organisations/?q=anh+duong&role=user&kind=enterprise")

    assert "Ánh Dương" in found.text
    assert "Bình Minh" not in found.text
    assert "Không có mục nào" in receptionist.get("/organisations/?q=zzz").text


def test_a_body_is_set_up_on_its_page(make, client):
    make.sign_in(client, make.user(Role.ADMINISTRATOR))
    organisation = make.organisation()
    address = f"/organisations/{organisation.id}/body"
    assert "V{yy}.{n:05}" in client.get(address).text

    answer = client.post(
        address,
        data={
            "code": "tt-moi",
            "head_name": "Trần Văn Đầu",
            "head_title": "Giám đốc",
            "certificate_pattern": "KĐ{yy}.{n:04}",
            "notice_pattern": "TB{yy}.{n:04}",
            "calibration_pattern": "HC{yy}.{n:04}",
            "test_pattern": "TN{yy}.{n:04}",
            "order_pattern": "P{yy}.{n:04}",
            "validity_rule": "exact_day",
        },
        follow_redirects=True,
    )

    assert find_body(organisation.id).code == "tt-moi"
    assert "KĐ31.0001" in answer.text


def test_a_bad_pattern_is_refused_beside_its_field(keeper, body):
    answer = keeper.post(
        f"/organisations/{body.id}/body",
        data={
            "code": body.code,
            "head_name": "Trần Văn Đầu",
            "head_title": "Giám đốc",
            "certificate_pattern": "V{yy}",
            "notice_pattern": "TB{yy}.{n}",
            "calibration_pattern": "HC{yy}.{n}",
            "test_pattern": "TN{yy}.{n}",
            "order_pattern": "P{yy}.{n}",
            "validity_rule": "exact_day",
        },
    )

    assert 'id="certificate_pattern-errors"' in answer.text
    assert "V{yy}" in answer.text


def test_a_registration_is_entered(keeper, body):
    keeper.post(
        f"/organisations/{body.id}/registrations/new",
        data={"number": "ĐK 83", "issued_by": "Ủy ban", "issued_on": "02/01/2030"},
    )

    found = db.session.scalar(sa.select(Registration))
    assert (found.number, found.issued_on) == ("ĐK 83", date(2030, 1, 2))
    assert "ĐK 83" in keeper.get(f"/organisations/{body.id}").text


def test_a_decision_is_entered_then_its_scope(keeper, body):
    answer = keeper.post(
        f"/organisations/{body.id}/designations/new",
        data={
            "decision_number": "12/QĐ-TĐC",
            "issued_by": "Ủy ban",
            "issued_on": "01/01/2030",
            "valid_until": "31/12/2034",
            "reasons": ["initial", "periodic"],
            "types": [SCALE],
        },
    )
    decision = db.session.scalar(sa.select(Designation))
    assert answer.location == f"/organisations/designations/{decision.id}/scope"
    assert "Cân đồng hồ lò xo" in keeper.get(answer.location).text

    keeper.post(
        answer.location,
        data={
            "rows-0-type_slug": SCALE,
            "rows-0-covered": "y",
            "rows-0-range_text": "đến 100 kg",
            "rows-0-class_text": "IIII",
            "rows-0-reasons": ["periodic"],
            "more": [PUMP],
        },
    )

    shown = keeper.get(f"/organisations/{body.id}").text
    assert "đến 100 kg" in shown
    assert "Cột đo xăng dầu" in shown


def test_a_scope_without_types_is_refused_and_keeps_what_was_typed(make, keeper, body):
    decision = make.designation(body, SCALE)

    answer = keeper.post(
        f"/organisations/designations/{decision.id}/scope",
        data={"rows-0-type_slug": SCALE, "rows-0-range_text": "đến 5 kg"},
    )

    assert answer.status_code == 200
    assert "đến 5 kg" in answer.text


def test_a_decision_is_suspended_and_the_suspension_lifted(make, keeper, body):
    decision = make.designation(body, SCALE)
    one = f"/organisations/designations/{decision.id}"
    keeper.post(
        f"{one}/suspend",
        data={
            "suspended_from": "01/02/2031",
            "suspended_until": "",
            "reason": "Quyết định 5",
        },
    )
    assert "Bị đình chỉ" in keeper.get(f"/organisations/{body.id}").text

    keeper.post(f"{one}/resume")

    assert "Bị đình chỉ" not in keeper.get(f"/organisations/{body.id}").text


def test_another_bodys_decision_cannot_be_suspended(make, keeper):
    decision = make.designation(make.body(), SCALE)

    answer = keeper.post(
        f"/organisations/designations/{decision.id}/suspend",
        data={"suspended_from": "01/02/2031", "reason": "Quyết định 5"},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "page", ["", "/edit", "/body", "/registrations/new", "/designations/new"]
)
def test_every_page_of_a_body_answers_in_both_languages(
    make, keeper, body, page, language
):
    make.designation(body, SCALE)

    answer = keeper.get(f"/organisations/{body.id}{page}?lang={language}")

    assert answer.status_code == 200


def test_an_enterprise_does_not_look_into_others(make, client):
    make.sign_in(client, make.user(Role.ENTERPRISE))

    assert client.get("/organisations/").status_code == 403


@pytest.mark.parametrize(
    ("following", "place"),
    [("/jobs/orders/new", "/jobs/orders/new?customer="), ("//evil.example", "/org")],
)
def test_whoever_entered_a_new_customer_goes_on_with_the_order(
    client, make, following, place
):
    make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))

    answer = client.post(
        "/organisations/new",
        query_string={"next": following},
        data=TYPED,
    )

    assert answer.status_code == 302
    assert answer.location.startswith(place)


def test_a_wrong_tax_code_and_a_wrong_address_are_told_at_once(make, receptionist):
    page = receptionist.post(
        "/organisations/new", data=TYPED | {"tax_code": "12", "email": "nowhere"}
    )

    assert "đơn vị phụ thuộc có 13 chữ số (0312345678-001)" in page.text
    assert "Đây không phải địa chỉ thư điện tử" in page.text
    assert 'value="nowhere"' in page.text
