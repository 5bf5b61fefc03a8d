"""Intervals from how often items were found in tolerance.

Source: NCSLI RP-1:2010, methods A3, S1 and S2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, inf, log

from labms.i18n import N_
from labms.metrology.intervals.reacting import BadHistory

#: Fewer results than this never lengthen an interval.
FEWEST_TO_EXTEND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalTest:
    """What an interval test (A3) found, and what it changes."""

    observed: float
    """The observed reliability, g / n."""
    confidence: float
    """That the interval is not the right one; never below zero."""
    raw_days: float
    """What the formula gives, before it is decided whether to change at all."""
    days: float
    reliability_range: tuple[float, float]
    """Clopper and Pearson's, two-sided, at the confidence that a change needs."""
    count: int
    reason: str
    """Why the interval stays as it is, as a marked text; "" if it changes."""


def interval_test(
    in_tolerance: int,
    count: int,
    *,
    interval_days: float,
    target: float,
    confidence: float = 0.5,
    max_factor: float = 2.0,
    min_change_days: float = 5,
    shortest_days: float = 14,
    longest_days: float = 1826,
) -> IntervalTest:
    """Test an interval by the share that was found in tolerance at its end.

    The interval changes only if the confidence that it is wrong is above `confidence`
    and the change is worth while.

    Source: NCSLI RP-1:2010, method A3.
    """
    if not 0 <= in_tolerance <= count or count == 0:
        raise BadHistory(problem=N_("more in tolerance than there were results"))
    observed = in_tolerance / count
    if in_tolerance in (0, count):
        doubt = 1 - _chance(in_tolerance, count, target)
    elif observed > target:
        doubt = _chance_up_to(in_tolerance, count, target) - 1
    else:
        doubt = 1 - 2 * _chance_up_to(in_tolerance, count, target)
    if observed > target:
        exponent = (observed - target) / (1 - doubt) if doubt < 1 else 300.0
        factor = min(max_factor, 10 ** min(exponent, 300.0))
    else:
        factor = max(1 / max_factor, 10 ** ((observed - target) * doubt))
    raw = factor * interval_days
    days, reason = interval_days, ""
    if doubt <= confidence:
        reason = N_("The results do not contradict the present interval.")
    elif abs(raw - interval_days) < min_change_days:
        reason = N_("The change would be too small to matter.")
    elif raw > interval_days and count < FEWEST_TO_EXTEND:
        reason = N_("There are too few results to lengthen an interval.")
    else:
        days = min(max(raw, shortest_days), longest_days)
    return IntervalTest(
        observed=observed,
        confidence=max(doubt, 0.0),
        raw_days=raw,
        days=days,
        reliability_range=reliability_range(in_tolerance, count, confidence=confidence),
        count=count,
        reason=reason,
    )


def reliability_range(
    in_tolerance: int, count: int, *, confidence: float
) -> tuple[float, float]:
    """Return between which bounds the true reliability lies, with that confidence.

    Source: Clopper and Pearson (1934), by quantiles of the beta distribution.
    """
    from scipy.special import betaincinv

    tail, failed = (1 - confidence) / 2, count - in_tolerance
    low = float(betaincinv(in_tolerance, failed + 1, tail)) if in_tolerance else 0.0
    high = float(betaincinv(in_tolerance + 1, failed, 1 - tail)) if failed else 1.0
    return low, high


def _chance(successes: int, count: int, p: float) -> float:
    return comb(count, successes) * p**successes * (1 - p) ** (count - successes)


def _chance_up_to(successes: int, count: int, p: float) -> float:
    return sum(_chance(k, count, p) for k in range(successes + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExponentialInterval:
    """R(t) = exp(-λ t), and when it reaches the target; in one unit of time."""

    rate: float
    interval: float
    count: int = 0


def exponential(
    observed: float, *, interval: float, target: float
) -> ExponentialInterval:
    """Return the interval from the reliability seen at one common interval.

    Source: NCSLI RP-1:2010, method S1.
    """
    if not 0 < observed <= 1 or not 0 < target < 1 or interval <= 0:
        raise BadHistory(problem=N_("a reliability lies between 0 and 1"))
    if observed == 1:  # nothing fails: a longest interval has to be set elsewhere
        return ExponentialInterval(rate=0.0, interval=inf)
    rate = -log(observed) / interval
    return ExponentialInterval(rate=rate, interval=-log(target) / rate)


def exponential_by_likelihood(
    intervals: Sequence[float],
    counts: Sequence[int],
    in_tolerance: Sequence[int],
    *,
    target: float,
) -> ExponentialInterval:
    """Return the interval from results at mixed intervals, by maximum likelihood.

    Σ (n - g) t e / (1 - e) = Σ g t with e = exp(-λ t), solved by bisection.

    Source: NCSLI RP-1:2010, method S1 and annex D.
    """
    rows = list(zip(intervals, counts, in_tolerance, strict=True))
    if any(t <= 0 or not 0 <= g <= n for t, n, g in rows):
        raise BadHistory(problem=N_("more in tolerance than there were results"))
    kept = sum(g * t for t, _, g in rows)
    if not kept:
        raise BadHistory(problem=N_("all results are alike"))
    if all(n == g for _, n, g in rows):
        return ExponentialInterval(rate=0.0, interval=inf, count=sum(counts))

    def slope(rate: float) -> float:
        failed = sum((n - g) * t / (exp(rate * t) - 1) for t, n, g in rows if n > g)
        return failed - kept

    low, high = 1e-12 / max(intervals), 600.0 / max(intervals)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    rate = (low + high) / 2
    return ExponentialInterval(
        rate=rate, interval=-log(target) / rate, count=sum(counts)
    )
