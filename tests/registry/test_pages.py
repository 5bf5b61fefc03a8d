import pytest

from labms.db import db
from labms.policy import Role
from labms.registry.models import Instrument
from labms.registry.rules import InstrumentState
from tests.factories import SPRING_SCALE
from tests.world import HERE

pytestmark = pytest.mark.long


@pytest.fixture
def reception(make, client):
    """A browser on which a receptionist is signed in."""
    return make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))


@pytest.fixture
def quality(make, client):
    """A browser on which a quality manager is signed in."""
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=make.body()))


def typed(owner, /, **given):
    return {
        "maker": "Nhơn Hòa",
        "model": "NHS-60",
        "serial": "NH-000777",
        "c_Max": "60",
        "c_e": "200",
        "c_class": "IIII",
        "owner": owner.name,
        "commune_key": HERE,
        "place_of_use": "Chợ Phú Khương",
        **given,
    }


def test_an_instrument_is_registered_in_two_steps(make, reception):
    owner = make.organisation()

    chosen = reception.get("/instruments/new?q=can+dong+ho")
    assert f"type={SPRING_SCALE}" in chosen.text

    done = reception.post(
        f"/instruments/new?type={SPRING_SCALE}",
        data=typed(owner),
        follow_redirects=True,
    )

    assert done.status_code == 200
    assert "NH-000777" in done.text
    assert owner.name in done.text
    assert "Phường Phú Khương" in done.text


def test_the_page_that_sent_for_an_instrument_learns_which_it_is(make, reception):
    owner = make.organisation()
    form = reception.get(f"/instruments/new?type={SPRING_SCALE}&owner={owner.id}")
    assert owner.name in form.text

    done = reception.post(
        f"/instruments/new?type={SPRING_SCALE}&next=/orders/5", data=typed(owner)
    )

    added = db.session.scalars(db.select(Instrument)).one()
    assert done.location == f"/orders/5?instrument={added.id}"


def test_nothing_typed_is_lost_when_something_is_refused(make, reception):
    owner = make.organisation()
    data = typed(owner, serial="", c_Max="sáu mươi", place_of_use="Sạp số 7")

    page = reception.post(f"/instruments/new?type={SPRING_SCALE}", data=data)

    assert 'value="sáu mươi"' in page.text
    assert 'value="Sạp số 7"' in page.text
    assert page.text.count('role="alert"') == 2


def test_the_same_instrument_is_not_registered_twice_but_opened(make, reception):
    there = make.instrument(maker="Nhơn Hòa", serial="NH-000777")
    owner = make.organisation()

    page = reception.post(
        f"/instruments/new?type={SPRING_SCALE}", data=typed(owner, serial="nh-000777 ")
    )

    assert f"/instruments/{there.id}" in page.text


def test_a_serial_number_easily_misread_is_compared_first(make, reception):
    make.instrument(maker="Nhơn Hòa", serial="NH-OOO777")
    owner = make.organisation()
    address = f"/instruments/new?type={SPRING_SCALE}"

    warned = reception.post(address, data=typed(owner))
    assert "NH-OOO777" in warned.text
    assert "NH-000777" in warned.text

    done = reception.post(address, data=typed(owner, look_alikes_compared="1"))
    assert done.status_code == 302


def test_an_owner_nobody_knows_is_refused_beside_the_field(make, reception):
    owner = make.organisation()

    page = reception.post(
        f"/instruments/new?type={SPRING_SCALE}",
        data=typed(owner, owner="Công ty không có thật"),
    )

    assert 'id="owner-errors"' in page.text
    assert "Công ty không có thật" in page.text


def test_changing_a_characteristic_asks_whether_the_instrument_was_altered(
    make, reception
):
    row = make.instrument()
    owner = make.organisation()
    address = f"/instruments/{row.id}/edit"
    data = typed(owner, serial=row.serial, c_Max="100")

    asked = reception.post(address, data=data)
    assert 'id="was_altered-errors"' in asked.text

    done = reception.post(
        address, data=data | {"was_altered": "yes"}, follow_redirects=True
    )
    assert "100 kg" in done.text
    assert 'class="history"' in done.text


def test_a_repair_is_reported_with_a_day_and_a_reason(make, reception):
    row = make.instrument()
    address = f"/instruments/{row.id}/end"
    data = {"reason": "repaired", "on": "04/03/2031", "note": "Thay lò xo chính"}

    future = reception.post(address, data=data | {"on": "05/03/2031"})
    assert 'id="on-errors"' in future.text
    short = reception.post(address, data=data | {"note": "Thay"})
    assert 'id="note-errors"' in short.text
    done = reception.post(address, data=data, follow_redirects=True)
    assert "Thay lò xo chính" in done.text


