"""What people type is read by one strict grammar, and no digit is lost."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.metrology.decimals import (
    NotADecimal,
    decimals_of,
    read_decimal,
    show_decimal,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1.234", "1.234"),
        ("1,234", "1.234"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1.234.567", "1234567"),
        ("-0,5", "-0.5"),
        ("\u22120,5", "-0.5"),
        ("+3", "3"),
        (" 007 ", "7"),
    ],
)
def test_comma_and_point_are_both_the_decimal_mark(typed, meant):
    assert str(read_decimal(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", "-", ",5", "5,", "1,2,3", "1.2.3", "12.34,5", "1 23", "1e3", "NaN"),
        *("Infinity", "1_000", "0x1", "١٢", "½", "１", "1" * 31, "0.123,4", "--1"),
        *("1,,2", "1,234.567.8"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused(typed):
    with pytest.raises(NotADecimal):
        read_decimal(typed)


def test_trailing_zeros_are_kept_because_they_are_the_resolution():
    assert decimals_of(read_decimal("10,00")) == 2


def test_zero_has_no_sign():
    assert str(read_decimal("-0,00")) == "0.00"
    assert show_decimal(Decimal("-0.0"), language="vi") == "0,0"


def test_a_large_number_is_never_shown_with_an_exponent():
    assert show_decimal(Decimal("1E+7"), language="en") == "10000000"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, max_value=10**15),
    st.sampled_from(["vi", "en"]),
)
def test_what_is_shown_is_read_as_the_same_digits(value, language):
    if abs(value) < 10**15:
        again = read_decimal(show_decimal(value, language=language))
        assert str(again) == str(value.copy_abs() if value == 0 else value)


@given(st.text(max_size=40))
def test_any_text_is_either_a_finite_number_or_refused(text):
    with contextlib.suppress(NotADecimal):
        assert read_decimal(text).is_finite()
