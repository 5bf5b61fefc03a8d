"""What work on a plan's tasks is, which step of it may follow which, and money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from labms.errors import Conflict, Invalid, NotFound
from labms.i18n import N_
from labms.text import clean


class ItemState(StrEnum):
    """How far a piece of yearly work has come."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    GIVEN_UP = "given_up"


ITEM_STATES: Mapping[ItemState, str] = {
    ItemState.PLANNED: N_("Planned"),
    ItemState.UNDER_WAY: N_("Under way"),
    ItemState.DONE: N_("Done"),
    ItemState.GIVEN_UP: N_("Given up"),
}


class FundingSource(StrEnum):
    """Where money comes from: section IV of plan 3446/KH-UBND names these four."""

    CENTRAL = "central"
    PROVINCIAL_SCIENCE = "provincial_science"
    ENTERPRISES = "enterprises"
    OTHER = "other"


FUNDING_SOURCES: Mapping[FundingSource, str] = {
    FundingSource.CENTRAL: N_("Central budget"),
    FundingSource.PROVINCIAL_SCIENCE: N_(
        "Science and technology funds of the province"
    ),
    FundingSource.ENTERPRISES: N_("Contributions of enterprises"),
    FundingSource.OTHER: N_("Other legal sources"),
}


class BudgetStage(StrEnum):
    """What somebody decided about an amount.

    Estimate, appraisal by the Department of Finance and approval by the People's
    Committee: section IV of plan 3446/KH-UBND. Payments are what was spent of it.
    """

    ESTIMATE = "estimate"
    APPRAISAL = "appraisal"
    APPROVAL = "approval"
    PAYMENT = "payment"


BUDGET_STAGES: Mapping[BudgetStage, str] = {
    BudgetStage.ESTIMATE: N_("Estimated"),
    BudgetStage.APPRAISAL: N_("Appraised"),
    BudgetStage.APPROVAL: N_("Approved"),
    BudgetStage.PAYMENT: N_("Paid"),
}

#: Which stages may follow one; a new estimate begins another round.
NEXT_STAGES: Mapping[BudgetStage | None, frozenset[BudgetStage]] = {
    None: frozenset({BudgetStage.ESTIMATE}),
    BudgetStage.ESTIMATE: frozenset({BudgetStage.ESTIMATE, BudgetStage.APPRAISAL}),
    BudgetStage.APPRAISAL: frozenset({BudgetStage.ESTIMATE, BudgetStage.APPROVAL}),
    BudgetStage.APPROVAL: frozenset({BudgetStage.ESTIMATE, BudgetStage.PAYMENT}),
    BudgetStage.PAYMENT: frozenset({BudgetStage.ESTIMATE, BudgetStage.PAYMENT}),
}


class Purpose(StrEnum):
    """What equipment is bought for: rows 2.1 and 3.1 of the annex."""

    LABORATORY = "laboratory"
    INSPECTION = "inspection"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.LABORATORY: N_("For laboratories"),
    Purpose.INSPECTION: N_("For state inspection"),
}


class PurchaseStage(StrEnum):
    """How far a purchase has come."""

    PROPOSED = "proposed"
    CONTRACTED = "contracted"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"


PURCHASE_STAGES: Mapping[PurchaseStage, str] = {
    PurchaseStage.PROPOSED: N_("Proposed"),
    PurchaseStage.CONTRACTED: N_("Contract signed"),
    PurchaseStage.DELIVERED: N_("Delivered"),
    PurchaseStage.ACCEPTED: N_("Accepted and in use"),
    PurchaseStage.GIVEN_UP: N_("Given up"),
}

#: Which step of a purchase may follow which.
NEXT_PURCHASE_STAGES: Mapping[PurchaseStage, frozenset[PurchaseStage]] = {
    PurchaseStage.PROPOSED: frozenset(
        {PurchaseStage.CONTRACTED, PurchaseStage.GIVEN_UP}
    ),
    PurchaseStage.CONTRACTED: frozenset(
        {PurchaseStage.DELIVERED, PurchaseStage.GIVEN_UP}
    ),
    PurchaseStage.DELIVERED: frozenset({PurchaseStage.ACCEPTED}),
    PurchaseStage.ACCEPTED: frozenset(),
    PurchaseStage.GIVEN_UP: frozenset(),
}


class ActivityKind(StrEnum):
    """Work of the plan that is neither training nor support nor a purchase."""

    POLICY_REVIEW = "policy_review"
    SURVEY = "survey"
    COOPERATION = "cooperation"
    INTERNATIONAL = "international"
    COMMUNICATION = "communication"


