"""Formulas of the catalogue: closed, exact, and precise about what is wrong."""

import contextlib
import operator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.metrology.expressions import (
    BadExpression,
    CannotEvaluate,
    Kind,
    parse,
)


def value(source, **names):
    return parse(source).evaluate(
        {k: v if isinstance(v, (str, bool)) else Fraction(v) for k, v in names.items()}
    )


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("7 / 2 / 2", Fraction(7, 4)),
        ("max(1, 3, 2) - min(4, 2)", 1),
        ("abs(-5)", 5),
        ("round(2.5, 1)", 2),
        ("round(3340, 100)", 3300),
        ("round_up(0.31, 0.1)", Fraction(4, 10)),
        ("if(1 < 2, 10, 1 / 0)", 10),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1.5e3 - 1e-1", Fraction(14999, 10)),
        ("-2 ** 2", -4),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", Fraction(1, 2)),
    ],
)
def test_arithmetic_is_exact_and_binds_as_at_school(source, result):
    assert value(source) == result


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("class == 'IIII' and Max <= 200", True),
        ("not class == 'III'", True),
        ("false or Max > 100", False),
        ("not not true", True),
        ("class != 'IIII' or 0.1 + 0.2 == 0.3", True),
    ],
)
def test_conditions_compare_numbers_and_texts(source, result):
    assert value(source, **{"class": "IIII"}, Max=100) is result


def test_a_ratio_exactly_on_its_limit_is_on_its_limit():
    error = parse("100 * (indication - reference) / reference <= 2")
    assert error.holds({"indication": Fraction("3.06"), "reference": Fraction(3)})


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_dividing_and_multiplying_back_changes_nothing(a, b):
    assert value("a / b * b", a=a, b=b) == a


def _pair(inner):
    """Two trees joined by an operator or a function, as text and as a number."""

    def joined(parts):
        (operator, apply), (one, a), (other, b) = parts
        text = f"{operator}({one}, {other})" if operator.isalpha() else ""
        with contextlib.suppress(ZeroDivisionError):
            return text or f"({one} {operator} {other})", apply(a, b)
        return one, a

    return st.tuples(st.sampled_from(sorted(OPERATORS.items())), inner, inner).map(
        joined
    )


OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "min": min,
    "max": max,
    "round": lambda value, step: round(value / step) * step,
}
NUMBERS = st.integers(-9999, 9999).map(lambda n: (f"({n} / 100)", Fraction(n, 100)))


@given(st.recursive(NUMBERS, _pair, max_leaves=8))
def test_it_agrees_with_fractions(tree):
    source, result = tree
    assert value(source) == result
    assert value(f"{source} <= x and {source} >= x", x=result) is True


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("", 1),
        ("1 +", 4),
        ("(1", 3),
        ("1 ; 2", 3),
        ("1 < 2 < 3", 7),
        ("sine(1)", 1),
        ("sin(1, 2)", 1),
        ("abs(1, 2)", 1),
        ("a b", 3),
        ("a.b", 2),
        ("__import__('os')", 1),
        ("[1]", 1),
        ("a if b else c", 3),
        ("1e555", 2),
        ("'open", 1),
    ],
)
def test_a_fault_is_named_by_its_position(source, position):
    with pytest.raises(BadExpression) as refused:
        parse(source)
    assert refused.value.details["position"] == position


def test_nesting_and_length_have_an_end():
    with pytest.raises(BadExpression):
        parse("(" * 60 + "1" + ")" * 60)
    with pytest.raises(BadExpression):
        parse("1" + "+1" * 500)


@given(st.text(alphabet="ab12.+-*/()<>=!,' andort", max_size=30))
def test_any_text_is_either_an_expression_or_refused(source):
    try:
        expression = parse(source)
    except BadExpression:
        return
    names = {name: Fraction(2) for name in expression.names}
    with contextlib.suppress(CannotEvaluate):
        expression.evaluate(names)


@pytest.mark.parametrize(
    "source",
    [
        *("1 / 0", "missing + 1", "1 + 'a'", "not 1", "1 < 'a'"),
        *("sqrt(2)", "2 ** 0.5", "9 ** 99999", "0 ** -1"),
    ],
)
def test_what_has_no_value_is_refused(source):
    with pytest.raises(CannotEvaluate):
        parse(source).evaluate({})


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("a + 1", Kind.NUMBER),
        ("a > 1 and word == 'x'", Kind.TRUTH),
        ("if(a > 1, 'x', word)", Kind.TEXT),
    ],
)
def test_what_it_comes_to_is_known_beforehand(source, kind):
    assert parse(source).kind({"a": Kind.NUMBER, "word": Kind.TEXT}) is kind


@pytest.mark.parametrize(
    "source", ["b", "a + word", "a and a", "if(a, 1, 2)", "a == word", "-word", "not a"]
)
def test_parts_that_do_not_go_together_are_found_beforehand(source):
    with pytest.raises(BadExpression):
        parse(source).kind({"a": Kind.NUMBER, "word": Kind.TEXT})


def test_names_are_those_that_need_a_value():
    assert parse("if(a > 1, b, max(a, c))").names == {"a", "b", "c"}


def test_a_function_without_exact_results_is_refused_where_figures_are_exact():
    with pytest.raises(BadExpression) as refused:
        parse("1 + sqrt(Max)").kind({"Max": Kind.NUMBER})
    assert refused.value.details["position"] == 5
