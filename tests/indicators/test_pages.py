"""The indicators' pages."""

from datetime import date

import pytest

from labms.jobs.rules import JobState
from labms.plan.data import definitions
from labms.plan.rules import RaisedKind
from labms.policy import Role
from tests.indicators.conftest import PUMP, TODAY


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

    assert page.count("<article") == 17
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


@pytest.mark.parametrize("code", definitions())
def test_each_figure_opens_into_its_rows(manager, evidence, code):
    page = manager.get(f"/indicators/{code}")

    assert page.status_code == 200
    assert "<tbody>" in page.text


@pytest.mark.parametrize("code", definitions())
def test_each_figure_without_rows_says_so(manager, code):
    assert "Không có gì được tính" in manager.get(f"/indicators/{code}").text


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
