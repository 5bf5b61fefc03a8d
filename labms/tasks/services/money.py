"""Money for yearly work: what was decided about it, and what is bought."""

from datetime import date
from decimal import Decimal

from labms import clock
from labms.audit.rules import EventType
from labms.firsts import check_new
from labms.organisations.queries import organisation_by_id
from labms.plan.undertakings import DocumentMissing
from labms.policy import Actor, Permission, authorize
from labms.tasks.models import (
    BudgetLine,
    BudgetStep,
    Purchase,
    PurchaseStep,
    TaskItem,
)
from labms.tasks.rules import (
    BudgetStage,
    Decided,
    FundingSource,
    PurchaseStage,
    Purpose,
    check_amount,
    check_budget_step,
    check_days,
    check_purchase_stage,
    check_quantity,
)
from labms.tasks.services.striking import added, entered


def add_budget_line(
    item: TaskItem, *, funding: FundingSource, purpose: str, actor: Actor
) -> BudgetLine:
    """Open a line of money from one source, for one purpose.

    Refuses with NotAllowed or EnteredBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    check_new(BudgetLine, item_id=item.id, funding=funding, purpose=purpose)
    line = BudgetLine(
        item_id=item.id, funding=funding, purpose=purpose, steps=[], **entered(actor)
    )
    added(line, EventType.BUDGET_LINE_ADDED, actor=actor)
    return line


def decide_budget(
    line: BudgetLine,
    *,
    stage: BudgetStage,
    amount: Decimal,
    document: str,
    decided_on: date,
    decided_by: str,
    actor: Actor,
) -> BudgetStep:
    """Enter what was decided about a line of money. Needs its steps loaded.

    Refuses with NotAllowed, DocumentMissing and as `check_budget_step`.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if not document.strip():
        raise DocumentMissing
    new = Decided(stage, amount, decided_on)
    check_budget_step(new, before=decided(line), on=clock.today())
    check_new(
        BudgetStep,
        line_id=line.id,
        stage=stage,
        amount=amount,
        decided_on=decided_on,
        document=document,
    )
    step = BudgetStep(
        line_id=line.id,
        stage=stage,
        amount=amount,
        document=document,
        decided_on=decided_on,
        decided_by=decided_by,
        **entered(actor),
    )
    added(step, EventType.BUDGET_DECIDED, actor=actor)
    return step


def decided(line: BudgetLine, *, on: date = date.max) -> list[Decided]:
    """Return the steps of a line that stand, of a day or before, the oldest first."""
    return [
        Decided(step.stage, step.amount, step.decided_on)
        for step in line.steps
        if step.struck_on is None and step.decided_on <= on
    ]


def add_purchase(
    item: TaskItem,
    *,
    purpose: Purpose,
    name: str,
    quantity: int,
    holder_id: int | None,
    proposed_on: date,
    document: str,
    actor: Actor,
) -> Purchase:
    """Propose equipment to buy; its first step is the proposal.

    Refuses with NotAllowed, NotFound, DocumentMissing, BadQuantity or DayToCome.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if not document.strip():
        raise DocumentMissing
    check_quantity(quantity)
    check_days(day=proposed_on, before=None, on=clock.today())
    holder = organisation_by_id(holder_id) if holder_id else None
    check_new(Purchase, item_id=item.id, purpose=purpose, name=name)
    purchase = Purchase(
        item_id=item.id,
        purpose=purpose,
        name=name,
        quantity=quantity,
        holder_id=holder.id if holder else None,
        steps=[],
        **entered(actor),
    )
    added(purchase, EventType.PURCHASE_ADDED, actor=actor)
    _step(
        purchase,
        stage=PurchaseStage.PROPOSED,
        done_on=proposed_on,
        amount=None,
        supplier="",
        document=document,
        actor=actor,
    )
    return purchase


def move_purchase(
    purchase: Purchase,
    *,
    stage: PurchaseStage,
    done_on: date,
    amount: Decimal | None,
    supplier: str,
    document: str,
    actor: Actor,
) -> PurchaseStep:
    """Enter how far a purchase has come. Needs its steps loaded.

    Refuses with NotAllowed, DocumentMissing, AlreadyOver, WrongStage, BadAmount,
    DayToCome or DayBefore.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if not document.strip():
        raise DocumentMissing
    last = standing_step(purchase)
    check_purchase_stage(stage, before=last.stage)
    check_days(day=done_on, before=last.done_on, on=clock.today())
    if amount is not None:
        check_amount(amount)
    return _step(
        purchase,
        stage=stage,
        done_on=done_on,
        amount=amount,
        supplier=supplier,
        document=document,
        actor=actor,
    )


def standing_step(purchase: Purchase) -> PurchaseStep:
    """Return how far a purchase has come; its proposal stands as long as it does."""
    proposed = PurchaseStage.PROPOSED
    standing = [
        step
        for step in purchase.steps
        if step.struck_on is None or step.stage is proposed
    ]
    return standing[-1]


def _step(
    purchase: Purchase,
    *,
    stage: PurchaseStage,
    done_on: date,
    amount: Decimal | None,
    supplier: str,
    document: str,
    actor: Actor,
) -> PurchaseStep:
    step = PurchaseStep(
        purchase_id=purchase.id,
        stage=stage,
        done_on=done_on,
        amount=amount,
        supplier=supplier,
        document=document,
        **entered(actor),
    )
    added(step, EventType.PURCHASE_MOVED, actor=actor)
    return step
