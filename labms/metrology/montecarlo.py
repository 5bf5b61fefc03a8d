"""Propagation of distributions: what y may be, without assuming anything linear.

Source: JCGM 101:2008, 5 to 7. The draws are a shifted Sobol sequence (randomised
quasi-Monte Carlo): as random as the standard asks for, and so evenly spread that a
million of them give the digits that a plain generator gives with many millions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, isinf, log2, sqrt
from typing import Any

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.distributions import BadInput, Distribution
from labms.metrology.expressions import Expression

#: Stored with each result, so that it can be had again.
GENERATOR = "Sobol (Joe and Kuo, 2008), digits shifted by numpy PCG64"

#: Enough for two significant digits of u. Source: JCGM 101:2008, 7.2.
DEFAULT_TRIALS = 1_000_000
MOST_TRIALS = 10_000_000


class BadSimulation(Invalid):
    """The simulation cannot be run, or says nothing."""

    code = "metrology.bad_simulation"
    message = N_("The simulation cannot be run: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomInput:
    """An input quantity and the distribution that describes what is known of it.

    The bounded ones lie within `mean` ± `spread`; for the normal one `spread` is u, for
    Student's the scale that multiplies t with `dof` degrees of freedom.
    """

    name: str
    distribution: Distribution
    mean: float
    spread: float
    dof: float = inf
    beta: float = 0.0
    """Top : base of a trapezoid."""
    inexactness: float = 0.0
    """By how much the ends of a curvilinear trapezoid may be off."""


#: Half-width : u of the bounded distributions that have no further parameter.
_HALF_WIDTHS: Mapping[Distribution, float] = {
    Distribution.RECTANGULAR: sqrt(3),
    Distribution.TRIANGULAR: sqrt(6),
    Distribution.ARCSINE: sqrt(2),
}


def half_width_of(
    distribution: Distribution, standard_uncertainty: float, *, beta: float = 0.0
) -> float:
    """Return the half-width of a bounded distribution from its standard deviation."""
    if distribution is Distribution.TRAPEZOIDAL:
        return standard_uncertainty * sqrt(6 / (1 + beta * beta))
    if distribution not in _HALF_WIDTHS:
        raise BadInput(name="", problem=N_("this distribution has no half-width"))
    return standard_uncertainty * _HALF_WIDTHS[distribution]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What the draws of the output quantity come to, in its unit."""

    mean: float
    standard_deviation: float
    symmetric: tuple[float, float]
    """The interval with equal probability beyond each end."""
    shortest: tuple[float, float]
    probability: float
    trials: int
    seed: int
    generator: str = GENERATOR


def simulate(
    model: Expression,
    inputs: Sequence[RandomInput],
    *,
    probability: float = 0.95,
    trials: int = DEFAULT_TRIALS,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
) -> Simulation:
    """Return the distribution of a model's output, by draws of its inputs.

    `trials` is rounded up to a power of two. The same seed gives the same digits.
    Refuses with BadSimulation a number of trials that cannot carry the interval.

    Source: JCGM 101:2008, 7.2 (trials), 7.5 to 7.7 (results), 5.3.2 (intervals).
    """
    import numpy as np

    from labms.metrology.modelling import evaluate_draws

    if not 0 < probability < 1 or not 1000 / (1 - probability) <= trials <= MOST_TRIALS:
        raise BadSimulation(
            problem=N_("the number of trials does not go with the probability")
        )
    power = ceil(log2(trials))
    draws = draw(inputs, power=power, seed=seed, correlations=correlations or {})
    found = evaluate_draws(model, draws)
    values = np.sort(np.broadcast_to(np.asarray(found, float), 2**power))
    if not np.isfinite(values[[0, -1]]).all():
        raise BadSimulation(problem=N_("the model has no value for some of the draws"))
    return Simulation(
        mean=float(values.mean()),
        standard_deviation=float(values.std(ddof=1)),
        symmetric=_quantiles(values, probability),
        shortest=_shortest(values, probability),
        probability=probability,
        trials=2**power,
        seed=seed,
    )


def draw(
    inputs: Sequence[RandomInput],
    *,
    power: int,
    seed: int,
    correlations: Mapping[tuple[str, str], float],
) -> dict[str, Any]:
    """Return 2 ** `power` draws of each input, as arrays by name."""
    from labms.metrology.sobol import points

    columns = sum(
        2 if one.distribution is Distribution.CURVILINEAR else 1 for one in inputs
    )
    drawn = points(columns, power=power, seed=seed)
    chances = dict(zip([one.name for one in inputs], drawn, strict=False))
    if correlations:
        chances.update(_correlated(chances, correlations))
    spare = iter(drawn[len(inputs) :])
    return {one.name: _drawn(one, chances[one.name], spare) for one in inputs}


