"""Money for the work of a plan, and the equipment bought with it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.errors import NotFound
from labms.i18n import N_
from labms.policy import Permission
from labms.tasks.forms import DecisionForm, LineForm, PurchaseForm, PurchaseStepForm
from labms.tasks.queries import (
    item_by_id,
    items_of,
    line_by_id,
    purchase_by_id,
    purchases,
    years_of,
)
from labms.tasks.rules import (
    FUNDING_SOURCES,
    PURCHASE_STAGES,
    PURPOSES,
    Money,
    Purpose,
)
from labms.tasks.services import (
    add_budget_line,
    add_purchase,
    decide_budget,
    move_purchase,
)
from labms.tasks.standing import money_by_source, stage_of, tasks_with_work
from labms.tasks.views.filling import filled_in
from labms.tasks.views.items import asked_plan, asked_year
from labms.web.access import current_actor, requires
from labms.web.lists import page_of


def register(bp: Blueprint) -> None:
    """Add these pages to the others."""
    bp.get("/money")(money)
    bp.get("/purchases")(bought)
    both = ["GET", "POST"]
    bp.route("/items/<int:item_id>/money", methods=both)(new_line)
    bp.route("/money/<int:line_id>/decide", methods=both)(decide)
    bp.route("/items/<int:item_id>/purchases", methods=both)(new_purchase)
    bp.route("/purchases/<int:purchase_id>/move", methods=both)(move)


@requires(Permission.PLAN_READ)
def money() -> ResponseReturnValue:
    """What was estimated, appraised, approved and paid, by source and by task."""
    shown, year = asked_plan(), asked_year()
    items = items_of(shown.code, year=year)
    tasks = [task for task in tasks_with_work(shown, items) if task.items]
    by_source = money_by_source(items)
    return render_template(
        "tasks/money.html",
        plan=shown,
        year=year,
        years=sorted({*years_of(shown.code), clock.today().year}),
        tasks=tasks,
        by_source=by_source,
        total=Money.total(by_source.values()),
        funding=FUNDING_SOURCES,
    )


@requires(Permission.PLAN_READ)
def bought() -> ResponseReturnValue:
    """Equipment for laboratories and for state inspection."""
    purpose = _purpose(request.args.get("purpose", ""))
    page = page_of(purchases(purpose=purpose))
    return render_template(
        "tasks/purchases.html",
        page=page,
        purpose=purpose,
        purposes=PURPOSES,
        stages=PURCHASE_STAGES,
        stage_of=stage_of,
    )


def _purpose(typed: str) -> Purpose | None:
    try:
        return Purpose(typed) if typed else None
    except ValueError:
        raise NotFound from None


@requires(Permission.PLAN_EDIT)
def new_line(item_id: int) -> ResponseReturnValue:
    """Open a line of money."""
    found = item_by_id(item_id)
    form = LineForm()
    return filled_in(
        form,
        title=N_("Add money from a source"),
        back=url_for(".item", item_id=item_id),
        crumb=found.title,
        act=lambda: add_budget_line(
            item_by_id(item_id), **form.entered(), actor=current_actor()
        ),
    )


@requires(Permission.PLAN_EDIT)
def decide(line_id: int) -> ResponseReturnValue:
    """Enter an estimate, an appraisal, an approval or a payment."""
    line = line_by_id(line_id)
    form = DecisionForm()
    return filled_in(
        form,
        title=N_("Enter a decision about money"),
        back=url_for(".item", item_id=line.item_id),
        crumb=line.purpose,
        act=lambda: decide_budget(
            line_by_id(line_id),
            **form.entered(day="decided_on"),
            actor=current_actor(),
        ),
        note=N_(
            "Estimate, appraisal by the Department of Finance, approval by the "
            "People's Committee, then payments. A new estimate begins another round."
        ),
    )


@requires(Permission.PLAN_EDIT)
def new_purchase(item_id: int) -> ResponseReturnValue:
    """Propose equipment to buy."""
    found = item_by_id(item_id)
    form = PurchaseForm()
    return filled_in(
        form,
        title=N_("Propose a purchase"),
        back=url_for(".item", item_id=item_id),
        crumb=found.title,
        act=lambda: add_purchase(
            item_by_id(item_id),
            **form.entered(day="proposed_on"),
            actor=current_actor(),
        ),
    )


@requires(Permission.PLAN_EDIT)
def move(purchase_id: int) -> ResponseReturnValue:
    """Enter how far a purchase has come."""
    found = purchase_by_id(purchase_id)
    form = PurchaseStepForm()
    return filled_in(
        form,
        title=N_("Enter how far a purchase has come"),
        back=url_for(".item", item_id=found.item_id),
        crumb=found.name,
        act=lambda: move_purchase(
            purchase_by_id(purchase_id),
            **form.entered(day="done_on"),
            actor=current_actor(),
        ),
    )
