"""The pages of the demand."""

from datetime import date
from io import BytesIO

import pytest

from labms.db import db
from labms.demand.models import DemandFigure
from labms.places.models import CommuneSuccession, District
from labms.policy import Role
from tests.factories import SPRING_SCALE
from tests.world import HERE

pytestmark = pytest.mark.long

CELL = f"/demand/cell/{SPRING_SCALE}/{HERE}"
TYPED = {
    "type_slug": SPRING_SCALE,
    "commune_key": HERE,
    "year": "2031",
    "in_use_count": "1.200",
    "source": "survey",
    "document": "Báo cáo số 7",
    "method": "",
    "counted_on": "01/03/2031",
}


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_an_empty_demand_says_so_and_offers_to_enter(manager):
    page = manager.get("/demand/").text

    assert "Chưa biết gì" in page
    assert "/demand/enter" in page


def test_the_demand_is_listed_by_type_and_opens_into_communes(manager, make):
    make.demand_figure()
    make.instrument()

    assert f"type={SPRING_SCALE}" in manager.get("/demand/").text
    page = manager.get(f"/demand/?type={SPRING_SCALE}").text
    assert "Phường Phú Khương" in page
    assert CELL in page


def test_a_cell_shows_every_figure_and_why_one_counts(manager, make):
    make.demand_figure(document="Danh sách A")
    make.demand_figure(document="Danh sách B", year=2030)

    page = manager.get(f"{CELL}?year=2031").text

    assert "Danh sách A" in page
    assert "Danh sách B" in page
    assert "Số liệu mới nhất" in page


def test_a_figure_is_entered_with_groups_of_thousands(manager):
    answer = manager.post("/demand/enter", data=TYPED)

    assert answer.status_code == 302
    assert db.session.scalars(db.select(DemandFigure)).one().in_use_count == 1200


def test_what_was_typed_stays_when_it_is_refused(manager):
    page = manager.post("/demand/enter", data=TYPED | {"counted_on": "05/03/2031"}).text

    assert "1.200" in page
    assert "Báo cáo số 7" in page
    assert "trong tương lai" in page


@pytest.mark.parametrize("field", ["in_use_count", "document", "counted_on"])
def test_an_empty_field_is_named(manager, field):
    page = manager.post("/demand/enter", data=TYPED | {field: ""}).text

    assert f'id="{field}-errors"' in page


def test_a_figure_is_corrected_on_its_page(manager, make):
    figure = make.demand_figure()
    address = f"/demand/figures/{figure.id}/correct"
    assert "Báo cáo khảo sát số 12" in manager.get(address).text

    answer = manager.post(address, data=TYPED | {"reason": "Đếm sót"})

    assert answer.status_code == 302
    assert "<s>10</s>" in manager.get(f"{CELL}?year=2031").text


def test_who_may_not_enter_sees_no_button(client, make):
    make.sign_in(client, make.user(Role.VERIFIER, body=make.body()))

    assert "/demand/enter" not in client.get("/demand/").text
    assert client.get("/demand/enter").status_code == 403


@pytest.mark.parametrize(
    "query", ["year=x", "area=moon", "type=luck", "commune=nowhere"]
)
def test_a_filter_that_makes_no_sense_does_no_harm(manager, query):
    assert manager.get(f"/demand/?{query}").status_code == 200


def sent(manager, data, name="khao-sat.csv"):
    return manager.post(
        "/demand/imports",
        data={"file": (BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def example(kind="csv"):
    """The template as it is offered, which is right as it stands."""
    return lambda manager: manager.get(f"/demand/imports/template.{kind}").data


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_spreadsheet_is_looked_at_and_entered_after_that(manager, kind):
    answer = sent(manager, example(kind)(manager), f"a.{kind}")
    assert answer.status_code == 302
    page = manager.get(answer.location).text
    assert "sẽ được nhập" in page
    assert db.session.scalars(db.select(DemandFigure)).all() == []

    manager.post(f"{answer.location}/enter")

    assert db.session.scalars(db.select(DemandFigure)).one().in_use_count == 120
    assert "đã có, bỏ qua" in manager.get(answer.location).text
    assert "a." in manager.get("/demand/imports").text


def test_wrong_rows_are_shown_and_offer_no_way_to_enter(manager):
    data = example()(manager).replace(b"28756", b"99999")

    address = sent(manager, data).location
    page = manager.get(address).text

    assert "99999" in page
    assert f"{address}/enter" not in page
    assert "99999" in manager.get(f"{address}/problems.csv").text
    manager.post(f"{address}/enter")
    assert db.session.scalars(db.select(DemandFigure)).all() == []


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04"])
def test_what_cannot_be_read_is_said_beside_the_file(manager, data):
    answer = sent(manager, data)

    assert answer.status_code == 422
    assert "file-errors" in answer.text


def test_a_figure_of_standards_is_entered_and_shown(manager):
    typed = TYPED | {
        "type_slug": "standard:weights",
        "purpose": "calibration",
        "holder": "organisation",
        "interval_months": "24",
    }
    answer = manager.post("/demand/enter", data=typed)

    page = manager.get(answer.location).text
    assert "hiệu chuẩn" in page
    assert "Tổ chức khác" in page
    more = "subject=standard&purpose=calibration"
    assert "600" in manager.get(f"/demand/?{more}").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_cells_leave_as_a_spreadsheet(manager, make, kind):
    make.demand_figure()

    answer = manager.get(f"/demand/cells.{kind}?type={SPRING_SCALE}")

    assert f"demand-ben-tre-old-2031.{kind}" in answer.headers["Content-Disposition"]
    assert kind == "xlsx" or "Phường Phú Khương" in answer.text
    assert manager.get("/demand/cells.exe").status_code == 404


def test_the_demand_is_shown_by_old_districts_too(manager, make):
    district = make._add(District(code="829", name="TP Bến Tre", province_code="83"))
    other = make._add(District(code="831", name="Châu Thành", province_code="83"))
    spanning = make.commune().key
    for key, districts in ((HERE, [district]), (spanning, [district, other])):
        for each in districts:
            old = make.commune(
                valid_from=None,
                valid_until=date(2025, 6, 30),
                district_code=each.code,
            )
            make._add(CommuneSuccession(old_key=old.key, new_key=key, is_whole=True))
    make.demand_figure(in_use_count=41)
    make.demand_figure(in_use_count=73, commune_key=spanning)

    page = manager.get("/demand/districts").text

    assert "TP Bến Tre" in page
    assert "41" in page
    assert "nhiều huyện" in page
    assert "Châu Thành" not in page


def test_without_demand_there_are_no_districts(manager):
    assert "Chưa biết gì" in manager.get("/demand/districts").text
