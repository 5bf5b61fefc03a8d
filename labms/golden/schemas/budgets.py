"""Uncertainty budgets (`budget-v1`)."""

from collections.abc import Mapping
from typing import Any

from labms.errors import LabError
from labms.golden.comparing import Refused
from labms.golden.reading import BadExample, given, number, optional, real
from labms.i18n import N_
from labms.metrology.budget import Budget, Quantity, make_budget
from labms.metrology.coverage import Coverage, DofRule, by_shape, by_student, fixed
from labms.metrology.distributions import (
    Distribution,
    from_expanded,
    from_half_width,
    from_pooled,
    from_readings,
    reliability_to_dof,
)
from labms.metrology.expressions import parse
from labms.metrology.quantiles import coverage_factor

#: The names that say where a figure comes from, rather than how it is distributed.
DISTRIBUTIONS = {
    "type A mean": Distribution.T,
    "type A pooled": Distribution.T,
    "uniform": Distribution.RECTANGULAR,
    "u-shaped": Distribution.ARCSINE,
    "trapezoid": Distribution.TRAPEZOIDAL,
    "gaussian": Distribution.NORMAL,
    "constant": Distribution.EXACT,
}

#: How a file names a rule for degrees of freedom, by how the name begins.
DOF_RULES = {
    "trunc": DofRule.TRUNCATE,
    "floor": DofRule.TRUNCATE,
    "interpol": DofRule.INTERPOLATE,
    "real": DofRule.REAL,
    "none": DofRule.REAL,
    "exact": DofRule.REAL,
    "round": DofRule.NEAREST,
    "nearest": DofRule.NEAREST,
}


