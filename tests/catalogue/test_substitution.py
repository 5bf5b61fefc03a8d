"""What replacing the weights by material adds to the uncertainty of a truck scale."""

from decimal import Decimal
from math import sqrt

import pytest

from labms.catalogue.sheet import Around, StandardOffer, evaluate
from tests.catalogue.test_weighing import TRUCK, planned, rows_of, truck_entries

D = Decimal
#: 60 t of weights of 500 kg, each within 75 g.
WEIGHTS = StandardOffer(
    unit="kg", range_from=D(500), range_to=D(500), mpe=D("0.075"), count=120
)


def budget_at_60_t(catalogue, *, available, **changed):
    """Return the budget at Max, read by change-points that lie within 2 kg."""
    sheet = planned(catalogue, "can-o-to", TRUCK)
    typed = truck_entries(sheet, available=available, standards=available)
    typed[f"{rows_of(sheet, 'repeatability')[2].key}.added"] = "8"
    top = next(row for row in rows_of(sheet, "loads") if row.nominal == 60_000)
    typed |= {f"{top.key}.{column}": text for column, text in changed.items()}
    around = Around(standards={"weights": [WEIGHTS]})
    return evaluate(sheet, typed, around=around).budgets[top.point_key]


def test_a_load_of_twelve_tonnes_five_times_has_the_uncertainty_worked_out_by_hand(
    catalogue,
):
    found = budget_at_60_t(catalogue, available=12_000)

    # 24 weights lie there five times: 5 x 24 x 0.075 kg = 9 kg, all wrong alike.
    # Three weighings of 50, 50 and 52 kg beyond: s = 2 / sqrt(3) kg, of 2 degrees.
    # 0.1 d = 2 kg is the step of the change-point: half of it is 1 kg.
    # Four times material replaced the weights, and each took two readings.
    by_hand = {
        "reading": 1 / sqrt(3),
        "load": 9 / sqrt(3),
        "repeat": sqrt(1 + 2 * 4) * 2 / sqrt(3),
        "substituted": sqrt(2 * 4) / sqrt(3),
    }
    assert {line.key: line.contribution for line in found.lines} == pytest.approx(
        by_hand
    )
    assert found.standard_uncertainty == pytest.approx(sqrt(42))
    assert found.degrees_of_freedom == pytest.approx(42**2 / (12**2 / 2))  # 24.5
    assert found.coverage.factor == pytest.approx(2.1097, abs=5e-5)  # for 24
    assert found.uncertainty_shown == 14  # 13.67 kg
    assert found.warnings == ()


def test_the_more_steps_the_larger_the_uncertainty(catalogue):
    u = [
        budget_at_60_t(catalogue, available=tonnes * 1000).standard_uncertainty
        for tonnes in (60, 30, 20, 15, 12)
    ]
    assert u == pytest.approx([sqrt(27 + (1 + n) / 3 + (1 + n) * 4 / 3)
                               for n in (0, 2, 4, 6, 8)])  # fmt: skip


def test_a_step_that_has_begun_counts_whole(catalogue):
    begun = budget_at_60_t(catalogue, available=20_000, substitution="40001")
    done = budget_at_60_t(catalogue, available=20_000)
    again = {line.key: line.sensitivity for line in begun.lines}["repeat"]
    assert again == pytest.approx(sqrt(1 + 2 * 3))
    assert begun.standard_uncertainty > done.standard_uncertainty


def test_without_a_substitution_load_nothing_is_said_of_it(catalogue):
    found = budget_at_60_t(catalogue, available=60_000)
    assert [line.key for line in found.lines] == ["reading", "load", "repeat"]


def test_the_load_counts_that_lies_there_and_not_the_point(catalogue):
    found = budget_at_60_t(
        catalogue, available=60_000, standards="50000", indication="50000"
    )
    load = {line.key: line.contribution for line in found.lines}["load"]
    assert load == pytest.approx(100 * 0.075 / sqrt(3))
