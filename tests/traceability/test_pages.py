import io
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest

from labms.db import db
from labms.policy import Role
from labms.registry.models import Standard
from labms.registry.rules import StandardState
from labms.traceability.models import Calibration

pytestmark = pytest.mark.long


@pytest.fixture
def body(make):
    """The body whose people look at the pages."""
    return make.body()


@pytest.fixture
def quality(make, client, body):
    """A browser on which its quality manager is signed in."""
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=body))


STANDARD = {
    "inventory_number": "CC-01",
    "name": "Quả cân chuẩn M1 20 kg",
    "kind_slug": "weights",
    "rank": "working",
    "range_from": "20",
    "range_to": "20",
    "unit": "kg",
    "accuracy_class": "M1",
    "mpe": "0,001",
    "interval_months": "12",
}

CALIBRATION = {
    "number": "HC-26/0815",
    "issuer_name": "Trung tâm Kỹ thuật 3",
    "issuer_kind": "accredited",
    "accreditation_number": "VLAC-000",
    "accreditation_until": "01/01/2033",
    "calibrated_on": "01/02/2031",
    "issued_on": "05/02/2031",
    "due_on": "01/02/2032",
    "range_from": "20",
    "range_to": "20",
    "unit": "kg",
    "uncertainty": "0,0003",
    "coverage_factor": "2",
}


def national(make):
    row = make.standard(name="Bộ quả cân E1", unit="kg", range_to=Decimal(20))
    make.calibration(row, uncertainty=Decimal("0.000004"))
    return row


def test_a_standard_is_entered_calibrated_and_traced(make, quality):
    root = national(make)
    key = root.id

    page = quality.post("/standards/new", data=STANDARD, follow_redirects=True)
    assert "Quả cân chuẩn M1 20 kg" in page.text
    row = db.session.scalars(
        db.select(Standard).where(Standard.inventory_number == "CC-01")
    ).one()
    address = f"/standards/{row.id}"
    assert "badge--bad" in quality.get(address).text

    done = quality.post(
        f"{address}/calibrations/new",
        data=CALIBRATION | {"references": [key]},
        follow_redirects=True,
    )

    assert "HC-26/0815" in done.text
    assert "badge--bad" not in done.text
    assert "Bộ quả cân E1" in quality.get(f"{address}/chain?on=04/03/2031").text
    before = quality.get(f"{address}/chain?on=2031-01-31").text
    assert "T15" in before


def test_an_inventory_number_is_taken_once(quality):
    quality.post("/standards/new", data=STANDARD)

    again = quality.post("/standards/new", data=STANDARD)

    assert 'id="inventory_number-errors"' in again.text
    assert "Quả cân chuẩn M1 20 kg" in again.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "cân"}, "unit"),
        ({"range_to": "10"}, "range_to"),
        ({"range_from": "hai"}, "range_from"),
        ({"interval_months": "0"}, "interval_months"),
    ],
)
def test_what_is_wrong_with_a_standard_stands_beside_the_field(quality, change, field):
    page = quality.post("/standards/new", data=STANDARD | change)

    assert f'id="{field}-errors"' in page.text


def test_a_standard_of_others_needs_a_holder(make, quality):
    data = STANDARD | {"rank": "national", "kind_slug": "other"}
    address = "/standards/new?outside=1"

    assert 'id="holder_name-errors"' in quality.post(address, data=data).text
    done = quality.post(
        address,
        data=data | {"holder_name": "Viện Đo lường Việt Nam"},
        follow_redirects=True,
    )
    assert "Viện Đo lường Việt Nam" in done.text
    assert "Viện Đo lường" in quality.get("/standards?q=vien+do+luong&of=others").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": "01/01/2031"}, "due_on"),
        ({"issued_on": "01/01/2031"}, "due_on"),
        ({"coverage_factor": ""}, "uncertainty"),
        ({"uncertainty": "-1"}, "uncertainty"),
        ({"accreditation_number": ""}, "accreditation_number"),
        ({"unit": "L"}, "range_to"),
        ({"references": []}, "references"),
        ({"is_root": "1"}, "is_root"),
        ({"number": ""}, "number"),
    ],
)
def test_what_is_wrong_with_a_calibration_stands_beside_the_field(
    make, quality, body, change, field
):
    key = make.standard(body, unit="kg", range_to=Decimal(20)).id
    data = CALIBRATION | {"references": [national(make).id]} | change

    page = quality.post(f"/standards/{key}/calibrations/new", data=data)

    assert f'id="{field}-errors"' in page.text
    assert (
        db.session.scalars(
            db.select(Calibration).where(Calibration.standard_id == key)
        ).all()
        == []
    )


def test_the_file_of_a_certificate_comes_back_as_what_it_is(make, quality, body):
    key = make.standard(body, unit="kg").id
    address = f"/standards/{key}/calibrations/new"
    data = CALIBRATION | {"references": [national(make).id]}

    def sent(content):
        name = "../thư mục/Giấy hiệu chuẩn.pdf"
        return data | {"attachment": (io.BytesIO(content), name)}

    wrong = {"due_on": "01/01/2020", "uncertainty": "", "references": []}
    refused = quality.post(address, data=sent(b"<html>") | wrong)
    for field in ("attachment", "due_on", "uncertainty", "references"):
        assert f'id="{field}-errors"' in refused.text
    assert "Hãy chọn lại tệp" in refused.text
    quality.post(address, data=sent(b"%PDF-1.7 what the laboratory sent"))

    row = db.session.scalars(
        db.select(Calibration).where(Calibration.standard_id == key)
    ).one()
    answer = quality.get(f"/calibrations/{row.id}/file")
    assert answer.data == b"%PDF-1.7 what the laboratory sent"
    assert answer.mimetype == "application/pdf"
    named = answer.headers["Content-Disposition"]
    assert named.isascii()
    assert named.endswith(quote("Giấy hiệu chuẩn.pdf"))
    assert row.file_name == "Giấy hiệu chuẩn.pdf"


