"""Probabilities of wrong decisions, and guard bands that bound them.

Sources: JCGM 106:2012, 7 to 9; ANSI/NCSL Z540.3:2006 and its handbook.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, inf, isinf, log, pi, sqrt

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.quantiles import normal_below, student_below, student_quantile

#: Beyond so many standard deviations there is nothing of a normal distribution.
_FAR = 9.0

#: From this ratio on a managed guard band is not needed.
MANAGED_UNTIL = 4.6


class BadRisk(Invalid):
    """From this no probability follows."""

    code = "metrology.bad_risk"
    message = N_("No probability follows from this: {problem}")


def conformance_probability(
    value: float,
    *,
    standard_uncertainty: float,
    lower: float = -inf,
    upper: float = inf,
    dof: float = inf,
) -> float:
    """Return the probability that the true value lies between the limits.

    All in one unit; normal, or Student's with `dof` degrees of freedom.

    Source: JCGM 106:2012, 7.2 to 7.4.
    """
    if standard_uncertainty <= 0:
        raise BadRisk(problem=N_("the uncertainty has to be above zero"))
    low = (lower - value) / standard_uncertainty
    high = (upper - value) / standard_uncertainty
    if low > 0:  # from the other side, where the tail keeps its digits
        low, high = -high, -low
    return student_below(high, dof=dof) - student_below(low, dof=dof)


def guard_band_multiple(
    risk: float, *, is_one_sided: bool = True, dof: float = inf
) -> float:
    """Return how many u a guard band needs so that a false pass is that rare.

    Source: JCGM 106:2012, 8.3.3; ILAC-G8:09/2019, table 1.
    """
    if not 0 < risk < 0.5:
        raise BadRisk(problem=N_("a risk lies between 0 and one half"))
    return -student_quantile(risk if is_one_sided else risk / 2, dof=dof)


@dataclass(frozen=True, slots=True)
class UncertaintyRatio:
    """Tolerance : uncertainty (TUR), and guard bands as shares of the tolerance."""

    ratio: float

    @property
    def factor_rss(self) -> float | None:
        """√(1 - 1/TUR²); None below a ratio of one. Source: RP-10 and Z540.3."""
        return sqrt(1 - 1 / self.ratio**2) if self.ratio >= 1 else None

    @property
    def factor_linear(self) -> float:
        """1 - 1/TUR, a guard band of the whole U."""
        return 1 - 1 / self.ratio

    @property
    def factor_managed(self) -> float:
        """1 - M/TUR with M = 1.04 - exp(0.38 ln TUR - 0.54): at most 2 % false passes.

        Source: Z540.3 handbook, method 6 (Dobbert); from a ratio of 4.6 on it is 1.
        """
        if self.ratio >= MANAGED_UNTIL:
            return 1.0
        multiple = 1.04 - exp(0.38 * log(self.ratio) - 0.54)
        return 1 - multiple / self.ratio


def uncertainty_ratio(half_width: float, *, uncertainty: float) -> UncertaintyRatio:
    """Return the ratio of a symmetric tolerance to U (k = 2)."""
    if half_width <= 0 or uncertainty <= 0:
        raise BadRisk(problem=N_("tolerance and uncertainty have to be above zero"))
    return UncertaintyRatio(half_width / uncertainty)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalRisk:
    """What becomes of all items of a kind, as shares of all of them."""

    in_tolerance: float
    accepted: float
    false_accept: float
    false_reject: float

    @property
    def false_among_accepted(self) -> float:
        """The share of bad items among those that were accepted."""
        return self.false_accept / self.accepted if self.accepted else 0.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of the items before they are measured."""

    mean: float
    standard_deviation: float
    is_rectangular: bool = False

    def density(self, x: float) -> float:
        """Return the probability density at x."""
        z = (x - self.mean) / self.standard_deviation
        if self.is_rectangular:
            return float(abs(z) <= sqrt(3)) / (2 * sqrt(3) * self.standard_deviation)
        return exp(-z * z / 2) / (sqrt(2 * pi) * self.standard_deviation)

    @property
    def ends(self) -> tuple[float, float]:
        """Where there is nothing more of it."""
        reach = (sqrt(3) if self.is_rectangular else _FAR) * self.standard_deviation
        return self.mean - reach, self.mean + reach


def global_risk(
    prior: Prior,
    *,
    standard_uncertainty: float,
    tolerance: tuple[float, float],
    acceptance: tuple[float, float] | None = None,
) -> GlobalRisk:
    """Return the shares of wrong decisions over all items, by integration.

    `acceptance` is the interval of accepted readings, the tolerance if none is given;
    an open side is infinite.

    Source: JCGM 106:2012, 9.5 and annex A.5, equations (19) and (21).
    """
    if prior.standard_deviation <= 0 or standard_uncertainty <= 0:
        raise BadRisk(problem=N_("the uncertainty has to be above zero"))
    u, (low, high) = standard_uncertainty, acceptance or tolerance

    def accepted(x: float) -> float:
        return normal_below((high - x) / u) - normal_below((low - x) / u)

    begin, end = prior.ends
    inner = [(max(begin, tolerance[0]), min(end, tolerance[1]))]
    outer = [(begin, min(end, tolerance[0])), (max(begin, tolerance[1]), end)]
    edges = [
        edge + step * u
        for edge in (low, high)
        if not isinf(edge)
        for step in (-_FAR, -3.0, 0.0, 3.0, _FAR)
    ]

    def share(spans: list[tuple[float, float]], of: Callable[[float], float]) -> float:
        return sum(_integral(of, *span, edges) for span in spans)

    good = share(inner, prior.density)
    good_accepted = share(inner, lambda x: prior.density(x) * accepted(x))
    bad_accepted = share(outer, lambda x: prior.density(x) * accepted(x))
    return GlobalRisk(
        in_tolerance=good,
        accepted=good_accepted + bad_accepted,
        false_accept=bad_accepted,
        false_reject=good - good_accepted,
    )


@cache
def _nodes() -> tuple[tuple[float, float], ...]:
    from numpy.polynomial.legendre import leggauss

    places, weights = leggauss(48)
    return tuple(zip(map(float, places), map(float, weights), strict=True))


def _integral(
    of: Callable[[float], float], begin: float, end: float, edges: Iterable[float]
) -> float:
    """Return an integral by Gauss and Legendre, piecewise between the edges."""
    if end <= begin:
        return 0.0
    inside = sorted({begin, end, *(x for x in edges if begin < x < end)})
    total = 0.0
    for a, b in pairwise(inside):
        pieces = 4
        width = (b - a) / pieces
        for piece in range(pieces):
            middle = a + (piece + 0.5) * width
            total += (
                sum(w * of(middle + x * width / 2) for x, w in _nodes()) * width / 2
            )
    return total
