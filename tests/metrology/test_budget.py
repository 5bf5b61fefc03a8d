"""Budgets: the law of propagation, checked against the GUM and against gtc."""

import math
from fractions import Fraction
from math import inf, isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.metrology.budget import (
    BadCorrelation,
    Contribution,
    NoDegreesOfFreedom,
    Quantity,
    combined_standard_uncertainty,
    effective_degrees_of_freedom,
    make_budget,
)
from labms.metrology.coverage import (
    BadCoverage,
    DofRule,
    by_shape,
    by_student,
    dominant_inputs,
    fixed,
    trapezoidal_factor,
    truncated,
)
from labms.metrology.distributions import (
    BadInput,
    Distribution,
    from_half_width,
    from_readings,
)
from labms.metrology.expressions import CannotEvaluate, parse
from labms.metrology.modelling import differentiate, evaluate_float
from labms.metrology.quantiles import coverage_factor


def quantity(name, value, u, dof=inf, **more):
    return Quantity(
        name=name,
        value=Fraction(str(value)),
        standard_uncertainty=u,
        degrees_of_freedom=dof,
        **more,
    )


reals = st.floats(0.5, 20)


@pytest.fixture(scope="module")
def gtc():
    """Another implementation of the GUM; importing it takes a second."""
    return pytest.importorskip("GTC")


@pytest.mark.long
@given(a=reals, b=reals, c=reals)
def test_sensitivities_are_those_of_gtc(gtc, a, b, c):
    source = "a * sqrt(b) / c + exp(-a / 10) * log(b) - sin(c) ** 2 + atan(a * b)"
    x, y, z = (gtc.ureal(value, 1.0) for value in (a, b, c))
    output = (
        x * gtc.sqrt(y) / z
        + gtc.exp(-x / 10) * gtc.log(y)
        - gtc.sin(z) ** 2
        + gtc.atan(x * y)
    )

    value, slopes = differentiate(parse(source), {"a": a, "b": b, "c": c})

    assert math.isclose(value, output.x, rel_tol=1e-12, abs_tol=1e-12)
    for name, uncertain in (("a", x), ("b", y), ("c", z)):
        theirs = gtc.rp.sensitivity(output, uncertain)
        assert math.isclose(slopes[name], theirs, rel_tol=1e-10, abs_tol=1e-12)


uncertainties = st.floats(0.001, 10)
dofs = st.one_of(st.just(inf), st.integers(1, 60).map(float))


@pytest.mark.long
@given(rows=st.lists(st.tuples(uncertainties, dofs), min_size=1, max_size=6))
def test_u_and_degrees_of_freedom_are_those_of_gtc(gtc, rows):
    theirs = sum(gtc.ureal(0, u, dof) for u, dof in rows)
    budget = [Contribution(str(i), u, 1.0, dof) for i, (u, dof) in enumerate(rows)]

    ours = effective_degrees_of_freedom(budget)

    assert math.isclose(combined_standard_uncertainty(budget), theirs.u, rel_tol=1e-9)
    assert (isinf(ours) and isinf(theirs.df)) or math.isclose(
        ours, theirs.df, rel_tol=1e-6
    )


@given(uncertainties, uncertainties, st.floats(-1, 1))
def test_a_correlation_moves_u_between_difference_and_sum(a, b, r):
    budget = [Contribution("a", a), Contribution("b", b)]

    u = combined_standard_uncertainty(budget, {("a", "b"): r})

    assert abs(a - b) - 1e-6 <= u <= a + b + 1e-9


def test_what_cancels_is_zero_and_not_what_rounding_leaves():
    budget = [Contribution("a", 0.3), Contribution("b", 0.3)]
    assert combined_standard_uncertainty(budget, {("a", "b"): -1.0}) == 0.0


def test_correlated_inputs_with_finite_degrees_of_freedom_are_refused():
    budget = [Contribution("a", 1.0, 1.0, 4.0), Contribution("b", 1.0)]
    with pytest.raises(NoDegreesOfFreedom, match="a are correlated"):
        effective_degrees_of_freedom(budget, {("a", "b"): 0.5})
    assert effective_degrees_of_freedom(budget, {("a", "b"): 0.0}) == pytest.approx(16)


@pytest.mark.parametrize(
    "correlations",
    [
        {("a", "b"): 1.1},
        {("a", "a"): 1.0},
        {("a", "b"): 0.5, ("b", "a"): 0.4},
        {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9},
        {("a", "missing"): 0.1},
    ],
)
def test_correlations_that_contradict_each_other_are_refused(correlations):
    inputs = [quantity(name, 1, 1.0) for name in "abc"]
    with pytest.raises(BadCorrelation):
        make_budget(parse("a + b + c"), inputs, correlations)


