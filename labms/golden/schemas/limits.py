"""Limits of error and verdicts (`mpe-vectors-v1`)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.golden.comparing import Words
from labms.golden.reading import BadExample, also, number, truth
from labms.golden.schemas.documents import check_document
from labms.golden.schemas.tables import Check, Given, limits_of, stage_of
from labms.i18n import N_
from labms.metrology.decision import r_111
from labms.metrology.expressions import Value
from labms.metrology.prepackages import judge_lot
from labms.metrology.units import convert
from labms.metrology.verdicts import Verdict, judge, judge_between
from labms.metrology.weighing import (
    before_rounding,
    classify,
    eccentric_load,
    spread,
)

WEIGHING = Check(
    slug="oiml-r-76",
    numbers={"load": "load", "e": "e"},
    texts={"class": "class"},
    reference="load",
    outside="out_of_class_range",
)

CHECKS: Mapping[str, Check] = {
    "gas_meter": Check(
        slug="oiml-r-137",
        numbers={"flow": "Q", "Qt": "Qt"},
        texts={"class": "class"},
        error="error_percent",
        mpe="mpe_percent",
    ),
    "base_mpe": Check(
        slug="oiml-r-46",
        numbers={name: name for name in ("I", "Ist", "Imin", "Itr", "Imax")},
        texts={"class": "class", "pf": "pf"},
        error="error_percent",
        mpe="mpe_percent",
    ),
    "cuff_pressure": Check(slug="oiml-r-16", texts={"unit": "unit"}, by_stage="stage"),
    "distance": Check(
        slug="oiml-r-21",
        numbers={"reference": "reference", "least": "least_significant_digit"},
        fixed={"quantity": "distance"},
        may_lack=frozenset({"least"}),
        unit="m",
    ),
    "time": Check(
        slug="oiml-r-21",
        numbers={"reference": "reference", "least": "least_significant_digit"},
        fixed={"quantity": "time"},
        may_lack=frozenset({"least"}),
        unit="s",
    ),
    "fare": Check(
        slug="oiml-r-21",
        numbers={"reference": "reference", "least": "least_significant_digit"},
        fixed={"quantity": "fare"},
    ),
    "length_measure": Check(
        slug="oiml-r-35",
        numbers={"length": "length_m"},
        texts={"class": "class"},
        error="error_mm",
        mpe="mpe_mm",
    ),
    "vessel_line": Check(
        slug="oiml-r-138",
        numbers={"nominal": "nominal_mL"},
        texts={"kind": "kind"},
        error="error_mL",
        mpe="mpe_mL",
    ),
    "vehicle_mass": Check(
        slug="oiml-r-134",
        numbers={"reference": "reference_kg", "d": "d_kg"},
        may_lack=frozenset({"d"}),
        texts={"class": "class"},
        by_stage="stage",
        error="error_kg",
        mpe="mpe_kg",
    ),
}


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the check of the example comes to."""
    told, check = vector["given"], str(vector["given"]["check"])
    if check in CHECKS or check in _OTHERS:
        check_document(told, vector.get("document"))
    if check in CHECKS:
        return CHECKS[check].work_out(told)
    if check not in _OTHERS:
        raise BadExample(problem=N_("no such check:") + " " + check)
    return _OTHERS[check](told)


def _weighing_error(told: Given) -> dict[str, Any]:
    if (unit := str(told.get("unit", "same"))) != "same":
        convert(Fraction(1), unit=unit, into="g")
    if number(told.get("d", told["e"])) > number(told["e"]):
        raise BadExample(problem=N_("d is larger than e"))
    in_e = number(told["load"]) / number(told["e"])
    return {"load_in_e": in_e, **WEIGHING.work_out(told)}


def _before_rounding(told: Given) -> dict[str, Any]:
    interval = number(told.get("d", told["e"]))
    p = before_rounding(
        number(told["indication"]),
        added=number(told["added_load_dL"]),
        interval=interval,
    )
    error = p - number(told["load"])
    corrected = error - number(told.get("zero_error_E0", "0"))
    mpe, verdict = _judged(told, corrected)
    return {"P": p, "E": error, "Ec": corrected, "mpe": mpe, "verdict": verdict}


def _judged(told: Given, error: Fraction) -> tuple[Fraction | None, str]:
    limits = WEIGHING.limits(told)
    if limits is None:
        return None, WEIGHING.outside
    return limits.plus, judge(error, mpe=limits.plus).value