def _correlated(
    chances: Mapping[str, Any], correlations: Mapping[tuple[str, str], float]
) -> dict[str, Any]:
    """Tie the inputs together by a normal copula (exact for normal inputs).

    Source: JCGM 101:2008, 6.4.8 and C.5, for the multivariate normal distribution.
    """
    import numpy as np
    from scipy.special import ndtr, ndtri

    names = sorted({name for pair in correlations for name in pair})
    if not set(names) <= set(chances):
        raise BadSimulation(problem=N_("a correlation names no input"))
    matrix = np.eye(len(names))
    for (a, b), r in correlations.items():
        i, j = names.index(a), names.index(b)
        matrix[i, j] = matrix[j, i] = r
    sizes, directions = np.linalg.eigh(matrix)
    if sizes[0] < -1e-9:
        raise BadSimulation(problem=N_("the correlations contradict each other"))
    root = directions * np.sqrt(np.clip(sizes, 0, None))
    free = np.stack([ndtri(chances[name]) for name in names])
    return dict(zip(names, ndtr(root @ free), strict=True))


def _drawn(one: RandomInput, chance: Any, spare: Any) -> Any:
    """Return the quantiles of one input. Source: JCGM 101:2008, 6.4 and table 1."""
    import numpy as np
    from scipy.special import ndtri, stdtrit

    kind = one.distribution
    if kind is Distribution.EXACT or one.spread == 0:
        return np.full_like(chance, one.mean)
    if kind is Distribution.NORMAL or (kind is Distribution.T and isinf(one.dof)):
        return one.mean + one.spread * ndtri(chance)
    if kind is Distribution.T:
        return one.mean + one.spread * stdtrit(one.dof, chance)
    if kind is Distribution.RECTANGULAR:
        return one.mean + one.spread * (2 * chance - 1)
    if kind is Distribution.ARCSINE:
        return one.mean - one.spread * np.cos(np.pi * chance)
    if kind is Distribution.CURVILINEAR:
        width = one.spread + one.inexactness * (2 * next(spare) - 1)
        return one.mean + width * (2 * chance - 1)
    beta = one.beta if kind is Distribution.TRAPEZOIDAL else 0.0
    return one.mean + one.spread * _trapezoid(chance, beta)


def _trapezoid(chance: Any, beta: float) -> Any:
    """Return quantiles of a trapezoid on ±1 with its top on ± `beta`."""
    import numpy as np

    tail = np.minimum(chance, 1 - chance)
    slope = 1 - np.sqrt(2 * tail * (1 - beta * beta))
    flat = (1 + beta) * (0.5 - tail)
    distance = np.where(flat <= beta, flat, slope)
    return np.copysign(distance, chance - 0.5)


def _quantiles(values: Any, probability: float) -> tuple[float, float]:
    low = (1 - probability) / 2
    count = len(values)
    places = (low * count, (1 - low) * count)
    return tuple(_at(values, place - 0.5) for place in places)  # type: ignore[return-value]


def _at(values: Any, place: float) -> float:
    """Return the sorted value at a place that may lie between two."""
    place = min(max(place, 0.0), len(values) - 1.0)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    share = place - below
    return float(values[below] * (1 - share) + values[above] * share)


def _shortest(values: Any, probability: float) -> tuple[float, float]:
    """Return the ends of the shortest interval that holds the probability.

    Near its minimum the length hardly changes from draw to draw, so that the place of
    the very shortest is mostly chance: a smooth curve through the neighbourhood finds
    the bottom. Where the shortest interval begins with the first draw, it does.
    """
    import numpy as np

    count = len(values)
    held = min(round(probability * count), count - 1)
    lengths = values[held:] - values[: count - held]
    best = int(lengths.argmin())
    reach = max(len(lengths) // 8, 3)
    low, high = best - reach, best + reach
    if low > 0 and high < len(lengths) - 1:
        places = np.arange(low, high + 1, max(reach // 2000, 1))
        curve = np.polynomial.Polynomial.fit(places, lengths[places], 4)
        best = int(places[curve(places).argmin()])
    return float(values[best]), float(values[best + held])
