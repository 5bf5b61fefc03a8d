"""Other examples of the same forms, each worked out once more in another way."""

import math
import random
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from scipy import optimize, stats

from labms.golden.reading import Told, number
from labms.golden.running import SCHEMAS

RANDOM = random.Random(2026)


def evaluator(schema):
    module, function = SCHEMAS[schema]
    return getattr(import_module(f"labms.golden.schemas.{module}"), function)


def worked(schema, told):
    return evaluator(schema)(Told(told))


def limits(check, **given):
    return worked("mpe-vectors-v1", {"given": {"check": check, **given}})


def near(found, wanted, rel=1e-9):
    assert float(found) == pytest.approx(float(wanted), rel=rel, abs=1e-12)


# --- budgets -----------------------------------------------------------------------


def budget(**told):
    return worked("budget-v1", told)["y"]


def test_a_budget_is_that_of_finite_differences_with_every_way_to_state_an_input():
    inputs = [
        {
            "name": "a",
            "value": "12,5",
            "distribution": "rectangular",
            "half_width": "2",
        },
        {"name": "b", "value": "-3", "distribution": "triangular", "half_width": "0.3"},
        {"name": "c", "value": "0.7", "distribution": "arcsine", "half_width": "0.04"},
        {"name": "d", "value": "4", "expanded_U": "0.5", "k": "2.5"},
        {"name": "e", "readings": ["1.1", "1.3", "1.2", "1.6"]},
        {
            "name": "f",
            "value": "2",
            "distribution": "type A pooled",
            "pooled_s": "0.3",
            "n": "9",
            "dof": "20",
        },
        {"name": "g", "value": "5", "distribution": "constant"},
    ]
    values = [12.5, -3, 0.7, 4, 1.3, 2, 5]
    spread = np.std([1.1, 1.3, 1.2, 1.6], ddof=1) / 2
    u = [2 / 3**0.5, 0.3 / 6**0.5, 0.04 / 2**0.5, 0.2, spread, 0.1, 0]

    def model(a, b, c, d, e, f, g):
        return a * b / d + math.exp(c) * e**2 - f * math.sqrt(g)

    shares = []
    for place in range(7):
        step = 1e-6
        up = [x + step * (i == place) for i, x in enumerate(values)]
        down = [x - step * (i == place) for i, x in enumerate(values)]
        shares.append((model(*up) - model(*down)) / (2 * step) * u[place])
    total = math.sqrt(sum(each**2 for each in shares))
    dof = total**4 / (shares[4] ** 4 / 3 + shares[5] ** 4 / 20)
    k = stats.t.ppf(0.975, math.floor(dof))

    found = budget(
        inputs=inputs,
        outputs=[
            {
                "name": "y",
                "expression": "a * b / d + exp(c) * e ** 2 - f*sqrt(g)",
                "coverage": {"method": "t", "p": "0.95", "dof": "truncate"},
            }
        ],
    )

    near(found["estimate"], model(*values))
    near(found["std_uncertainty"], total, rel=1e-7)
    near(found["nu_eff"], dof, rel=1e-6)
    near(found["coverage"]["U"], k * total, rel=1e-6)


def test_correlated_inputs_add_their_covariance():
    inputs = [
        {"name": "p", "value": "2", "std_uncertainty": "0.1"},
        {"name": "q", "value": "3", "std_uncertainty": "0.2"},
    ]
    for r in ("-1", "-0.4", "0", "0.75", "1"):
        found = budget(
            inputs=inputs,
            correlations=[["p", "q", r]],
            outputs=[{"name": "y", "expression": "p * q"}],
        )
        a, b = 3 * 0.1, 2 * 0.2
        near(found["std_uncertainty"], math.sqrt(a * a + b * b + 2 * float(r) * a * b))


# --- coverage, decisions, intervals --------------------------------------------------


def test_factors_and_degrees_of_freedom_are_those_of_scipy():
    for _ in range(30):
        nu, p = RANDOM.randint(1, 200), RANDOM.choice(["90", "95", "98", "99"])
        found = worked("kfactor-v1", {"nu": str(nu), "p_percent": p})
        near(found["k_computed"], stats.t.ppf((1 + float(p) / 100) / 2, nu), rel=1e-6)
    for _ in range(30):
        u = [round(RANDOM.uniform(0.1, 5), 3) for _ in range(4)]
        dof = [RANDOM.randint(1, 30) for _ in range(3)]
        total = math.sqrt(sum(each**2 for each in u))
        effective = total**4 / sum(a**4 / n for a, n in zip(u, dof, strict=False))
        found = worked(
            "ws-v1",
            {
                "contributions": list(map(str, u)),
                "dof": [*map(str, dof), "inf"],
                "p": "0.95",
                "dof_rule": "real",
            },
        )
        near(found["nu_eff"], effective)
        near(found["U"], total * stats.t.ppf(0.975, effective), rel=1e-6)