def _repeatability(told: Given) -> dict[str, Any]:
    found = spread([number(each) for each in told["readings"]])
    limit, verdict = _judged(told, found)
    return {"range": found, "limit": limit, "verdict": verdict}


def _eccentricity(told: Given) -> dict[str, Any]:
    load = number(told["test_load"])
    nominal = eccentric_load(
        number(told["max"]),
        additive_tare=number(told.get("additive_tare", "0")),
        supports=int(number(told.get("supports", "4"))),
        is_special=truth(told.get("special_receptor", "false")),
    )
    about = also({"load": told["test_load"]}, told)
    judged = [_judged(about, number(each) - load) for each in told["readings"]]
    out = sum(verdict != Verdict.PASS for _, verdict in judged)
    return {
        "nominal_test_load": nominal,
        "mpe": judged[0][0],
        "positions_out": out,
        "verdict": (Verdict.FAIL if out else Verdict.PASS).value,
    }


def _classification(told: Given) -> dict[str, Any]:
    e, d = number(told["e_g"]), number(told.get("d_g", told["e_g"]))
    capacity, least = number(told["max_g"]), number(told["min_g"])
    found = classify(str(told["class"]), e=e, d=d, capacity=capacity, least=least)
    figures = {e, d, capacity, least, found.intervals, e / d, least / e, Fraction(10)}
    for problem in found.problems:
        figures |= {
            Fraction(each) for each in problem.details.values() if _figure(each)
        }
    results: dict[str, Any] = {
        "n": found.intervals,
        "min_required_g": found.min_required,
        "valid": found.is_valid,
    }
    if found.problems:
        texts = tuple(each.text.format(**each.details) for each in found.problems)
        results["reason"] = Words(texts, tuple(figures))
    return results


def _figure(value: Any) -> bool:
    return isinstance(value, int | Decimal)


def _grams(text: str) -> Fraction:
    """Return “10 kg” as grams."""
    figure, unit = text.split()
    return convert(number(figure), unit=unit, into="g")


def _weight_mpe(told: Given) -> Fraction | None:
    values: dict[str, Value] = {
        "nominal": _grams(told["nominal"]),
        "class": str(told["class"]),
    }
    limits = limits_of("oiml-r-111", values)
    return None if limits is None else limits.plus


def _weight_limit(told: Given) -> dict[str, Any]:
    return {"mpe_mg": _weight_mpe(told)}


def _weight_verdict(told: Given) -> dict[str, Any]:
    mpe = _weight_mpe(told)
    if mpe is None:
        return {"mpe_mg": None, "verdict": "no_mpe"}
    found = r_111(
        number(told["deviation_mg"]), mpe=mpe, uncertainty=number(told["U_k2_mg"])
    )
    return {
        "mpe_mg": mpe,
        "U_limit_third": mpe / 3,
        "uncertainty_ok": found.is_certain_enough,
        "verdict": found.decision.value,
    }


def _volume_error(told: Given) -> dict[str, Any]:
    line: dict[str, Value] = {
        "class": number(told["class"]),
        "line": str(told.get("line", "A")),
    }
    percent = limits_of("oiml-r-117-cap", line)
    check = Check(
        slug="oiml-r-117",
        numbers={"volume": "reference_L", "mmq": "mmq_L"},
        may_lack=frozenset({"mmq"}),
        fixed={"percent": Fraction(-1) if percent is None else percent.plus},
        reference="reference_L",
        indication="indication_L",
        error="error_L",
        mpe="mpe_L",
    )
    return check.work_out(told)


def _class_limit(told: Given) -> dict[str, Any]:
    check = Check(
        slug="iec-62053-22" if str(told["class"]).endswith("S") else "iec-62053-21",
        numbers={
            "ratio": "I_over_In" if "I_over_In" in told else "I_over_Ib",
            "top": "Imax_over_In" if "Imax_over_In" in told else "Imax_over_Ib",
        },
        texts={"class": "class", "pf": "pf"},
        error="error_percent",
        mpe="mpe_percent",
        outside="not_specified",
    )
    return check.work_out(told)


def _gauge(told: Given) -> dict[str, Any]:
    span = number(told["range_high"]) - number(told["range_low"])
    return Check(
        slug="en-837", numbers={"percent": "class"}, fixed={"span": span}
    ).work_out(told)


def _thermometer(told: Given) -> dict[str, Any]:
    is_mercury = told["kind"] == "mercury"
    return Check(
        slug="oiml-r-7" if is_mercury else "oiml-r-115",
        numbers={} if is_mercury else {"reference": "reference_C"},
        texts={} if is_mercury else {"kind": "kind"},
        reference="reference_C",
        indication="indication_C",
    ).work_out(told)


