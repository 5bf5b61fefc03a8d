"""Probabilities and quantiles of the normal and of Student's distribution."""

from functools import lru_cache
from math import erf, erfc, inf, isinf, sqrt
from statistics import NormalDist

_STANDARD = NormalDist()

#: Probabilities in use that stand for k = 1, 2 and 3 of the normal distribution.
#: Source: JCGM 100:2008, table G.2 and its note a.
NAMED = {0.6827: 1, 0.9545: 2, 0.9973: 3}


def coverage_probability(p: float) -> float:
    """Return the probability that a rounded one stands for: 0.9545 is that of k = 2."""
    k = NAMED.get(round(p, 12))
    return p if k is None else erf(k / sqrt(2))


def normal_below(z: float) -> float:
    """Return the probability below z, precise in the lower tail as well."""
    return 0.5 * erfc(-z / sqrt(2))


def normal_quantile(p: float) -> float:
    """Return z with the probability p below it."""
    return _STANDARD.inv_cdf(p)


def student_below(t: float, *, dof: float) -> float:
    """Return the probability below t with `dof` degrees of freedom."""
    if isinf(dof):
        return normal_below(t)
    from scipy.special import stdtr

    return float(stdtr(dof, t))


def student_quantile(p: float, *, dof: float) -> float:
    """Return t with the probability p below it, with `dof` degrees of freedom."""
    if isinf(dof):
        return normal_quantile(p)
    from scipy.special import stdtrit

    return float(stdtrit(dof, p))


@lru_cache(maxsize=4096)
def coverage_factor(p: float, *, dof: float = inf) -> float:
    """Return k such that ± k u holds the probability p, by Student's distribution.

    Source: JCGM 100:2008, table G.2; for p = 0.9545 EA-4/02 M:2022, annex E.
    """
    k = NAMED.get(round(p, 12))
    if isinf(dof) and k is not None:
        return float(k)
    return student_quantile((1 + coverage_probability(p)) / 2, dof=dof)
