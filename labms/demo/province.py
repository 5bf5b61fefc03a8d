"""What the Department enters: surveys of demand, and what was done for the plan."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from labms import clock
from labms.demand.rules import USUAL, About, DemandSource
from labms.demand.services import enter_figure
from labms.demo import fiction
from labms.demo.cast import DISPENSER, SPRING_SCALE, Cast
from labms.demo.customers import Customer
from labms.demo.timeline import Timeline, workday
from labms.organisations.rules import OrganisationKind
from labms.plan.rules import RaisedKind
from labms.plan.services import enter_body_raised, enter_support, enter_training
from labms.tasks.services import enter_accreditation

AREA = "ben-tre-old"
#: Of the communes so many were surveyed last year, and somewhat more this year.
SURVEYED = (0.62, 0.78)
#: How many more a survey finds in a commune than the register has.
FOUND_MORE = {
    SPRING_SCALE: (2, 7),
    DISPENSER: (0, 3),
    "can-dia": (0, 3),
    "can-ban": (0, 2),
    "dong-ho-do-nuoc-lanh-co-khi": (2, 8),
    "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu": (4, 11),
    "huyet-ap-ke-lo-xo": (0, 2),
    "taximet": (0, 1),
}
LISTS = {
    DISPENSER: (DemandSource.LICENCE_LIST, "Danh sách cửa hàng xăng dầu được cấp phép"),
    "dong-ho-do-nuoc-lanh-co-khi": (
        DemandSource.METER_LIST,
        "Danh sách đồng hồ của Công ty Cổ phần Cấp nước Thủy Tinh",
    ),
    "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu": (
        DemandSource.METER_LIST,
        "Danh sách công tơ của Điện lực Thiên Lôi",
    ),
}


def plan_surveys(
    timeline: Timeline,
    cast: Cast,
    customers: Sequence[Customer],
    *,
    rng: random.Random,
    communes: Sequence[str],
    start: date,
    today: date,
    scale: float,
) -> None:
    """Let the demand of last year and of this year be surveyed in March."""
    order = [*communes]
    rng.shuffle(order)
    for year, share in zip((today.year - 1, today.year), SURVEYED, strict=True):
        held = workday(date(year, 3, 16))
        if held >= today:  # too early in the year: in its first days, or not at all
            held = workday(date(year, 1, 5))
        if not max(start, date(year, 1, 1)) < held < today:
            continue
        chosen = order[: round(len(order) * share * min(1, scale * 4))]
        for number in range(0, len(chosen), 6):
            day = workday(held, after=number // 6)
            if day < today:
                some = chosen[number : number + 6]
                timeline.then(day, "10:30", _survey, cast, customers, rng, year, some)


def _survey(
    cast: Cast,
    customers: Sequence[Customer],
    rng: random.Random,
    year: int,
    communes: Iterable[str],
) -> None:
    today = clock.today()
    known = Counter(
        (customer.commune_key, held.model.type_slug)
        for customer in customers
        for held in customer.instruments
    )
    document = f"Báo cáo khảo sát số {10 + today.day}/BC-KHCN ngày {today:%d/%m/%Y}"
    for commune in communes:
        for slug, (least, most) in FOUND_MORE.items():
            source, name = LISTS.get(slug, (DemandSource.SURVEY, document))
            enter_figure(
                type_slug=slug,
                commune_key=commune,
                year=year,
                in_use_count=known[commune, slug] + rng.randint(least, most),
                source=source,
                document=name,
                method="Đếm tại chỗ cùng cán bộ xã"
                if source is DemandSource.SURVEY
                else "Đối chiếu danh sách",
                counted_on=today,
                actor=cast.manager,
                about=_about(source, rng),
            )


def _about(source: DemandSource, rng: random.Random) -> About:
    """Return what a figure tells besides: lists name new and repaired ones, too."""
    if source is DemandSource.SURVEY:
        return USUAL
    fresh, repaired = rng.randint(0, 2), rng.randint(0, 1)
    return About(initial_count=fresh, after_repair_count=repaired)


#: Held on, title, participations, persons.
TRAININGS = (
    (date(2021, 10, 14), "Tập huấn Luật Đo lường cho cán bộ xã, phường", 34, 34),
    (date(2023, 6, 22), "Kỹ năng kiểm tra nhà nước về đo lường", 28, 22),
    (date(2024, 9, 12), "Quản lý phương tiện đo trong bán lẻ xăng dầu", 31, 27),
    (date(2025, 8, 21), "Đo lường cho tiểu thương các chợ", 26, 25),
    (date(2026, 5, 14), "Chương trình bảo đảm đo lường tại doanh nghiệp", 42, 38),
    (date(2026, 9, 17), "Kiểm định viên: cân thông dụng", 18, 12),
    (date(2028, 4, 13), "Ước lượng độ không đảm bảo đo", 33, 29),
)
RAISED = (
    (date(2024, 4, 25), 1, RaisedKind.SOCIALISED, "Được chỉ định kiểm định nhóm 2"),
    (date(2025, 5, 15), 2, RaisedKind.SOCIALISED, "Được chỉ định kiểm định nhóm 2"),
    (date(2024, 11, 20), 0, RaisedKind.CAPABILITY, "TCVN ISO/IEC 17025:2017"),
)
ACTIVITIES = (
    "Hướng dẫn lập kế hoạch bảo đảm đo lường",
    "Tư vấn chọn phương tiện đo và chu kỳ kiểm định",
    "Đánh giá hiện trạng đo lường tại cơ sở",
)


def plan_undertakings(
    timeline: Timeline,
    cast: Cast,
    customers: Sequence[Customer],
    *,
    rng: random.Random,
    start: date,
    today: date,
) -> None:
    """Let what was done for the plan be entered, each with its document."""

    def entered(happened_on: date) -> date:
        return workday(max(happened_on, start), after=6)

    for number, (held_on, title, turns, persons) in enumerate(TRAININGS, start=1):
        if entered(held_on) < today:
            given = (cast, number, held_on, title, turns, persons)
            timeline.then(entered(held_on), "14:00", _training, *given)
    for happened_on, which, kind, what in RAISED:
        if entered(happened_on) < today:
            given_ = (cast, which, happened_on, kind, what)
            timeline.then(entered(happened_on), "14:10", _raised, *given_)
    served = [c for c in customers if c.named.kind is OrganisationKind.ENTERPRISE]
    days = (today - start).days - 150
    for number in range(min(18, len(served))):
        day = workday(start + timedelta(days=140 + days * number // 18))
        timeline.then(day, "14:20", _support, cast, rng.choice(served), rng)


def _training(
    cast: Cast, number: int, held_on: date, title: str, turns: int, persons: int
) -> None:
    enter_training(
        title=title,
        held_on=held_on,
        organiser=fiction.DEPARTMENT,
        turns=turns,
        distinct_count=persons,
        document=f"Báo cáo {number:02}/BC-ĐT kèm danh sách ký tên",
        area=AREA,
        actor=cast.manager,
    )


def _raised(
    cast: Cast, which: int, achieved_on: date, kind: RaisedKind, what: str
) -> None:
    raised = enter_body_raised(
        organisation_id=cast.bodies[which].body_id,
        kind=kind,
        achieved_on=achieved_on,
        achievement=what,
        document=f"Quyết định ngày {achieved_on:%d/%m/%Y} của {fiction.COMMITTEE}",
        area=AREA,
        actor=cast.manager,
        is_non_state=kind is RaisedKind.SOCIALISED,
    )
    if kind is RaisedKind.CAPABILITY:
        enter_accreditation(
            raised,
            number="VILAS 000 (giả tưởng)",
            issued_by="Văn phòng Công nhận Cổ Tích",
            issued_on=achieved_on,
            valid_until=date(achieved_on.year + 3, achieved_on.month, 28),
            scope="Khối lượng, dung tích",
            actor=cast.manager,
        )


def _support(cast: Cast, customer: Customer, rng: random.Random) -> None:
    today = clock.today()
    enter_support(
        enterprise_id=customer.id,
        supported_on=today,
        activity=rng.choice(ACTIVITIES),
        document=f"Biên bản làm việc ngày {today:%d/%m/%Y}",
        area=AREA,
        actor=cast.manager,
    )
