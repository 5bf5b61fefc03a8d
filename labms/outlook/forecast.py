"""Where a figure is heading: from the pace of the last months, with an honest band.

The change of each month is taken as one draw, independent of the others and as large in
the months to come; the band holds the sum of the coming changes with 90 % by Student's
t, which grows wide where few months are known. Nothing is foretold from fewer than
three changes. A figure in per cent ends at 0 and 100, a count never falls below now.
A month in which a survey changed what a share is a share of is no draw: see
`is_another_demand`.
"""

import itertools
from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from labms.plan.rules import Comparison, Target

#: Quantile 0.95 of Student's t for 2 to 30 degrees of freedom: a band of 90 %.
#: Source: computed with scipy.stats.t.ppf(0.95, df), rounded to three places.
_T95 = (
    "2.920 2.353 2.132 2.015 1.943 1.895 1.860 1.833 1.812 1.796 1.782 1.771 1.761 "
    "1.753 1.746 1.740 1.734 1.729 1.725 1.721 1.717 1.714 1.711 1.708 1.706 1.703 "
    "1.701 1.699 1.697"
).split()
FEWEST_CHANGES = 3
#: A demand that grows or shrinks by more than this part within a month was surveyed
#: anew: instruments alone come and go more slowly. labms' own number.
ANOTHER_DEMAND = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a figure will be on a day, if the pace stays."""

    on: date
    #: The value that it starts from, to one place, or to as many as the side takes on
    #: which of the target it is.
    now: Decimal
    #: `now` and the pace of all months ahead, also where that is beyond what can be.
    straight: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    #: Change in a month, on the average of the months looked at.
    pace: Decimal
    months_known: int
    #: What is left of the month of the day, and the months after it; to one place.
    months_ahead: Decimal
    #: From `now` to the target; none and less where that is reached.
    gap: Decimal
    #: Months until the target at this pace; None if never.
    months_to_target: int | None

    def reaches(self, target: Target) -> str:
        """Return "yes", "no" or "open": whether the whole band meets the target."""
        if target.comparison is Comparison.ABOUT:
            return "open"
        if _meets(self.low, target):
            return "yes"
        return "open" if _meets(self.high, target) else "no"


def _meets(value: Decimal, target: Target) -> bool:
    strict = target.comparison is Comparison.MORE_THAN
    return value > target.value if strict else value >= target.value


def months_between(first: date, last: date) -> Decimal:
    """Return the months after one day until another, to one place.

    Of a month that is not over counts the part that is left: what the day's value
    holds already is not counted once more.

    >>> months_between(date(2026, 11, 30), date(2030, 12, 31))
    Decimal('49')
    >>> months_between(date(2026, 11, 15), date(2030, 12, 31))
    Decimal('49.5')
    """
    months = max(_position(last) - _position(first), Fraction(0))
    exact = Decimal(months.numerator) / months.denominator
    found = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    whole = found.to_integral_value()
    return whole if whole == found else found


def _position(day: date) -> Fraction:
    days = monthrange(day.year, day.month)[1]
    return 12 * day.year + day.month + Fraction(day.day, days)


def is_another_demand(before: int, after: int) -> bool:
    """Whether what a share is a share of changed by more than `ANOTHER_DEMAND`."""
    return abs(after - before) > ANOTHER_DEMAND * before


def _short(value: Decimal, target: Target) -> Decimal:
    """Return a value to one place, or to as many as keep it on its side of a target."""
    wanted = target.value
    for places in range(1, 7):
        short = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR)
        if (short > wanted, short < wanted) == (value > wanted, value < wanted):
            return short
    return value


def _needed(gap: Decimal, pace: Decimal, target: Target, *, is_met: bool) -> int | None:
    """Return the months that a gap takes at a pace: whole ones, rounded up."""
    if is_met:
        return 0
    if pace <= 0:
        return None
    exact = gap / pace
    whole = int(exact.to_integral_value(rounding=ROUND_CEILING))
    # what has to be exceeded is not reached by touching it
    touches = target.comparison is Comparison.MORE_THAN and whole == exact
    return whole + touches


def forecast(
    month_ends: Sequence[Decimal],
    *,
    now: Decimal,
    on: date,
    target: Target,
    is_share: bool,
    left_out: Collection[int] = (),
) -> Forecast | None:
    """Return where a figure is heading; None if too little is known.

    `month_ends` are the values of as many month ends, the oldest first: whole months
    alone make the pace, without those `left_out`, by the position of the month end that
    they led to. `now` is the value of the day `on`, which goes on by the months that
    remain after it.
    """
    changes = [
        after - before
        for place, (before, after) in enumerate(itertools.pairwise(month_ends), 1)
        if place not in left_out
    ]
    if len(changes) < FEWEST_CHANGES or target.judged_on <= on:
        return None
    known, ahead = len(changes), months_between(on, target.judged_on)
    is_met = _meets(now, target)
    mean = sum(changes, Decimal(0)) / known
    variance = sum(((c - mean) ** 2 for c in changes), Decimal(0)) / (known - 1)
    # the mean is itself an estimate: ahead² / known is what that adds
    spread = variance * (ahead + ahead * ahead / known)
    t = Decimal(_T95[min(known - 1, 30) - 2])
    half = t * spread.sqrt()
    now = _short(now, target)
    pace = mean.quantize(Decimal("0.001"))
    expected = now + ahead * pace
    floor, ceiling = (Decimal(0), Decimal(100)) if is_share else (now, None)

    def within(value: Decimal) -> Decimal:
        value = max(value, floor)
        return _tenth(value if ceiling is None else min(value, ceiling))

    gap = target.value - now
    return Forecast(
        on=target.judged_on,
        now=now,
        straight=_tenth(expected),
        expected=within(expected),
        low=within(expected - half),
        high=within(expected + half),
        pace=pace,
        months_known=known,
        months_ahead=ahead,
        gap=gap,
        months_to_target=_needed(gap, pace, target, is_met=is_met),
    )


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
