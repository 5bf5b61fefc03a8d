"""Propagation of distributions: the same seed, the same digits; and right ones."""

import math

import numpy as np
import pytest

from labms.metrology.distributions import Distribution
from labms.metrology.expressions import parse
from labms.metrology.montecarlo import (
    BadSimulation,
    RandomInput,
    half_width_of,
    simulate,
)
from labms.metrology.sobol import EVEN, points


def one(distribution, **more):
    return [
        RandomInput(name="x", distribution=distribution, mean=0.0, spread=1.0, **more)
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("distribution", "more", "deviation", "end"),
    [
        (Distribution.NORMAL, {}, 1.0, 1.959964),
        (Distribution.T, {"dof": 5}, math.sqrt(5 / 3), 2.570582),
        (Distribution.RECTANGULAR, {}, 1 / math.sqrt(3), 0.95),
        (Distribution.TRIANGULAR, {}, 1 / math.sqrt(6), 1 - math.sqrt(0.05)),
        (Distribution.ARCSINE, {}, 1 / math.sqrt(2), math.sin(math.pi * 0.475)),
        (Distribution.TRAPEZOIDAL, {"beta": 0.5}, math.sqrt(1.25 / 6), 0.806351),
        (
            Distribution.CURVILINEAR,
            {"inexactness": 0.3},
            math.sqrt((1 + 0.03) / 3),
            None,
        ),
    ],
)
def test_each_distribution_has_its_deviation_and_its_interval(
    distribution, more, deviation, end
):
    found = simulate(parse("x"), one(distribution, **more), trials=65_536)

    assert found.standard_deviation == pytest.approx(deviation, rel=2e-3)
    if end is not None:
        assert found.symmetric == pytest.approx((-end, end), abs=3e-3)


def test_the_same_seed_gives_the_same_digits_and_another_does_not():
    first, again, other = (
        simulate(parse("x ** 3"), one(Distribution.NORMAL), trials=32_768, seed=seed)
        for seed in (7, 7, 8)
    )
    assert first == again
    assert first.symmetric != other.symmetric


@pytest.mark.long
def test_an_interval_holds_as_much_as_it_says():
    pair = [
        RandomInput(name=name, distribution=Distribution.NORMAL, mean=0.0, spread=1.0)
        for name in ("x", "y")
    ]
    found = simulate(
        parse("x + y"), pair, trials=65_536, correlations={("x", "y"): -0.5}
    )
    assert found.standard_deviation == pytest.approx(1.0, rel=2e-3)
    assert found.shortest == pytest.approx((-1.96, 1.96), abs=0.05)


@pytest.mark.long
def test_as_much_of_what_is_drawn_otherwise_lies_within_the_interval():
    inputs = [
        RandomInput(name="x", distribution=Distribution.NORMAL, mean=1.0, spread=0.5),
        RandomInput(
            name="y", distribution=Distribution.RECTANGULAR, mean=2.0, spread=1.0
        ),
    ]
    plain = np.random.default_rng(99)
    x, y = plain.normal(1.0, 0.5, 400_000), plain.uniform(1.0, 3.0, 400_000)
    values = x * x / y + x

    for probability in (0.9, 0.9545):
        found = simulate(
            parse("x * x / y + x"), inputs, trials=65_536, probability=probability
        )
        for low, high in (found.symmetric, found.shortest):
            share = ((low <= values) & (values <= high)).mean()
            assert share == pytest.approx(probability, abs=2e-3)


def test_too_few_trials_and_models_without_value_are_refused():
    with pytest.raises(BadSimulation):
        simulate(parse("x"), one(Distribution.NORMAL), trials=1000)
    with pytest.raises(BadSimulation):
        simulate(parse("sqrt(x)"), one(Distribution.NORMAL), trials=32_768)


def test_a_half_width_and_a_deviation_belong_together():
    assert half_width_of(Distribution.TRIANGULAR, 1.0) == pytest.approx(math.sqrt(6))
    assert half_width_of(Distribution.TRAPEZOIDAL, 1.0, beta=1.0) == pytest.approx(
        half_width_of(Distribution.RECTANGULAR, 1.0)
    )


def test_every_coordinate_meets_each_part_of_its_range_equally_often():
    for column in points(EVEN + 1, power=8, seed=3)[:EVEN]:
        assert sorted(int(x * 256) for x in column) == list(range(256))
