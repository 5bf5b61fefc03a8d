"""Verdicts, limits, units and rounding: exact, and equality passes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from labms.metrology.expressions import parse
from labms.metrology.limits import Cells, Formula, Limits, NoLimit, Step, Steps
from labms.metrology.rounding import as_decimal, round_beside, round_to
from labms.metrology.units import NoConversion, convert
from labms.metrology.verdicts import (
    UncertaintyTooLarge,
    Verdict,
    check_uncertainty,
    judge,
    judge_between,
)

D = Decimal
numbers = st.decimals(-1000, 1000, allow_nan=False, places=6)
amounts = st.decimals(0, 1000, allow_nan=False, places=6)


@given(amounts)
def test_an_error_exactly_on_the_limit_passes(mpe):
    assert judge(mpe, mpe=mpe) is Verdict.PASS
    assert judge(-mpe, mpe=mpe) is Verdict.PASS


@given(amounts, st.integers(1, 30))
def test_the_smallest_excess_fails(mpe, places):
    excess = Fraction(mpe) + Fraction(1, 10**places)
    assert judge(excess, mpe=mpe) is Verdict.FAIL


@given(numbers, amounts)
def test_the_sign_of_an_error_does_not_matter_between_equal_limits(error, mpe):
    assert judge(error, mpe=mpe) is judge(-error, mpe=mpe)


def test_unequal_limits_are_each_for_their_side():
    plus, minus = D("0.1"), D("0.15")  # OIML R 7:1979, clinical thermometers
    assert judge_between(D("-0.15"), plus=plus, minus=minus) is Verdict.PASS
    assert judge_between(D("0.11"), plus=plus, minus=minus) is Verdict.FAIL


def test_exactly_one_third_of_the_limit_is_certain_enough():
    check_uncertainty(D(1), mpe=D(3), max_ratio=Fraction(1, 3))
    with pytest.raises(UncertaintyTooLarge):
        judge(D(0), mpe=D(3), uncertainty=D("1.0001"), max_ratio=Fraction(1, 3))


STAIRS = Steps(
    parse("load / e"),
    {"": [Step(Fraction(50), Fraction(1, 2)), Step(Fraction(200), Fraction(1))]},
    parse("limit * e"),
)


@pytest.mark.parametrize(
    ("load", "mpe"), [("0", "5"), ("500", "5"), ("500.0001", "10"), ("2000", "10")]
)
def test_a_step_includes_its_upper_bound(load, mpe):
    limits = STAIRS.limits({"load": Fraction(load), "e": Fraction(10)})
    assert limits == Limits(Fraction(mpe), Fraction(mpe))


def test_a_limit_is_found_by_a_decimal_as_by_the_fraction_that_it_is():
    assert STAIRS.limits({"load": D("500.00"), "e": D(10)}) == Limits(5, 5)
    cells = Cells("m", "class", {(Fraction(1, 5), "M1"): Fraction(2)}, parse("limit"))
    assert cells.limits({"m": D("0.20"), "class": "M1"}).plus == 2


@pytest.mark.parametrize("load", ["2000.0001", "-1"])
def test_beyond_the_last_step_there_is_no_limit(load):
    with pytest.raises(NoLimit):
        STAIRS.limits({"load": Fraction(load), "e": Fraction(10)})


def test_an_empty_cell_is_not_a_limit_of_zero():
    cells = Cells(
        "nominal", "class", {(Fraction(1), "F1"): Fraction(2)}, parse("limit")
    )
    assert cells.limits({"nominal": Fraction(1), "class": "F1"}).plus == 2
    for given_class, nominal in (("M3", 1), ("F1", 2)):
        with pytest.raises(NoLimit):
            cells.limits({"nominal": Fraction(nominal), "class": given_class})


def test_a_percentage_with_a_floor_is_a_formula():
    floor = Formula(parse("max(0.5 / 100 * volume, 0.02)"))
    assert floor.limits({"volume": Fraction(2)}).plus == Fraction("0.02")
    assert floor.limits({"volume": Fraction(20)}).plus == Fraction("0.1")


@given(st.fractions(max_denominator=10**6), st.integers(0, 8))
def test_rounding_is_off_by_half_a_digit_at_most(value, places):
    shown = round_to(value, places=places)
    assert abs(Fraction(shown) - value) * 2 * 10**places <= 1
    assert -shown.as_tuple().exponent == places


def test_a_tie_is_rounded_to_the_even_digit():
    assert str(round_to(Fraction("0.125"), places=2)) == "0.12"
    assert str(round_to(Fraction("-0.135"), places=2)) == "-0.14"


@given(st.fractions(-10, 10), st.fractions(0, 10), st.integers(0, 4))
@example(Fraction(59, 9), Fraction(59, 9), 0)
def test_what_is_shown_never_contradicts_the_verdict(value, mpe, places):
    assume(value == mpe or abs(abs(value) - mpe) > Fraction(1, 10**15))
    shown = round_beside(value, plus=mpe, minus=mpe, places=places)
    assert (abs(Fraction(shown)) <= mpe) is (abs(value) <= mpe)


@pytest.mark.parametrize(
    ("value", "shown"), [(Fraction(59, 9), "6.55"), (Fraction(-59, 9), "-6.55")]
)
def test_on_a_limit_whose_digits_never_end_they_are_cut_off(value, shown):
    limit = Fraction(59, 9)
    assert str(round_beside(value, plus=limit, minus=limit, places=0)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, max_value=10**9))
def test_a_decimal_survives_being_a_fraction(value):
    assert as_decimal(Fraction(value)) == value


def test_units_of_one_quantity_convert_exactly():
    assert convert(D("0.1"), unit="kg", into="g") == 100
    assert convert(D(1), unit="m³/h", into="L/min") == Fraction(50, 3)
    with pytest.raises(NoConversion):
        convert(D(1), unit="kg", into="L")
