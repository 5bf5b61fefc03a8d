"""Puts the counts together: every indicator on a day, and every target's standing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.queries import Coverage, coverage, demand_of
from labms.demand.rules import Cell
from labms.indicators import daily
from labms.indicators.communes import CommuneLine, commune_lines
from labms.indicators.queries import (
    Passes,
    Persons,
    Raised,
    bodies_raised,
    day_known_until,
    enterprises_served,
    passes,
    persons_trained,
)
from labms.indicators.rules import (
    Figure,
    Key,
    Reported,
    Share,
    Standing,
    TypeLine,
    Unknown,
    capacity_share,
    check_day,
    designated_share,
    nearest_rank,
    standing,
    type_lines,
    type_mean,
    verified_share,
)
from labms.indicators.supplied import (
    ScopeLine,
    capacity_by_type,
    designated_bodies,
    reported_passes,
    scopes,
)
from labms.places.rules import area_named
from labms.plan.data import definition, definitions
from labms.plan.rules import (
    RAISED_INDICATORS,
    Plan,
    RaisedKind,
    day_counted,
    first_day_counted,
)
from labms.supply.queries import Capacity, capacities
from labms.supply.rules import Source


def first_day(code: str, plan: Plan, *, on: date) -> date:
    """Return the first day whose events count; of a state on a day, the plan's."""
    return first_day_counted(definition(code), plan, on=on) or plan.counts_from


@dataclass(frozen=True)
class Count:
    """What is counted for one area and day; each part is read once, when asked for.

    What happened until that day counts, and nothing after it, so that the figure of
    a day that has passed stays. A job counts on the day of its measurements, also if
    it was approved later. With a later `known_on` it counts what is known by then of
    the same time: a recount.
    """

    plan: Plan
    area: str
    on: date
    known_on: date | None = None
    #: Only these cells: to count anew what changed, never for a figure.
    narrow: Narrow = EVERYTHING_COUNTED

    def of_day(self, day: date) -> "Count":
        """Return the same for another day."""
        return self if day == self.on else replace(self, on=day)

    @cached_property
    def cells(self) -> list[Cell]:
        """The demand of the year."""
        return demand_of(
            self.area,
            self.on.year,
            on=self.on,
            known_on=self.known_on,
            entered_before=day_known_until(self.on, self.known_on),
            narrow=self.narrow,
        )

    @cached_property
    def passed(self) -> Mapping[Key, Passes]:
        """The passes of the year, where demand is known and where not."""
        since = self._since("verified-share")
        return passes(self.area, **since, narrow=self.narrow)

    @cached_property
    def reported(self) -> Reported:
        """What passed in the year by reports of bodies."""
        since = self._since("verified-share")
        return reported_passes(self.area, **since, narrow=self.narrow)

    @cached_property
    def turns(self) -> int:
        """All passes of the year, several of one instrument among them."""
        return sum(found.turns for found in self.passed.values())

    @cached_property
    def distinct(self) -> Mapping[Key, int]:
        """How many instruments passed in the year."""
        return {key: found.distinct for key, found in self.passed.items()}

    @cached_property
    def scopes(self) -> list[ScopeLine]:
        """What bodies may verify on the day."""
        return scopes(self.area, on=self.on, known_on=self.known_on)

    @cached_property
    def capacities(self) -> list[Capacity]:
        """What bodies stated that they can do in a year."""
        return capacities(
            self.area,
            on=self.on,
            entered_before=day_known_until(self.on, self.known_on),
        )

    @cached_property
    def lines(self) -> list[TypeLine]:
        """What each type brings into the shares."""
        return type_lines(
            self.cells,
            designated=designated_bodies(self.scopes),
            passed=self.distinct,
            reported=self.reported,
            capacity=capacity_by_type(self.scopes, self.capacities),
        )

    @cached_property
    def known(self) -> Coverage:
        """Which communes were surveyed."""
        known_on = self.known_on or self.on
        return coverage(self.area, self.on.year, on=known_on)

    @cached_property
    def raised(self) -> Mapping[RaisedKind, Raised]:
        """Records of bodies."""
        return bodies_raised(
            self.area,
            first=self.plan.counts_from,
            last=self.on,
            known_on=self.known_on,
        )

    @cached_property
    def pace(self) -> daily.Pace:
        """How long jobs took."""
        first = first_day("turnaround-median", self.plan, on=self.on)
        return daily.pace(self.area, first=first, last=self.on)

    @cached_property
    def verdicts(self) -> Mapping[str, tuple[int, int]]:
        """By type, how many verifications passed and how many there were."""
        return daily.verdicts_by_type(self.area, **self._since("pass-share"))

    @cached_property
    def overdue(self) -> int:
        """How many instruments have evidence that ran out."""
        return daily.overdue_count(self.area, on=self.on)

    @cached_property
    def workload(self) -> int:
        """How many jobs are in work."""
        return daily.workload(self.area, on=self.on)

    @cached_property
    def enterprises(self) -> tuple[int, int]:
        """Turns of enterprises, and different ones."""
        return enterprises_served(self.area, **self._since("enterprises-served"))

    @cached_property
    def persons(self) -> Persons:
        """Who took part in trainings."""
        return persons_trained(self.area, **self._since("persons-trained"))

    def communes(self, type_slug: str = "") -> Mapping[str, CommuneLine]:
        """Return what is due and done in each commune, of one type or of all."""
        wanted = (c for c in self.cells if not type_slug or c.type_slug == type_slug)
        return commune_lines(wanted, self.distinct, self.reported)

    def _since(self, code: str) -> dict[str, Any]:
        return {
            "first": first_day(code, self.plan, on=self.on),
            "last": self.on,
            "known_on": self.known_on,
        }

    def figure(self, code: str) -> Figure:
        """Return one indicator's figure."""
        if code in RAISED_INDICATORS:
            own = self.raised.get(RAISED_INDICATORS[code], Raised(0, 0))
            return self._figure(code, turns=own.records, distinct=own.bodies)
        return _COUNTED[code](self, code)

    def _figure(self, code: str, **counted: Any) -> Figure:
        return Figure(
            definition=definition(code),
            on=self.on,
            first_on=first_day_counted(definition(code), self.plan, on=self.on),
            **counted,
        )

    def _designated(self, code: str) -> Figure:
        return self._share(
            code, designated_share(self.lines), lambda line: line.designated_due
        )

    def _capacity(self, code: str) -> Figure:
        return self._share(
            code,
            capacity_share(self.lines),
            lambda line: line.within_capacity,
            types_without_capacity=sum(
                bool(line.due and line.designated and line.capacity is None)
                for line in self.lines
            ),
        )

    def _verified(self, code: str) -> Figure:
        return self._share(
            code,
            verified_share(self.lines),
            lambda line: line.counted,
            turns=self.turns,
            distinct=sum(line.passed for line in self.lines),
            unsurveyed_done=sum(line.unsurveyed_done for line in self.lines),
            counted_by={
                source: sum(line.counted_by[source] for line in self.lines)
                for source in Source
            },
        )

    def _share(
        self,
        code: str,
        share: Share,
        above: Callable[[TypeLine], int],
        *,
        unsurveyed_done: int | None = None,
        **more: Any,
    ) -> Figure:
        return self._figure(
            code,
            share=share,
            mean=type_mean((above(line), line.due) for line in self.lines),
            unknown=Unknown(
                communes=self.known.total,
                communes_never_surveyed=len(self.known.never),
                unsurveyed_in_use=sum(line.unsurveyed_in_use for line in self.lines),
                in_use=sum(line.in_use for line in self.lines),
                unsurveyed_due=sum(line.unsurveyed_due for line in self.lines),
                unsurveyed_done=unsurveyed_done,
            ),
            **more,
        )

    def _enterprises(self, code: str) -> Figure:
        turns, distinct = self.enterprises
        return self._figure(code, turns=turns, distinct=distinct)

    def _persons(self, code: str) -> Figure:
        found = self.persons
        return self._figure(
            code,
            turns=found.turns,
            distinct=found.distinct,
            is_distinct_at_most=found.trainings > 1,
        )

    def _turnaround(self, code: str) -> Figure:
        percent = 50 if code == "turnaround-median" else 90
        days = nearest_rank(self.pace.days, percent)
        return self._figure(
            code,
            measured=None if days is None else Decimal(days),
            turns=sum(self.pace.days.values()) or None,
        )

    def _on_time(self, code: str) -> Figure:
        return self._figure(code, share=Share(self.pace.on_time, self.pace.promised))

    def _verdicts(self, code: str) -> Figure:
        found = self.verdicts
        passed = sum(each for each, _ in found.values())
        share = Share(passed, sum(number for _, number in found.values()))
        return self._figure(code, share=share, mean=type_mean(found.values()))

    def _overdue(self, code: str) -> Figure:
        return self._figure(code, distinct=self.overdue)

    def _workload(self, code: str) -> Figure:
        return self._figure(code, turns=self.workload)


