"""Where a figure is heading, and how sure that is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labms.outlook.forecast import forecast, months_between
from labms.plan.data import plan
from labms.plan.rules import Comparison

TARGETS = {target.code: target for target in plan("3446").targets}
TARGET = next(
    t
    for t in TARGETS.values()
    if t.comparison is Comparison.AT_LEAST and t.value == 100
)
ON = date(2029, 12, 31)


def foretold(*values, target=TARGET, on=ON, is_share=False):
    """A forecast from month ends; the last of them is today's value as well."""
    ends = [Decimal(one) for one in values]
    return forecast(ends, now=ends[-1], on=on, target=target, is_share=is_share)


def test_a_steady_pace_leads_straight_on_with_no_band():
    found = foretold(10, 12, 14, 16, 18)

    assert found.months_ahead == 12
    assert (found.low, found.expected, found.high) == (Decimal("42.0"),) * 3
    assert found.pace == 2
    assert found.months_to_target == 41
    assert found.reaches(TARGET) == "no"


def test_the_band_is_that_of_student_computed_by_hand():
    # changes 1, 3, 2, 4: mean 2.5, s² = 5/3, 12 months: s²(12 + 144/4) = 80
    found = foretold(0, 1, 4, 6, 10)

    assert found.expected == 40
    assert found.high == Decimal("61.0")  # 40 + 2.353 · √80 = 61.046
    assert found.low == Decimal("19.0")
    assert found.reaches(TARGET) == "no"


def test_a_share_ends_at_a_hundred_and_a_count_does_not_fall():
    share = foretold(10, 40, 60, 95, is_share=True)
    assert share.high == 100
    count = foretold(10, 10, 10, 10, 11)
    assert count.low == 11


def test_nothing_is_foretold_from_little_or_for_what_is_over():
    assert foretold(1, 2, 3) is None
    late = date(2031, 1, 1)
    assert foretold(1, 2, 3, 4, on=late) is None


def test_standing_still_never_reaches_and_being_there_takes_no_time():
    still = foretold(5, 5, 5, 5)
    assert still.months_to_target is None
    there = foretold(97, 98, 99, 100)
    assert there.months_to_target == 0
    assert there.reaches(TARGET) == "yes"


def test_a_strict_target_is_not_reached_by_touching_it():
    strict = replace(TARGET, comparison=Comparison.MORE_THAN)
    there = foretold(100, 100, 100, 100, target=strict)
    assert there.reaches(strict) == "no"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2030-01-31", "2030-12-31", 11),
        ("2030-01-30", "2030-12-31", 12),
        ("2030-12-31", "2030-12-31", 0),
    ],
)
def test_a_begun_month_counts(first, last, months):
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert months_between(*days) == months


def test_a_begun_month_is_no_part_of_the_pace():
    ends = [Decimal(one) for one in (0, 10, 20, 30)]
    found = forecast(ends, now=Decimal(31), on=ON, target=TARGET, is_share=False)
    assert found.pace == 10
    assert found.expected == 151
