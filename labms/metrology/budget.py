"""Uncertainty budgets: u(y), what contributes, and the degrees of freedom.

First order, as JCGM 100:2008. Where that is not enough the budget says so, and
`labms.metrology.montecarlo` does it without that assumption.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import hypot, inf, sqrt
from typing import NamedTuple

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.distributions import Distribution
from labms.metrology.expressions import Expression
from labms.metrology.modelling import (
    CONSTANTS,
    differentiate,
    evaluate_best,
    evaluate_float,
)

#: Cancelling contributions leave this much of rounding, beside their squares.
_ROUNDING = 4e-15

#: A second-order part of u(y) above this share of it makes a budget doubtful.
NOTABLE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One input of a model, with what is known of it (VIM 2.50)."""

    name: str
    value: Fraction
    standard_uncertainty: float
    """u(x), in the unit of the input quantity."""
    degrees_of_freedom: float = inf
    distribution: Distribution = Distribution.NORMAL
    half_width: float | None = None
    """Where its possible values end, for the bounded distributions."""
    unit: str = ""


class Contribution(NamedTuple):
    """One line of an uncertainty budget (VIM 2.33)."""

    name: str
    standard_uncertainty: float
    """u(x), in the unit of the input quantity."""
    sensitivity: float = 1.0
    """∂y/∂x, in the unit of y per unit of x."""
    degrees_of_freedom: float = inf

    @property
    def share(self) -> float:
        """|∂y/∂x| u(x), in the unit of y."""
        return abs(self.sensitivity) * self.standard_uncertainty


Correlations = Mapping[tuple[str, str], float]
"""r(xᵢ, xⱼ) by the names of both; a pair that is not named is uncorrelated."""


class BadCorrelation(Invalid):
    """These coefficients cannot be those of any quantities."""

    code = "metrology.bad_correlation"
    message = N_("The correlation of {first} and {second} cannot be used: {problem}")


class NoDegreesOfFreedom(Invalid):
    """Welch and Satterthwaite's formula holds for independent inputs only."""

    code = "metrology.no_degrees_of_freedom"
    message = N_(
        "The effective degrees of freedom cannot be computed: {names} are correlated "
        "and their own degrees of freedom are finite."
    )


def combined_standard_uncertainty(
    budget: Sequence[Contribution], correlations: Correlations | None = None
) -> float:
    """Return u(y), in the unit of y.

    u(y)² = Σ (cᵢ uᵢ)² + 2 Σ cᵢ cⱼ uᵢ uⱼ r(xᵢ, xⱼ). What cancels is zero, not the
    rounding that it leaves.

    Source: JCGM 100:2008 (the GUM), 5.1.2, equation (10), and 5.2.2, equation (16).

    The end gauge of the GUM's annex H.1, in nanometres (table H.1 gives 32):

    >>> parts = {"standard": 25.0, "comparator": 9.7, "Δα": 2.9, "Δθ": 16.6}
    >>> budget = [Contribution(name, u) for name, u in parts.items()]
    >>> round(combined_standard_uncertainty(budget))
    32
    """
    parts = {c.name: c.sensitivity * c.standard_uncertainty for c in budget}
    if not correlations:
        return hypot(*parts.values())
    size = sum(part * part for part in parts.values())
    crossed = [
        2 * parts[a] * parts[b] * r
        for (a, b), r in correlations.items()
        if a in parts and b in parts
    ]
    variance = size + sum(crossed)
    if abs(variance) <= _ROUNDING * (size + sum(map(abs, crossed))):
        return 0.0
    return sqrt(max(variance, 0.0))


def check_correlations(correlations: Correlations) -> None:
    """Raise BadCorrelation unless the coefficients can hold together.

    Each lies from -1 to 1, and their matrix has no negative eigenvalue.
    """
    for (a, b), r in correlations.items():
        if a == b or not -1 <= r <= 1:
            raise BadCorrelation(
                first=a, second=b, problem=N_("it has to lie between -1 and 1")
            )
        if correlations.get((b, a), r) != r:
            raise BadCorrelation(
                first=a, second=b, problem=N_("it is given twice, and differs")
            )
    names = sorted({name for pair in correlations for name in pair})
    if len(names) > 2:
        import numpy as np

        matrix = np.eye(len(names))
        for (a, b), r in correlations.items():
            i, j = names.index(a), names.index(b)
            matrix[i, j] = matrix[j, i] = r
        if np.linalg.eigvalsh(matrix)[0] < -1e-9:
            raise BadCorrelation(
                first=names[0],
                second=", ".join(names[1:]),
                problem=N_("together the coefficients contradict each other"),
            )