def test_rules_follow_the_widths_that_are_told():
    def decide(y, **more):
        given = {"y": y, "U": "0.2", "lower_limit": None, "upper_limit": "1", **more}
        return worked("decision-v1", {"group": "decision_rule", "given": given})

    assert decide("0.8")["guarded"] == "pass"
    assert decide("0.8000001")["guarded"] == "fail"
    assert decide("0.9", w="0.1")["guarded"] == "pass"
    assert decide("0.9", w="0.5 U")["guarded"] == "pass"
    assert decide("0.9", w="U for guarded")["guarded"] == "fail"
    assert decide("0.95", w="0.1")["nonbinary"] == "conditional_pass"
    # 1,65 u with u = U / k
    assert decide("0.9", k="4")["iso14253_2017_w_0.825U"] == "conformity_proven"


def test_risks_are_those_of_a_double_sum():
    prior, measured, tolerance, acceptance = 0.6, 0.25, 1.1, 0.9
    x = np.linspace(-6 * prior, 6 * prior, 40_001)
    density = stats.norm.pdf(x, 0.1, prior)
    accepted = stats.norm.cdf((acceptance - x) / measured) - stats.norm.cdf(
        (-acceptance - x) / measured
    )
    inside = np.abs(x) <= tolerance
    step = x[1] - x[0]
    found = worked(
        "decision-v1",
        {
            "group": "global_risk",
            "given": {
                "prior": "normal",
                "prior_mean_offset": "0.1",
                "prior_std": "0.6",
                "measurement_u": "0.25",
                "tolerance": "±1.1",
                "acceptance": "-0.9..0.9",
            },
        },
    )
    near(
        found["PFA_global_consumer"], (density * accepted * ~inside).sum() * step, 1e-3
    )
    near(
        found["PFR_global_producer"],
        (density * (1 - accepted) * inside).sum() * step,
        1e-3,
    )


def test_lines_drifts_and_charts_are_those_of_numpy():
    x = [0.0, 190.0, 360.0, 600.0, 750.0]
    y = [0.011, 0.043, 0.082, 0.121, 0.139]
    (slope, intercept), cov = np.polyfit(x, y, 1, cov="unscaled")
    s = math.sqrt(sum((b - intercept - slope * a) ** 2 for a, b in zip(x, y)) / 3)  # noqa: B905
    texts = {"days": list(map(str, x)), "errors": list(map(str, y))}

    found = worked(
        "interval-v1",
        {
            "method": "trend line",
            "given": {**texts, "mpe": "0.5", "u_cal": "0.01", "k": "2"},
        },
    )

    near(found["slope_per_day"], slope)
    near(found["u_slope"], s * math.sqrt(cov[0][0]), 1e-8)
    near(found["day_when_line_reaches_mpe"], (0.5 - intercept) / slope, 1e-6)

    def gap(day):
        leverage = 1 + 1 / 5 + (day - np.mean(x)) ** 2 * cov[0][0]
        return intercept + slope * day + 2 * math.sqrt(s**2 * leverage + 1e-4) - 0.5

    crossing = optimize.brentq(gap, 750, 5000)
    near(found["day_when_line_plus_k_u_reaches_mpe"], crossing, 1e-6)

    history = ["5.1", "4.9", "5.0", "5.3", "5.2"]
    chart = worked(
        "interval-v1",
        {
            "method": "individuals control chart",
            "given": {"history": history, "new_value": "5.9"},
        },
    )
    moving = np.mean(np.abs(np.diff([float(each) for each in history])))
    near(chart["UCL"], 5.1 + 2.66 * moving, 1e-3)
    assert chart["in_control"] is False


def test_hours_left_become_a_day_when_one_is_told_to_count_from():
    given = {"hours_used_since_calibration": "900", "hours_allowed": "1000"}
    told = {"method": "in-use time", "given": {**given, "hours_per_day": "8"}}
    assert "due_on" not in worked("interval-v1", told)
    told["given"]["as_of"] = "2026-02-20"
    assert worked("interval-v1", told)["due_on"] == "2026-03-04"


def test_an_interval_test_is_that_of_binomial_sums():
    for passed, count in ((17, 20), (12, 20), (30, 31), (0, 4)):
        found = worked(
            "interval-v1",
            {
                "method": "A3",
                "given": {
                    "in_tolerance": str(passed),
                    "n": str(count),
                    "current_interval_days": "300",
                    "reliability_target": "0.9",
                    "confidence_to_change": "0.5",
                },
            },
        )
        seen = passed / count
        below = stats.binom.cdf(passed, count, 0.9)
        if passed in (0, count):
            q = 1 - stats.binom.pmf(passed, count, 0.9)
        else:
            q = below - 1 if seen > 0.9 else 1 - 2 * below
        assert float(found["observed_reliability"]) == seen
        if 0 < passed < count:
            near(found["rejection_confidence"], abs(q) if q > 0 else max(q, 0), 1e-6)


