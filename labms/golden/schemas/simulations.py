"""Propagation of distributions (`mc-v1`)."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from labms.golden.reading import BadExample, given, number, optional, real
from labms.golden.schemas.budgets import DISTRIBUTIONS
from labms.metrology.distributions import Distribution
from labms.metrology.expressions import parse
from labms.metrology.montecarlo import RandomInput, half_width_of, simulate

_MORE_NAMES = {
    **DISTRIBUTIONS,
    "student": Distribution.T,
    "ctrap": Distribution.CURVILINEAR,
    "curvilinear_trapezoid": Distribution.CURVILINEAR,
    "curvilinear trapezoid": Distribution.CURVILINEAR,
}

#: Where the draws begin, unless the example says so.
SEED = 20_081


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return mean, deviation and both intervals of the output."""
    told = [each for each in vector["inputs"] if "correlation" not in each]
    pairs = [each["correlation"] for each in vector["inputs"] if "correlation" in each]
    pairs += vector.get("correlations", [])
    found = simulate(
        parse(str(vector["model"])),
        [_input(each) for each in told],
        probability=real(vector["p"]),
        trials=int(number(given(vector, "trials"))),
        seed=int(number(vector.get("seed", SEED))),
        correlations={(a, b): real(r) for a, b, r in pairs},
    )
    return {
        "mean": found.mean,
        "std": found.standard_deviation,
        "low_symmetric": found.symmetric[0],
        "high_symmetric": found.symmetric[1],
        "low_shortest": found.shortest[0],
        "high_shortest": found.shortest[1],
    }


def _input(told: Mapping[str, Any]) -> RandomInput:
    kind = str(told["distribution"])
    try:
        distribution = _MORE_NAMES.get(kind) or Distribution(kind)
    except ValueError as error:
        raise BadExample(problem=kind) from error
    beta = real(optional(told, "beta") or 0)
    mean, spread = _place(told, distribution, beta)
    return RandomInput(
        name=told["name"],
        distribution=distribution,
        mean=mean,
        spread=spread,
        dof=real(optional(told, "dof", "nu", "df") or "inf"),
        beta=beta,
        inexactness=real(optional(told, "inexactness", "d") or 0),
    )


def _place(
    told: Mapping[str, Any], distribution: Distribution, beta: float
) -> tuple[float, float]:
    """Return the middle of a distribution, and how far it reaches."""
    if (low := optional(told, "low", "lower", "a")) is not None:
        high = real(given(told, "high", "upper", "b"))
        return (real(low) + high) / 2, (high - real(low)) / 2
    mean = real(given(told, "mean", "value"))
    if distribution is Distribution.EXACT:
        return mean, 0.0
    if (half := optional(told, "half_width")) is not None:
        return mean, real(half)
    if (expanded := optional(told, "expanded_U")) is not None:
        return mean, real(expanded) / real(given(told, "k"))
    std = real(given(told, "std", "std_uncertainty", "scale", "u"))
    if distribution in (Distribution.NORMAL, Distribution.T):
        return mean, std
    if distribution is Distribution.CURVILINEAR:
        inexact = real(optional(told, "inexactness", "d") or 0)
        return mean, sqrt(max(3 * std**2 - inexact**2 / 3, 0.0))
    return mean, half_width_of(distribution, std, beta=beta)
