"""The plan's figures, and the rows behind each of them."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.demand.forms import type_choices
from labms.i18n import N_, gettext
from labms.indicators.evidence import Asked, evidence
from labms.indicators.evidence.daily_rows import overdue_by
from labms.indicators.figures import standings
from labms.indicators.rules import rounded
from labms.indicators.views.asking import Filter, bp, named_type, sent
from labms.places.queries import commune_choices
from labms.places.rules import AREAS
from labms.plan.data import definition, plans
from labms.plan.rules import COMPARISON_NAMES, COUNT_NAMES, PERIOD_NAMES
from labms.policy import Permission, scope_of
from labms.web.access import current_actor, requires
from labms.web.lists import Page, settings


@bp.get("/")
@requires(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    """Every target with its value on its day, then the figures without one."""
    asked = Filter.asked()
    found = standings(asked.plan, area=asked.area, on=asked.on, today=clock.today())
    found.sort(key=lambda one: one.target.judged_on if one.target else date.max)
    return render_template(
        "indicators/index.html",
        asked=asked,
        standings=found,
        areas=AREAS.values(),
        plans=plans(),
        rounded=rounded,
    )


#: Of which figures the rows have a type, and of which a commune as well.
WITH_TYPES = frozenset({"designated-share", "capacity-share", "pass-share"})
WITH_COMMUNES = frozenset(
    {
        "verified-share",
        "turnaround-median",
        "turnaround-90",
        "on-time-share",
        "overdue-instruments",
        "workload",
    }
)


def _part(
    asked: Filter, code: str, *, offset: int = 0, size: int | None = None
) -> Asked:
    given = request.args
    return Asked(
        asked.plan,
        asked.area,
        asked.on,
        code,
        offset,
        size,
        type_slug=given.get("type", "") if code in WITH_TYPES | WITH_COMMUNES else "",
        commune_key=given.get("commune", "") if code in WITH_COMMUNES else "",
        q=given.get("q", "").strip(),
        known_on=asked.known_on,
        sees_all=_sees_all(),
    )


@bp.get("/<code>")
@requires(Permission.INDICATOR_READ)
def rows(code: str) -> ResponseReturnValue:
    """The rows that one figure counts, and how it counts them."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    size, page = settings().page_size, max(request.args.get("page", 1, type=int), 1)
    part = _part(asked, code, offset=(page - 1) * size, size=size)
    found = evidence(part, type_name=named_type)
    figure = asked.count.figure(code)
    return render_template(
        "indicators/rows.html",
        asked=asked,
        areas=AREAS,
        definition=wanted,
        figure=figure,
        shown=rounded(figure),
        columns=found.columns,
        left_out=found.left_out,
        part=part,
        page=Page(found.rows, page, found.total, size),
        sees_all=_sees_all(),
        periods=PERIOD_NAMES,
        counts=COUNT_NAMES,
        comparisons=COMPARISON_NAMES,
        types=type_choices(),
        communes=commune_choices(clock.today(), asked.area),
        filters={
            "type": code in WITH_TYPES | WITH_COMMUNES,
            "commune": code in WITH_COMMUNES,
        },
        breakdown=_breakdown(part),
        has_target=any(code == target.indicator for target in asked.plan.targets),
    )


def _sees_all() -> bool:
    return scope_of(current_actor()).everything


def _breakdown(part: Asked) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return who and where most are overdue, beside their rows."""
    if part.code != "overdue-instruments" or part.is_filtered:
        return []
    return [
        (gettext(N_("Most by user")), overdue_by(part, owner=True)),
        (gettext(N_("Most by commune")), overdue_by(part, owner=False)),
    ]


@bp.get("/<code>.<kind>")
@requires(Permission.INDICATOR_READ)
def export(code: str, kind: str) -> ResponseReturnValue:
    """The same rows, all of them, for a spreadsheet."""
    asked, wanted = Filter.asked(), definition(code)
    asked.check()
    found = evidence(_part(asked, code), type_name=named_type)
    name = f"{wanted.code}-{asked.area}-{asked.on.isoformat()}"
    if asked.known_on:
        name += f"-known-{asked.known_on.isoformat()}"
    return sent(found, name, kind)
