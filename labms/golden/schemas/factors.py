"""Coverage factors (`kfactor-v1`) and effective degrees of freedom (`ws-v1`)."""

from collections.abc import Mapping
from typing import Any

from labms.errors import LabError
from labms.golden.comparing import Refused
from labms.golden.reading import number, real
from labms.golden.schemas.budgets import dof_rule
from labms.metrology.budget import (
    Contribution,
    combined_standard_uncertainty,
    effective_degrees_of_freedom,
)
from labms.metrology.coverage import by_student
from labms.metrology.quantiles import coverage_factor


def work_out_factor(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return Student's factor for a probability in percent."""
    p = number(vector["p_percent"]) / 100
    return {"k_computed": coverage_factor(float(p), dof=real(vector["nu"]))}


def work_out_dof(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return u, ν_eff, k and U of contributions that are given in the unit of y."""
    budget = [
        Contribution(str(place), real(u), 1.0, real(dof))
        for place, (u, dof) in enumerate(
            zip(vector["contributions"], vector["dof"], strict=True)
        )
    ]
    correlations = {
        (str(a), str(b)): real(r) for a, b, r in vector.get("correlations", [])
    }
    u = combined_standard_uncertainty(budget, correlations)
    try:
        dof = effective_degrees_of_freedom(budget, correlations)
        found = by_student(
            u,
            dof=dof,
            probability=real(vector["p"]),
            rule=dof_rule(str(vector.get("dof_rule", "truncate"))),
        )
    except LabError as refusal:
        return {
            "u": u,
            **dict.fromkeys(("nu_eff", "nu_used", "k", "U"), Refused(refusal)),
        }
    return {
        "u": u,
        "nu_eff": dof,
        "nu_used": found.degrees_of_freedom,
        "k": found.factor,
        "U": found.uncertainty,
    }
