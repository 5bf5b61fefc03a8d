"""Calibration intervals (`interval-v1`)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from math import isinf
from typing import Any

from labms.golden.reading import BadExample, given, number, optional, real, truth
from labms.i18n import N_
from labms.metrology.intervals.attributes import (
    exponential,
    exponential_by_likelihood,
    interval_test,
)
from labms.metrology.intervals.reacting import (
    StaircasePolicy,
    control_chart,
    incremental_response,
    simple_response,
    staircase,
    use_left,
)
from labms.metrology.intervals.reliability import fit_models
from labms.metrology.intervals.variables import (
    drift,
    until_limits,
    until_uncertainty,
)

Given = Mapping[str, Any]


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the method of the example gives."""
    method = str(vector["method"])
    for words, apply in METHODS:
        if re.search(words, method, re.IGNORECASE):
            return apply(vector["given"])
    raise BadExample(problem=N_("no such method:") + " " + method)


def _test(told: Given) -> dict[str, Any]:
    history = [truth(each) for each in told.get("in_tolerance_history", [])]
    passed = int(number(told.get("in_tolerance", sum(history))))
    count = int(number(told.get("n", len(history))))
    if history and (passed, count) != (sum(history), len(history)):
        raise BadExample(problem=N_("the history does not go with its sums"))
    confidence = number(told.get("confidence_to_change", "0.5"))
    found = interval_test(
        passed,
        count,
        interval_days=real(told["current_interval_days"]),
        target=real(told["reliability_target"]),
        confidence=float(confidence),
        max_factor=real(told.get("max_change_factor", "2")),
        min_change_days=real(told.get("min_change_days", "5")),
        shortest_days=real(told.get("min_days", "14")),
        longest_days=real(told.get("max_days", "1826")),
    )
    percent = int(100 * confidence)
    return {
        "observed_reliability": found.observed,
        "rejection_confidence": found.confidence,
        "raw_interval_days": found.raw_days,
        "new_interval_days": found.days,
        "reliability_range": list(found.reliability_range),
        f"reliability_range_{percent}pct": list(found.reliability_range),
    }


def _unit(told: Given) -> tuple[str, list[float]]:
    """Return the unit of time that the columns are in, and the times themselves."""
    for plural in ("weeks", "months", "days", "years"):
        if plural in told:
            return plural, [real(each) for each in told[plural]]
    raise BadExample(problem=N_("this is missing:") + " weeks / months / days")


def _exponential(told: Given) -> dict[str, Any]:
    plural = next(
        (key.removeprefix("interval_") for key in told if key.startswith("interval_")),
        "months",
    )
    found = exponential(
        real(told["observed_reliability"]),
        interval=real(told[f"interval_{plural}"]),
        target=real(told["target"]),
    )
    return {
        f"lambda_per_{plural.removesuffix('s')}": found.rate,
        f"new_interval_{plural}": found.interval,
    }


def _mixed(told: Given) -> tuple[str, tuple[Any, ...]]:
    plural, times = _unit(told)
    counts = [int(number(each)) for each in told["n"]]
    passed = [int(number(each)) for each in told["in_tolerance"]]
    return plural, (times, counts, passed)


def _likelihood(told: Given) -> dict[str, Any]:
    plural, columns = _mixed(told)
    found = exponential_by_likelihood(*columns, target=real(told["target"]))
    return {
        f"lambda_per_{plural.removesuffix('s')}": found.rate,
        f"interval_{plural}": found.interval,
    }


def _models(told: Given) -> dict[str, Any]:
    plural, columns = _mixed(told)
    models = fit_models(*columns, target=real(told["target"]))
    best = models[0]
    return {
        "best_model": best.name,
        f"interval_{plural}": best.interval,
        "log_likelihood": best.log_likelihood,
        "parameters": list(best.parameters),
        "models": {
            one.name: {
                f"interval_{plural}": one.interval,
                "log_likelihood": one.log_likelihood,
                "parameters": list(one.parameters),
            }
            for one in models
        },
    }


