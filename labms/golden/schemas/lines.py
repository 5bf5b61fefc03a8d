"""Lines, inverse prediction and the analysis of variance (`regression-v1`)."""

from collections.abc import Mapping
from statistics import mean, stdev
from typing import Any

from labms.golden.reading import also, given, number, optional, real
from labms.metrology.regression import analyse_groups, fit_line


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line, or the analysis of the groups."""
    told = also(vector.get("given", {}), vector)
    if optional(told, "groups", "group_means", "means", "day_means") is not None:
        return _variance(told)
    line = fit_line(
        [real(each) for each in told["x"]],
        [real(each) for each in told["y"]],
        reference=real(told.get("x_reference", "0")),
    )
    results: dict[str, Any] = {
        "intercept": line.intercept,
        "slope": line.slope,
        "u_intercept": line.u_intercept,
        "u_slope": line.u_slope,
        "r": line.correlation,
        "s": line.s,
        "dof": line.dof,
        "n": line.count,
        "Sxx": line.s_xx,
        "x_mean": line.x_mean,
    }
    if (at := optional(told, "predict_at", "x_new")) is not None:
        results |= {
            "prediction": line.at(real(at)),
            "u_prediction": line.u_at(real(at)),
            "u_new_observation": line.u_new(real(at)),
        }
    if (
        seen := optional(told, "inverse_at", "y_observed", "y0", "responses")
    ) is not None:
        readings = [real(each) for each in (seen if isinstance(seen, list) else [seen])]
        many = int(number(optional(told, "observations", "p", "m") or len(readings)))
        x, u = line.inverse(mean(readings), observations=many)
        results |= dict.fromkeys(("x0", "x_predicted", "inverse", "x"), x)
        results |= dict.fromkeys(("u_x0", "u_x_predicted", "u_inverse", "u_x"), u)
    return results


def _variance(told: Mapping[str, Any]) -> dict[str, Any]:
    if (groups := optional(told, "groups")) is not None and isinstance(groups[0], list):
        rows = [[real(each) for each in group] for group in groups]
        means, deviations = [mean(row) for row in rows], [stdev(row) for row in rows]
        per_group = len(rows[0])
    else:
        keys = ("group_means", "means", "day_means")
        means = [real(each) for each in given(told, *keys)]
        spreads = ("group_s", "s", "std", "day_std", "group_std", "stds")
        deviations = [real(each) for each in given(told, *spreads)]
        per_group = int(number(given(told, "n_per_group", "J", "n", "per_group")))
    found = analyse_groups(means, deviations, per_group=per_group)
    return {
        "mean": found.mean,
        "grand_mean": found.mean,
        "s_means": found.s_means,
        "s_of_means": found.s_means,
        "s_a": found.s_a,
        "s_b": found.s_within,
        "s_within": found.s_within,
        "s_pooled": found.s_within,
        "s_between": found.s_between,
        "s_B": found.s_between,
        "F": found.f,
        "dof_between": found.dof_between,
        "dof_within": found.dof_within,
        "dof_a": found.dof_between,
        "dof_b": found.dof_within,
        "u_mean": found.u_mean,
        "u_mean_pooled": found.u_mean_pooled,
    }
