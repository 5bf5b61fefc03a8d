"""The dashboard, and the page of a commune."""

from datetime import date

import pytest

from labms.db import transaction
from labms.indicators.figures import Count, standings
from labms.jobs.rules import JobState
from labms.organisations.rules import OrganisationKind
from labms.plan.data import plan
from labms.policy import Role
from labms.reports.dashboard import board_of
from labms.supply.rules import Limit
from labms.supply.services import state_capacity
from labms.tasks.rules import OptionKind
from tests.factories import SPRING_SCALE
from tests.outlook.test_pages import propose
from tests.supply.stating import Stated, total
from tests.world import HERE

PLAN = plan("3446")
TODAY = date(2031, 3, 4)


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_a_manager_begins_at_the_dashboard(manager):
    assert manager.get("/").location == "/reports/dashboard"


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.parametrize(
    ("per_year", "said", "proposed"),
    [
        (None, "chưa ai công bố làm được bao nhiêu", [20]),
        (100, "một năm làm được 100 trong 150 đến hạn", [None, 20]),
        (150, "không cần mua sắm", []),
    ],
)
def test_a_commune_says_what_serving_it_would_cost(
    manager, make, per_year, said, proposed
):
    """Of what is proposed only that which adds something, and how much."""
    make.demand_figure(in_use_count=300)
    address = f"/reports/communes/{HERE}?type={SPRING_SCALE}"
    assert "chưa có đề xuất mua sắm" in manager.get(address).text
    body = make.body()
    make.designation(body, SPRING_SCALE)
    if per_year:
        with transaction():
            state_capacity(
                organisation_id=body.id,
                type_slug=SPRING_SCALE,
                per_year=per_year,
                from_on=TODAY,
                limited_by=Limit.TIME,
                basis="100 ngày",
                document="Công văn số 3",
                actor=make.user(Role.MANAGER),
            )
    for each in (None, 20):
        told = {
            "title": f"Đào tạo {each}",
            "per_year": each,
            "per_year_basis": "1 × 20",
        }
        propose(make, body, OptionKind.PERSON, **told)

    page = manager.get(address).text

    assert said in page
    assert f"{per_year or 'chưa nêu'}" in page
    found = [each for each in (None, 20) if f"Đào tạo {each}" in page]
    assert found == proposed
    assert ("thêm 20 mỗi năm" in page) is (20 in proposed)


@pytest.mark.long
def test_a_commune_that_was_never_surveyed_does_not_look_good(manager, make):
    make.demand_figure(in_use_count=30)
    make.job(
        JobState.EVIDENCED,
        instrument_id=make.instrument(commune_key=make.commune().key).id,
        performed_on=TODAY,
        standards=[],
    )
    board = board_of(Count(PLAN, "ben-tre-old", TODAY))

    assert sorted(gap.shade for gap in board.communes) == ["0", "unknown"]
    alone = next(gap for gap in board.communes if gap.shade == "unknown")
    assert (alone.done, alone.due) == (1, 1)
    page = manager.get("/reports/dashboard").text
    assert "grid__tile--unknown" in page
    assert "grid__tile--5" not in page


@pytest.mark.long
def test_done_where_nobody_surveyed_is_not_all_that_is_due(manager, make):
    make.job(
        JobState.EVIDENCED,
        instrument_id=make.instrument(type_slug=SPRING_SCALE, commune_key=HERE).id,
        performed_on=TODAY,
        standards=[],
    )

    board = manager.get("/reports/dashboard").text
    page = manager.get(f"/reports/communes/{HERE}").text

    assert "<span>1 / ≥ 1</span>" in board
    assert "+ 1 không tính" in board
    assert 'data-label="Còn thiếu"><span class="soft">chưa biết</span>' in page
    assert "không tính vào tỷ lệ" in page


@pytest.mark.long
@pytest.mark.parametrize(
    ("whole", "said", "unsaid"),
    [
        (None, "khảo sát một phần", "chưa từng khảo sát"),
        (40, "", "khảo sát một phần"),
        (40, "", "chưa từng khảo sát"),
    ],
)
def test_a_survey_of_some_holders_is_called_so_in_every_place(
    manager, make, whole, said, unsaid
):
    if whole:
        make.demand_figure(in_use_count=whole)
    for kind, number in (("enterprise", 20), ("person", 30)):
        make.demand_figure(
            in_use_count=number, holder=OrganisationKind(kind), counted_on=TODAY
        )
    asked = f"type={SPRING_SCALE}"
    for address in (
        "/reports/dashboard",
        f"/reports/dashboard?{asked}",
        f"/reports/communes/{HERE}?{asked}",
    ):
        page = manager.get(address).text
        tiles = page.partition('class="grid"')[2] or page
        assert said in tiles
        assert unsaid not in tiles


@pytest.mark.long
def test_what_is_reported_with_a_commune_is_done_there_with_its_source(manager, make):
    make.demand_figure(in_use_count=30)
    stated = Stated(make)
    stated.report(total(4, SPRING_SCALE, commune_key=HERE), total(3, SPRING_SCALE))
    make.job(
        JobState.EVIDENCED,
        instrument_id=make.instrument(type_slug=SPRING_SCALE, commune_key=HERE).id,
        performed_on=TODAY,
        standards=[],
    )

    board = board_of(Count(PLAN, "ben-tre-old", TODAY))

    (gap,) = board.communes
    (line,) = board.types
    assert (gap.done, gap.reported, board.unplaced) == (5, 4, 3)
    assert gap.done + board.unplaced == line.counted == 8
    page = manager.get("/reports/dashboard").text
    assert "trong đó 4 theo báo cáo" in page
    assert "Có thêm 3 được báo cáo mà không ghi xã, phường" in page
    assert "trong đó 4 theo báo cáo" in manager.get(f"/reports/communes/{HERE}").text


def test_no_more_is_done_in_a_commune_than_is_due_there(make):
    make.demand_figure(in_use_count=4)
    Stated(make).report(total(9, SPRING_SCALE, commune_key=HERE))

    board = board_of(Count(PLAN, "ben-tre-old", TODAY))

    (gap,) = board.communes
    assert (gap.due, gap.done, gap.reported, board.unplaced) == (2, 2, 2, 0)


def test_the_biggest_gap_comes_first(make):
    make.demand_figure(in_use_count=10)
    make.demand_figure(type_slug="cot-do-xang-dau", in_use_count=900)

    board = board_of(Count(PLAN, "ben-tre-old", TODAY))

    assert board.types[0].type_slug == "cot-do-xang-dau"
    assert board.communes[0].missing >= board.communes[-1].missing
    closed = [one.is_closed for one in board.targets]
    assert closed == sorted(closed), "what can still be reached comes first"


@pytest.mark.long
def test_another_area_has_figures_and_no_targets(manager):
    page = manager.get("/reports/dashboard?area=vinh-long-new").text
    assert "Bến Tre cũ" in page