def effective_degrees_of_freedom(
    budget: Sequence[Contribution], correlations: Correlations | None = None
) -> float:
    """Return ν_eff = u(y)⁴ / Σ ((cᵢ uᵢ)⁴ / νᵢ), not truncated.

    Refuses with NoDegreesOfFreedom when correlated inputs have finite ones: the
    formula is not meant for them.

    Source: JCGM 100:2008, G.4.1, equation (G.2b).
    """
    finite = [c for c in budget if c.degrees_of_freedom != inf and c.share]
    if correlations:
        tied = {name for pair, r in correlations.items() if r for name in pair}
        if both := tied.intersection(c.name for c in finite):
            raise NoDegreesOfFreedom(names=", ".join(sorted(both)))
    total = combined_standard_uncertainty(budget, correlations)
    if total == 0:
        return inf
    spent = sum([(c.share / total) ** 4 / c.degrees_of_freedom for c in finite])
    return 1 / spent if spent > 0 else inf


@dataclass(frozen=True)
class Budget:
    """A model, its inputs, and what follows for the output quantity."""

    model: Expression
    inputs: tuple[Quantity, ...]
    correlations: Correlations

    @cached_property
    def estimate(self) -> Fraction | float:
        """y, exact where the model has only exact operations."""
        return evaluate_best(self.model, {q.name: q.value for q in self.inputs})

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """One line for each input, with the sensitivity that the model gives."""
        at = {q.name: float(q.value) for q in self.inputs}
        slopes = differentiate(self.model, at)[1]
        return tuple(
            Contribution(
                q.name, q.standard_uncertainty, slopes[q.name], q.degrees_of_freedom
            )
            for q in self.inputs
        )

    @cached_property
    def standard_uncertainty(self) -> float:
        """u(y), of first order."""
        return combined_standard_uncertainty(self.contributions, self.correlations)

    @property
    def degrees_of_freedom(self) -> float:
        """ν_eff of the output. Refuses as `effective_degrees_of_freedom` does."""
        return effective_degrees_of_freedom(self.contributions, self.correlations)

    def warnings(self) -> tuple[str, ...]:
        """Return what makes the first order doubtful here, as marked texts.

        Sources: JCGM 100:2008, 5.1.2, note; JCGM 101:2008, 5.8.
        """
        found = []
        second = second_order_uncertainty(self)
        if any(c.sensitivity == 0 and c.standard_uncertainty for c in self._named()):
            found.append(
                N_("A sensitivity vanishes: that input seems to contribute nothing.")
            )
        if second > NOTABLE * hypot(self.standard_uncertainty, second):
            found.append(
                N_("The model is not linear enough here: use the Monte Carlo method.")
            )
        return tuple(found)

    def _named(self) -> list[Contribution]:
        return [c for c in self.contributions if c.name in self.model.names]


def make_budget(
    model: Expression,
    inputs: Sequence[Quantity],
    correlations: Correlations | None = None,
) -> Budget:
    """Return the budget of a model. Refuses correlations that contradict each other.

    Raises CannotEvaluate, when used, for a name in the model that is no input.
    """
    given = {q.name for q in inputs} | set(CONSTANTS)
    for pair in correlations or {}:
        if unknown := set(pair) - given:
            raise BadCorrelation(
                first=pair[0],
                second=pair[1],
                problem=N_("there is no such input:") + " " + ", ".join(unknown),
            )
    check_correlations(correlations or {})
    return Budget(model, tuple(inputs), dict(correlations or {}))


def second_order_uncertainty(budget: Budget) -> float:
    """Return what second derivatives add to u(y), in the unit of y.

    √(½ Σ fᵢᵢ² uᵢ⁴ + Σ_{i<j} fᵢⱼ² uᵢ² uⱼ²), for independent inputs; the derivatives by
    differences over one standard uncertainty, where the model is asked anyway.

    Source: JCGM 100:2008, 5.1.2, note, without the terms of third order.
    """
    at = {q.name: float(q.value) for q in budget.inputs}
    steps = {
        q.name: q.standard_uncertainty
        for q in budget.inputs
        if q.standard_uncertainty and q.name in budget.model.names
    }
    first = differentiate(budget.model, at)[1]

    def slope_moved(moved: str, by: str) -> float:
        up = differentiate(budget.model, {**at, moved: at[moved] + steps[moved]})[1]
        return up[by] - first[by]

    own = sum((slope_moved(name, name) * steps[name]) ** 2 for name in steps) / 2
    mixed = sum((slope_moved(a, b) * steps[b]) ** 2 for a, b in combinations(steps, 2))
    size = abs(evaluate_float(budget.model, at)) or 1.0
    found = sqrt(own + mixed)
    return found if found > 1e-12 * size else 0.0
