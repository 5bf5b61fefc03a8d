"""The arithmetic of the plan's figures: what is above the line and what below."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType

from labms.demand.rules import Demanded, due_count
from labms.errors import Invalid
from labms.i18n import N_
from labms.places.rules import Area
from labms.plan.rules import (
    Count,
    IndicatorDefinition,
    Target,
    is_closed,
    is_met,
)
from labms.supply.rules import Source

#: A type of instrument and a commune of today.
Key = tuple[str, str]


class DayToCome(Invalid):
    """Nobody knows yet what will have been done."""

    code = "indicator.day_to_come"
    message = N_("{day} lies in the future: nothing can be counted for it yet.")


class AreaNotYet(Invalid):
    """The area did not exist on that day."""

    code = "indicator.area_not_yet"
    message = N_("{area} exists from {day} on: choose a later day or another area.")


def check_day(day: date, *, area: Area, today: date) -> None:
    """Raise DayToCome or AreaNotYet unless figures can be counted for a day."""
    if day > today:
        raise DayToCome(day=day.strftime("%d/%m/%Y"))
    if area.exists_from and day < area.exists_from:
        raise AreaNotYet(area=area.name, day=area.exists_from.strftime("%d/%m/%Y"))


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both counted."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The part in per cent, not rounded; None of nothing."""
        if not self.denominator:
            return None
        return Decimal(100 * self.numerator) / self.denominator


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeLine:
    """What a type of instrument brings into the shares."""

    type_slug: str
    in_use: int
    #: Below the line: what is due in the year.
    due: int
    #: Of it what was surveyed: no more than this goes above, see `type_lines`.
    surveyed_due: int
    #: Names of the bodies of the area that are designated for it on the day.
    designated: tuple[str, ...]
    #: Different instruments that passed a verification in the year, in labms.
    passed: int
    #: What counts of the work of each source: no more than is due, in any commune.
    counted_by: Mapping[Source, int]
    #: In use where nothing was ever surveyed, or not for all holders.
    unsurveyed_in_use: int
    #: What the designated bodies of the area can do in a year; None: none stated it.
    capacity: int | None = None
    #: Done where not all was surveyed: it does not count.
    unsurveyed_done: int = 0
    #: Of what counts: reported without a commune.
    unplaced: int = 0

    @property
    def unsurveyed_due(self) -> int:
        """Due where not all was surveyed: below the line, and never above."""
        return self.due - self.surveyed_due

    @property
    def missing(self) -> int:
        """What is due and was not done, as far as that is known."""
        return self.due - self.counted - self.unsurveyed_done

    @property
    def designated_due(self) -> int:
        """Above the line of the designated share: all that was surveyed or nothing."""
        return self.surveyed_due if self.designated else 0

    @property
    def within_capacity(self) -> int:
        """Above the line of the capacity-limited share.

        Nothing where no body stated what it can do: not to know improves no share.
        """
        return min(self.designated_due, self.capacity or 0)

    @property
    def counted(self) -> int:
        """Above the line of the performed share: work of all sources."""
        return sum(self.counted_by.values())


#: How many passed by report, in cells of today; without a commune: somewhere.
Reported = Mapping[tuple[str, str | None], Mapping[Source, int]]


def type_lines(
    cells: Sequence[Demanded],
    *,
    designated: Mapping[str, tuple[str, ...]],
    passed: Mapping[Key, int],
    reported: Reported = MappingProxyType({}),
    capacity: Mapping[str, int] = MappingProxyType({}),
) -> list[TypeLine]:
    """Return what each type brings into the shares; `cells` are sorted by type.

    In each commune no more passes count than are due there, rounded up, so that
    much work in one commune does not hide that another had none; and in all no more
    than are due. What passed where no demand is known does not count, nor where not
    all was surveyed: there the register knows what was brought to be verified, of
    which nearly all was. It is due, below the line, and nothing of it goes above, in
    none of the shares: an unknown cell never makes a share better.
    """
    lines = []
    for slug, group in groupby(cells, key=lambda cell: cell.type_slug):
        own = list(group)
        surveyed = [cell for cell in own if cell.is_surveyed]
        counted_by, unplaced = _counted_by(slug, surveyed, passed, reported)
        due, surveyed_due = due_count(own), due_count(surveyed)
        done = sum(
            _done(cell, passed, reported) for cell in own if not cell.is_surveyed
        )
        lines.append(
            TypeLine(
                type_slug=slug,
                in_use=sum(cell.in_use for cell in own),
                due=due,
                surveyed_due=surveyed_due,
                designated=designated.get(slug, ()),
                passed=sum(passed.get((slug, c.commune_key), 0) for c in own),
                counted_by=counted_by,
                unplaced=unplaced,
                unsurveyed_done=min(done, due - surveyed_due),
                unsurveyed_in_use=sum(c.in_use for c in own if not c.is_surveyed),
                capacity=capacity.get(slug),
            )
        )
    return lines


