"""How yearly work stands: its state, and its money by source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def money_of(item: TaskItem) -> Money:
    """Return the sums of all lines of a piece of work."""
    return Money.total(Money.of(decided(line)) for line in lines_that_stand(item))


def standing_of(item: TaskItem) -> ItemStanding:
    """Return how a piece of work stands."""
    return ItemStanding(item, standing_report(item), money_of(item))


def tasks_with_work(plan: Plan, items: Iterable[TaskItem]) -> list[TaskStanding]:
    """Return every row of the annex, in its order, with the work on it."""
    by_task: dict[str, list[ItemStanding]] = {}
    for item in items:
        if item.struck_on is None:
            by_task.setdefault(item.task_code, []).append(standing_of(item))
    return [
        TaskStanding(task, tuple(by_task.get(task.code, ()))) for task in plan.tasks
    ]


def money_by_source(items: Iterable[TaskItem]) -> Mapping[FundingSource, Money]:
    """Return the sums of each source of money."""
    lines = [
        line
        for item in items
        if item.struck_on is None
        for line in lines_that_stand(item)
    ]
    return {
        source: Money.total(
            Money.of(decided(line)) for line in lines if line.funding is source
        )
        for source in FundingSource
    }


def stage_of(purchase: Purchase) -> PurchaseStage:
    """Return how far a purchase has come."""
    return standing_step(purchase).stage
