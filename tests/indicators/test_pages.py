"""The indicators' pages."""

from datetime import date

import pytest

from labms.jobs.rules import JobState
from labms.plan.data import definitions
from labms.plan.rules import RaisedKind
from labms.policy import Role
from tests.indicators.conftest import PUMP, SCALE, TODAY
from tests.supply.stating import Stated
from tests.world import HERE

pytestmark = pytest.mark.long


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


@pytest.fixture
def evidence(count, make):
    """Something to count for each indicator."""
    count.designated(PUMP)
    count.passed(order_id=count.promised(TODAY).id, valid_until=date(2031, 3, 3))
    make.job(JobState.IN_PROGRESS)
    make.support(activity="=1+1")
    make.training()
    for kind in RaisedKind:
        make.body_raised(kind)


def test_the_page_shows_every_target_with_both_integers(manager, evidence):
    page = manager.get("/indicators/").text

    assert page.count("<article") == 11
    assert "1 / 1" in page
    assert "trên 75 %" in page
    assert "khoảng 100 lượt người" in page
    assert "<svg" in page
    assert "style=" not in page


def test_an_empty_province_has_a_page_too(manager):
    page = manager.get("/indicators/").text

    assert "chưa kết luận được" in page
    assert "Chưa biết gì về nhu cầu" in page


def test_new_vinh_long_is_shown_without_targets(manager, evidence):
    page = manager.get("/indicators/?area=vinh-long-new").text

    assert "trên 75 %" not in page
    assert "Bến Tre cũ" in page


def test_each_figure_opens_into_its_rows(manager, evidence):
    for code in definitions():
        page = manager.get(f"/indicators/{code}")

        assert page.status_code == 200, code
        assert "<tbody>" in page.text, code


def test_each_figure_without_rows_says_so(manager):
    for code in definitions():
        assert "Không có gì được tính" in manager.get(f"/indicators/{code}").text, code


def test_the_rows_behind_a_figure_are_as_many_as_it_says(manager, count, make):
    for _ in range(23):
        count.passed()

    first = manager.get("/indicators/verified-share").text
    second = manager.get("/indicators/verified-share?page=2").text

    assert "23 / 23" in first
    assert (first.count("<tr>") - 1, second.count("<tr>") - 1) == (20, 3)


def test_rows_are_exported_without_formulas(manager, evidence):
    answer = manager.get("/indicators/enterprises-served.csv")

    assert answer.content_type == "text/csv; charset=utf-8"
    assert (
        "enterprises-served-ben-tre-old-2031-03-04.csv"
        in (answer.headers["Content-Disposition"])
    )
    assert "'=1+1" in answer.text


def test_a_body_sees_the_provinces_figure_and_its_own_rows(client, count, make):
    mine, other = count.passed(), count.passed()
    body = make._add(make.body())
    staff = make.user(Role.VERIFIER, organisation_id=mine.body_id)
    make.sign_in(client, staff)
    assert body.id not in {mine.body_id, other.body_id}

    page = client.get("/indicators/verified-share").text

    assert "2 / 2" in page
    assert page.count("<tr>") == 2
    assert "của tổ chức mình" in page


def test_strangers_sign_in_first(client):
    assert client.get("/indicators/").status_code == 302


@pytest.mark.parametrize("query", ["plan=1", "area=moon"])
def test_an_unknown_plan_or_area_is_refused(manager, query):
    assert manager.get(f"/indicators/?{query}").status_code == 404


def test_a_day_to_come_is_refused(manager):
    assert manager.get("/indicators/?on=05/03/2031").status_code == 422


def test_a_day_that_cannot_be_read_stays_as_it_was_typed(manager):
    page = manager.get("/indicators/?on=gestern").text

    assert "gestern" in page
    assert "on-errors" in page


def test_an_unknown_indicator_is_refused(manager):
    assert manager.get("/indicators/luck").status_code == 404
    assert manager.get("/indicators/luck.csv").status_code == 404


def test_the_page_speaks_english(client, make, evidence):
    make.sign_in(client, make.user(Role.MANAGER))
    client.get("/language/en")

    page = client.get("/indicators/", headers={"Accept-Language": "en"}).text

    assert "<article" in page


def test_each_figures_rows_leave_as_a_spreadsheet(manager, evidence):
    for number, code in enumerate(definitions()):
        kind = ("csv", "xlsx")[number % 2]
        answer = manager.get(f"/indicators/{code}.{kind}")

        assert answer.status_code == 200, code
        assert f".{kind}" in answer.headers["Content-Disposition"]