def dof_rule(name: str) -> DofRule:
    """Return the rule for degrees of freedom that a file names."""
    for beginning, rule in DOF_RULES.items():
        if name.startswith(beginning):
            return rule
    raise BadExample(problem=name)


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return every output of a budget: estimate, u, contributions and coverage."""
    inputs = [_quantity(each) for each in vector["inputs"]]
    correlations = {
        (a, b): real(r) for a, b, r in vector.get("correlations", []) if number(r) != 0
    }
    results: dict[str, Any] = {}
    budgets: dict[str, Budget] = {}
    for output in vector["outputs"]:
        model = parse(str(output["expression"]))
        budget = make_budget(model, inputs, correlations)
        budgets[output["name"]] = budget
        results[output["name"]] = _output(budget, output.get("coverage"))
    between = _between(budgets, correlations)
    return {**results, "correlations": between, "output_correlations": between}


def _quantity(told: Mapping[str, Any]) -> Quantity:
    kind = str(told.get("distribution", "normal"))
    distribution = DISTRIBUTIONS.get(kind) or Distribution(kind)
    half_width = optional(told, "half_width", "a")
    readings = [number(each) for each in told.get("readings", [])]
    value = told.get("value")
    uncertainty, dof = _uncertainty(told, distribution, readings)
    stated = told.get("dof")
    if optional(told, "relative_uncertainty_of_u") is not None:
        dof = reliability_to_dof(real(told["relative_uncertainty_of_u"]))
    if value is None and not readings:
        raise BadExample(problem=N_("this is missing:") + " value / readings")
    return Quantity(
        name=told["name"],
        value=sum(readings) / len(readings) if value is None else number(value),  # type: ignore[arg-type]
        standard_uncertainty=uncertainty,
        degrees_of_freedom=dof if stated is None else real(stated),
        distribution=distribution,
        half_width=None if half_width is None else real(half_width),
        unit=told.get("unit", ""),
    )


def _uncertainty(
    told: Mapping[str, Any], distribution: Distribution, readings: list[Any]
) -> tuple[float, float]:
    """Return u and its degrees of freedom, from whatever is told of a quantity."""
    inf = float("inf")
    if distribution is Distribution.EXACT:
        return 0.0, inf
    if (u := optional(told, "std_uncertainty", "u")) is not None:
        return real(u), inf
    if (pooled := optional(told, "pooled_s", "s_pooled")) is not None:
        n = int(number(given(told, "n"))) if "n" in told else len(readings)
        return from_pooled(real(pooled), readings=n), inf
    if readings:
        found = from_readings(readings)
        return found.standard_uncertainty, found.degrees_of_freedom
    if (s := optional(told, "s", "std")) is not None:
        n = int(number(given(told, "n")))
        return from_pooled(real(s), readings=n), float(n - 1)
    if (expanded := optional(told, "expanded_U", "U")) is not None:
        return _from_expanded(told, real(expanded)), inf
    if optional(told, "half_width", "a") is not None:
        beta = optional(told, "beta")
        return (
            from_half_width(
                real(given(told, "half_width", "a")),
                distribution,
                beta=None if beta is None else real(beta),
            ),
            inf,
        )
    low, high = real(given(told, "low", "lower")), real(given(told, "high", "upper"))
    return from_half_width((high - low) / 2, distribution), inf


def _from_expanded(told: Mapping[str, Any], expanded: float) -> float:
    if (k := optional(told, "k")) is not None:
        return from_expanded(expanded, coverage_factor=real(k))
    dof = real(told.get("nu", told.get("dof", "inf")))
    k = coverage_factor(real(given(told, "p")), dof=dof)
    return from_expanded(expanded, coverage_factor=k)


def _output(budget: Budget, asked: Mapping[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "estimate": budget.estimate,
        "std_uncertainty": budget.standard_uncertainty,
        "sensitivities": {c.name: c.sensitivity for c in budget.contributions},
        "contributions_abs": {c.name: c.share for c in budget.contributions},
    }
    try:
        found["nu_eff"] = budget.degrees_of_freedom
    except LabError as refusal:
        found["nu_eff"] = Refused(refusal)
    if asked is not None:
        try:
            found["coverage"] = _coverage(budget, asked)
        except LabError as refusal:
            found["coverage"] = Refused(refusal)
    return found


def _coverage(budget: Budget, asked: Mapping[str, Any]) -> dict[str, Any]:
    method, u = str(asked["method"]), budget.standard_uncertainty
    told: dict[str, Any] = {}
    if method == "fixed":
        result = fixed(u, factor=real(given(asked, "k")))
    elif method in ("t", "normal"):
        rule = str(asked.get("dof", "truncate"))
        dof = budget.degrees_of_freedom if method == "t" else float("inf")
        p = real(given(asked, "p"))
        result = by_student(u, dof=dof, probability=p, rule=dof_rule(rule))
        told = {"dof": rule, "nu_used": result.degrees_of_freedom}
    elif method in ("rectangular", "trapezoidal"):
        result = _by_shape(budget, asked)
        told = {"dominant": asked.get("dominant")}
        if result.beta is not None:
            told["beta"] = result.beta
    else:
        raise BadExample(problem=N_("no such way to find k:") + " " + method)
    if asked.get("p") is not None:
        told["p"] = number(asked["p"])
    return {**told, "method": method, "k": result.factor, "U": result.uncertainty}


def _by_shape(budget: Budget, asked: Mapping[str, Any]) -> Coverage:
    dominant = asked.get("dominant")
    names = [dominant] if isinstance(dominant, str) else list(dominant or [])
    beta = asked.get("beta")
    return by_shape(
        budget,
        probability=real(given(asked, "p")),
        dominant=names,
        beta=None if beta is None else real(beta),
    )


def _between(
    budgets: Mapping[str, Budget], correlations: Mapping[tuple[str, str], float]
) -> dict[str, float]:
    """Return the correlations between outputs of the same inputs.

    Source: JCGM 100:2008, H.2.3, equation (H.9).
    """
    found: dict[str, float] = {}
    for first, one in budgets.items():
        for second, other in budgets.items():
            size = one.standard_uncertainty * other.standard_uncertainty
            if first == second or not size:
                continue
            a = {
                c.name: c.sensitivity * c.standard_uncertainty
                for c in one.contributions
            }
            b = {
                c.name: c.sensitivity * c.standard_uncertainty
                for c in other.contributions
            }
            shared = sum(a[name] * b[name] for name in a)
            for (x, y), r in correlations.items():
                shared += r * (a[x] * b[y] + a[y] * b[x])
            for name in (
                f"{first},{second}",
                f"{first}-{second}",
                f"r({first},{second})",
            ):
                found[name] = shared / size
    return found
