"""How yearly work stands: its state, and its money by source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from labms.plan.rules import Plan, Task
from labms.tasks.models import BudgetLine, ItemProgress, Purchase, TaskItem
from labms.tasks.rules import FundingSource, ItemState, Money, PurchaseStage
from labms.tasks.services.items import standing_report
from labms.tasks.services.money import decided, standing_step


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """A piece of yearly work with what it comes to."""

    item: TaskItem
    report: ItemProgress | None
    money: Money

    @property
    def state(self) -> ItemState:
        """How far it has come; planned until somebody reports."""
        return self.report.state if self.report else ItemState.PLANNED

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return self.report.percent if self.report else 0


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """A row of the annex with the work on it."""

    task: Task
    items: tuple[ItemStanding, ...]

    @property
    def money(self) -> Money:
        """The sums of all its work."""
        return Money.total(each.money for each in self.items)


def lines_that_stand(item: TaskItem) -> list[BudgetLine]:
    """Return the lines of money of a piece of work that were not struck out."""
    return [line for line in item.lines if line.struck_on is None]


def money_of(item: TaskItem, *, on: date = date.max) -> Money:
    """Return the sums of all lines of a piece of work, as of a day."""
    lines = lines_that_stand(item)
    return Money.total(Money.of(decided(line, on=on)) for line in lines)


def standing_of(item: TaskItem, *, on: date = date.max) -> ItemStanding:
    """Return how a piece of work stood on a day; as it stands without one."""
    return ItemStanding(item, standing_report(item, on=on), money_of(item, on=on))


def tasks_with_work(
    plan: Plan, items: Iterable[TaskItem], *, on: date = date.max
) -> list[TaskStanding]:
    """Return every row of the annex, in its order, with the work on it."""
    by_task: dict[str, list[ItemStanding]] = {}
    for item in items:
        if item.struck_on is None:
            by_task.setdefault(item.task_code, []).append(standing_of(item, on=on))
    return [
        TaskStanding(task, tuple(by_task.get(task.code, ()))) for task in plan.tasks
    ]


def money_by_source(
    items: Iterable[TaskItem], *, on: date = date.max
) -> Mapping[FundingSource, Money]:
    """Return the sums of each source of money, as of a day."""
    lines = [
        line
        for item in items
        if item.struck_on is None
        for line in lines_that_stand(item)
    ]
    return {
        source: Money.total(
            Money.of(decided(line, on=on)) for line in lines if line.funding is source
        )
        for source in FundingSource
    }


def stage_of(purchase: Purchase) -> PurchaseStage:
    """Return how far a purchase has come."""
    return standing_step(purchase).stage
