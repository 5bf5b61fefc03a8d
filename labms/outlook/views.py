"""What next: what to add, where figures are heading, when and where work falls due."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.errors import LabError
from labms.i18n import N_
from labms.indicators.capability import capabilities
from labms.indicators.figures import Count
from labms.indicators.rules import check_day, rounded
from labms.outlook.capacity import (
    Capacities,
    CapacityUnfit,
    CapacityUnfounded,
    Stated,
    beside,
    beside_of,
    best_capacities,
)
from labms.outlook.forms import OptionForm
from labms.outlook.heading import headings
from labms.outlook.planning import months_from, trips, workload
from labms.outlook.queries import (
    as_option,
    bodies_in,
    capacities_on,
    proposal_by_id,
    proposals,
    situation_on,
)
from labms.outlook.rules import (
    MOST_OPTIONS,
    CostSourceMissing,
    Situation,
    TypesMissing,
    best_sets,
    ranked,
)
from labms.outlook.services import propose_option, strike_option
from labms.places.rules import AREAS, area_named
from labms.plan.data import plan as plan_named
from labms.plan.data import plans
from labms.plan.forms import StrikeForm
from labms.policy import Permission, scope_of
from labms.registry.queries import standard_kinds
from labms.summaries.views import kept_count
from labms.supply.rules import LIMITS
from labms.tasks.forms import read_money
from labms.tasks.rules import OPTION_KINDS, OptionKind
from labms.tasks.views.filling import filled_in
from labms.web.access import current_actor, requires
from labms.web.lists import page_in
from labms.web.show import local

bp = Blueprint("outlook", __name__, url_prefix="/outlook")

#: Which fields refusals of proposals are about.
ABOUT_OPTIONS: Mapping[type[LabError], tuple[str, ...]] = {
    CapacityUnfit: ("per_year",),
    CapacityUnfounded: ("per_year_basis",),
    CostSourceMissing: ("cost_source",),
    TypesMissing: ("type_slugs",),
}


def asked_count() -> Count:
    """Return what the address asks to count: plan and area, today.

    Raises UnknownPlan, UnknownPlace or AreaNotYet.
    """
    plan = plan_named(request.args.get("plan") or plans()[0].code)
    area = area_named(request.args.get("area") or plan.area)
    today = clock.today()
    check_day(today, area=area, today=today)
    return Count(plan, area.code, today)


def type_name(slug: str) -> str:
    """Return the name of a type in the language in use."""
    found = shipped_catalogue().types.get(slug)
    return local(found) if found else slug


@bp.app_template_filter()
def type_called(slug: str) -> str:
    """Return the name of a type in the language in use."""
    return type_name(slug)


@bp.get("/")
@requires(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    """What lacks for which demand, and what to add first, with the arithmetic."""
    count = asked_count()
    situation = situation_on(count)
    limited = capacities_on(count, situation)
    rows = proposals()[:MOST_OPTIONS]
    options = [as_option(row) for row in rows]
    typed = request.args.get("budget", "").strip()
    budget, unread = _budget(typed)
    able = situation.possible
    is_capacity = request.args.get("share") == "capacity"
    lacking = [
        each
        for each in capabilities(count)
        if each.line.type_slug not in able
        or (is_capacity and each.line.within_capacity < each.line.surveyed_due)
    ]
    world, other = (limited, situation) if is_capacity else (situation, limited)
    steps = ranked(world, options, budget=budget)
    sets = (
        best_capacities(limited, options, budget=budget)
        if is_capacity
        else best_sets(situation, options, budget=budget)
    )
    return render_template(
        "outlook/index.html",
        count=count,
        areas=AREAS.values(),
        situation=situation,
        able=situation.due_of(able),
        is_capacity=is_capacity,
        within=sum(limited.within(slug) for slug in limited.due),
        stated=_stated(limited),
        limits=LIMITS,
        lacking=page_in(lacking),
        missing=_missing(situation),
        bodies=bodies_in(count.area),
        steps=list(zip(steps, beside(steps, other), strict=True)),
        sets=[(one, beside_of(one.options, other)) for one in sets],
        budget=typed,
        amount=budget,
        unread=unread,
        proposals=rows,
        kinds=OPTION_KINDS,
        most=MOST_OPTIONS,
    )


def _stated(limited: Capacities) -> Mapping[str, list[tuple[int, Stated]]]:
    """Return what bodies of the area stated of each type."""
    found: dict[str, list[tuple[int, Stated]]] = {}
    for (body, slug), stated in sorted(limited.stated.items()):
        found.setdefault(slug, []).append((body, stated))
    return found


def _budget(typed: str) -> tuple[Decimal | None, bool]:
    if not typed:
        return None, False
    found = read_money(typed)
    return found, found is None


def _missing(situation: Situation) -> dict[tuple[int, str], list[OptionKind]]:
    """Return what each body lacks for each type that nobody can verify."""
    return {
        (body, slug): [
            kind for kind in OptionKind if (body, slug, kind) not in situation.has
        ]
        for body in situation.bodies
        for slug in set(situation.due) - situation.possible
    }


@bp.route("/options/new", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def new_option() -> ResponseReturnValue:
    """Propose a standard, a person or a designation."""
    every = [pair for area in AREAS for pair in bodies_in(area).items()]
    form = OptionForm(dict(every).items())
    return filled_in(
        form,
        title=N_("Propose what to add"),
        back=url_for(".index"),
        act=lambda: propose_option(**form.entered(), actor=current_actor()),
        about=ABOUT_OPTIONS,
        note=N_(
            "A body can verify a type when it has the standards, a person with a card "
            "and a designation for it. What lacks several of them needs several "
            "proposals, and they are ranked together. Say how many more in a year it "
            "brings, if you know: of a body that stated no capacity nobody else knows."
        ),
    )


@bp.route("/options/<int:option_id>/strike", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def strike(option_id: int) -> ResponseReturnValue:
    """Take a proposal out of the ranking."""
    found = proposal_by_id(option_id)
    form = StrikeForm()
    return filled_in(
        form,
        title=N_("Strike out an entry"),
        back=url_for(".index"),
        crumb=found.title,
        act=lambda: strike_option(
            proposal_by_id(option_id),
            reason=form.reason.data or "",
            actor=current_actor(),
        ),
    )


@bp.get("/forecast")
@requires(Permission.INDICATOR_READ)
def forecast() -> ResponseReturnValue:
    """Where each open target is heading at the present pace."""
    count = kept_count(asked_count())
    return render_template(
        "outlook/forecast.html",
        count=count,
        areas=AREAS.values(),
        headings=headings(count),
        rounded=rounded,
    )


@bp.get("/due")
@requires(Permission.INDICATOR_READ)
def due() -> ResponseReturnValue:
    """What falls due by month and commune."""
    count = asked_count()
    found = workload(count)
    return render_template(
        "outlook/due.html",
        count=count,
        areas=AREAS.values(),
        work=found,
        page=page_in(found.communes),
    )


@bp.get("/campaigns")
@requires(Permission.INDICATOR_READ)
def campaigns() -> ResponseReturnValue:
    """Trips proposed for a month: route, instruments, standards and stamps."""
    count = asked_count()
    months = months_from(count.on)
    month = _month(request.args.get("month", "")) or months[0]
    return render_template(
        "outlook/campaigns.html",
        count=count,
        areas=AREAS.values(),
        month=month,
        months=sorted({*months, month}),
        page=page_in(trips(count, month, scope=scope_of(current_actor()))),
        local=local,
        kinds=standard_kinds(),
    )


def _month(typed: str) -> date | None:
    try:
        return datetime.strptime(typed, "%Y-%m").date()
    except ValueError:
        return None
