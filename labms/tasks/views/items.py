"""The annex's tasks with the work of each year on them."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.i18n import N_
from labms.people.queries import names_of
from labms.plan.closing import closed_for_record
from labms.plan.data import definitions, plan, plans
from labms.plan.forms import StrikeForm
from labms.plan.rules import Plan
from labms.policy import Permission
from labms.tasks.forms import ItemForm, ProgressForm
from labms.tasks.models import Noted, TaskItem
from labms.tasks.queries import (
    entry_by_id,
    item_by_id,
    items_of,
    record_behind,
    years_of,
)
from labms.tasks.rules import (
    BUDGET_STAGES,
    FUNDING_SOURCES,
    ITEM_STATES,
    PURCHASE_STAGES,
    PURPOSES,
    Money,
)
from labms.tasks.services import add_item, report_progress, strike_entry
from labms.tasks.services.money import decided
from labms.tasks.standing import money_by_source, stage_of, standing_of, tasks_with_work
from labms.tasks.views.filling import filled_in
from labms.web.access import current_actor, requires


def register(bp: Blueprint) -> None:
    """Add these pages to the others."""
    bp.get("/")(index)
    bp.get("/items/<int:item_id>")(item)
    both = ["GET", "POST"]
    bp.route("/items/new", methods=both)(new_item)
    bp.route("/items/<int:item_id>/progress", methods=both)(progress)
    bp.route("/strike/<entry>/<int:entry_id>", methods=both)(strike)


def asked_plan() -> Plan:
    """Return the plan that the address asks for. Raises UnknownPlan."""
    return plan(request.args.get("plan") or plans()[0].code)


def asked_year() -> int | None:
    """Return the year that the address asks for; None for all of them."""
    typed = request.args.get("year", "")
    if typed == "all":
        return None
    return request.args.get("year", clock.today().year, type=int)


@requires(Permission.PLAN_READ)
def index() -> ResponseReturnValue:
    """Every row of the annex as it stands, with the work on it."""
    shown, year = asked_plan(), asked_year()
    found = tasks_with_work(shown, items_of(shown.code, year=year))
    return render_template(
        "tasks/index.html",
        plan=shown,
        year=year,
        years=sorted({*years_of(shown.code), clock.today().year}),
        tasks=found,
        total=Money.total(task.money for task in found),
        work=sum(len(task.items) for task in found),
        states=ITEM_STATES,
        definitions=definitions(),
    )


@requires(Permission.PLAN_READ)
def item(item_id: int) -> ResponseReturnValue:
    """One piece of work: progress, money, purchases, and who entered what."""
    found = item_by_id(item_id)
    whole = plan(found.plan_code)
    task = next((t for t in whole.tasks if t.code == found.task_code), None)
    entries: list[Noted] = [
        found,
        *found.reports,
        *found.lines,
        *(step for line in found.lines for step in line.steps),
        *(step for purchase in found.purchases for step in purchase.steps),
    ]
    return render_template(
        "tasks/item.html",
        item=found,
        task=task,
        standing=standing_of(found),
        money={line.id: Money.of(decided(line)) for line in found.lines},
        by_source=money_by_source([found]),
        stages={purchase.id: stage_of(purchase) for purchase in found.purchases},
        names=names_of(entry.entered_by_id for entry in entries),
        states=ITEM_STATES,
        funding=FUNDING_SOURCES,
        budget_stages=BUDGET_STAGES,
        purchase_stages=PURCHASE_STAGES,
        purposes=PURPOSES,
    )


@requires(Permission.PLAN_EDIT)
def new_item() -> ResponseReturnValue:
    """Plan a piece of work."""
    shown = asked_plan()
    code = request.args.get("task", "")
    task = next((t for t in shown.tasks if t.code == code and not t.is_heading), None)
    year = asked_year() or clock.today().year
    form = ItemForm(
        task_code=task.code if task else "",
        year=year,
        lead=task.lead if task else "",
        cooperating=_units(task.cooperating) if task else "",
    )
    form.offer(shown)
    return filled_in(
        form,
        title=N_("Plan a piece of work"),
        back=url_for(".index", plan=shown.code, year=form.year.data or year),
        act=lambda: add_item(
            plan_code=shown.code, **form.entered(), actor=current_actor()
        ),
        note=N_(
            "A row of the yearly plan. Lead and cooperating units are those of the "
            "annex until you change them; where the annex leaves them blank, the "
            "yearly plan names its own."
        ),
    )


def _units(text: str) -> str:
    return "\n".join(line.strip("- ") for line in text.splitlines() if line.strip("- "))


def _of(found: TaskItem) -> str:
    return url_for(".item", item_id=found.id)


@requires(Permission.PLAN_EDIT)
def progress(item_id: int) -> ResponseReturnValue:
    """Report how far a piece of work has come."""
    found = item_by_id(item_id)
    form = ProgressForm(day=clock.today())
    return filled_in(
        form,
        title=N_("Report progress"),
        back=_of(found),
        crumb=found.title,
        act=lambda: report_progress(
            item_by_id(item_id),
            **form.entered(day="reported_on"),
            actor=current_actor(),
        ),
        note=N_("Done is 100 %, and 100 % is done."),
    )


@requires(Permission.PLAN_EDIT)
def strike(entry: str, entry_id: int) -> ResponseReturnValue:
    """Strike out an entry that was a mistake."""
    record = record_behind(entry_by_id(entry, entry_id))
    today = clock.today()
    form = StrikeForm()
    back = request.args.get("back", "")
    known = back if back.startswith("/tasks/") else url_for(".index")
    return filled_in(
        form,
        title=N_("Strike out an entry"),
        back=known,
        act=lambda: strike_entry(
            entry_by_id(entry, entry_id),
            reason=form.reason.data or "",
            actor=current_actor(),
        ),
        note=N_("It stays to be seen, with this reason, and no longer counts."),
        closed=closed_for_record(record, on=today) if record else None,
    )