def test_a_calibration_is_withdrawn_once_and_with_a_reason(make, quality, body):
    standard = make.traceable_standard(body)
    key = standard.id
    row = db.session.scalars(
        db.select(Calibration).where(Calibration.standard_id == key)
    ).one()
    address = f"/calibrations/{row.id}/withdraw"

    assert 'id="reason-errors"' in quality.post(address, data={"reason": "Sai"}).text
    data = {"reason": "Nhập nhầm giấy của chuẩn khác"}
    done = quality.post(address, data=data, follow_redirects=True)
    assert "Nhập nhầm giấy của chuẩn khác" in done.text
    assert "T14" in done.text
    assert quality.post(address, data=data).status_code == 409


def test_a_suspended_standard_is_resumed_and_the_time_between_stays(
    make, quality, body
):
    key = make.traceable_standard(body).id
    address = f"/standards/{key}/availability"
    data = {"what": "suspend", "on": "01/03/2031", "reason": "Rơi khi vận chuyển"}

    assert (
        'id="reason-errors"' in quality.post(address, data=data | {"reason": "x"}).text
    )
    quality.post(address, data=data)
    assert db.session.get(Standard, key).state is StandardState.SUSPENDED
    assert "T14" in quality.get(f"/standards/{key}").text

    quality.post(
        address,
        data={"what": "resume", "on": "04/03/2031", "reason": "Đã hiệu chuẩn lại"},
    )

    assert "T14" not in quality.get(f"/standards/{key}").text
    assert "T14" in quality.get(f"/standards/{key}/chain?on=02/03/2031").text
    assert "T14" not in quality.get(f"/standards/{key}/chain?on=28/02/2031").text


def test_a_body_sees_its_own_standards_and_those_above_but_no_other_body_s(
    make, quality, body
):
    own = make.traceable_standard(body, inventory_number="OWN-1").id
    other = make.traceable_standard(make.body(), inventory_number="FOREIGN-1").id

    listed = quality.get("/standards").text

    assert "OWN-1" in listed
    assert "Viện Đo lường Việt Nam" in listed
    assert "FOREIGN-1" not in listed
    assert quality.get(f"/standards/{own}").status_code == 200
    for path in ("", "/chain", "/edit", "/availability", "/calibrations/new"):
        assert quality.get(f"/standards/{other}{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.MANAGER, Role.ASSESSOR])
def test_others_read_standards_but_do_not_change_them(make, client, body, role):
    key = make.traceable_standard(body).id
    make.sign_in(client, make.user(role, body=body))

    for path in ("", "/chain"):
        assert client.get(f"/standards/{key}{path}").status_code == 200
    for path in ("/edit", "/availability", "/calibrations/new"):
        assert client.get(f"/standards/{key}{path}").status_code == 403
    assert client.get("/standards/new").status_code == 403


@pytest.mark.parametrize(
    ("state", "due_on"),
    [
        ("none", None),
        ("overdue", date(2031, 3, 3)),
        ("due_in_30", date(2031, 3, 4)),
        ("due_in_60", date(2031, 4, 4)),
        ("in_date", date(2031, 6, 1)),
    ],
)
def test_the_list_filters_by_how_calibrations_stand(make, quality, body, state, due_on):
    found = make.standard(body, inventory_number="FOUND-1")
    if due_on:
        make.calibration(found, due_on=due_on)
    other = make.standard(body, inventory_number="OTHER-1")
    if state == "none":
        make.calibration(other)

    page = quality.get(f"/standards?state={state}&of=ours").text

    assert "FOUND-1" in page
    assert "OTHER-1" not in page


def test_the_list_runs_the_same_queries_for_one_and_for_many(
    make, quality, body, selects
):
    make.traceable_standard(body)
    quality.get("/standards")
    selects.clear()
    quality.get("/standards")
    few = len(selects)
    for _ in range(5):
        make.traceable_standard(body)
    selects.clear()

    quality.get("/standards")

    assert len(selects) == few


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_in_both_languages(make, quality, body, language):
    standard = make.traceable_standard(body)
    key = standard.id
    row = db.session.scalars(
        db.select(Calibration).where(Calibration.standard_id == key)
    ).one()
    addresses = [
        "/standards",
        "/standards?q=nothing",
        "/standards/new",
        "/standards/new?outside=1",
        f"/standards/{key}",
        f"/standards/{key}/edit",
        f"/standards/{key}/availability",
        f"/standards/{key}/chain?since=01/01/2030",
        f"/standards/{key}/calibrations/new",
        f"/calibrations/{row.id}/withdraw",
    ]
    quality.set_cookie("language", language)

    assert {quality.get(address).status_code for address in addresses} == {200}
