"""Intervals that follow the last result: staircases, control charts, hours of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import floor, inf

from labms.errors import Invalid
from labms.i18n import N_


class BadHistory(Invalid):
    """From this history no interval follows."""

    code = "metrology.bad_history"
    message = N_("No interval follows from this: {problem}")


class Action(StrEnum):
    """What becomes of an interval."""

    EXTEND = "extend"
    KEEP = "keep"
    REDUCE = "reduce"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaircasePolicy:
    """When a staircase goes up or down, and how far.

    The threshold is the document's example, the factors are the laboratory's own.

    Source: ILAC-G24:2022 / OIML D 10:2022, 6.2.
    """

    extend_up_to: Fraction = Fraction("0.8")
    """|error| : MPE up to which the interval grows, this ratio included."""
    extend_factor: Fraction = Fraction("1.25")
    reduce_factor: Fraction = Fraction("0.5")
    min_days: int = 30
    max_days: int = 1095


@dataclass(frozen=True, slots=True)
class NextInterval:
    """An interval, and what was done to it."""

    action: Action
    days: int


def staircase(
    interval_days: int,
    *,
    error: Fraction,
    mpe: Fraction,
    policy: StaircasePolicy | None = None,
) -> NextInterval:
    """Return the next interval after one result; halves of a day go to the even day."""
    rule = policy or StaircasePolicy()
    size = abs(error)
    if size > mpe:
        action, factor = Action.REDUCE, rule.reduce_factor
    elif size <= rule.extend_up_to * mpe:
        action, factor = Action.EXTEND, rule.extend_factor
    else:
        action, factor = Action.KEEP, Fraction(1)
    days = round(interval_days * factor)
    if action is not Action.KEEP:
        days = min(max(days, rule.min_days), rule.max_days)
    return NextInterval(action, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """A chart of individual values of a check standard."""

    center: Fraction
    mean_moving_range: Fraction
    count: int

    @property
    def upper(self) -> Fraction:
        """The upper control limit."""
        return self.center + SHEWHART * self.mean_moving_range

    @property
    def lower(self) -> Fraction:
        """The lower control limit."""
        return self.center - SHEWHART * self.mean_moving_range

    def is_in_control(self, value: Fraction) -> bool:
        """Return whether a new value lies within the limits, both included."""
        return self.lower <= value <= self.upper


#: 3 / d₂(2), rounded as everywhere. Source: ISO 7870-2:2013, table 2.
SHEWHART = Fraction("2.66")


def control_chart(history: Sequence[Fraction]) -> ControlChart:
    """Return the chart that a history makes. Source: ISO 7870-2:2013, 6.3."""
    if len(history) < 2:
        raise BadHistory(problem=N_("a chart needs two values"))
    moves = [abs(b - a) for a, b in pairwise(history)]
    return ControlChart(
        center=sum(history, Fraction(0)) / len(history),
        mean_moving_range=sum(moves, Fraction(0)) / len(moves),
        count=len(history),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLeft:
    """What is left of the hours that a standard may be used for."""

    hours: Fraction
    days: float
    """Whole days at the usual pace; infinite if it is not used at all."""
    is_due: bool


def use_left(used: Fraction, *, allowed: Fraction, per_day: Fraction) -> UseLeft:
    """Return how long a standard may still be used, by hours in use.

    Without use it never comes due by hours: a calendar limit has to stand beside.

    Source: ILAC-G24:2022 / OIML D 10:2022, 6.4.
    """
    left = allowed - used
    days = floor(max(left, Fraction(0)) / per_day) if per_day else inf
    return UseLeft(hours=left, days=0 if left <= 0 else days, is_due=left <= 0)


def simple_response(
    history: Sequence[bool], *, start_days: float, increase: float, target: float
) -> tuple[float, list[float]]:
    """Return what a failure takes off (b), and the interval after each result.

    R ln(1+a) + (1-R) ln(1-b) = 0. Source: NCSLI RP-1:2010, method A1, which it advises
    against for new systems; here to check intervals that were set so.
    """
    decrease = 1 - (1 + increase) ** (-target / (1 - target))
    days, found = start_days, []
    for passed in history:
        days *= 1 + increase if passed else 1 - decrease
        found.append(days)
    return decrease, found


def incremental_response(
    history: Sequence[bool], *, start_days: float, target: float
) -> tuple[list[float], list[float]]:
    """Return the step Δ and the interval after each result.

    The step halves whenever the result changes. Source: NCSLI RP-1:2010, method A2.
    """
    days, step, last = start_days, 1.0, True
    steps, found = [], []
    for passed in history:
        if passed is not last:
            step /= 2
        days *= 1 + step * ((1 - target) if passed else -target)
        last = passed
        steps.append(step)
        found.append(days)
    return steps, found
