"""Uncertainty budgets as they are kept with a job and shown: plain JSON."""

from decimal import Decimal
from math import isinf
from typing import Any

from labms.catalogue.sheet import BudgetLine, PointBudget
from labms.jobs.conformity import AgreedRule, decide
from labms.metrology.rounding import as_decimal

#: Significant digits of what is not rounded as a result: u, c, ν.
DIGITS = 4


def budget_laid(budget: PointBudget, *, rule: AgreedRule | None) -> dict[str, Any]:
    """Return one budget as JSON, with what an agreed rule says of its value."""
    plus = minus = None
    if budget.limits is not None:
        plus, minus = (as_decimal(limit) for limit in budget.limits)
    found: dict[str, Any] = {
        "key": budget.key,
        "rows": list(budget.rows),
        "nominal": _plain(budget.nominal),
        "value": _plain(budget.value_shown),
        "uncertainty": _plain(budget.uncertainty_shown),
        "limit_plus": _plain(plus),
        "limit_minus": _plain(minus),
        "is_small_enough": budget.is_small_enough,
        "is_refused": budget.is_refused,
        "warnings": list(budget.warnings),
        "lines": [_line(line) for line in budget.lines],
        "decision": None,
    }
    coverage = budget.coverage
    if coverage is not None:
        exact = budget.uncertainty
        assert exact is not None  # noqa: S101 (with a coverage there is one)
        found |= {
            "standard_uncertainty": written(budget.standard_uncertainty),
            "degrees_of_freedom": dof_text(budget.degrees_of_freedom),
            "coverage_factor": f"{coverage.factor:.2f}",
            "method": str(coverage.method),
            "probability": coverage.probability and f"{100 * coverage.probability:.2f}",
            "unrounded": written(float(exact), digits=10),
        }
        if rule is not None:
            decision = decide(
                rule, budget.value, plus=plus, minus=minus, uncertainty=exact
            )
            found["decision"] = decision and str(decision)
    return found


def _line(line: BudgetLine) -> dict[str, str]:
    return {
        "key": line.key,
        "name_vi": line.name_vi,
        "name_en": line.name_en,
        "distribution": str(line.distribution),
        "standard_uncertainty": written(line.standard_uncertainty),
        "sensitivity": written(line.sensitivity),
        "contribution": written(line.contribution),
        "degrees_of_freedom": dof_text(line.degrees_of_freedom),
    }


def written(value: float, *, digits: int = DIGITS) -> str:
    """Return a float as a decimal with so many significant digits, never as a power."""
    text = format(Decimal(f"{value:.{digits - 1}e}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def dof_text(value: float) -> str:
    """Return degrees of freedom; without an end as the sign for that."""
    return "∞" if isinf(value) or value > 1e6 else written(value)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