ACTIVITY_KINDS: Mapping[ActivityKind, str] = {
    ActivityKind.POLICY_REVIEW: N_("Review of policies and legal texts"),
    ActivityKind.SURVEY: N_("Survey"),
    ActivityKind.COOPERATION: N_("Coordination of agencies and enterprises"),
    ActivityKind.INTERNATIONAL: N_("International cooperation"),
    ActivityKind.COMMUNICATION: N_("Information and communication"),
}


class Conclusion(StrEnum):
    """What those who assessed a laboratory concluded."""

    MEETS = "meets"
    DOES_NOT = "does_not"


CONCLUSIONS: Mapping[Conclusion, str] = {
    Conclusion.MEETS: N_("Meets the criteria"),
    Conclusion.DOES_NOT: N_("Does not meet them yet"),
}


class UnknownTask(NotFound):
    """The annex has no such row."""

    code = "tasks.unknown"
    message = N_("The annex of the plan has no task {task}.")


class HeadingHasNoWork(Invalid):
    """A heading of the annex only names the rows below it."""

    code = "tasks.heading"
    message = N_("Row {task} is a heading of the annex: choose one of the rows below.")


class OutsideThePlan(Invalid):
    """The plan does not reach into that year."""

    code = "tasks.outside_the_plan"
    message = N_("The plan runs from {first} to {last}: choose a year within.")


class EndsBeforeItBegins(Invalid):
    """Two days the wrong way round."""

    code = "tasks.ends_before_it_begins"
    message = N_("The last day lies before the first.")


class WrongStage(Conflict):
    """This cannot follow on what was entered before."""

    code = "tasks.wrong_stage"
    message = N_("“{stage}” cannot follow on “{before}”. Enter the step between first.")


class DayBefore(Invalid):
    """Steps follow each other in time."""

    code = "tasks.day_before"
    message = N_("The day lies before the last step, which is of {day}.")


class DayToCome(Invalid):
    """Nobody knows yet what will have been decided."""

    code = "tasks.day_to_come"
    message = N_("The day lies in the future. Enter it when it has happened.")


class BadAmount(Invalid):
    """Not an amount of money."""

    code = "tasks.bad_amount"
    message = N_("Enter an amount in whole VND, more than none.")


class PaidTooMuch(Conflict):
    """More was paid than approved."""

    code = "tasks.paid_too_much"
    message = N_(
        "With this, {paid} VND would be paid of {approved} approved. Enter the new "
        "estimate, appraisal and approval first."
    )


class BadPercent(Invalid):
    """Not a part of a hundred."""

    code = "tasks.bad_percent"
    message = N_("Enter how much is done, from 0 to 100.")


class AlreadyOver(Conflict):
    """Nothing follows on the end."""

    code = "tasks.already_over"
    message = N_("This was done or given up before: nothing can follow on it.")


class StepTwice(Conflict):
    """A step of the programme is done once."""

    code = "tasks.step_twice"
    message = N_("This step was entered before for this enterprise.")


class UnknownStep(NotFound):
    """The programme has no such step."""

    code = "tasks.unknown_step"
    message = N_("The programme has no such step.")


class UnknownCriteria(NotFound):
    """There is no such set of criteria."""

    code = "tasks.unknown_criteria"
    message = N_("There is no such set of criteria.")


class BadScore(Invalid):
    """A score that the criterion does not have."""

    code = "tasks.bad_score"
    message = N_("Criterion {criterion}: enter a score from 0 to {most}.")


class EvidenceMissing(Invalid):
    """A score says what it rests on."""

    code = "tasks.evidence_missing"
    message = N_("Criterion {criterion}: say what the score rests on.")


class BadList(Invalid):
    """Nothing of a list is taken while a row of it is wrong."""

    code = "tasks.bad_list"
    message = N_("The list cannot be taken: {problem}")


def check_amount(amount: Decimal) -> Decimal:
    """Return an amount in đồng. Raises BadAmount unless it is whole and above none."""
    if amount != amount.to_integral_value() or not 0 < amount < Decimal(10) ** 15:
        raise BadAmount
    return amount


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
            raise PaidTooMuch(paid=f"{paid:f}", approved=f"{money.approved:f}")


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
    """Raise BadPercent or AlreadyOver unless work can stand so."""
    if before in {ItemState.DONE, ItemState.GIVEN_UP}:
        raise AlreadyOver
    if not 0 <= percent <= 100 or (percent == 100) != (state is ItemState.DONE):
        raise BadPercent


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