# --- limits, from the rules as they are told in the documents ------------------------


def test_limits_of_scales_and_weights_are_those_of_their_bands():
    bands = {
        "I": (50_000, 200_000, None),
        "II": (5_000, 20_000, 100_000),
        "III": (500, 2_000, 10_000),
        "IIII": (50, 200, 1_000),
    }
    for name, (first, second, last) in bands.items():
        for many in (0, first, first + 1, second, second + 1, last or 900_000):
            e, d = Fraction("0.2"), Fraction("0.2")
            factor = Fraction(1, 2) if many <= first else 1
            factor = factor if many <= second else Fraction(3, 2)
            found = limits(
                "error",
                **{"class": name, "e": "0.2", "load": str(float(many * e)), "d": "0.2"},
                indication=str(float(many * e + d)),
                stage="in_service",
                unit="kg",
            )
            assert found["mpe"] == 2 * factor * e, (name, many)
        if last:
            told = {"class": name, "e": "1", "load": str(last + 1), "indication": "0"}
            assert limits("error", **told)["verdict"] == "out_of_class_range"
    for nominal, name, mpe in (("0.2 kg", "F1", "1"), ("2000 g", "M2", "300")):
        assert limits("mpe_lookup", nominal=nominal, **{"class": name})["mpe_mg"] == (
            Fraction(mpe)
        )


def test_limits_with_a_formula_are_those_of_the_formula():
    for text in ("0.05", "0.17", "0.39", "0.7", "1.4", "20"):
        v = Fraction(text)
        for name, line, percent in (("0.5", "A", "0.5"), ("1.0", "B", "0.6")):
            share = Fraction(percent) / 100
            wanted = (
                share * max(v, 2) if v >= 1 else 2 * share * max(v, Fraction("0.4"))
            )
            if v < Fraction("0.2"):
                wanted = 4 * share * max(v, Fraction("0.1"))
            told = {"class": name, "line": line, "reference_L": text}
            assert limits("volume_error", indication_L=text, **told)["mpe_L"] == wanted
    for metres, name in (("0.3", "I"), ("1", "II"), ("7.2", "III"), ("30", "II")):
        a, b = {"I": (1, 1), "II": (3, 2), "III": (6, 4)}[name]
        wanted = Fraction(a + b * math.ceil(float(metres)), 10)
        told = {"class": name, "length_m": metres, "error_mm": "0"}
        assert limits("length_measure", **told)["mpe_mm"] == wanted
    for q, text in (("0.5", "0.6"), ("0.6", "0.6"), ("9", "0.6")):
        wanted = Fraction(3) if q == "0.5" else Fraction(3, 2)
        told = {"class": "1.5", "Q": q, "Qt": text, "error_percent": "0"}
        assert limits("gas_meter", **told)["mpe_percent"] == wanted
    for amps, pf, wanted in (
        ("0.05", "1", "7.5"),
        ("0.3", "0.5L", "1.8"),
        ("9", "1", "1"),
    ):
        told = {"class": "B", "I": amps, "pf": pf, "Ist": "0.02", "Imin": "0.25"}
        found = limits("base_mpe", Itr="0.5", Imax="60", error_percent="0", **told)
        assert found["mpe_percent"] == Fraction(wanted)


def test_the_unit_of_an_example_changes_no_verdict():
    for unit, per in (("m", 1), ("km", 1000), ("cm", Fraction(1, 100))):
        for error, verdict in ((10, "pass"), (11, "fail")):
            found = limits(
                "distance",
                reference=str(float(5000 / per)),
                indication=str(float((5000 + error) / per)),
                unit=unit,
            )
            assert (found["verdict"], found["mpe"] * per) == (verdict, 10)
    assert limits("time", reference="10", indication="10.01", unit="min")["mpe"] == (
        Fraction(1, 100)
    )


def test_a_lot_is_that_of_the_plan():
    sample = [f"{500 + RANDOM.uniform(-20, 12):.1f}" for _ in range(80)]
    found = limits("lot", nominal_g_or_mL="500", lot_size="501", sample=sample)
    errors = [number(each) - 500 for each in sample]
    s = np.std([float(each) for each in errors], ddof=1)
    assert found["T"] == 15
    assert found["n_T1"] == sum(each < -15 for each in errors)
    near(found["corrected_mean"], float(sum(errors) / 80) + 0.295 * s, 1e-3)
