"""Decision rules and risks (`decision-v1`)."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf
from typing import Any

from labms.golden.reading import BadExample, given, number, optional, real, truth
from labms.i18n import N_
from labms.metrology.decision import (
    Tolerance,
    guarded,
    iso_14253,
    non_binary,
    r_111,
    simple,
)
from labms.metrology.risk import (
    Prior,
    conformance_probability,
    global_risk,
    guard_band_multiple,
    uncertainty_ratio,
)

Given = Mapping[str, Any]


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the group of the example asks for."""
    group = str(vector["group"])
    if group not in GROUPS:
        raise BadExample(problem=N_("no such group:") + " " + group)
    return GROUPS[group](vector["given"])


def _probability(told: Given) -> dict[str, Any]:
    lower, upper = told.get("lower_limit"), told.get("upper_limit")
    p = conformance_probability(
        real(told["y"]),
        standard_uncertainty=real(told["u"]),
        lower=-inf if lower is None else real(lower),
        upper=inf if upper is None else real(upper),
        dof=_dof(told),
    )
    return {"p_conform": p, "p_nonconform": 1 - p}


def _dof(told: Given) -> float:
    if str(told.get("pdf", "normal")) == "normal":
        return inf
    if told["pdf"] != "t":
        raise BadExample(problem=str(told["pdf"]))
    return real(given(told, "nu", "dof"))


def _guard_band(told: Given) -> dict[str, Any]:
    multiple = guard_band_multiple(
        real(told["max_specific_consumer_risk"]),
        is_one_sided=truth(told.get("one_sided", "true")),
        dof=_dof(told),
    )
    k = real(told.get("k_of_U", "2"))
    return {"multiplier_of_u": multiple, f"r_times_U_with_k{k:g}": multiple / k}


_WIDTH = re.compile(r"(?:([0-9.]+)\s*\*?\s*)?U\b.*")


def _width(told: str, expanded: Fraction) -> Fraction:
    """Return the width of the guard bands: a number, or some times U."""
    if match := _WIDTH.fullmatch(told):
        return expanded * number(match[1] or "1")
    return number(told)


def _rules(told: Given) -> dict[str, Any]:
    lower, upper = told.get("lower_limit"), told.get("upper_limit")
    tolerance = Tolerance.between(
        None if lower is None else number(lower),
        None if upper is None else number(upper),
    )
    value, expanded = number(told["y"]), number(told["U"])
    u = expanded / number(told.get("k", "2"))
    width = _width(str(told.get("w", "U")), expanded)
    return {
        "simple": simple(value, tolerance).value,
        "guarded": guarded(value, tolerance, width=width).value,
        "nonbinary": non_binary(value, tolerance, width=width).value,
        "iso14253_2017_w_0.825U": iso_14253(
            value, tolerance, standard_uncertainty=u
        ).value,
    }


def _ratio(told: Given) -> dict[str, Any]:
    half_width, expanded = told["tolerance_half_width"], told["U_k2"]
    found = uncertainty_ratio(real(half_width), uncertainty=real(expanded))
    exact = number(half_width) / number(expanded)
    return {
        "TUR": exact,
        "meets_4_to_1": exact >= 4,
        "meets_3_to_1": exact >= 3,
        "meets_10_to_1": exact >= 10,
        "guard_factor_rss": found.factor_rss,
        "guard_factor_1_minus_1_over_TUR": found.factor_linear,
        "guard_factor_managed_2pc_PFA": found.factor_managed,
    }


_INTERVAL = re.compile(r"\[?\s*(\S+?)\s*(?:\.\.|,|;|to)\s*(\S+?)\s*\]?")


def _between(told: Any) -> tuple[float, float]:
    """Return the ends of “+-2”, “-1..2” or a pair."""
    if isinstance(told, list):
        low, high = told
        return (
            -inf if low is None else real(low),
            inf if high is None else real(high),
        )
    text = str(told).replace("±", "+-")
    if text.startswith("+-"):
        return -real(text[2:]), real(text[2:])
    if match := _INTERVAL.fullmatch(text):
        return real(match[1]), real(match[2])
    raise BadExample(problem=text)


def _risk(told: Given) -> dict[str, Any]:
    kind = str(told.get("prior", "normal"))
    if kind not in ("normal", "rectangular", "uniform"):
        raise BadExample(problem=kind)
    tolerance = _between(told["tolerance"])
    found = global_risk(
        Prior(
            real(optional(told, "prior_mean_offset", "prior_mean") or 0),
            real(told["prior_std"]),
            is_rectangular=kind != "normal",
        ),
        standard_uncertainty=real(told["measurement_u"]),
        tolerance=tolerance,
        acceptance=_between(told["acceptance"]) if "acceptance" in told else tolerance,
    )
    return {
        "p_in_tolerance": found.in_tolerance,
        "p_accepted": found.accepted,
        "PFA_global_consumer": found.false_accept,
        "PFR_global_producer": found.false_reject,
        "PFA_conditional": found.false_among_accepted,
    }


def _weight(told: Given) -> dict[str, Any]:
    found = r_111(
        number(told["conventional_mass_mg"]) - number(told["nominal_mg"]),
        mpe=number(told["mpe_mg"]),
        uncertainty=number(told["U_k2_mg"]),
    )
    return {
        "uncertainty_small_enough": found.is_certain_enough,
        "within_mpe_minus_U": found.is_within,
        "verdict": found.decision.value,
    }


GROUPS: Mapping[str, Callable[[Given], dict[str, Any]]] = {
    "conformance_probability": _probability,
    "guard_band_for_specific_risk": _guard_band,
    "decision_rule": _rules,
    "tur": _ratio,
    "global_risk": _risk,
    "r111_rule": _weight,
}
