"""From a standard uncertainty to an expanded one, with the reason for k."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, hypot, inf, isinf, sqrt

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.budget import Budget, Contribution
from labms.metrology.distributions import Distribution
from labms.metrology.quantiles import coverage_factor

#: Beside a contribution this much larger, all others together change no shape.
#: Source: EA-4/02 M:2022, S9.14 and S10.13.
DOMINANT = 0.3


class CoverageMethod(StrEnum):
    """How k was found; recorded with every result."""

    FIXED = "fixed"
    STUDENT = "t"
    RECTANGULAR = "rectangular"
    TRAPEZOIDAL = "trapezoidal"


class DofRule(StrEnum):
    """What is done with effective degrees of freedom that are no whole number."""

    TRUNCATE = "truncate"
    REAL = "real"
    INTERPOLATE = "interpolate"
    NEAREST = "nearest"


class BadCoverage(Invalid):
    """No coverage factor follows from this."""

    code = "metrology.bad_coverage"
    message = N_("No coverage factor can be given: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """An expanded uncertainty, and how it came about."""

    uncertainty: float
    """U, in the unit of the output quantity, not rounded."""
    factor: float
    method: CoverageMethod
    probability: float | None = None
    """As it was asked for; None if only k was."""
    degrees_of_freedom: float | None = None
    """The ones that k was found with."""
    beta: float | None = None
    is_dominated: bool = True
    """Whether the shape that k assumes is really that of the largest contributions."""


def truncated(dof: float) -> float:
    """Return the next lower whole number; what is whole but for rounding stays so.

    Source: JCGM 100:2008, G.4.1, note 1 (truncation); EA-4/02 M:2022, E.2.
    """
    return inf if isinf(dof) else float(floor(dof * (1 + 1e-12) + 1e-9))


def fixed(standard_uncertainty: float, *, factor: float) -> Coverage:
    """Return U = k u with an agreed k."""
    if factor <= 0:
        raise BadCoverage(problem=N_("k has to be above zero"))
    return Coverage(
        uncertainty=factor * standard_uncertainty,
        factor=factor,
        method=CoverageMethod.FIXED,
    )


def by_student(
    standard_uncertainty: float,
    *,
    dof: float,
    probability: float,
    rule: DofRule = DofRule.TRUNCATE,
) -> Coverage:
    """Return U = t_p(ν) u; U is computed from the unrounded u.

    Source: JCGM 100:2008, G.3.2 and G.4.1; EA-4/02 M:2022, annex E.
    """
    used = dof
    if rule is DofRule.TRUNCATE:
        used = truncated(dof)
    elif rule is DofRule.NEAREST and not isinf(dof):
        used = float(round(dof))
    if used < 1:
        raise BadCoverage(problem=N_("there is less than one degree of freedom"))
    if rule is DofRule.INTERPOLATE and not isinf(used):
        below, above = floor(used), floor(used) + 1
        low, high = (coverage_factor(probability, dof=n) for n in (below, above))
        factor = low + (high - low) * (used - below)
    else:
        factor = coverage_factor(probability, dof=used)
    return Coverage(
        uncertainty=factor * standard_uncertainty,
        factor=factor,
        method=CoverageMethod.STUDENT,
        probability=probability,
        degrees_of_freedom=used,
    )


def rectangular_factor(probability: float) -> float:
    """Return k = p √3. Source: EA-4/02 M:2022, S9.14."""
    return probability * sqrt(3)


def trapezoidal_factor(probability: float, *, beta: float) -> float:
    """Return k of a trapezoid whose top is `beta` of its base.

    k = (1 - √((1-p)(1-β²))) / √((1+β²)/6), as long as the interval reaches beyond the
    top; within it the density is constant. Source: EA-4/02 M:2022, S10.13.
    """
    if probability < 2 * beta / (1 + beta):
        share = probability * (1 + beta) / 2
    else:
        share = 1 - sqrt((1 - probability) * (1 - beta * beta))
    return share / sqrt((1 + beta * beta) / 6)


def by_shape(
    budget: Budget,
    *,
    probability: float,
    dominant: Sequence[str],
    beta: float | None = None,
) -> Coverage:
    """Return U where one or two bounded inputs are nearly all there is.

    One rectangular input: p √3. Two: the trapezoid that they make, with
    β = |a₁ - a₂| / (a₁ + a₂), each in the unit of the output, unless `beta` is given.
    `is_dominated` says whether the rest is at most 0.3 of them.

    Source: EA-4/02 M:2022, S9.14 and S10.13.
    """
    lines = {c.name: c for c in budget.contributions}
    if not dominant or not set(dominant) <= set(lines) or len(dominant) > 2:
        raise BadCoverage(problem=N_("one or two inputs have to be named"))
    largest = [lines[name] for name in dominant]
    if len(dominant) == 1 and beta is None:
        factor, method = rectangular_factor(probability), CoverageMethod.RECTANGULAR
    else:
        beta = _beta(budget, largest) if beta is None else beta
        factor = trapezoidal_factor(probability, beta=beta)
        method = CoverageMethod.TRAPEZOIDAL
    return Coverage(
        uncertainty=factor * budget.standard_uncertainty,
        factor=factor,
        method=method,
        probability=probability,
        beta=beta,
        is_dominated=is_dominated(budget, largest),
    )


def is_dominated(budget: Budget, largest: Sequence[Contribution]) -> bool:
    """Return whether all other contributions are at most 0.3 of these together."""
    names = {c.name for c in largest}
    rest = hypot(*(c.share for c in budget.contributions if c.name not in names))
    return rest <= DOMINANT * hypot(*(c.share for c in largest))


def dominant_inputs(budget: Budget) -> tuple[str, ...]:
    """Return the one or two rectangular inputs that give y its shape, or ()."""
    kinds = {q.name: q.distribution for q in budget.inputs}
    by_size = sorted(budget.contributions, key=lambda c: -c.share)
    for count in (1, 2):
        largest = by_size[:count]
        if all(kinds[c.name] is Distribution.RECTANGULAR for c in largest) and (
            is_dominated(budget, largest)
        ):
            return tuple(c.name for c in largest)
    return ()


def _beta(budget: Budget, largest: Sequence[Contribution]) -> float:
    widths = {q.name: q.half_width for q in budget.inputs}
    found = []
    for line in largest:
        width = widths[line.name]
        if width is None:  # a rectangle's, from its standard uncertainty
            width = line.standard_uncertainty * sqrt(3)
        found.append(abs(line.sensitivity) * width)
    if len(found) != 2 or not sum(found):
        raise BadCoverage(problem=N_("a trapezoid is made by two inputs"))
    return abs(found[0] - found[1]) / sum(found)