def test_an_instrument_goes_out_of_use_and_comes_back(make, reception):
    key = make.instrument().id

    reception.post(f"/instruments/{key}/state", data={"state": "out_of_use"})
    assert db.session.get(Instrument, key).state is InstrumentState.OUT_OF_USE
    reception.post(f"/instruments/{key}/state", data={"state": "in_use"})
    assert db.session.get(Instrument, key).state is InstrumentState.IN_USE


def test_an_enterprise_sees_its_own_instruments_and_no_other(make, client):
    mine, other = make.organisation(), make.organisation()
    own = make.instrument(owner_id=mine.id, serial="OWN-1")
    foreign = make.instrument(owner_id=other.id, serial="FOREIGN-1")
    keys = own.id, foreign.id
    user = make.user(Role.ENTERPRISE, organisation_id=mine.id)
    make.sign_in(client, user)

    listed = client.get("/instruments").text

    assert "OWN-1" in listed
    assert "FOREIGN-1" not in listed
    assert client.get(f"/instruments/{keys[0]}").status_code == 200
    assert client.get(f"/instruments/{keys[1]}").status_code == 404
    assert client.get(f"/instruments/{keys[0]}/edit").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "q=NHON+hoa",
        "q=thu+nghiem",
        f"commune={HERE}",
        "state=in_use",
        "due=1",
        "lang=en",
    ],
)
def test_the_list_finds_instruments_without_accents(make, reception, query):
    make.instrument(serial="FIND-ME")

    assert "FIND-ME" in reception.get(f"/instruments?{query}").text


@pytest.mark.parametrize("query", ["", "?q=nothing+like+this"])
def test_an_empty_list_says_what_to_do(reception, query):
    assert 'class="empty"' in reception.get(f"/instruments{query}").text


def test_the_list_runs_the_same_queries_for_one_and_for_many(make, reception, selects):
    make.instrument()
    reception.get("/instruments")
    selects.clear()
    reception.get("/instruments")
    few = len(selects)
    for _ in range(6):
        make.instrument()
    selects.clear()

    reception.get("/instruments")

    assert len(selects) == few


def test_a_type_approval_is_entered_once_and_found(make, reception):
    data = {
        "number": "123/QĐ-TĐC",
        "type_slug": SPRING_SCALE,
        "maker": "Nhơn Hòa",
        "model": "NHS-60",
        "issued_by": "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
        "issued_on": "01/02/2030",
        "valid_until": "",
    }

    assert 'class="empty"' in reception.get("/type-approvals").text
    swapped = reception.post(
        "/type-approvals/new", data=data | {"valid_until": "1/1/2030"}
    )
    assert 'id="valid_until-errors"' in swapped.text
    reception.post("/type-approvals/new", data=data)
    again = reception.post("/type-approvals/new", data=data)

    assert 'id="number-errors"' in again.text
    assert "123/QĐ-TĐC" in reception.get("/type-approvals?q=123").text
    assert "123/QĐ-TĐC" in reception.get(f"/instruments/new?type={SPRING_SCALE}").text


@pytest.mark.parametrize(
    "address",
    [
        "/instruments/new",
        f"/instruments/new?type={SPRING_SCALE}",
        "/instruments/new?type=gone",
        "/type-approvals/new",
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_form_opens_in_both_languages(reception, address, language):
    reception.set_cookie("language", language)

    assert reception.get(address).status_code == 200


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/instruments/999999"),
        ("get", "/instruments/999999/edit"),
        ("post", "/instruments/999999/state"),
        ("get", "/instruments/999999/end"),
    ],
)
def test_what_does_not_exist_is_not_found(reception, method, address):
    assert getattr(reception, method)(address).status_code == 404


def test_an_instrument_in_work_elsewhere_offers_no_change(make, reception):
    job = make.job()
    key = job.instrument_id

    assert f"/instruments/{key}/edit" not in reception.get(f"/instruments/{key}").text
    data = {"reason": "repaired", "on": "04/03/2031", "note": "Thay lò xo chính"}
    refused = reception.post(f"/instruments/{key}/end", data=data)
    assert "Thay lò xo chính" in refused.text
    assert 'id="reason-errors"' in refused.text
