"""What R 76 asks besides limits, and the lots of R 87."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.metrology.prepackages import (
    PLANS_2004,
    LotVerdict,
    NoPlan,
    judge_lot,
    mean_factor,
    plan_for,
)
from labms.metrology.weighing import (
    NotAnInterval,
    before_rounding,
    classify,
    eccentric_load,
    is_power_of_ten,
)


def classified(name, e, d, capacity, least):
    e, d, capacity, least = map(Fraction, (e, d, capacity, least))
    return classify(name, e=e, d=d, capacity=capacity, least=least)


@pytest.mark.parametrize(
    ("name", "e", "d", "capacity", "least"),
    [
        ("III", "5", "5", "15000", "100"),
        ("II", "0.1", "0.01", "2200", "5"),
        ("I", "0.001", "0.00001", "120", "0.1"),
        ("IIII", "10", "10", "10000", "100"),
    ],
)
def test_instruments_that_belong_to_their_class(name, e, d, capacity, least):
    assert classified(name, e, d, capacity, least).is_valid


@pytest.mark.parametrize(
    ("name", "e", "d", "capacity", "least", "problem"),
    [
        ("III", "5", "5", "2000", "100", "n >= {number}"),
        ("III", "0.1", "0.1", "2000", "2", "n > {number}"),
        ("III", "5", "5", "15000", "95", "Min < {number} e"),
        ("III", "5", "1", "15000", "100", "equal d"),
        ("II", "0.02", "0.001", "220", "0.4", "10 d"),
        ("II", "0.02", "0.01", "220", "0.4", "power of ten"),
        ("II", "0.01", "0.1", "220", "0.2", "e < d"),
        ("IIII", "2", "2", "1000", "20", "does not occur"),
    ],
)
def test_instruments_that_do_not(name, e, d, capacity, least, problem):
    found = classified(name, e, d, capacity, least)
    assert any(problem in each.text for each in found.problems)


def test_a_scale_interval_of_zero_is_refused():
    with pytest.raises(NotAnInterval):
        classified("III", "0", "1", "10", "1")


def test_powers_of_ten_are_those_of_either_sign():
    assert all(is_power_of_ten(Fraction(10) ** k) for k in range(-6, 7))
    assert not any(
        is_power_of_ten(Fraction(x)) for x in ("0", "-10", "0.2", "20", "1/3")
    )


def test_the_true_indication_lies_half_an_interval_around_the_shown_one():
    low = before_rounding(Fraction(1000), added=Fraction(5), interval=Fraction(5))
    high = before_rounding(Fraction(1000), added=Fraction(0), interval=Fraction(5))
    assert (low, high) == (Fraction("997.5"), Fraction("1002.5"))


@pytest.mark.parametrize(
    ("supports", "is_special", "load"), [(4, False, 5), (6, False, 3), (4, True, "1.5")]
)
def test_the_load_off_the_centre_depends_on_the_supports(supports, is_special, load):
    found = eccentric_load(Fraction(15), supports=supports, is_special=is_special)
    assert found == Fraction(load)


@pytest.mark.parametrize("plan", PLANS_2004)
def test_the_factors_of_the_plans_are_those_of_student(plan):
    assert round(mean_factor(plan.sample), 3) == pytest.approx(
        float(plan.factor), abs=1e-3
    )


@given(st.integers(100, 10**6))
def test_every_lot_has_one_plan(lot):
    assert plan_for(lot) in PLANS_2004


def test_a_lot_is_rejected_for_one_package_far_below_or_for_many_below():
    good = [Fraction(501)] * 50

    def verdict(*short):
        found = [*map(Fraction, short), *good[len(short) :]]
        return judge_lot(
            found, nominal=Fraction(500), deficiency=Fraction(15), lot=300
        ).verdict

    assert verdict("485") is LotVerdict.ACCEPT  # exactly T is not beyond it
    assert verdict("470") is LotVerdict.ACCEPT  # nor exactly 2 T beyond twice
    assert verdict("469.9") is LotVerdict.REJECT
    assert verdict(*["484"] * 4) is LotVerdict.REJECT


def test_a_small_lot_is_weighed_whole():
    plan = plan_for(80)
    assert (plan.sample, plan.factor, plan.allowed) == (80, 0, 2)


def test_a_sample_of_another_size_or_an_empty_lot_has_no_plan():
    with pytest.raises(NoPlan):
        plan_for(0)
    with pytest.raises(NoPlan):
        judge_lot(
            [Fraction(1)] * 49, nominal=Fraction(1), deficiency=Fraction(1), lot=300
        )
