"""Intervals from how far errors drifted: lines, curves and their uncertainty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import copysign, inf, sqrt

from labms.i18n import N_
from labms.metrology.intervals.reacting import BadHistory
from labms.metrology.quantiles import student_quantile
from labms.metrology.regression import (
    Line,
    Polynomial,
    fit_line,
    fit_through_origin,
)

#: A prediction further ahead than this is none.
FURTHEST_DAYS = 20_000

#: Below this |slope| : u(slope) a trend is not one.
SIGNIFICANT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The line through the as-found errors of a standard, and where it leads."""

    line: Line
    mpe: float
    u_cal: float
    factor: float
    last_day: float

    @property
    def significance(self) -> float:
        """t = slope / u(slope); infinite for points exactly on a slope."""
        if self.line.u_slope == 0:
            return copysign(inf, self.line.slope) if self.line.slope else 0.0
        return self.line.slope / self.line.u_slope

    @property
    def is_significant(self) -> bool:
        """Whether the trend may be extrapolated; else control limits are the way."""
        return abs(self.significance) >= SIGNIFICANT

    def u_predicted(self, day: float) -> float:
        """Return u of an error found on that day.

        u² = s² (1 + 1/n + (t - t̄)²/Sxx) + u_cal².
        """
        return sqrt(self.line.u_new(day) ** 2 + self.u_cal**2)

    @property
    def line_reaches(self) -> float:
        """The day when the line reaches the limit; infinite if never, or too far."""
        return _first_day(lambda day: abs(self.line.at(day)) - self.mpe, self.last_day)

    @property
    def bound_reaches(self) -> float:
        """The day when line and k u together reach it."""
        return _first_day(
            lambda day: (
                abs(self.line.at(day)) + self.factor * self.u_predicted(day) - self.mpe
            ),
            self.last_day,
        )


def drift(
    days: Sequence[float],
    errors: Sequence[float],
    *,
    mpe: float,
    u_cal: float,
    factor: float = 2.0,
) -> Drift:
    """Return the drift of a standard from its as-found errors since an adjustment.

    Source: ILAC-G24:2022 / OIML D 10:2022, 6.3; JCGM 100:2008, H.3 for the line.
    """
    if mpe <= 0:
        raise BadHistory(problem=N_("the limit of error has to be above zero"))
    return Drift(
        line=fit_line(days, errors),
        mpe=mpe,
        u_cal=u_cal,
        factor=factor,
        last_day=max(days),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesInterval:
    """A curve of change since calibration, and what it was asked."""

    curve: Polynomial
    days: float
    factor: float | None = None

    def u_at(self, day: float, *, u_start: float) -> float:
        """Return u of the value on that day."""
        return sqrt(_variance(self.curve, u_start, day))


def _variance(curve: Polynomial, u_start: float, day: float) -> float:
    return u_start**2 + curve.s**2 + curve.variance_at(day)


def until_uncertainty(
    days: Sequence[float],
    changes: Sequence[float],
    *,
    u_start: float,
    u_target: float,
    degree: int,
) -> VariablesInterval:
    """Return the days until u reaches a target: u² = u₀² + s² + t'Cov t.

    Source: NASA-HDBK-8739.19-5:2010, 7 (Castrup).
    """
    curve = fit_through_origin(days, changes, degree=degree)
    found = _first_day(lambda day: sqrt(_variance(curve, u_start, day)) - u_target, 0.0)
    return VariablesInterval(curve=curve, days=found)


def until_limits(
    days: Sequence[float],
    changes: Sequence[float],
    *,
    start: float,
    u_start: float,
    lower: float | None,
    upper: float | None,
    confidence: float,
    degree: int,
) -> VariablesInterval:
    """Return the days until the value may have left its limits, with that confidence.

    Student's factor, one-sided if there is one limit. A value that may be outside at
    the beginning already gives zero days, not a later crossing back.

    Source: NASA-HDBK-8739.19-5:2010, 7 (Castrup).
    """
    curve = fit_through_origin(days, changes, degree=degree)
    both = lower is not None and upper is not None
    chance = (1 + confidence) / 2 if both else confidence
    factor = student_quantile(chance, dof=curve.dof)

    def beyond(day: float) -> float:
        value = start + curve.at(day)
        reach = factor * sqrt(_variance(curve, u_start, day))
        over = -inf if upper is None else value + reach - upper
        under = -inf if lower is None else lower - (value - reach)
        return max(over, under)

    return VariablesInterval(curve=curve, days=_first_day(beyond, 0.0), factor=factor)


def _first_day(excess: Callable[[float], float], begin: float) -> float:
    """Return the first day from `begin` on when `excess` is not below zero any more.

    `begin` if it is so at once; infinite if not within the furthest days.
    """
    if excess(begin) >= 0:
        return begin
    before = begin
    for step in range(1, FURTHEST_DAYS + 1):
        after = begin + step
        if excess(after) >= 0:
            break
        before = after
    else:
        return inf
    for _ in range(80):
        middle = (before + after) / 2
        before, after = (middle, after) if excess(middle) < 0 else (before, middle)
    return (before + after) / 2
