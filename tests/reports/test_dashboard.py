"""The dashboard, and the page of a commune."""

from datetime import date

import pytest

from labms.indicators.figures import Count, standings
from labms.plan.data import plan
from labms.policy import Role
from labms.reports.dashboard import board_of
from tests.factories import SPRING_SCALE
from tests.world import HERE

PLAN = plan("3446")
TODAY = date(2031, 3, 4)


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_a_manager_begins_at_the_dashboard(manager):
    assert manager.get("/").location == "/reports/dashboard"


def test_an_empty_dashboard_says_what_is_not_known(manager):
    page = manager.get("/reports/dashboard").text
    assert 'class="empty"' in page
    assert page.count("board__one") >= 9


@pytest.mark.long
def test_every_figure_opens_into_what_it_counts(manager, make):
    make.demand_figure()
    page = manager.get("/reports/dashboard").text
    for one in standings(PLAN, area="ben-tre-old", on=TODAY, today=TODAY):
        address = f"/indicators/{one.figure.code}?on={one.figure.on.isoformat()}"
        assert address in page, one.figure.code
        assert manager.get(f"{address}&area=ben-tre-old&plan=3446").status_code == 200


def test_the_worst_commune_of_a_type_leads_to_who_could_serve_it(manager, make):
    make.demand_figure()
    page = manager.get(f"/reports/dashboard?type={SPRING_SCALE}").text
    assert "grid__tile--0" in page
    asked = ("plan=3446", "area=ben-tre-old", f"type={SPRING_SCALE}")
    assert f"/reports/communes/{HERE}?{'&amp;'.join(asked)}" in page
    address = f"/reports/communes/{HERE}?{'&'.join(asked)}"

    page = manager.get(address).text
    assert "chưa ai được chỉ định" in page
    body = make.body()
    make.designation(body, SPRING_SCALE)
    assert body.name in manager.get(address).text
    assert manager.get("/reports/communes/khong-co").status_code == 404
    assert manager.get("/reports/dashboard?type=khong-co").status_code == 404


def test_the_biggest_gap_comes_first(make):
    make.demand_figure(in_use_count=10)
    make.demand_figure(type_slug="cot-do-xang-dau", in_use_count=900)

    board = board_of(Count(PLAN, "ben-tre-old", TODAY))

    assert board.types[0].type_slug == "cot-do-xang-dau"
    assert board.communes[0].missing >= board.communes[-1].missing
    closed = [one.is_closed for one in board.targets]
    assert closed == sorted(closed), "what can still be reached comes first"


def test_another_area_has_figures_and_no_targets(manager):
    page = manager.get("/reports/dashboard?area=vinh-long-new").text
    assert "Bến Tre cũ" in page
