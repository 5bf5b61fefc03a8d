"""What bodies without labms state in the demo, and the figures that were frozen."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from labms import clock
from labms.catalogue.rules import VerificationReason
from labms.demo import fiction
from labms.demo.cast import DISPENSER, SPRING_SCALE, WATER_METER, Cast
from labms.demo.timeline import Timeline, workday
from labms.indicators.services import freeze_figures
from labms.organisations.rules import OrganisationKind
from labms.organisations.services import Details, add_organisation
from labms.plan.data import plans
from labms.supply.rules import Limit, ReportForm
from labms.supply.services import (
    Work,
    enter_report,
    state_capacity,
    state_scope,
)

AREA = "ben-tre-old"
ELECTRICITY_METER = "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu"
WATERWORKS = "Trạm Kiểm định đồng hồ nước Thủy Tinh"
POWER_COMPANY = "Xí nghiệp Thí nghiệm điện Thiên Lôi"
FROM_OUTSIDE = "Trung tâm Kiểm định Bánh Tét"
#: Type, number in a year, what stops it there, how it was worked out; by body.
CAPACITIES: Sequence[Sequence[tuple[str, int, Limit, str]]] = (
    (
        (SPRING_SCALE, 180, Limit.PERSON, "3 người × 60 cân"),
        (DISPENSER, 90, Limit.TIME, "3 cột một ngày × 30 ngày"),
        (WATER_METER, 160, Limit.STANDARD, "1 bàn × 8 đồng hồ × 20 ngày"),
        ("can-o-to", 6, Limit.STANDARD, "1 bộ quả cân, 6 chuyến một năm"),
    ),
    (
        (SPRING_SCALE, 120, Limit.PERSON, "2 người × 60 cân"),
        (DISPENSER, 60, Limit.PERSON, "2 người × 30 cột"),
    ),
    ((SPRING_SCALE, 90, Limit.PERSON, "2 người × 45 cân"),),
)


def plan_supply(
    timeline: Timeline,
    cast: Cast,
    *,
    communes: Sequence[str],
    outside: str,
    start: date,
    today: date,
    seed: int,
) -> None:
    """Let bodies outside labms be entered, report on each year, and figures be frozen.

    `outside` is the key of a commune that does not belong to the plan's area.
    """
    rng = random.Random(seed)  # noqa: S311 (nothing secret)
    known: dict[str, int] = {}
    begin = workday(start, after=8)
    timeline.then(begin, "09:10", _bodies, cast, known, communes, outside)
    timeline.then(begin, "09:20", _scopes, cast, known)
    for number, stated in enumerate(CAPACITIES):
        timeline.then(begin, "09:30", _capacities, cast, number, stated)
    for year in range(start.year, today.year):
        received = workday(date(year + 1, 1, 20))
        if begin < received < today:
            timeline.then(received, "15:00", _reports, cast, known, communes, year, rng)
        frozen = workday(date(year + 1, 2, 10))
        if begin < frozen < today:
            told = f"Báo cáo năm {year}"
            timeline.then(frozen, "16:00", _freeze, cast, date(year, 12, 31), told)
    quarter = _quarter_before(today)
    frozen = workday(quarter + timedelta(days=9))
    if begin < frozen < today and quarter.month != 12:
        told = f"Báo cáo quý {quarter.month // 3} năm {quarter.year}"
        timeline.then(frozen, "16:10", _freeze, cast, quarter, told)


def _quarter_before(day: date) -> date:
    """Return the last day of the last quarter that is over."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first - timedelta(days=1)


def _bodies(
    cast: Cast, known: dict[str, int], communes: Sequence[str], outside: str
) -> None:
    for name, commune in (
        (WATERWORKS, communes[0]),
        (POWER_COMPANY, communes[0]),
        (FROM_OUTSIDE, outside),
    ):
        known[name] = add_organisation(
            Details(
                kind=OrganisationKind.ENTERPRISE,
                name=name,
                address="Số 1 đường Sọ Dừa",
                commune_key=commune,
                phone="0000 000 000",
            ),
            actor=cast.administrator,
        ).id


def _scopes(cast: Cast, known: dict[str, int]) -> None:
    today = clock.today()
    for name, slug in (
        (WATERWORKS, WATER_METER),
        (POWER_COMPANY, ELECTRICITY_METER),
        (FROM_OUTSIDE, "can-ban"),
        (FROM_OUTSIDE, "taximet"),
    ):
        state_scope(
            organisation_id=known[name],
            type_slug=slug,
            reasons=[VerificationReason.INITIAL, VerificationReason.PERIODIC],
            issued_on=today - timedelta(days=300),
            valid_until=today + timedelta(days=5 * 365 - 300),
            document=f"Quyết định số {100 + len(slug)}/QĐ-MẪU",
            actor=cast.manager,
        )
    for name, slug, number in (
        (WATERWORKS, WATER_METER, 60),
        (POWER_COMPANY, ELECTRICITY_METER, 220),
    ):
        state_capacity(
            organisation_id=known[name],
            type_slug=slug,
            per_year=number,
            from_on=today,
            limited_by=Limit.STANDARD,
            basis="1 bàn kiểm định",
            document="Công văn công bố năng lực",
            actor=cast.manager,
        )


def _capacities(
    cast: Cast, number: int, stated: Sequence[tuple[str, int, Limit, str]]
) -> None:
    for slug, per_year, limit, basis in stated:
        state_capacity(
            organisation_id=cast.bodies[number].body_id,
            type_slug=slug,
            per_year=per_year,
            from_on=clock.today(),
            limited_by=limit,
            basis=basis,
            document="Công văn công bố năng lực",
            actor=cast.manager,
        )


def _reports(
    cast: Cast,
    known: dict[str, int],
    communes: Sequence[str],
    year: int,
    rng: random.Random,
) -> None:
    """Activity reports on a year: a list by commune, totals, and one from outside."""
    for name, form, slug, places in (
        (WATERWORKS, ReportForm.METER_LIST, WATER_METER, communes[:6]),
        (POWER_COMPANY, ReportForm.MAU_05, ELECTRICITY_METER, (None,)),
        (FROM_OUTSIDE, ReportForm.MAU_04, "can-ban", communes[3:5]),
    ):
        work = []
        for commune in places:
            turns = rng.randint(3, 9) if commune else rng.randint(40, 60)
            passed = turns - rng.randint(0, 1)
            work.append(
                Work(type_slug=slug, turns=turns, passed=passed, commune_key=commune)
            )
        enter_report(
            organisation_id=known[name],
            form=form,
            first_on=date(year, 1, 1),
            last_on=date(year, 12, 31),
            received_on=clock.today(),
            area=AREA,
            document=f"Báo cáo hoạt động năm {year} của {name}",
            work=work,
            actor=cast.manager,
        )


def _freeze(cast: Cast, counted_for: date, title: str) -> None:
    freeze_figures(
        plans()[0],
        area=AREA,
        on=counted_for,
        title=title,
        note=f"Gửi {fiction.COMMITTEE}",
        actor=cast.manager,
    )
