"""Where a figure is heading: from the pace of the last months, with an honest band.

The change of each month is taken as one draw, independent of the others and as large in
the months to come; the band holds the sum of the coming changes with 90 % by Student's
t, which grows wide where few months are known. Nothing is foretold from fewer than
three changes. A figure in per cent ends at 0 and 100, a count never falls below now.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from labms.plan.rules import Comparison, Target

#: Quantile 0.95 of Student's t for 2 to 30 degrees of freedom: a band of 90 %.
#: Source: computed with scipy.stats.t.ppf(0.95, df), rounded to three places.
_T95 = (
    "2.920 2.353 2.132 2.015 1.943 1.895 1.860 1.833 1.812 1.796 1.782 1.771 1.761 "
    "1.753 1.746 1.740 1.734 1.729 1.725 1.721 1.717 1.714 1.711 1.708 1.706 1.703 "
    "1.701 1.699 1.697"
).split()
FEWEST_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a figure will be on a day, if the pace stays."""

    on: date
    #: The value that it starts from, to one place.
    now: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    #: Change in a month, on the average of the months looked at.
    pace: Decimal
    months_known: int
    months_ahead: int
    #: Months until the target at this pace; None if never.
    months_to_target: int | None

    def reaches(self, target: Target) -> str:
        """Return "yes", "no" or "open": whether the whole band meets the target."""
        if target.comparison is Comparison.ABOUT:
            return "open"
        strict = target.comparison is Comparison.MORE_THAN

        def meets(value: Decimal) -> bool:
            return value > target.value if strict else value >= target.value

        if meets(self.low):
            return "yes"
        return "open" if meets(self.high) else "no"


def months_between(first: date, last: date) -> int:
    """Return the months from one day to another, a begun one counted."""
    months = 12 * (last.year - first.year) + last.month - first.month
    return max(0, months + (last.day > first.day))


def forecast(
    month_ends: Sequence[Decimal],
    *,
    now: Decimal,
    on: date,
    target: Target,
    is_share: bool,
) -> Forecast | None:
    """Return where a figure is heading; None if too little is known.

    `month_ends` are the values of as many month ends, the oldest first: whole months
    alone make the pace. `now` is the value of the day `on`, from which it goes on.
    """
    changes = [b - a for a, b in itertools.pairwise(month_ends)]
    if len(changes) < FEWEST_CHANGES or target.judged_on <= on:
        return None
    known, ahead = len(changes), months_between(on, target.judged_on)
    mean = sum(changes, Decimal(0)) / known
    variance = sum(((c - mean) ** 2 for c in changes), Decimal(0)) / (known - 1)
    # the mean is itself an estimate: ahead² / known is what that adds
    spread = variance * (ahead + Decimal(ahead * ahead) / known)
    t = Decimal(_T95[min(known - 1, 30) - 2])
    half = t * spread.sqrt()
    now = now.quantize(Decimal("0.1"), rounding=ROUND_FLOOR)
    pace = mean.quantize(Decimal("0.001"))
    expected = now + ahead * pace
    floor, ceiling = (Decimal(0), Decimal(100)) if is_share else (now, None)

    def within(value: Decimal) -> Decimal:
        value = max(value, floor)
        value = value if ceiling is None else min(value, ceiling)
        return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)

    gap = target.value - now
    needed = None
    if gap <= 0:
        needed = 0
    elif pace > 0:
        needed = int(-(-gap // pace))
    return Forecast(
        on=target.judged_on,
        now=now,
        expected=within(expected),
        low=within(expected - half),
        high=within(expected + half),
        pace=pace,
        months_known=known,
        months_ahead=ahead,
        months_to_target=needed,
    )
