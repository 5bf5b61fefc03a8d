"""Decision rules and the risks that they leave."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labms.metrology.decision import (
    BadTolerance,
    Decision,
    NothingAccepted,
    Tolerance,
    check_guard_band,
    guarded,
    iso_14253,
    non_binary,
    r_111,
    simple,
)
from labms.metrology.risk import (
    BadRisk,
    Prior,
    conformance_probability,
    global_risk,
    guard_band_multiple,
    uncertainty_ratio,
)

BOTH = Tolerance.between(Decimal("9.5"), Decimal("10.5"))
values = st.decimals("9", "11", places=4)
widths = st.decimals("0.001", "0.4", places=3)


@given(values, widths)
def test_a_guard_band_never_accepts_what_the_value_alone_would_not(value, width):
    if guarded(value, BOTH, width=width) is Decision.PASS:
        assert simple(value, BOTH) is Decision.PASS


@given(values, widths)
def test_a_non_binary_rule_refines_both_others(value, width):
    found = non_binary(value, BOTH, width=width)

    passes = {Decision.PASS, Decision.CONDITIONAL_PASS}
    assert (found in passes) is (simple(value, BOTH) is Decision.PASS)
    assert (found is Decision.PASS) is (
        guarded(value, BOTH, width=width) is Decision.PASS
    )


@given(values, widths)
def test_conformity_and_nonconformity_are_never_proven_at_once(value, u):
    found = iso_14253(value, BOTH, standard_uncertainty=u)
    if found is Decision.PROVEN:
        assert simple(value, BOTH) is Decision.PASS
    if found is Decision.DISPROVEN:
        assert simple(value, BOTH) is Decision.FAIL


@given(values, widths, st.integers(-3, 3))
def test_a_decision_does_not_change_with_the_unit(value, width, power):
    by = Fraction(10) ** power
    scaled = Tolerance.between(BOTH.lower * by, BOTH.upper * by)

    there = non_binary(Fraction(value) * by, scaled, width=Fraction(width) * by)

    assert there is non_binary(value, BOTH, width=width)


def test_a_rule_that_could_never_accept_is_refused_when_it_is_agreed():
    check_guard_band(BOTH, width=Decimal("0.5"))
    with pytest.raises(NothingAccepted):
        check_guard_band(BOTH, width=Decimal("0.501"))


def test_a_tolerance_needs_a_limit_and_an_order():
    for lower, upper in ((None, None), (Decimal(2), Decimal(1))):
        with pytest.raises(BadTolerance):
            Tolerance.between(lower, upper)


@pytest.mark.parametrize(
    ("deviation", "uncertainty", "decision"),
    [
        ("0.7", "0.3", Decision.PASS),
        ("-0.7", "0.3", Decision.PASS),
        ("0.7001", "0.3", Decision.FAIL),
        ("0", "0.34", Decision.TOO_UNCERTAIN),
    ],
)
def test_a_weight_passes_within_its_limit_less_the_uncertainty(
    deviation, uncertainty, decision
):
    found = r_111(Decimal(deviation), mpe=Decimal(1), uncertainty=Decimal(uncertainty))

    assert found.decision is decision


@given(st.floats(-3, 3), st.floats(0.01, 2))
def test_a_conformance_probability_is_one_and_symmetric(value, u):
    given_p = conformance_probability(
        value, standard_uncertainty=u, lower=-1.0, upper=1.0
    )
    mirrored = conformance_probability(
        -value, standard_uncertainty=u, lower=-1.0, upper=1.0
    )

    assert -1e-15 <= given_p <= 1
    assert math.isclose(given_p, mirrored, abs_tol=1e-12)


@given(st.floats(0.01, 0.49))
def test_a_guard_band_leaves_just_the_risk_it_was_made_for(risk):
    multiple = guard_band_multiple(risk)
    left = 1 - conformance_probability(-multiple, standard_uncertainty=1.0, upper=0.0)
    assert math.isclose(left, risk, rel_tol=1e-9)


@settings(max_examples=15)
@given(st.floats(0.3, 2), st.floats(0.05, 0.6), st.floats(0.7, 1.0))
def test_narrower_acceptance_trades_false_passes_for_false_fails(prior, u, share):
    wide = global_risk(Prior(0.0, prior), standard_uncertainty=u, tolerance=(-1.0, 1.0))
    narrow = global_risk(
        Prior(0.0, prior),
        standard_uncertainty=u,
        tolerance=(-1.0, 1.0),
        acceptance=(-share, share),
    )

    assert narrow.false_accept <= wide.false_accept + 1e-12
    assert narrow.false_reject >= wide.false_reject - 1e-12
    assert math.isclose(
        wide.accepted,
        wide.in_tolerance - wide.false_reject + wide.false_accept,
        abs_tol=1e-9,
    )


def test_a_managed_guard_band_ends_where_it_is_not_needed():
    assert uncertainty_ratio(4.6, uncertainty=1.0).factor_managed == 1.0
    assert uncertainty_ratio(0.5, uncertainty=1.0).factor_rss is None
    with pytest.raises(BadRisk):
        uncertainty_ratio(1.0, uncertainty=0.0)
