"""Intervals: what each method does, and when it leaves things as they are."""

from fractions import Fraction
from math import inf, isinf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labms.metrology.intervals.attributes import (
    exponential,
    exponential_by_likelihood,
    interval_test,
    reliability_range,
)
from labms.metrology.intervals.reacting import (
    Action,
    BadHistory,
    StaircasePolicy,
    control_chart,
    staircase,
    use_left,
)
from labms.metrology.intervals.reliability import MODELS, fit_models
from labms.metrology.intervals.variables import drift, until_limits
from labms.metrology.regression import analyse_groups, fit_line


@given(st.integers(30, 1095), st.fractions(0, 3), st.fractions("0.01", 2))
def test_a_staircase_stays_within_its_policy(days, error, mpe):
    policy = StaircasePolicy()

    found = staircase(days, error=error, mpe=mpe, policy=policy)

    assert policy.min_days <= found.days <= policy.max_days
    if error > mpe:
        assert found.action is Action.REDUCE
    if found.action is Action.EXTEND:
        assert found.days >= days


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_test_says_why_it_changes_nothing(history):
    passed, count = history

    found = interval_test(passed, count, interval_days=365, target=0.9)

    assert (found.days == 365) or found.reason == ""
    assert 182.5 <= found.days <= 730
    low, high = found.reliability_range
    assert low <= found.observed <= high


def test_a_reliability_range_grows_narrower_with_more_results():
    few, many = (reliability_range(9 * n, 10 * n, confidence=0.9) for n in (1, 10))
    assert few[0] < many[0] < 0.9 < many[1] < few[1]


def test_a_common_interval_and_likelihood_agree_on_one_column():
    by_rate = exponential(0.85, interval=12.0, target=0.95)
    by_counts = exponential_by_likelihood([12.0], [100], [85], target=0.95)

    assert by_counts.interval == pytest.approx(by_rate.interval, rel=1e-9)
    assert by_counts.count == 100
    assert exponential(1.0, interval=12.0, target=0.95).interval == inf
    with pytest.raises(BadHistory):
        exponential_by_likelihood([12.0], [10], [11], target=0.9)


def test_all_models_of_reliability_are_fitted_and_the_simplest_is_no_worse_known():
    weeks, counts = [4, 7, 10, 13, 21, 28, 40, 48], [4, 6, 14, 13, 22, 49, 18, 6]
    passed = [4, 5, 9, 8, 12, 20, 9, 2]

    models = {one.name: one for one in fit_models(weeks, counts, passed, target=0.75)}

    assert set(models) == set(MODELS)
    one = exponential_by_likelihood(weeks, counts, passed, target=0.75)
    assert models["exponential"].interval == pytest.approx(one.interval, rel=1e-4)
    assert models["weibull"].log_likelihood >= models["exponential"].log_likelihood


def test_a_chart_counts_its_limits_as_inside():
    chart = control_chart([Fraction(x) for x in (10, 11, 10, 11)])

    assert chart.upper == Fraction("10.5") + Fraction("2.66")
    assert chart.is_in_control(chart.upper)
    assert not chart.is_in_control(chart.upper + Fraction(1, 10**9))


def test_what_is_never_used_never_comes_due_by_hours():
    rest = use_left(Fraction(10), allowed=Fraction(100), per_day=Fraction(0))
    spent = use_left(Fraction(100), allowed=Fraction(100), per_day=Fraction(3))

    assert isinf(rest.days)
    assert not rest.is_due
    assert (spent.is_due, spent.days) == (True, 0)


@settings(max_examples=15)
@given(st.floats(0.0001, 0.01), st.floats(-0.2, 0.2))
def test_a_drift_reaches_its_limit_in_either_direction_on_the_same_day(slope, start):
    days = [0.0, 100.0, 200.0, 300.0]
    noise = (0.001, -0.001, -0.001, 0.001)
    errors = [start + slope * day + e for day, e in zip(days, noise, strict=True)]

    up = drift(days, errors, mpe=5.0, u_cal=0.05)
    down = drift(days, [-error for error in errors], mpe=5.0, u_cal=0.05)

    assert up.line_reaches == pytest.approx(down.line_reaches, rel=1e-6)
    assert up.bound_reaches <= up.line_reaches
    assert up.significance == pytest.approx(-down.significance)
    assert up.is_significant


def test_a_value_that_may_be_outside_already_has_no_interval():
    days, changes = [70.0, 86.0, 104.0, 135.0], [0.1, 0.11, 0.25, 0.3]
    common = {"u_start": 0.28, "confidence": 0.9, "degree": 2}

    near = until_limits(days, changes, start=9.03, lower=9.0, upper=None, **common)
    far = until_limits(days, changes, start=10.0, lower=9.0, upper=11.0, **common)

    assert near.days == 0
    assert 0 < far.days < 1000


def test_a_line_read_backwards_gives_back_its_points():
    line = fit_line([0.0, 1.0, 2.0, 3.0], [1.0, 3.01, 4.99, 7.0], reference=1.0)

    x, u = line.inverse(line.at(2.5), observations=3)

    assert x == pytest.approx(2.5)
    assert 0 < u < line.u_new(2.5)


def test_the_daily_means_of_the_gum_differ_by_no_more_than_their_scatter():
    """JCGM 100:2008, H.5: F = 2.25 from rounded figures, 2.26 from unrounded ones."""
    means = [10.000172, 10.000116, 10.000013, 10.000144, 10.000106,
             10.000031, 10.000060, 10.000125, 10.000163, 10.000041]  # fmt: skip
    deviations = [
        60e-6,
        77e-6,
        111e-6,
        101e-6,
        67e-6,
        93e-6,
        80e-6,
        73e-6,
        88e-6,
        86e-6,
    ]

    found = analyse_groups(means, deviations, per_group=5)

    assert found.mean == pytest.approx(10.0000971, abs=1e-9)
    assert found.f == pytest.approx(2.26, abs=0.01)
    assert (found.dof_between, found.dof_within) == (9, 40)
    assert found.u_mean_pooled < found.u_mean