_COUNTED: Mapping[str, Callable[[Count, str], Figure]] = {
    "designated-share": Count._designated,
    "capacity-share": Count._capacity,
    "verified-share": Count._verified,
    "enterprises-served": Count._enterprises,
    "persons-trained": Count._persons,
    "turnaround-median": Count._turnaround,
    "turnaround-90": Count._turnaround,
    "on-time-share": Count._on_time,
    "pass-share": Count._verdicts,
    "overdue-instruments": Count._overdue,
    "workload": Count._workload,
}


def figures_on(
    plan: Plan, area: str, on: date, *, known_on: date | None = None
) -> Mapping[str, Figure]:
    """Return every indicator's figure for an area on a day, by code.

    Some twenty queries, whatever the size; see `Count` for what counts.
    """
    counted = Count(plan, area, on, known_on)
    return {code: counted.figure(code) for code in definitions()}


def standings(plan: Plan, *, area: str, on: date, today: date) -> list[Standing]:
    """Return where an area stands on a day, see `standings_of`.

    Refuses with UnknownPlace, DayToCome or AreaNotYet.
    """
    check_day(on, area=area_named(area), today=today)
    return standings_of(Count(plan, area, on), today=today)


def standings_of(count: Count, *, today: date | None = None) -> list[Standing]:
    """Return how things stand: each target of the plan, then the rest.

    `today` is the day of the count unless it is given.

    A target whose day has passed shows its figure of that day. An area that the plan
    is not about has figures and no targets.
    """
    on = count.on
    targets = count.plan.targets_for(count.area)
    days = {day_counted(target, on) for target in targets} | {on}
    counts = {day: count.of_day(day) for day in sorted(days)}
    held = []
    for target in targets:
        own = counts[day_counted(target, on)]
        beside = [own.figure(code) for code in target.beside]
        held.append(
            standing(
                own.figure(target.indicator),
                target,
                beside=beside,
                on=on,
                today=today,
            )
        )
    held_against = {target.indicator for target in targets}
    rest = [code for code in definitions() if code not in held_against]
    return held + [
        standing(counts[on].figure(code), None, beside=(), on=on) for code in rest
    ]