def _variables(told: Given) -> dict[str, Any]:
    days = [real(each) for each in given(told, "days_since_calibration", "days")]
    changes = [real(each) for each in given(told, "change", "changes")]
    degree = 2 if "t^2" in str(told.get("model", "t^2")) else 1
    u_start = real(told["u0"])
    if "u_target" in told:
        target = real(told["u_target"])
        found = until_uncertainty(
            days, changes, u_start=u_start, u_target=target, degree=degree
        )
    else:
        lower, upper = given(told, "limits")
        found = until_limits(
            days,
            changes,
            start=real(told["y0"]),
            u_start=u_start,
            lower=None if lower is None else real(lower),
            upper=None if upper is None else real(upper),
            confidence=real(told["confidence"]),
            degree=degree,
        )
    curve = found.curve
    results: dict[str, Any] = {"s": curve.s, "interval_days": found.days}
    if found.factor is not None:
        results["k"] = found.factor
    for i, b in enumerate(curve.coefficients):
        results[f"b{i + 1}"] = b
        for j, covariance in enumerate(curve.covariances[i]):
            results[f"cov{i + 1}{j + 1}"] = covariance
    if "y0" in told and not isinf(found.days):
        change = curve.at(found.days)
        results |= {"change_then": change, "value_then": real(told["y0"]) + change}
    return results


def _simple(told: Given) -> dict[str, Any]:
    decrease, days = simple_response(
        [truth(each) for each in told["history"]],
        start_days=real(told["start_days"]),
        increase=real(told["a"]),
        target=real(told["target"]),
    )
    return {"b": decrease, "intervals_days": days}


def _incremental(told: Given) -> dict[str, Any]:
    steps, days = incremental_response(
        [truth(each) for each in told["history"]],
        start_days=real(told["start_days"]),
        target=real(told["target"]),
    )
    return {"intervals_days": days, "delta": steps}


def _staircase(told: Given) -> dict[str, Any]:
    policy = told.get("policy", {})
    if (
        policy.get("rounding", "nearest day, half to even")
        != "nearest day, half to even"
    ):
        raise BadExample(problem=str(policy["rounding"]))
    default = StaircasePolicy()
    found = staircase(
        int(number(told["interval_days"])),
        error=number(given(told, "abs_error", "error")),
        mpe=number(told["mpe"]),
        policy=StaircasePolicy(
            extend_up_to=number(
                policy.get("extend_if_abs_error_over_mpe_le", default.extend_up_to)
            ),
            extend_factor=number(policy.get("extend_factor", default.extend_factor)),
            reduce_factor=number(policy.get("reduce_factor", default.reduce_factor)),
            min_days=int(number(policy.get("min_days", default.min_days))),
            max_days=int(number(policy.get("max_days", default.max_days))),
        ),
    )
    return {"action": found.action.value, "new_interval_days": found.days}


def _drift(told: Given) -> dict[str, Any]:
    found = drift(
        [real(each) for each in told["days"]],
        [real(each) for each in told["errors"]],
        mpe=real(told["mpe"]),
        u_cal=real(told["u_cal"]),
        factor=real(told.get("k", "2")),
    )
    return {
        "intercept": found.line.intercept,
        "slope_per_day": found.line.slope,
        "s_residual": found.line.s,
        "u_slope": found.line.u_slope,
        "slope_significant_t": found.significance,
        "day_when_line_reaches_mpe": found.line_reaches,
        "day_when_line_plus_k_u_reaches_mpe": found.bound_reaches,
    }


def _chart(told: Given) -> dict[str, Any]:
    chart = control_chart([number(each) for each in told["history"]])
    results: dict[str, Any] = {
        "center": chart.center,
        "mean_moving_range": chart.mean_moving_range,
        "UCL": chart.upper,
        "LCL": chart.lower,
    }
    if told.get("new_value") is not None:
        results["in_control"] = chart.is_in_control(number(told["new_value"]))
    return results


def _hours(told: Given) -> dict[str, Any]:
    found = use_left(
        number(told["hours_used_since_calibration"]),
        allowed=number(told["hours_allowed"]),
        per_day=number(optional(told, "hours_per_day") or 0),
    )
    results: dict[str, Any] = {
        "hours_left": found.hours,
        "days_left": found.days,
        "due": found.is_due,
    }
    if told.get("as_of") is not None and not isinf(found.days):
        as_of = date.fromisoformat(str(told["as_of"]))
        results["due_on"] = (as_of + timedelta(days=int(found.days))).isoformat()
    return results


#: By the words that name a method; the first that fits.
METHODS: tuple[tuple[str, Callable[[Given], dict[str, Any]]], ...] = (
    (r"\bA3\b", _test),
    (r"\bA1\b", _simple),
    (r"\bA2\b", _incremental),
    (r"\bS1\b.*likelihood", _likelihood),
    (r"\bS1\b", _exponential),
    (r"\bS2\b", _models),
    (r"variables data", _variables),
    (r"staircase", _staircase),
    (r"trend line|drift", _drift),
    (r"control chart", _chart),
    (r"in-use", _hours),
)