def test_a_vanishing_sensitivity_and_a_bent_model_are_told():
    product = make_budget(
        parse("x * y"), [quantity("x", 0, 1.0), quantity("y", 0, 1.0)]
    )
    straight = make_budget(
        parse("2 * x - y"), [quantity("x", 3, 1.0), quantity("y", 1, 1.0)]
    )

    assert len(product.warnings()) == 2
    assert product.degrees_of_freedom == inf
    assert straight.warnings() == ()


def test_an_estimate_without_roots_is_exact():
    budget = make_budget(
        parse("a - b"), [quantity("a", "100.1", 1.0), quantity("b", 100, 1.0)]
    )
    assert budget.estimate == Fraction("0.1")


def test_one_model_works_in_floats_and_with_conditions():
    model = parse("if(x > 1, max(x, y), abs(y)) ** 2 + min(x, y)")
    for x in (0.5, 2.0):
        value, slopes = differentiate(model, {"x": x, "y": -3.0})
        assert value == evaluate_float(model, {"x": x, "y": -3.0})
        assert slopes == ({"x": 0.0, "y": -5.0} if x < 1 else {"x": 4.0, "y": 1.0})


@pytest.mark.parametrize(
    "source", ["sqrt(x)", "log(x)", "x ** 0.5", "1 / (x + 1)", "z"]
)
def test_where_a_model_has_no_value_it_is_refused(source):
    with pytest.raises(CannotEvaluate):
        differentiate(parse(source), {"x": -1.0})


@given(st.integers(1, 200), st.sampled_from([0.6827, 0.9, 0.95, 0.9545, 0.99]))
def test_k_falls_towards_that_of_the_normal_distribution(dof, p):
    assert coverage_factor(p, dof=dof) > coverage_factor(p, dof=dof + 1)
    assert coverage_factor(p, dof=dof) > coverage_factor(p)


@given(st.integers(1, 10**6), st.floats(-1e-13, 1e-13))
def test_degrees_of_freedom_that_are_whole_but_for_rounding_stay_so(dof, noise):
    assert truncated(dof * (1 + noise)) == dof
    assert truncated(dof + 0.9999) == dof


@given(st.floats(1, 500), st.sampled_from(list(DofRule)))
def test_u_is_never_understated_by_truncation(dof, rule):
    plain = by_student(1.0, dof=dof, probability=0.95, rule=DofRule.REAL)
    assert (
        by_student(1.0, dof=dof, probability=0.95).uncertainty
        >= plain.uncertainty - 1e-12
    )
    assert by_student(1.0, dof=dof, probability=0.95, rule=rule).factor > 1.95


def test_one_dominant_rectangle_gives_p_times_root_three():
    inputs = [
        quantity(
            "big",
            0,
            from_half_width(1.0, Distribution.RECTANGULAR),
            distribution=Distribution.RECTANGULAR,
            half_width=1.0,
        ),
        quantity("small", 0, 0.05),
    ]
    budget = make_budget(parse("big + small"), inputs)

    assert dominant_inputs(budget) == ("big",)
    found = by_shape(budget, probability=0.95, dominant=("big",))
    assert found.is_dominated
    assert found.factor == 0.95 * math.sqrt(3)


@given(st.floats(0, 1), st.floats(0.5, 0.999))
def test_a_trapezoid_lies_between_a_triangle_and_a_rectangle(beta, p):
    a_triangle = (1 - math.sqrt(1 - p)) * math.sqrt(6)
    factors = sorted((p * math.sqrt(3), a_triangle))
    assert factors[0] - 0.09 <= trapezoidal_factor(p, beta=beta) <= factors[1] + 0.09
    assert math.isclose(trapezoidal_factor(p, beta=1.0), p * math.sqrt(3))
    assert math.isclose(trapezoidal_factor(p, beta=0.0), a_triangle)


def test_readings_give_mean_and_scatter_whatever_the_zeros_before_them():
    small = from_readings([Fraction(1), Fraction(2), Fraction(4)])
    large = from_readings([Fraction(10**9 + x) for x in (1, 2, 4)])
    assert large.standard_uncertainty == small.standard_uncertainty
    assert large.mean == 10**9 + Fraction(7, 3)
    with pytest.raises(BadInput):
        from_readings([Fraction(1)])


def test_a_fixed_k_multiplies_the_unrounded_u():
    assert fixed(0.029261749, factor=2).uncertainty == 2 * 0.029261749
    with pytest.raises(BadCoverage):
        fixed(1.0, factor=0)
