"""Results as they are reported."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.metrology.rounding import ReportRule, round_result

values = st.decimals("-1e6", "1e6", places=9)

uncertainties = st.decimals("1e-9", "1e3", places=12).filter(lambda u: u > 0)

rules = st.sampled_from(list(ReportRule))


@given(values, uncertainties, rules)
def test_value_and_uncertainty_end_at_the_same_decimal_place(value, uncertainty, rule):
    rounded_value, rounded = round_result(value, uncertainty, rule=rule)

    assert rounded_value.as_tuple().exponent == rounded.as_tuple().exponent


@given(values, st.decimals("1e-9", "9", places=12).filter(lambda u: u > 0), rules)
def test_an_uncertainty_keeps_exactly_two_figures(value, uncertainty, rule):
    _, rounded = round_result(value, uncertainty, rule=rule)

    assert len(rounded.as_tuple().digits) == 2


@given(values, uncertainties, rules)
def test_rounding_never_understates_the_uncertainty_by_over_5_percent(
    value, uncertainty, rule
):
    """EA-4/02 M:2022, 6.3 would otherwise ask for rounding up."""
    _, rounded = round_result(value, uncertainty, rule=rule)

    assert rounded >= uncertainty * Decimal("0.95")


@given(values, uncertainties)
def test_rounding_up_never_understates(value, uncertainty):
    _, rounded = round_result(value, uncertainty, rule=ReportRule.UP)

    assert rounded >= uncertainty


@pytest.mark.parametrize(
    ("value", "uncertainty", "rule", "reported"),
    [
        ("100.145", "0.33", ReportRule.HALF_EVEN, ("100.14", "0.33")),
        ("100.145", "0.33", ReportRule.HALF_UP, ("100.15", "0.33")),
        ("-0.125", "0.12", ReportRule.HALF_UP, ("-0.13", "0.12")),
        ("123456", "951", ReportRule.HALF_EVEN, ("123460", "950")),
        ("1", "0.996", ReportRule.HALF_EVEN, ("1.0", "1.0")),
    ],
)
def test_ties_and_carries(value, uncertainty, rule, reported):
    found = round_result(Decimal(value), Decimal(uncertainty), rule=rule)

    assert tuple(format(x, "f") for x in found) == reported
