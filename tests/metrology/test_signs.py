"""A formula that can only lie below zero is told by its shape."""

import pytest

from labms.metrology.expressions import parse
from labms.metrology.signs import Sign, sign_of


@pytest.mark.parametrize(
    ("formula", "sign"),
    [
        ("d / 10", Sign.ABOVE),
        ("-d / 10", Sign.BELOW),
        ("0 - 2 * e", Sign.BELOW),
        ("-(-d)", Sign.ABOVE),
        ("-d * -e", Sign.ABOVE),
        ("d - e", Sign.UNKNOWN),
        ("-error", Sign.UNKNOWN),
        ("abs(-error)", Sign.ABOVE),
        ("0", Sign.NONE),
        ("0 * -d", Sign.NONE),
        ("if(d > e, -d, -e)", Sign.BELOW),
        ("if(d > e, d, -e)", Sign.UNKNOWN),
        ("max(-d, 0)", Sign.UNKNOWN),
        ("round(-d, e)", Sign.BELOW),
        ("(-d) ** 2", Sign.UNKNOWN),
        ("sqrt(d)", Sign.ABOVE),
    ],
)
def test_the_side_of_zero_is_told_where_the_shape_shows_it(formula, sign):
    assert sign_of(parse(formula), signed=frozenset({"error"})) is sign
