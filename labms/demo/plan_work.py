"""What the Department plans, pays, buys and proposes in the demo."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from labms import clock
from labms.db import db
from labms.demo import fiction
from labms.demo.cast import Cast
from labms.demo.customers import Customer
from labms.demo.proposing import enter_unmet, propose
from labms.demo.timeline import Timeline, workday
from labms.organisations.rules import OrganisationKind
from labms.plan.data import plan
from labms.plan.models import BodyRaised, Training
from labms.tasks import services
from labms.tasks.data import criteria_in_use
from labms.tasks.models import Assessment
from labms.tasks.queries import (
    item_by_id,
    line_by_id,
    programme_by_id,
    purchase_by_id,
)
from labms.tasks.rules import (
    ActivityKind,
    BudgetStage,
    Conclusion,
    FundingSource,
    ItemState,
    Listed,
    PurchaseStage,
    Purpose,
)

AREA, PLAN = "ben-tre-old", "3446"
SCIENCE, CENTRAL = FundingSource.PROVINCIAL_SCIENCE, FundingSource.CENTRAL
#: Task, work, what shall come of it, source of money, million đồng, what is bought.
WORK: tuple[tuple[str, str, str, FundingSource, int, str], ...] = (
    (
        "1-a",
        "Rà soát văn bản, chính sách hỗ trợ doanh nghiệp về đo lường",
        "Báo cáo rà soát",
        SCIENCE,
        30,
        "",
    ),
    (
        "2.1",
        "Khảo sát, mua sắm chuẩn đo lường khối lượng",
        "Bộ quả cân chuẩn được hiệu chuẩn, đưa vào sử dụng",
        SCIENCE,
        420,
        "Bộ quả cân chuẩn hạng F1, 1 mg đến 20 kg",
    ),
    (
        "2.4",
        "Tập huấn nghiệp vụ đo lường cho cán bộ và doanh nghiệp",
        "Hai lớp, khoảng 60 lượt người",
        SCIENCE,
        85,
        "",
    ),
    (
        "3.1",
        "Trang bị phương tiện kiểm tra nhà nước về đo lường",
        "Bộ quả cân kiểm tra và bình đong kiểm tra xăng dầu",
        CENTRAL,
        260,
        "Bình đong chuẩn 20 L và bộ quả cân kiểm tra",
    ),
    (
        "4",
        "Hỗ trợ doanh nghiệp xây dựng chương trình bảo đảm đo lường",
        "Ít nhất 15 lượt doanh nghiệp",
        FundingSource.ENTERPRISES,
        120,
        "",
    ),
)
#: Month and day, kind, title, result, how many were reached.
DONE: tuple[tuple[int, int, ActivityKind, str, str, int | None], ...] = (
    (
        3,
        12,
        ActivityKind.POLICY_REVIEW,
        "Rà soát quy định về kiểm định phương tiện đo nhóm 2",
        "Kiến nghị sửa 02 văn bản của tỉnh",
        None,
    ),
    (
        5,
        20,
        ActivityKind.COMMUNICATION,
        "Hưởng ứng Ngày Đo lường thế giới 20/5",
        "Phát 1.200 tờ rơi tại 14 chợ",
        1200,
    ),
    (
        9,
        10,
        ActivityKind.COOPERATION,
        "Phối hợp kiểm tra cân tại chợ với các xã, phường",
        "Kiểm tra 85 cân, nhắc nhở 06 hộ",
        85,
    ),
)


def plan_work(
    timeline: Timeline,
    cast: Cast,
    customers: Sequence[Customer],
    *,
    names: Sequence[str],
    communes: Sequence[str],
    start: date,
    today: date,
) -> None:
    """Let the Department plan each year, decide about money, buy, report, propose."""
    rng = random.Random(2018)  # noqa: S311 (nothing secret)
    first = max(start.year + 1, 2020)
    last = plan(PLAN).phases[-1].last_year
    for year in range(first, min(today.year, last) + 1):
        for number, _ in enumerate(WORK):
            _Year(timeline, cast, year, number, today).plan()
        for month, day, *rest in DONE:
            held = workday(date(year, month, day))
            if held < today:
                timeline.then(
                    workday(held, after=3), "16:00", _activity, cast, held, rest
                )
    late = workday(today - timedelta(days=40))
    _within(timeline, late, today, "15:00", _lists, cast, names)
    _within(timeline, late, today, "15:10", _assessments, cast)
    _within(
        timeline,
        late,
        today,
        "15:20",
        enter_unmet,
        cast,
        communes[: len(communes) // 3],
    )
    _within(timeline, late, today, "15:30", propose, cast)
    served = [c for c in customers if c.named.kind is OrganisationKind.ENTERPRISE]
    for number, customer in enumerate(served[:6]):
        begun = workday(today - timedelta(days=170 - 20 * number))
        steps = rng.randint(2, 6)
        _within(timeline, begun, today, "14:40", _programme, cast, customer, steps)


def _within(
    timeline: Timeline, day: date, today: date, hour: str, *deed: object
) -> None:
    if day < today:
        timeline.then(day, hour, *deed)  # type: ignore[arg-type]


class _Year:
    """One piece of work through a year."""

    def __init__(
        self, timeline: Timeline, cast: Cast, year: int, number: int, today: date
    ) -> None:
        self.timeline, self.cast, self.year, self.today = timeline, cast, year, today
        self.number = number
        self.task, self.title, self.expected, self.source, million, self.bought = WORK[
            number
        ]
        self.amount = Decimal(million * (100 + 4 * (year % 5))) * 10_000
        self.item = self.line = self.purchase = 0

    def plan(self) -> None:
        """Put every step of the year that lies before today into the timeline."""
        steps = (
            (1, 20, self._begin),
            (2, 16, self._appraise),
            (3, 9, self._approve),
            (6, 22, self._under_way),
            (9, 21, self._deliver),
            (11, 16, self._pay),
            (12, 14, self._finish),
        )
        for month, day, do in steps:
            held = workday(date(self.year, month, day))
            if held >= self.today:
                return
            self.timeline.then(held, f"10:{10 + self.number}", do)

    def _begin(self) -> None:
        actor = self.cast.manager
        self.item = services.add_item(
            plan_code=PLAN,
            task_code=self.task,
            year=self.year,
            title=self.title,
            lead="Sở Khoa học và Công nghệ",
            cooperating="Sở Tài chính\nCác xã, phường",
            begins_on=date(self.year, 1, 20),
            ends_on=date(self.year, 12, 20),
            expected=self.expected,
            document=f"Kế hoạch {self.year % 100}/KH-SKHCN năm {self.year}",
            actor=actor,
        ).id
        self.line = services.add_budget_line(
            item_by_id(self.item), funding=self.source, purpose="", actor=actor
        ).id
        self._decide(BudgetStage.ESTIMATE, "Dự toán", "Giám đốc Sở", Decimal(1))
        if self.bought:
            is_inspection = self.task == "3.1"
            self.purchase = services.add_purchase(
                item_by_id(self.item),
                purpose=Purpose.INSPECTION if is_inspection else Purpose.LABORATORY,
                name=self.bought,
                quantity=1,
                holder_id=None if is_inspection else self.cast.bodies[0].body_id,
                proposed_on=clock.today(),
                document="Đề xuất mua sắm",
                actor=actor,
            ).id

    def _decide(self, stage: BudgetStage, what: str, who: str, part: Decimal) -> None:
        today = clock.today()
        services.decide_budget(
            line_by_id(self.line),
            stage=stage,
            amount=(self.amount * part).quantize(Decimal(1)),
            document=f"{what} ngày {today:%d/%m/%Y}",
            decided_on=today,
            decided_by=who,
            actor=self.cast.manager,
        )

    def _appraise(self) -> None:
        self._decide(
            BudgetStage.APPRAISAL, "Văn bản thẩm định", "Sở Tài chính", Decimal("0.95")
        )

    def _approve(self) -> None:
        self._decide(
            BudgetStage.APPROVAL, "Quyết định", fiction.COMMITTEE, Decimal("0.95")
        )
        self._buy(PurchaseStage.CONTRACTED)

    def _under_way(self) -> None:
        self._report(ItemState.UNDER_WAY, 40, "Đã ký hợp đồng, đang triển khai")

    def _deliver(self) -> None:
        self._buy(PurchaseStage.DELIVERED)

    def _pay(self) -> None:
        self._decide(BudgetStage.PAYMENT, "Chứng từ chi", "Kế toán", Decimal("0.93"))
        self._buy(PurchaseStage.ACCEPTED)

    def _finish(self) -> None:
        self._report(ItemState.DONE, 100, self.expected)

    def _buy(self, stage: PurchaseStage) -> None:
        if not self.purchase:
            return
        services.move_purchase(
            purchase_by_id(self.purchase),
            stage=stage,
            done_on=clock.today(),
            amount=(self.amount * Decimal("0.9")).quantize(Decimal(1)),
            supplier="Công ty Thiết bị Đo Ông Kẹ",
            document=f"Hồ sơ mua sắm ngày {clock.today():%d/%m/%Y}",
            actor=self.cast.manager,
        )

    def _report(self, state: ItemState, percent: int, result: str) -> None:
        services.report_progress(
            item_by_id(self.item),
            reported_on=clock.today(),
            state=state,
            percent=percent,
            result=result,
            document=f"Báo cáo ngày {clock.today():%d/%m/%Y}",
            actor=self.cast.manager,
        )


def _activity(
    cast: Cast, held: date, given: tuple[ActivityKind, str, str, int | None]
) -> None:
    kind, title, result, reached = given
    services.enter_activity(
        kind=kind,
        title=title,
        held_on=held,
        partners="Các xã, phường",
        result=result,
        reached_count=reached,
        document=f"Báo cáo ngày {held:%d/%m/%Y}",
        area=AREA,
        actor=cast.manager,
    )


def _lists(cast: Cast, names: Sequence[str]) -> None:
    """Send the lists of two trainings; some people came to both."""
    trainings = db.session.scalars(sa.select(Training).order_by(Training.held_on))
    for number, training in enumerate(list(trainings)[-2:]):
        few = training.turns - training.distinct_count
        some = names[number * 7 :][: training.distinct_count]
        services.list_participants(
            training,
            [
                Listed(
                    full_name=name,
                    birth_year=1965 + (7 * n) % 35,
                    workplace=f"Ủy ban nhân dân xã {n % 9 + 1}",
                    occasions=2 if n < few else 1,
                )
                for n, name in enumerate(some)
            ],
            actor=cast.manager,
        )


def _assessments(cast: Cast) -> None:
    """Enter two assessments: one meets the criteria and is recognised, one does not."""
    today = clock.today()
    _assessed(cast, 1, Conclusion.DOES_NOT)
    services.enter_accreditation(
        db.session.get_one(BodyRaised, _assessed(cast, 0, Conclusion.MEETS).raised_id),
        number="VILAS 001 (giả tưởng)",
        issued_by="Văn phòng Công nhận Cổ Tích",
        issued_on=today,
        valid_until=date(today.year + 3, today.month, 28),
        scope="Khối lượng, dung tích",
        actor=cast.manager,
    )


def _assessed(cast: Cast, which: int, conclusion: Conclusion) -> Assessment:
    today, criteria = clock.today(), criteria_in_use()
    return services.enter_assessment(
        organisation_id=cast.bodies[which].body_id,
        criteria=criteria,
        assessed_on=today,
        assessors="Tổ đánh giá của Sở Khoa học và Công nghệ",
        scores={
            each.code: (Decimal(9 - n % 4), "Hồ sơ hệ thống quản lý, quan sát tại chỗ")
            for n, each in enumerate(criteria.criteria)
        },
        conclusion=conclusion,
        document=f"Biên bản đánh giá ngày {today:%d/%m/%Y}",
        area=AREA,
        actor=cast.manager,
    )


def _programme(cast: Cast, customer: Customer, steps: int) -> None:
    today = clock.today()
    programme = services.begin_programme(
        enterprise_id=customer.id,
        begun_on=today,
        document=f"Phiếu đăng ký ngày {today:%d/%m/%Y}",
        area=AREA,
        actor=cast.manager,
    ).id
    codes = ("register", "survey", "design", "approve", "train", "verify")
    for code in codes[:steps]:
        services.do_programme_step(
            programme_by_id(programme),
            step_code=code,
            done_on=today,
            note="",
            document=f"Biên bản làm việc ngày {today:%d/%m/%Y}",
            counts=code == "verify",
            actor=cast.manager,
        )
