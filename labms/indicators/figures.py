"""Puts the counts together: every indicator on a day, and every target's standing."""

from collections.abc import Mapping
from datetime import date

from labms.demand.queries import Coverage, coverage, demand_of
from labms.indicators.queries import (
    Raised,
    bodies_raised,
    designated_bodies,
    enterprises_served,
    passes,
    persons_trained,
)
from labms.indicators.rules import (
    Figure,
    Share,
    Standing,
    TypeLine,
    Unknown,
    check_day,
    designated_share,
    standing,
    type_lines,
    verified_share,
)
from labms.places.rules import area_named
from labms.plan.data import definition, definitions
from labms.plan.rules import Plan, RaisedKind, day_counted, first_day_counted

#: Which records of bodies an indicator counts.
RAISED_INDICATORS: Mapping[str, RaisedKind] = {
    "bodies-socialised": RaisedKind.SOCIALISED,
    "bodies-raised": RaisedKind.CAPABILITY,
    "laboratories-assessed": RaisedKind.CRITERIA,
}


def first_day(code: str, plan: Plan, *, on: date) -> date:
    """Return the first day whose events count; of a state on a day, the plan's."""
    return first_day_counted(definition(code), plan, on=on) or plan.counts_from


def lines_on(plan: Plan, area: str, on: date) -> tuple[list[TypeLine], int]:
    """Return what each type brings into the shares of a day, and the passes in all.

    What passed where no demand is known is among the passes and in no line.
    """
    passed = passes(area, first=first_day("verified-share", plan, on=on), last=on)
    lines = type_lines(
        demand_of(area, on.year, on=on),
        designated=designated_bodies(area, on=on),
        passed={key: found.distinct for key, found in passed.items()},
    )
    return lines, sum(found.turns for found in passed.values())


def figures_on(plan: Plan, area: str, on: date) -> Mapping[str, Figure]:
    """Return every indicator's figure for an area on a day, by code.

    What happened until that day counts, and nothing after it, so that the figure of
    a day that has passed stays. A job counts on the day of its measurements, also if
    it was approved later. Twelve queries, whatever the size.
    """
    turns, distinct = enterprises_served(
        area, first=first_day("enterprises-served", plan, on=on), last=on
    )
    persons = persons_trained(
        area, first=first_day("persons-trained", plan, on=on), last=on
    )
    raised = bodies_raised(area, first=plan.counts_from, last=on)
    found = {
        **_shares(plan, area, on),
        "enterprises-served": _figure(
            "enterprises-served", plan, on, turns=turns, distinct=distinct
        ),
        "persons-trained": _figure(
            "persons-trained",
            plan,
            on,
            turns=persons.turns,
            distinct=persons.distinct,
            is_distinct_at_most=persons.trainings > 1,
        ),
    }
    for code, kind in RAISED_INDICATORS.items():
        own = raised.get(kind, Raised(0, 0))
        found[code] = _figure(code, plan, on, turns=own.records, distinct=own.bodies)
    return {code: found[code] for code in definitions()}


def _shares(plan: Plan, area: str, on: date) -> dict[str, Figure]:
    lines, turns = lines_on(plan, area, on)
    known = coverage(area, on.year, on=on)
    return {
        "designated-share": _figure(
            "designated-share",
            plan,
            on,
            share=designated_share(lines),
            unknown=_unknown(lines, known),
        ),
        "verified-share": _figure(
            "verified-share",
            plan,
            on,
            share=verified_share(lines),
            unknown=_unknown(lines, known),
            turns=turns,
            distinct=sum(line.passed for line in lines),
        ),
    }


def _unknown(lines: list[TypeLine], known: Coverage) -> Unknown:
    return Unknown(
        communes=known.total,
        communes_never_surveyed=len(known.never),
        unsurveyed_in_use=sum(line.unsurveyed_in_use for line in lines),
        in_use=sum(line.in_use for line in lines),
    )


def _figure(
    code: str,
    plan: Plan,
    on: date,
    *,
    turns: int | None = None,
    distinct: int | None = None,
    is_distinct_at_most: bool = False,
    share: Share | None = None,
    unknown: Unknown | None = None,
) -> Figure:
    return Figure(
        definition=definition(code),
        on=on,
        first_on=first_day_counted(definition(code), plan, on=on),
        turns=turns,
        distinct=distinct,
        is_distinct_at_most=is_distinct_at_most,
        share=share,
        unknown=unknown,
    )


def standings(plan: Plan, *, area: str, on: date, today: date) -> list[Standing]:
    """Return where an area stands on a day: each target of the plan, then the rest.

    A target whose day has passed shows its figure of that day. An area that the plan
    is not about has figures and no targets. Refuses with UnknownPlace, DayToCome or
    AreaNotYet.
    """
    check_day(on, area=area_named(area), today=today)
    targets = plan.targets_for(area)
    days = {day_counted(target, on) for target in targets} | {on}
    figures = {day: figures_on(plan, area, day) for day in sorted(days)}
    held = []
    for target in targets:
        own = figures[day_counted(target, on)]
        beside = [own[code] for code in target.beside]
        held.append(standing(own[target.indicator], target, beside=beside, on=on))
    held_against = {target.indicator for target in targets}
    rest = [code for code in definitions() if code not in held_against]
    return held + [standing(figures[on][code], None, beside=(), on=on) for code in rest]
