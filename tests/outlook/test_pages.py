"""What next, on its pages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from labms import clock
from labms.db import db, transaction
from labms.indicators.daily import overdue_count
from labms.indicators.days import month_ends
from labms.indicators.figures import Count
from labms.jobs.rules import JobState
from labms.outlook.heading import headings
from labms.outlook.models import InvestmentOption
from labms.outlook.planning import gaps, months_from, trips, workload
from labms.outlook.queries import situation_on
from labms.outlook.services import propose_option
from labms.plan.data import plan
from labms.policy import NOTHING, Role
from labms.supply.rules import Limit
from labms.supply.services import state_capacity
from labms.tasks.rules import OptionKind
from tests.factories import SPRING_SCALE
from tests.world import HERE

pytestmark = pytest.mark.long

PLAN = plan("3446")
TODAY = date(2031, 3, 4)
PUMP = "cot-do-xang-dau"


def counted(on=TODAY):
    return Count(PLAN, "ben-tre-old", on)


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def propose(make, body, kind=OptionKind.DESIGNATION, slug=SPRING_SCALE, **given):
    with transaction():
        return propose_option(
            **{
                "kind": kind,
                "title": f"Bổ sung {kind}",
                "body_id": body.id,
                "type_slugs": [slug],
                "cost": Decimal(1_000_000),
                "cost_source": "Báo giá 1",
                "actor": make.user(Role.MANAGER),
            }
            | given
        ).id


def test_what_bodies_have_is_read_from_cards_standards_and_designations(make):
    make.demand_figure()
    body = make.body()
    needs = situation_on(counted()).has
    assert needs == frozenset()

    make.card(make.user(Role.VERIFIER, body=body), SPRING_SCALE)
    make.traceable_standard(body)
    have = {kind for _, _, kind in situation_on(counted()).has}
    assert OptionKind.PERSON in have

    make.designation(body, SPRING_SCALE)
    found = situation_on(counted())
    assert SPRING_SCALE in found.served
    assert found.due_of(found.possible) == found.total


def test_a_proposal_is_entered_ranked_and_struck_out(manager, make):
    make.demand_figure()
    body = make.body()
    typed = {
        "kind": "designation",
        "title": "Chỉ định cân lò xo",
        "body_id": body.id,
        "type_slugs": [SPRING_SCALE],
        "cost": "12.000.000",
        "cost_source": "",
    }
    wrong = manager.post("/outlook/options/new", data=typed)
    assert "cost_source-errors" in wrong.text
    none = manager.post("/outlook/options/new", data=typed | {"type_slugs": []})
    assert "type_slugs-errors" in none.text
    manager.post("/outlook/options/new", data=typed | {"cost_source": "Báo giá 7"})
    row = db.session.scalars(db.select(InvestmentOption)).one()
    propose(make, body, OptionKind.PERSON)
    page = manager.get("/outlook/").text
    assert "chưa giúp kiểm định thêm loại nào" in page
    propose(make, body, OptionKind.STANDARD)

    page = manager.get("/outlook/").text
    assert "14.000.000 / " in page
    assert "Tổ hợp tốt nhất" in page
    assert (
        "không có đề xuất nào đủ"
        in manager.get("/outlook/?budget=13.999.999").text.lower()
    )
    assert "budget-errors" in manager.get("/outlook/?budget=viel").text

    manager.post(f"/outlook/options/{row.id}/strike", data={"reason": "Giá đã cũ rồi"})
    assert "Chỉ định cân lò xo" not in manager.get("/outlook/").text
    assert manager.get("/outlook/options/999999/strike").status_code == 404


def test_a_gap_of_capacity_is_ranked_with_its_arithmetic(manager, make):
    make.demand_figure(in_use_count=300)
    body = make.body()
    make.designation(body, SPRING_SCALE)
    with transaction():
        state_capacity(
            organisation_id=body.id,
            type_slug=SPRING_SCALE,
            per_year=60,
            from_on=TODAY,
            limited_by=Limit.PERSON,
            basis="1 người × 60 ngày",
            document="Công văn số 3",
            actor=make.user(Role.MANAGER),
        )
    propose(make, body, OptionKind.PERSON)

    assert "Bổ sung person" not in steps_of(manager.get("/outlook/").text)
    page = manager.get("/outlook/?share=capacity").text
    assert "Bổ sung person" in steps_of(page)
    assert "60 + 60) − min(" in page
    assert "60, thiếu kiểm định viên" in page
    page = manager.get("/outlook/?share=capacity&budget=999.999").text
    assert "Bổ sung person" not in steps_of(page)


def test_a_proposal_says_what_it_brings_in_a_year_and_how_that_was_worked_out(
    manager, make
):
    make.demand_figure(in_use_count=300)
    body = make.body()
    typed = {
        "kind": "standard",
        "title": "Bộ quả cân F1",
        "body_id": body.id,
        "type_slugs": [SPRING_SCALE],
        "per_year": "1.200",
        "per_year_basis": "",
    }
    address = "/outlook/options/new"
    page = manager.post(address, data=typed).text
    assert "per_year_basis-errors" in page
    assert 'value="1.200"' in page
    for number in ("0", "99.999.999.999", "viel"):
        wrong = typed | {"per_year": number, "per_year_basis": "1 bộ"}
        assert "per_year-errors" in manager.post(address, data=wrong).text
    manager.post(address, data=typed | {"per_year_basis": "1 bộ × 6 cân × 200 ngày"})

    row = db.session.scalars(db.select(InvestmentOption)).one()
    assert (row.per_year, row.per_year_basis) == (1200, "1 bộ × 6 cân × 200 ngày")
    page = manager.get("/outlook/").text
    assert "1 bộ × 6 cân × 200 ngày" in page


def test_beside_the_designated_share_stands_the_one_within_capacity(manager, make):
    make.demand_figure(in_use_count=300)
    body = make.body()
    propose(make, body, OptionKind.DESIGNATION)
    told = {"per_year": 140, "per_year_basis": "1 × 140 ngày"}
    propose(make, body, OptionKind.PERSON, **told)
    standard = propose(make, body, OptionKind.STANDARD)
    page = steps_of(manager.get("/outlook/").text)
    assert "chưa nêu đủ số làm được một năm" in page
    assert "chưa giúp" not in page
    within = steps_of(manager.get("/outlook/?share=capacity").text)
    assert "Bổ sung standard" not in within

    manager.post(f"/outlook/options/{standard}/strike", data={"reason": "Đã có số mới"})
    propose(
        make, body, OptionKind.STANDARD, per_year=120, per_year_basis="1 × 120 ngày"
    )

    page = steps_of(manager.get("/outlook/").text)
    assert "chưa nêu đủ số làm được một năm" not in page
    assert "min(150; 120) = 120" in page
    assert "0,0 % → 80,0 %" in page
    page = steps_of(manager.get("/outlook/?share=capacity").text)
    assert "min(150; 120) = 120" in page
    assert "Thêm vào tỷ lệ trong phạm vi được chỉ định" in page


def steps_of(page):
    """What stands above the list of all proposals."""
    return page.partition("<h2>Các đề xuất</h2>")[0]


def test_an_empty_province_says_so_on_every_page(manager):
    for address in ("", "forecast", "due", "campaigns"):
        page = manager.get(f"/outlook/{address}")
        assert page.status_code == 200
        if address in ("due", "campaigns"):
            assert 'class="empty"' in page.text


def due_instrument(make, until, **given):
    instrument = make.instrument(commune_key=HERE, **given)
    make.job(
        JobState.EVIDENCED,
        instrument_id=instrument.id,
        performed_on=date(2030, 5, 2),
        valid_until=until,
        standards=[],
    )
    return instrument


def test_what_falls_due_stands_in_its_month_and_what_is_late_before_it(make):
    due_instrument(make, date(2031, 2, 28))
    for _ in range(6):
        due_instrument(make, date(2031, 5, 31))

    found = workload(counted())

    assert found.overdue == 1
    assert found.by_month[date(2031, 5, 1)] == 6
    assert sum(found.by_month.values()) == 6
    assert found.dated == 7
    ((key, _, late, each),) = found.communes
    assert (key, late, sum(each)) == (HERE, 1, 6)


def test_a_trip_names_what_to_take_along(manager, make):
    for _ in range(6):
        due_instrument(make, date(2031, 5, 31), type_slug=SPRING_SCALE)

    assert trips(counted(), date(2031, 4, 1)) == []
    (trip,) = trips(counted(), date(2031, 5, 1))
    assert trip.campaign.count == 6
    assert trip.campaign.stamps == 7
    assert trip.standards
    page = manager.get("/outlook/campaigns?month=2031-05").text
    assert "Quả cân" in page
    assert manager.get("/outlook/campaigns?month=x").status_code == 200
    assert "05/2031" in manager.get("/outlook/due").text


def test_a_trip_goes_where_much_is_due_although_nobody_knows_the_month(make):
    make.demand_figure(in_use_count=40)
    due_instrument(make, date(2031, 3, 31), type_slug=SPRING_SCALE)
    due_instrument(make, date(2030, 12, 31), type_slug=SPRING_SCALE)

    (trip,) = trips(counted(), date(2031, 3, 1))

    # 40 in use, every 24 months: 20 due, of which two have their month
    (stop,) = trip.campaign.stops
    assert (dict(stop.due), dict(stop.undated)) == (
        {SPRING_SCALE: 2},
        {SPRING_SCALE: 18},
    )
    assert (trip.campaign.count, trip.campaign.undated) == (20, 18)


def test_what_passed_and_awaits_its_certificate_is_neither_overdue_nor_on_a_trip(make):
    instruments = [
        due_instrument(make, date(2031, 2, 28), type_slug=SPRING_SCALE)
        for _ in range(6)
    ]
    assert overdue_count("ben-tre-old", on=TODAY) == 6
    for instrument in instruments:
        make.job(
            JobState.APPROVED,
            instrument_id=instrument.id,
            performed_on=TODAY,
            valid_until=date(2033, 3, 31),
            standards=[],
        )

    assert overdue_count("ben-tre-old", on=TODAY) == 0
    assert trips(counted(), date(2031, 3, 1)) == []


def test_a_trip_names_who_could_go_and_the_standards_that_they_hold(manager, make):
    make.demand_figure(in_use_count=40)
    (trip,) = trips(counted(), date(2031, 3, 1))
    assert trip.crews == []
    body = make.body()
    make.designation(body, SPRING_SCALE)
    verifier = make.user(Role.VERIFIER, body=body)
    make.card(verifier, SPRING_SCALE)
    standard = make.traceable_standard(body)

    (trip,) = trips(counted(), date(2031, 3, 1))

    (crew,) = trip.crews
    assert (crew.name, crew.count, crew.types) == (body.name, 20, (SPRING_SCALE,))
    assert crew.verifiers
    assert [held.id for held in crew.standards] == [standard.id]
    page = manager.get("/outlook/campaigns").text
    assert standard.inventory_number in page
    assert crew.verifiers[0] in page
    outside = trips(counted(), date(2031, 3, 1), scope=NOTHING)
    assert outside[0].crews[0].standards == ()


def test_a_gap_is_what_is_due_and_was_not_done(make):
    make.demand_figure()
    (gap,) = gaps(counted())
    before = gap.missing
    make.job(
        JobState.EVIDENCED,
        instrument_id=make.instrument(type_slug=SPRING_SCALE, commune_key=HERE).id,
        performed_on=TODAY,
        standards=[],
    )
    (gap,) = gaps(counted(), type_slug=SPRING_SCALE)
    assert gap.missing == before - 1
    assert gaps(counted(), type_slug=PUMP) == []


def test_months_run_on_over_the_year():
    assert months_from(date(2031, 11, 30))[:3] == [
        date(2031, 11, 1),
        date(2031, 12, 1),
        date(2032, 1, 1),
    ]
    assert month_ends(date(2031, 1, 1), count=1) == [date(2030, 12, 31)]


def test_a_forecast_follows_from_the_figures_of_month_ends(make):
    for month in range(1, 11):
        for _ in range(1 + month % 2):
            make.support(supported_on=date(2029, month, 5))

    found = headings(Count(PLAN, "ben-tre-old", date(2029, 10, 31)))

    (served,) = (h for h in found if h.target.indicator == "enterprises-served")
    assert served.values[-4:] == [11, 12, 14, 15]
    assert served.now.turns == 15
    assert served.forecast.months_known >= 3
    assert served.forecast.low <= served.forecast.expected <= served.forecast.high
    assert served.forecast.low >= 15


def test_a_month_end_with_another_demand_is_named_and_left_out_of_the_pace(make):
    make.demand_figure(year=2029, counted_on=date(2029, 1, 5), in_use_count=100)
    make.demand_figure(year=2029, counted_on=date(2029, 6, 5), in_use_count=300)

    found = headings(Count(PLAN, "ben-tre-old", date(2029, 10, 31)))

    (share,) = (h for h in found if h.target.indicator == "designated-share")
    assert date(2029, 6, 30) in share.another_demand
    assert date(2029, 7, 31) not in share.another_demand
    known = len(share.past) - 2 - len(share.another_demand)
    assert share.forecast.months_known == known


def test_a_forecast_is_shown_with_its_arithmetic(manager, make):
    for month in range(1, 11):
        make.support(supported_on=date(2029, month, 5))
    with clock.at(datetime(2029, 11, 2, 3, tzinfo=UTC)):
        page = manager.get("/outlook/forecast").text

    assert "10,0 + 13,9 tháng × 0,909 = 22,6" in page
    assert "trend__band" in page