def _done(cell: Demanded, passed: Mapping[Key, int], reported: Reported) -> int:
    """Return what was done in a cell, no more than is due there, rounded up."""
    key = cell.type_slug, cell.commune_key
    done = passed.get(key, 0) + sum(reported.get(key, {}).values())
    return min(done, math.ceil(cell.due))


def _counted_by(
    slug: str, cells: Sequence[Demanded], passed: Mapping[Key, int], reported: Reported
) -> tuple[Mapping[Source, int], int]:
    """Return what counts of each source: what labms recorded first, then reports.

    In each commune up to what is due there; then what was reported without a commune,
    up to what is still due of the type in all of them; how much, stands beside.
    """
    found = dict.fromkeys(Source, 0)
    left = due_count(cells)
    rooms = [math.ceil(cell.due) for cell in cells]
    for source in Source:  # of all communes, so that reports take nothing from own work
        for place, cell in enumerate(cells):
            key = slug, cell.commune_key
            told = reported.get(key, {}).get(source, 0)
            done = passed.get(key, 0) if source is Source.OWN else told
            taken = min(done, rooms[place], left)
            found[source] += taken
            rooms[place] -= taken
            left -= taken
    nowhere, room = reported.get((slug, None), {}), left
    for source in Source:
        taken = min(nowhere.get(source, 0), left)
        found[source] += taken
        left -= taken
    return found, room - left


def designated_share(lines: Iterable[TypeLine]) -> Share:
    """Return the share of the due demand that was surveyed and lies in a scope."""
    own = list(lines)
    return Share(sum(x.designated_due for x in own), sum(x.due for x in own))


def capacity_share(lines: Iterable[TypeLine]) -> Share:
    """Return Σ min(due, yearly capacity) / Σ due over designated types.

    So one bench for 2,000 meters a year does not cover 99,505 of them.
    """
    own = list(lines)
    return Share(sum(x.within_capacity for x in own), sum(x.due for x in own))


def verified_share(lines: Iterable[TypeLine]) -> Share:
    """Return the share of the due demand that passed a verification."""
    own = list(lines)
    return Share(sum(x.counted for x in own), sum(x.due for x in own))


def type_mean(parts: Iterable[tuple[int, int]]) -> Decimal | None:
    """Return the mean of the shares of types, in per cent: each type weighs the same.

    By count a hundred thousand meters hide everything else; this does not. `parts`
    are what is above and below the line of each type; types without demand have none.
    """
    shares = [Fraction(above, below) for above, below in parts if below]
    if not shares:
        return None
    mean = 100 * sum(shares, Fraction(0)) / len(shares)
    return Decimal(mean.numerator) / mean.denominator


