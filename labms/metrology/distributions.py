"""What is known of an input quantity, and the standard uncertainty that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import inf, sqrt
from statistics import mean, stdev

from labms.errors import Invalid
from labms.i18n import N_


class Distribution(StrEnum):
    """How the possible values of an input quantity lie."""

    NORMAL = "normal"
    T = "t"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    ARCSINE = "arcsine"
    TRAPEZOIDAL = "trapezoidal"
    CURVILINEAR = "curvilinear trapezoidal"
    EXACT = "exact"


#: What those are called that procedures may name.
DISTRIBUTION_NAMES: Mapping[Distribution, str] = {
    Distribution.NORMAL: N_("normal"),
    Distribution.T: N_("Student's"),
    Distribution.RECTANGULAR: N_("rectangular"),
    Distribution.TRIANGULAR: N_("triangular"),
    Distribution.ARCSINE: N_("arcsine"),
}


class BadInput(Invalid):
    """An input quantity is described in a way that gives no uncertainty."""

    code = "metrology.bad_input"
    message = N_("The input quantity {name} cannot be used: {problem}")


#: (half-width)² : u². Sources: JCGM 100:2008, 4.3.7 and 4.3.9; JCGM 101:2008, 6.4.6.
_SQUARES: Mapping[Distribution, float] = {
    Distribution.RECTANGULAR: 3.0,
    Distribution.TRIANGULAR: 6.0,
    Distribution.ARCSINE: 2.0,
}


def from_half_width(
    half_width: float, distribution: Distribution, *, beta: float | None = None
) -> float:
    """Return u of a quantity that lies within ± `half_width`, in its unit.

    `beta` is the top of a trapezoid : its base, from 0 (a triangle) to 1 (a rectangle);
    u = a √((1 + β²) / 6). Source: JCGM 100:2008, 4.3.9.
    """
    if half_width < 0:
        raise BadInput(name="", problem=N_("a half-width cannot be below zero"))
    if distribution is Distribution.TRAPEZOIDAL:
        if beta is None or not 0 <= beta <= 1:
            raise BadInput(name="", problem=N_("a trapezoid needs β from 0 to 1"))
        return half_width * sqrt((1 + beta * beta) / 6)
    if distribution not in _SQUARES:
        raise BadInput(
            name="", problem=N_("this distribution is not bounded by a half-width")
        )
    return half_width / sqrt(_SQUARES[distribution])


def from_expanded(uncertainty: float, *, coverage_factor: float) -> float:
    """Return u = U / k. Source: JCGM 100:2008, 4.3.3."""
    if uncertainty < 0 or coverage_factor <= 0:
        raise BadInput(name="", problem=N_("U and k have to be above zero"))
    return uncertainty / coverage_factor


@dataclass(frozen=True, slots=True)
class TypeA:
    """What repeated readings come to."""

    mean: Fraction
    """Exact, in the unit of the readings."""
    standard_deviation: float
    standard_uncertainty: float
    degrees_of_freedom: float


def from_readings(readings: Sequence[Fraction]) -> TypeA:
    """Return the mean of repeated readings, and u of that mean.

    u = s / √n with n - 1 degrees of freedom. Source: JCGM 100:2008, 4.2.
    """
    if len(readings) < 2:
        raise BadInput(name="", problem=N_("one reading has no scatter"))
    deviation = stdev(float(reading - readings[0]) for reading in readings)
    return TypeA(
        mean=mean(readings),
        standard_deviation=deviation,
        standard_uncertainty=deviation / sqrt(len(readings)),
        degrees_of_freedom=len(readings) - 1,
    )


def from_pooled(deviation: float, *, readings: int) -> float:
    """Return u = s_p / √n, from a deviation known beforehand and n readings now.

    Source: JCGM 100:2008, 4.2.4.
    """
    if readings < 1 or deviation < 0:
        raise BadInput(name="", problem=N_("a mean needs at least one reading"))
    return deviation / sqrt(readings)


def reliability_to_dof(relative: float) -> float:
    """Return ν = ½ (Δu/u)⁻² for an estimate of u that may be off by that share.

    Source: JCGM 100:2008, G.4.2, equation (G.3).
    """
    return inf if relative == 0 else 0.5 / relative**2
