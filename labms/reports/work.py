"""What a report says of the work on the tasks: text, tables and sheets."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from labms.plan.rules import Plan, RaisedKind
from labms.reports.document import Column, Grid, Paragraph, Piece, Sheet
from labms.reports.queries import Happened
from labms.reports.wording import dmy, whole
from labms.tasks.models import TaskItem
from labms.tasks.rules import ActivityKind, FundingSource, ItemState, Money
from labms.tasks.standing import TaskStanding, money_by_source, tasks_with_work

_STATES = {
    ItemState.PLANNED: "Theo kế hoạch",
    ItemState.UNDER_WAY: "Đang thực hiện",
    ItemState.DONE: "Hoàn thành",
    ItemState.GIVEN_UP: "Không thực hiện",
}
_SOURCES = {
    FundingSource.CENTRAL: "Ngân sách Trung ương",
    FundingSource.PROVINCIAL_SCIENCE: "Sự nghiệp KHCN tỉnh",
    FundingSource.ENTERPRISES: "Đóng góp của doanh nghiệp",
    FundingSource.OTHER: "Nguồn hợp pháp khác",
}
_ACTIVITIES = {
    ActivityKind.POLICY_REVIEW: "Rà soát cơ chế, chính sách",
    ActivityKind.SURVEY: "Khảo sát",
    ActivityKind.COOPERATION: "Phối hợp giữa các cơ quan, doanh nghiệp",
    ActivityKind.INTERNATIONAL: "Hợp tác quốc tế",
    ActivityKind.COMMUNICATION: "Thông tin, tuyên truyền",
}
_RAISED = {
    RaisedKind.SOCIALISED: "xã hội hóa",
    RaisedKind.CAPABILITY: "nâng cao năng lực",
    RaisedKind.CRITERIA: "đánh giá theo bộ tiêu chí",
}
_MONEY = ("Dự toán", "Thẩm định", "Phê duyệt", "Đã chi")


def work_pieces(
    plan: Plan, items: Sequence[TaskItem], happened: Happened, *, on: date
) -> list[Piece]:
    """Return the text and tables about the work of the year and of the period."""
    tasks = [task for task in tasks_with_work(plan, items, on=on) if task.items]
    pieces: list[Piece] = []
    if tasks:
        pieces.append(Paragraph(_state_of_work(tasks)))
        pieces.append(_task_table(tasks))
        pieces.append(_money_table(items, on))
    else:
        pieces.append(Paragraph("1. Chưa có công việc nào được lập cho năm báo cáo."))
    pieces.append(Paragraph(_training(happened)))
    pieces.append(Paragraph(_support(happened)))
    if happened.bodies:
        pieces.append(Paragraph(_bodies(happened)))
    pieces += [
        Paragraph(
            f"- {_ACTIVITIES[each.kind]}: {each.title} (ngày {dmy(each.held_on)}); "
            f"{each.result.rstrip('.')}."
        )
        for each in happened.activities
    ]
    return pieces


def _state_of_work(tasks: Sequence[TaskStanding]) -> str:
    every = [one for task in tasks for one in task.items]
    counts = [
        f"{n} {name.lower()}"
        for state, name in _STATES.items()
        if (n := sum(one.state is state for one in every))
    ]
    return f"1. Kế hoạch năm có {len(every)} công việc: {', '.join(counts)}."


def _task_table(tasks: Sequence[TaskStanding]) -> Grid:
    columns = [
        Column("Số", 7),
        Column("Công việc", 41),
        Column("Chủ trì", 20),
        Column("Tiến độ", 18),
        Column("Kinh phí phê duyệt (đồng)", 18, "right"),
    ]
    rows = [
        [
            task.task.number or "–",
            one.item.title,
            one.item.lead,
            f"{_STATES[one.state]}, {one.percent} %",
            whole(one.money.approved),
        ]
        for task in tasks
        for one in task.items
    ]
    return Grid("Bảng 3. Công việc của năm", columns, rows)


def _money_table(items: Sequence[TaskItem], on: date) -> Grid:
    by_source = money_by_source(items, on=on)
    total = Money.total(by_source.values())
    rows = [[_SOURCES[source], *_amounts(m)] for source, m in by_source.items()]
    columns = [
        Column("Nguồn kinh phí", 36),
        *(Column(name, 16, "right") for name in _MONEY),
    ]
    return Grid(
        "Bảng 4. Kinh phí của năm theo nguồn (đồng)",
        columns,
        [*rows, ["Cộng", *_amounts(total)]],
        strong=frozenset({len(rows)}),
    )


def _amounts(money: Money) -> list[str]:
    return [
        whole(amount)
        for amount in (money.estimated, money.appraised, money.approved, money.paid)
    ]


def _training(happened: Happened) -> str:
    if not happened.trainings:
        return "2. Trong kỳ không tổ chức lớp đào tạo, tập huấn nào."
    turns = sum(each.turns for each in happened.trainings)
    persons, lists = happened.persons_listed
    text = (
        f"2. Đào tạo, bồi dưỡng: {len(happened.trainings)} lớp với {whole(turns)} lượt "
        "người"
    )
    if lists:
        text += f"; theo danh sách của {lists} lớp có {whole(persons)} người khác nhau"
    return text + "."


def _support(happened: Happened) -> str:
    if not happened.supports:
        return (
            "3. Trong kỳ chưa ghi nhận lượt hỗ trợ doanh nghiệp nào theo Chương trình."
        )
    return (
        "3. Hỗ trợ doanh nghiệp theo Chương trình bảo đảm đo lường: "
        f"{whole(happened.supports)} lượt, {whole(happened.enterprises_supported)} "
        "doanh nghiệp."
    )


def _bodies(happened: Happened) -> str:
    names = "; ".join(
        f"{each.organisation.name} ({_RAISED[each.kind]}, {dmy(each.achieved_on)})"
        for each in happened.bodies
    )
    return f"4. Tổ chức được ghi nhận trong kỳ: {names}."


def work_sheets(
    plan: Plan, items: Sequence[TaskItem], happened: Happened, *, on: date
) -> list[Sheet]:
    """Return the data behind the text: work, money, activities, trainings."""
    tasks = tasks_with_work(plan, items, on=on)
    work: list[Sequence[object]] = [
        (
            task.task.number or None,
            one.item.title,
            one.item.lead,
            one.item.cooperating,
            one.item.begins_on,
            one.item.ends_on,
            _STATES[one.state],
            one.percent,
            *_plain(one.money),
            one.report.result if one.report else None,
            one.item.document,
        )
        for task in tasks
        for one in task.items
    ]
    money: list[Sequence[object]] = [
        (_SOURCES[source], *_plain(amounts))
        for source, amounts in money_by_source(items, on=on).items()
    ]
    done: list[Sequence[object]] = [
        (
            each.held_on,
            _ACTIVITIES[each.kind],
            each.title,
            each.result,
            each.reached_count,
            each.document,
        )
        for each in happened.activities
    ]
    taught: list[Sequence[object]] = [
        (each.held_on, each.title, each.organiser, each.turns, each.distinct_count)
        for each in happened.trainings
    ]
    return [
        Sheet(
            "Cong viec",
            (
                "Số",
                "Công việc",
                "Chủ trì",
                "Phối hợp",
                "Từ ngày",
                "Đến ngày",
                "Tình trạng",
                "% hoàn thành",
                *_MONEY,
                "Kết quả",
                "Văn bản",
            ),
            work,
        ),
        Sheet("Kinh phi", ("Nguồn", *_MONEY), money),
        Sheet(
            "Hoat dong",
            ("Ngày", "Loại", "Nội dung", "Kết quả", "Số tiếp cận", "Văn bản"),
            done,
        ),
        Sheet(
            "Dao tao",
            ("Ngày cuối", "Lớp", "Đơn vị tổ chức", "Lượt", "Số người"),
            taught,
        ),
    ]


def _plain(money: Money) -> tuple[Decimal | date | None, ...]:
    return (money.estimated, money.appraised, money.approved, money.paid)