def nearest_rank(values: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest value that at least so many per cent don't exceed.

    `values` says how often each was seen.

    >>> five = dict.fromkeys((1, 2, 3, 4, 100), 1)
    >>> nearest_rank(five, 50), nearest_rank(five, 90)
    (3, 100)
    """
    wanted, seen = math.ceil(sum(values.values()) * percent / 100), 0
    for value in sorted(values):
        seen += values[value]
        if seen >= wanted and values[value]:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a share does not know, said beside it."""

    communes: int
    communes_never_surveyed: int
    #: Known from the register alone, or surveyed in part.
    unsurveyed_in_use: int
    in_use: int
    #: What is due of it, which counts below the line only.
    unsurveyed_due: int = 0
    #: Of that what was done, and does not count; None where the share asks for no work.
    unsurveyed_done: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The value of one indicator on one day."""

    definition: IndicatorDefinition
    on: date
    #: The first day whose events count; None for a state on the day.
    first_on: date | None
    turns: int | None = None
    distinct: int | None = None
    #: Whether `distinct` may be fewer: the same persons may have come again.
    is_distinct_at_most: bool = False
    share: Share | None = None
    unknown: Unknown | None = None
    #: Of a share: the mean of its types, see `type_mean`.
    mean: Decimal | None = None
    #: Of a share of work done: who did it.
    counted_by: Mapping[Source, int] | None = None
    #: Of the capacity-limited share: designated types of which no capacity is stated.
    types_without_capacity: int | None = None
    #: A value that is neither a share nor a count: days.
    measured: Decimal | None = None

    @property
    def code(self) -> str:
        """The code of its indicator."""
        return self.definition.code

    @property
    def value(self) -> Decimal | None:
        """What is held against a target, not rounded; None if nothing is known."""
        if self.share is not None:
            return self.share.percent
        if self.measured is not None:
            return self.measured
        turns = self.definition.counts is Count.TURNS
        counted = self.turns if turns else self.distinct
        return None if counted is None else Decimal(counted)


class Judgement(StrEnum):
    """What can be said of a figure that is held against a target."""

    UNKNOWN = "unknown"
    NOT_JUDGED = "not_judged"
    MET = "met"
    MISSED = "missed"
    #: The day of the target has not come: it is met on that day, or it is not.
    ABOVE = "above"
    BELOW = "below"


JUDGEMENTS: Mapping[Judgement, str] = {
    Judgement.UNKNOWN: N_("cannot be said"),
    Judgement.NOT_JUDGED: N_("“about”: not judged"),
    Judgement.MET: N_("met"),
    Judgement.MISSED: N_("not met"),
    Judgement.ABOVE: N_("above the mark now, still open"),
    Judgement.BELOW: N_("not met yet, still open"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure held against a target, or shown by itself."""

    figure: Figure
    target: Target | None = None
    #: Figures of the same day that say more and are held against nothing.
    beside: tuple[Figure, ...] = ()
    is_closed: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where that cannot be said."""
        return is_met(self.target, self.figure.value) if self.target else None

    @property
    def judgement(self) -> Judgement:
        """What can be said of it: wherever it is said, it is said by this."""
        if self.met is None:
            unknown = self.figure.value is None
            return Judgement.UNKNOWN if unknown else Judgement.NOT_JUDGED
        if self.is_closed:
            return Judgement.MET if self.met else Judgement.MISSED
        return Judgement.ABOVE if self.met else Judgement.BELOW

    @property
    def shown(self) -> Decimal | None:
        """The value as it is shown, see `rounded`."""
        return rounded(self.figure, self.target)


def standing(
    figure: Figure,
    target: Target | None,
    *,
    beside: Iterable[Figure],
    on: date,
    today: date | None = None,
) -> Standing:
    """Hold a figure against a target, as seen on a day.

    The figure of the very day of a target is judged once that day is over.
    """
    closed = target is not None and (
        is_closed(target, on) or on == target.judged_on < (today or on)
    )
    return Standing(figure, target, tuple(beside), closed)


def rounded(figure: Figure, target: Target | None = None) -> Decimal | None:
    """Return a value with the decimals of its definition, or with as many as it takes.

    75.02 % is above 75 %, so it is not shown as 75.0 %: rounding never makes a value
    look as if it were on the other side of a target, or on it. A share is never
    rounded up, so that it never looks better than it is.
    """
    value = figure.value
    if value is None:
        return None
    way = ROUND_FLOOR if figure.share is not None else ROUND_HALF_EVEN
    for places in range(figure.definition.decimal_places, 7):
        short = value.quantize(Decimal(1).scaleb(-places), rounding=way)
        if target is None or _side(short, target) == _side(value, target):
            return short
    return value


def _side(value: Decimal, target: Target) -> int:
    return (value > target.value) - (value < target.value)
