"""Method S2: several models of how reliability falls, and the one that fits best.

Source: NCSLI RP-1:2010, method S2 and annex D.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt

from labms.i18n import N_
from labms.metrology.intervals.reacting import BadHistory
from labms.metrology.quantiles import normal_below

Curve = Callable[..., float]

#: A model is left out if the results contradict it with this confidence.
MOST_DOUBT = 0.95
#: Intervals within this share of each other count as the same answer.
ALIKE = 0.2
_EDGE = 1e-12


def _walk(square: float) -> float:
    return 2 * normal_below(1 / sqrt(square)) - 1 if square > 0 else 1.0


#: R(t, θ) and where to begin, from the exponential rate λ. All θ are above zero.
MODELS: Mapping[str, tuple[Curve, Callable[[float], Sequence[float]]]] = {
    "exponential": (lambda t, a: exp(-a * t), lambda r: [r]),
    "weibull": (lambda t, a, b: exp(-((a * t) ** b)), lambda r: [r, 1.0]),
    "mixed exponential": (lambda t, a, b: (1 + a * t) ** -b, lambda r: [r, 1.0]),
    "random walk": (lambda t, a, b: _walk(a + b * t), lambda r: [0.2, r]),
    "restricted random walk": (
        lambda t, a, b, c: _walk(a + b * (1 - exp(-c * t))),
        lambda r: [0.2, 1.0, r],
    ),
    "modified gamma": (
        lambda t, a: exp(-a * t) * (1 + a * t + (a * t) ** 2 / 2 + (a * t) ** 3 / 6),
        lambda r: [4 * r],
    ),
    "mortality drift": (
        lambda t, a, b: exp(-(a * t + b * t * t)),
        lambda r: [r, r * r],
    ),
    "warranty": (lambda t, a, b: 1 / (1 + exp(a * (t - b))), lambda r: [r, 0.7 / r]),
    "drift": (
        lambda t, a, b, c: normal_below(a + c * t) + normal_below(b - c * t) - 1,
        lambda r: [2.0, 2.0, 2 * r],
    ),
    "lognormal": (
        lambda t, a, b: 1 - normal_below(log(a * t) / b),
        lambda r: [r, 1.0],
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """One model, fitted by maximum likelihood."""

    name: str
    parameters: tuple[float, ...]
    log_likelihood: float
    interval: float
    """Where it reaches the target, in the unit of the intervals."""
    doubt: float
    """The confidence with which the results reject it."""
    merit: float = 0.0


def fit_models(
    intervals: Sequence[float],
    counts: Sequence[int],
    in_tolerance: Sequence[int],
    *,
    target: float,
) -> list[FittedModel]:
    """Return all models that can be fitted, the best first.

    Figure of merit: how many models agree on the interval, by how much the results
    doubt the model, times the fourth root of the interval.
    """
    rows = list(zip(intervals, counts, in_tolerance, strict=True))
    if any(t <= 0 or not 0 <= g <= n for t, n, g in rows):
        raise BadHistory(problem=N_("more in tolerance than there were results"))
    if len(rows) < 2 or all(n == g for _, n, g in rows):
        raise BadHistory(problem=N_("all results are alike"))
    fitted = [
        found
        for name in MODELS
        if (found := _fit(name, rows, target=target)) is not None
    ]
    ranked = [_with_merit(one, fitted) for one in fitted]
    return sorted(ranked, key=lambda one: (one.doubt > MOST_DOUBT, -one.merit))


def _fit(
    name: str, rows: Sequence[tuple[float, int, int]], *, target: float
) -> FittedModel | None:
    from scipy.optimize import minimize
    from scipy.special import gammainc

    curve, begin = MODELS[name]
    total = sum(n * t for t, n, _ in rows)
    rate = max(sum(n - g for _, n, g in rows), 0.5) / total

    def reliability(t: float, logs: Sequence[float]) -> float:
        try:
            found = curve(t, *(exp(x) for x in logs))
        except (OverflowError, ZeroDivisionError):
            return _EDGE
        return min(max(found, _EDGE), 1 - _EDGE)

    def loss(logs: Sequence[float]) -> float:
        return -sum(
            g * log(reliability(t, logs)) + (n - g) * log(1 - reliability(t, logs))
            for t, n, g in rows
        )

    guess = [log(x) for x in begin(rate)]
    found = minimize(
        loss,
        guess,
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000},
    )
    logs = [float(x) for x in found.x]
    perfect = sum(
        (g * log(g / n) if g else 0.0) + ((n - g) * log(1 - g / n) if n > g else 0.0)
        for _, n, g in rows
    )
    spare = max(len(rows) - len(logs), 1)
    interval = _reach(lambda t: reliability(t, logs), target, rows[-1][0])
    if not isfinite(found.fun) or not isfinite(interval):
        return None
    return FittedModel(
        name=name,
        parameters=tuple(exp(x) for x in logs),
        log_likelihood=-float(found.fun),
        interval=interval,
        doubt=float(gammainc(spare / 2, max(found.fun + perfect, 0.0))),
    )


def _reach(reliability: Callable[[float], float], target: float, last: float) -> float:
    low, high = 0.0, 1000 * last
    if reliability(high) > target:
        return inf
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if reliability(middle) > target else (low, middle)
    return (low + high) / 2


def _with_merit(one: FittedModel, all_of_them: Sequence[FittedModel]) -> FittedModel:
    alike = sum(
        abs(other.interval - one.interval) <= ALIKE * max(one.interval, _EDGE)
        for other in all_of_them
    )
    merit = alike / max(one.doubt, 1e-6) * one.interval**0.25
    return FittedModel(
        name=one.name,
        parameters=one.parameters,
        log_likelihood=one.log_likelihood,
        interval=one.interval,
        doubt=one.doubt,
        merit=merit,
    )