def _deficiency(nominal: Fraction) -> Fraction | None:
    limits = limits_of("oiml-r-87", {"nominal": nominal})
    return None if limits is None else limits.plus


def _tolerable(told: Given) -> dict[str, Any]:
    return {"T": _deficiency(number(told["nominal_g_or_mL"]))}


def _lot(told: Given) -> dict[str, Any]:
    nominal = number(told.get("nominal_g", told.get("nominal_g_or_mL")))
    deficiency = _deficiency(nominal)
    if deficiency is None:
        raise BadExample(problem=N_("the table sets no limit"))
    found = judge_lot(
        [number(each) for each in told["sample"]],
        nominal=nominal,
        deficiency=deficiency,
        lot=int(number(told["lot_size"])),
    )
    return {
        "T": deficiency,
        "mean_error": found.mean_error,
        "s": found.standard_deviation,
        "corrected_mean": found.corrected_mean,
        "n": found.plan.sample,
        "n_T1": found.beyond_once,
        "n_T2": found.beyond_twice,
        "t1_allowed": found.plan.allowed,
        "verdict": found.verdict.value,
    }


def _plain(told: Given) -> dict[str, Any]:
    reference, indication, mpe = (
        number(told[key]) for key in ("reference", "indication", "mpe")
    )
    error = indication - reference
    naive = abs(float(indication) - float(reference)) <= float(mpe)
    return {
        "error": error,
        "verdict": judge(error, mpe=mpe).value,
        "naive_binary_float_verdict": (Verdict.PASS if naive else Verdict.FAIL).value,
    }


def _water_meter(told: Given) -> dict[str, Any]:
    q3 = number(told["Q3_m3h"])
    q1 = q3 / number(told["R"])
    flows = {"Q1": q1, "Q2": q1 * Fraction("1.6"), "Q4": q3 * Fraction("1.25")}
    stage = stage_of(told)
    points, inside = [], []
    for point in told["points"]:
        flow, reference = number(point["Q_m3h"]), number(point["reference_L"])
        error = 100 * (number(point["indicated_L"]) - reference) / reference
        limits = limits_of(
            "oiml-r-49",
            {
                **flows,
                "flow": flow,
                "class": str(told["class"]),
                "temperature": number(told["water_temperature_C"]),
            },
            stage=stage,
        )
        shown: dict[str, Any] = {"Q": flow, "verdict": "flow_out_of_range"}
        if limits is not None:
            verdict = judge_between(error, plus=limits.plus, minus=limits.minus)
            shown |= {
                "zone": "lower" if flow < flows["Q2"] else "upper",
                "mpe_percent": limits.plus,
                "error_percent": error,
                "verdict": verdict.value,
            }
            inside.append((error, limits.plus))
        points.append(shown)
    same, fine = _same_sign(inside, applies=stage == "verification")
    passed = fine and all(each["verdict"] == Verdict.PASS for each in points)
    return {
        **flows,
        "points": points,
        "same_sign": same,
        "same_sign_rule_ok": fine,
        "verdict": (Verdict.PASS if passed else Verdict.FAIL).value,
    }


def _same_sign(
    errors: list[tuple[Fraction, Fraction]], *, applies: bool
) -> tuple[bool, bool]:
    """Return whether all errors have one sign, and whether that is allowed.

    Then one of them may not exceed half of its limit. Source: OIML R 49-1:2013, 7.3.3.
    """
    same = len(errors) > 1 and (
        all(error > 0 for error, _ in errors) or all(error < 0 for error, _ in errors)
    )
    half = any(2 * abs(error) <= mpe for error, mpe in errors)
    return same, half or not (same and applies)


_OTHERS: Mapping[str, Callable[[Given], dict[str, Any]]] = {
    "error": _weighing_error,
    "error_before_rounding": _before_rounding,
    "repeatability": _repeatability,
    "eccentricity": _eccentricity,
    "classification": _classification,
    "mpe_lookup": _weight_limit,
    "weight_verdict": _weight_verdict,
    "volume_error": _volume_error,
    "class_limit": _class_limit,
    "pressure_gauge": _gauge,
    "clinical_thermometer": _thermometer,
    "tolerable_deficiency": _tolerable,
    "lot": _lot,
    "plain": _plain,
    "water_meter": _water_meter,
}
