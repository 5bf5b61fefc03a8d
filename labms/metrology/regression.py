"""Straight lines through calibration points, and the analysis of variance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from labms.errors import Invalid
from labms.i18n import N_


class BadRegression(Invalid):
    """Through these points no line can be drawn."""

    code = "metrology.bad_regression"
    message = N_("No result follows from these points: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """y = intercept + slope · (x - reference), by least squares."""

    intercept: float
    slope: float
    u_intercept: float
    u_slope: float
    correlation: float
    """r of intercept and slope, without which no prediction is right."""
    s: float
    """Standard deviation of the residuals."""
    dof: int
    count: int
    x_mean: float
    s_xx: float
    reference: float = 0.0

    def at(self, x: float) -> float:
        """Return y on the line."""
        return self.intercept + self.slope * (x - self.reference)

    def u_at(self, x: float) -> float:
        """Return u of y on the line, the covariance included."""
        return self.s * sqrt(1 / self.count + (x - self.x_mean) ** 2 / self.s_xx)

    def u_new(self, x: float) -> float:
        """Return u of one further observation at x."""
        return sqrt(self.s**2 + self.u_at(x) ** 2)

    def inverse(self, y: float, *, observations: int = 1) -> tuple[float, float]:
        """Return the x that belongs to the mean of some observed y, and its u.

        u² = (s/b)² (1/p + 1/n + (x - x̄)²/Sxx). Source: Eurachem/CITAC QUAM:2012,
        E.4.2, equation (E4.2).
        """
        if self.slope == 0:
            raise BadRegression(problem=N_("a level line cannot be read backwards"))
        x = self.reference + (y - self.intercept) / self.slope
        spread = 1 / observations + 1 / self.count + (x - self.x_mean) ** 2 / self.s_xx
        return x, self.s / abs(self.slope) * sqrt(spread)


def fit_line(x: Sequence[float], y: Sequence[float], *, reference: float = 0.0) -> Line:
    """Return the line of least squares through points of equal weight.

    Source: JCGM 100:2008, H.3.
    """
    import numpy as np

    n = len(x)
    if n != len(y) or n < 3:
        raise BadRegression(problem=N_("a line needs three points"))
    x_mean = sum(x) / n
    s_xx = sum((a - x_mean) ** 2 for a in x)
    if s_xx == 0:
        raise BadRegression(problem=N_("all points are at one place"))
    pairs = list(zip(x, y, strict=True))
    design = np.array([[1.0, a - reference] for a in x])
    intercept, slope = map(float, np.linalg.lstsq(design, np.array(y), rcond=None)[0])
    rest = sum((b - intercept - slope * (a - reference)) ** 2 for a, b in pairs)
    s = sqrt(rest / (n - 2))
    offset = reference - x_mean
    u_intercept = s * sqrt(1 / n + offset**2 / s_xx)
    u_slope = s / sqrt(s_xx)
    return Line(
        intercept=intercept,
        slope=slope,
        u_intercept=u_intercept,
        u_slope=u_slope,
        correlation=offset / sqrt(s_xx / n + offset**2),
        s=s,
        dof=n - 2,
        count=n,
        x_mean=x_mean,
        s_xx=s_xx,
        reference=reference,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Polynomial:
    """y = Σ bᵢ xⁱ without a constant, and the covariances of the bᵢ."""

    coefficients: tuple[float, ...]
    covariances: tuple[tuple[float, ...], ...]
    s: float
    dof: int

    def at(self, x: float) -> float:
        """Return y on the curve."""
        return sum(b * x**i for i, b in enumerate(self.coefficients, start=1))

    def variance_at(self, x: float) -> float:
        """Return u² of y on the curve."""
        powers = [x**i for i in range(1, len(self.coefficients) + 1)]
        return sum(
            p * q * self.covariances[i][j]
            for i, p in enumerate(powers)
            for j, q in enumerate(powers)
        )


def fit_through_origin(
    x: Sequence[float], y: Sequence[float], *, degree: int
) -> Polynomial:
    """Return the polynomial of least squares that begins at zero."""
    import numpy as np

    if len(x) != len(y) or len(x) <= degree:
        raise BadRegression(problem=N_("there are fewer points than needed"))
    design = np.array([[a**i for i in range(1, degree + 1)] for a in x])
    normal = np.linalg.inv(design.T @ design)
    coefficients = normal @ design.T @ np.array(y)
    rest = np.array(y) - design @ coefficients
    dof = len(x) - degree
    variance = float(rest @ rest) / dof
    return Polynomial(
        coefficients=tuple(map(float, coefficients)),
        covariances=tuple(tuple(map(float, row)) for row in normal * variance),
        s=sqrt(variance),
        dof=dof,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Variance:
    """One-way analysis of variance: within the groups, and between them."""

    mean: float
    groups: int
    per_group: int
    s_means: float
    """Standard deviation of the means of the groups."""
    s_within: float
    """Pooled standard deviation within the groups."""

    @property
    def s_a(self) -> float:
        """√J times the deviation of the means: s within, if the groups are alike."""
        return self.s_means * sqrt(self.per_group)

    @property
    def f(self) -> float:
        """The ratio of both variances."""
        return self.s_a**2 / self.s_within**2 if self.s_within else inf

    @property
    def dof_between(self) -> int:
        """Degrees of freedom of the means."""
        return self.groups - 1

    @property
    def dof_within(self) -> int:
        """Degrees of freedom within the groups."""
        return self.groups * (self.per_group - 1)

    @property
    def s_between(self) -> float:
        """Standard deviation between the groups, what lies within them taken off."""
        return sqrt(max(0.0, self.s_means**2 - self.s_within**2 / self.per_group))

    @property
    def u_mean(self) -> float:
        """u of the grand mean when the groups differ."""
        return self.s_means / sqrt(self.groups)

    @property
    def u_mean_pooled(self) -> float:
        """u of the grand mean when they do not: all observations are pooled."""
        total = self.groups * self.per_group
        spread = (
            self.dof_between * self.s_a**2 + self.dof_within * self.s_within**2
        ) / (total - 1)
        return sqrt(spread / total)


def analyse_groups(
    means: Sequence[float], deviations: Sequence[float], *, per_group: int
) -> Variance:
    """Return the analysis of groups of equal size, from their means and deviations.

    Source: JCGM 100:2008, H.5.2.
    """
    n = len(means)
    if n != len(deviations) or n < 2 or per_group < 2:
        raise BadRegression(problem=N_("two groups of two observations are needed"))
    mean = sum(means) / n
    return Variance(
        mean=mean,
        groups=n,
        per_group=per_group,
        s_means=sqrt(sum((m - mean) ** 2 for m in means) / (n - 1)),
        s_within=sqrt(sum(s * s for s in deviations) / n),
    )