def test_rows_are_narrowed_by_type_commune_and_words(manager, count, make):
    count.passed(count.instrument(serial="QX 77", folded="qx 77"))
    count.passed(count.instrument(SCALE, commune_key=make.commune().key))
    address = "/indicators/verified-share"

    def rows(query):
        return manager.get(f"{address}?{query}").text.count("<tr>") - 1

    assert rows("") == 2
    assert rows(f"type={SCALE}") == rows("q=QX+77") == rows(f"commune={HERE}") == 1
    assert "Không dòng nào" in manager.get(f"{address}?q=nothing").text
    assert manager.get(f"{address}.csv?q=qx").text.count("\n") == 2


def test_overdue_instruments_open_into_owners_and_communes(manager, count):
    owner = count.make.organisation(name="Chợ Thủy Tinh").id
    instrument = count.instrument(owner_id=owner)
    count.passed(
        instrument, performed_on=date(2030, 1, 2), valid_until=date(2031, 1, 31)
    )

    page = manager.get("/indicators/overdue-instruments").text

    assert "Chợ Thủy Tinh" in page
    assert "32" in page  # days, from 31 January to 4 March


def test_reported_work_stands_among_the_rows_for_the_department_alone(
    client, count, make
):
    stated = Stated(make)
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    stated.report(document="Báo cáo của Ba Lai")
    make.sign_in(client, stated.manager)
    page = client.get("/indicators/verified-share").text
    assert "Báo cáo của Ba Lai" in page
    assert "7 theo báo cáo của tổ chức tại địa bàn" in page

    make.sign_in(client, make.user(Role.VERIFIER, body=make.body()))
    assert "Báo cáo của Ba Lai" not in client.get("/indicators/verified-share").text


def test_what_the_province_can_do_is_shown_by_type_and_filtered(manager, count):
    count.instrument(PUMP)
    count.instrument(SCALE)
    count.designated(PUMP)

    page = manager.get("/indicators/capability").text
    assert "tỉnh tự thực hiện được" in page
    assert page.count("<tr>") == 3
    page = manager.get("/indicators/capability?standing=nobody").text
    assert page.count("<tr>") == 2
    assert "Không loại nào" in (
        manager.get("/indicators/capability?standing=outside_only").text
    )
    sheet = manager.get("/indicators/capability.csv").text
    assert sheet.count("\n") == 3


def test_without_demand_nothing_can_be_said_of_capability(manager):
    assert "Chưa biết gì" in manager.get("/indicators/capability").text


def test_figures_are_frozen_and_opened_beside_a_recount(manager, count):
    count.passed()
    assert "Chưa chốt" in manager.get("/indicators/frozen").text
    typed = {
        "title": "Báo cáo quý I",
        "plan": "3446",
        "area": "ben-tre-old",
        "counted_for": "04/03/2031",
        "note": "",
    }
    assert manager.get("/indicators/frozen/freeze").status_code == 200
    address = manager.post("/indicators/frozen/freeze", data=typed).location
    page = manager.get(address).text
    assert "không thay đổi" in page

    count.passed()
    page = manager.get(address).text
    assert "có thay đổi" in page
    assert "Thay đổi và lý do" in page
    assert "Báo cáo quý I" in manager.get("/indicators/frozen").text
    assert "verified-share" in manager.get(f"{address}.csv").text


@pytest.mark.parametrize(
    ("field", "typed"), [("title", " "), ("counted_for", "05/03/2031")]
)
def test_figures_that_cannot_be_frozen_are_refused_beside_the_field(
    manager, field, typed
):
    given = {
        "title": "Báo cáo",
        "plan": "3446",
        "area": "ben-tre-old",
        "counted_for": "04/03/2031",
    }
    page = manager.post("/indicators/frozen/freeze", data=given | {field: typed}).text

    assert f'id="{field}-errors"' in page


def test_a_certificate_shows_where_it_counts_and_where_not(manager, count):
    job = count.passed(state=JobState.CERTIFIED)
    certificate = count.certificate(job)
    frozen = Stated(count.make).frozen()

    page = manager.get(f"/indicators/certificates/{certificate.id}").text

    assert "verified-share" in page
    assert "Bến Tre cũ" in page
    assert "Vĩnh Long mới" in page
    assert f"/indicators/frozen/{frozen}" in page


def test_a_certificate_that_does_not_count_says_why(manager, count):
    instrument = count.instrument()
    count.passed(instrument, performed_on=date(2031, 1, 5))
    again = count.certificate(count.passed(instrument, state=JobState.CERTIFIED))

    page = manager.get(f"/indicators/certificates/{again.id}").text

    assert "đã được tính theo lần kiểm định trước" in page
