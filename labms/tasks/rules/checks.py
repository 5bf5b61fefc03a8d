"""Which step may follow which, sums of money, and who is the same person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labms.i18n import N_, Grouped
from labms.tasks.rules.refusals import (
    AlreadyOver,
    BadAmount,
    BadList,
    BadPercent,
    BadQuantity,
    BadScore,
    DayBefore,
    DayToCome,
    DoneIsAll,
    EvidenceMissing,
    PaidTooMuch,
    WrongStage,
)
from labms.tasks.rules.words import (
    BUDGET_STAGES,
    NEXT_PURCHASE_STAGES,
    NEXT_STAGES,
    PURCHASE_STAGES,
    BudgetStage,
    ItemState,
    PurchaseStage,
)
from labms.text import clean


def check_amount(amount: Decimal) -> Decimal:
    """Return an amount in đồng. Raises BadAmount unless it is whole and above none."""
    if amount != amount.to_integral_value() or not 0 < amount < Decimal(10) ** 15:
        raise BadAmount
    return amount


#: No purchase of a laboratory or an inspectorate holds more pieces of one thing.
MOST_PIECES = 9999


def check_quantity(quantity: int) -> None:
    """Raise BadQuantity unless so many pieces can be bought."""
    if not 1 <= quantity <= MOST_PIECES:
        raise BadQuantity(most=Grouped(MOST_PIECES))


def check_days(*, day: date, before: date | None, on: date) -> None:
    """Raise DayToCome or DayBefore unless a step can be of a day."""
    if day > on:
        raise DayToCome
    if before is not None and day < before:
        raise DayBefore(day=before.strftime("%d/%m/%Y"))


@dataclass(frozen=True, slots=True)
class Decided:
    """One step of a budget line, as far as it decides what may follow."""

    stage: BudgetStage
    amount: Decimal
    decided_on: date


def check_budget_step(new: Decided, *, before: Sequence[Decided], on: date) -> None:
    """Raise what a new step breaks: WrongStage, DayBefore, DayToCome, PaidTooMuch.

    `before` are the steps that stand, the oldest first.
    """
    last = before[-1] if before else None
    if new.stage not in NEXT_STAGES[last.stage if last else None]:
        raise WrongStage(
            stage=BUDGET_STAGES[new.stage],
            before=BUDGET_STAGES[last.stage] if last else N_("nothing yet"),
        )
    check_amount(new.amount)
    check_days(day=new.decided_on, before=last.decided_on if last else None, on=on)
    if new.stage is BudgetStage.PAYMENT:
        money = Money.of(before)
        paid = (money.paid or Decimal(0)) + new.amount
        if money.approved is not None and paid > money.approved:
            raise PaidTooMuch(paid=Grouped(paid), approved=Grouped(money.approved))


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts that stand, in đồng; None where nobody decided yet."""

    estimated: Decimal | None = None
    appraised: Decimal | None = None
    approved: Decimal | None = None
    paid: Decimal | None = None

    @classmethod
    def of(cls, steps: Iterable[Decided]) -> "Money":
        """Return the newest amount of each stage; payments add up.

        A new estimate does not undo an approval: what was approved stands until
        something else is.
        """
        newest: dict[BudgetStage, Decimal] = {}
        for step in steps:
            paid = step.stage is BudgetStage.PAYMENT
            earlier = newest.get(step.stage, Decimal(0)) if paid else Decimal(0)
            newest[step.stage] = earlier + step.amount
        return cls(*(newest.get(stage) for stage in BudgetStage))

    @classmethod
    def total(cls, amounts: Iterable["Money"]) -> "Money":
        """Return sums; a stage that nothing has reached stays None."""
        every = list(amounts)

        def added(name: str) -> Decimal | None:
            known = [v for one in every if (v := getattr(one, name)) is not None]
            return sum(known, Decimal(0)) if known else None

        return cls(*(added(name) for name in cls.__dataclass_fields__))


def check_purchase_stage(new: PurchaseStage, *, before: PurchaseStage) -> None:
    """Raise WrongStage or AlreadyOver unless a step can follow."""
    following = NEXT_PURCHASE_STAGES[before]
    if not following:
        raise AlreadyOver
    if new not in following:
        raise WrongStage(stage=PURCHASE_STAGES[new], before=PURCHASE_STAGES[before])


def check_progress(percent: int, state: ItemState, *, before: ItemState | None) -> None:
    """Raise BadPercent, DoneIsAll or AlreadyOver unless work can stand so."""
    if before in {ItemState.DONE, ItemState.GIVEN_UP}:
        raise AlreadyOver
    if not 0 <= percent <= 100:
        raise BadPercent
    if (percent == 100) != (state is ItemState.DONE):
        raise DoneIsAll


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of a list of participants, as typed."""

    full_name: str
    birth_year: int | None = None
    workplace: str = ""
    #: The last four digits of the person's identity number, to tell namesakes apart.
    id_tail: str = ""
    #: How many occasions of the training the person came to.
    occasions: int = 1

    @property
    def person_key(self) -> str:
        """What makes two rows the same person.

        Name and year of birth, and the last digits of the identity number where given;
        without a year of birth, name and workplace. Accents count: An is not Ân. It is
        labms' own rule: nothing better is asked of people who come to a training.
        """
        name = clean(self.full_name).casefold()
        known = str(self.birth_year or clean(self.workplace).casefold())
        return "|".join((name, known, self.id_tail))


def check_listed(rows: Iterable[Listed]) -> None:
    """Raise BadList unless everybody on a list came, and stands there once."""
    seen: set[str] = set()
    for row in rows:
        if row.occasions < 1:
            raise BadList(problem=N_("the number of occasions cannot be right"))
        if row.person_key in seen:
            raise BadList(problem=N_("the same person stands there twice"))
        seen.add(row.person_key)


def persons_and_turns(rows: Iterable[Listed]) -> tuple[int, int]:
    """Return how many different persons a list names, and how many participations."""
    every = list(rows)
    return len({row.person_key for row in every}), sum(row.occasions for row in every)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the national criteria, as far as labms knows it."""

    code: str
    name_vi: str
    name_en: str
    most: Decimal


def check_scores(
    criteria: Iterable[Criterion], scores: Mapping[str, tuple[Decimal, str]]
) -> Decimal:
    """Return the sum of scores by criterion, each with what it rests on.

    Refuses with BadScore or EvidenceMissing.
    """
    total = Decimal(0)
    for each in criteria:
        score, evidence = scores[each.code]
        if not 0 <= score <= each.most:
            raise BadScore(criterion=each.code, most=f"{each.most:f}")
        if not evidence.strip():
            raise EvidenceMissing(criterion=each.code)
        total += score
    return total
