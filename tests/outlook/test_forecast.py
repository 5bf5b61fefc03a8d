"""Where a figure is heading, and how sure that is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labms.outlook.forecast import forecast, is_another_demand, months_between
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
        ("2030-01-31", "2030-12-31", "11"),
        ("2026-11-30", "2030-12-31", "49"),
        ("2030-11-15", "2030-12-31", "1.5"),
        ("2030-11-01", "2030-12-31", "2"),  # 29/30 of a month is 1.0
        ("2030-12-31", "2030-12-31", "0"),
    ],
)
def test_of_a_begun_month_counts_what_is_left(first, last, months):
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert months_between(*days) == Decimal(months)


def test_the_value_of_the_day_goes_on_by_the_months_after_it():
    # by hand: 2 a month, of November half is left: 20 + 1.5 · 2
    ends = [Decimal(one) for one in (12, 14, 16, 18)]
    day = date(2030, 11, 15)
    found = forecast(ends, now=Decimal(20), on=day, target=TARGET, is_share=False)
    assert found.expected == found.straight == 23


@pytest.mark.parametrize(
    ("now", "months"),
    [(80, 11), (58, 23), (81, 10)],  # 20 / 1.9 = 10.5…, 42 / 1.9 = 22.1…, 19 / 1.9 = 10
)
def test_a_target_takes_as_many_months_as_the_numbers_shown_say(now, months):
    found = foretold(*(Decimal(now) - 19 * n / Decimal(10) for n in (3, 2, 1, 0)))
    assert found.pace == Decimal("1.9")
    assert (months - 1) * found.pace < found.gap <= months * found.pace
    assert found.months_to_target == months


def test_what_has_to_be_exceeded_takes_a_month_more_than_touching_it():
    strict = replace(TARGET, comparison=Comparison.MORE_THAN)
    assert foretold(70, 75, 80, 85).months_to_target == 3
    assert foretold(70, 75, 80, 85, target=strict).months_to_target == 4
    just = foretold("99.97", "99.98", "99.99", "100.02", target=strict)
    assert (just.now, just.months_to_target) == (Decimal("100.02"), 0)


def test_a_month_of_another_survey_is_no_part_of_the_pace():
    # a survey halved the demand at the third month end: 40 % became 80 %
    ends = [Decimal(one) for one in (38, 40, 80, 81, 82)]
    given = {"now": Decimal(82), "on": ON, "target": TARGET, "is_share": True}

    assert forecast(ends, **given).pace == 11
    found = forecast(ends, **given, left_out=[2])
    # by hand: changes 2, 1, 1; their mean 4/3; 82 + 12 · 1.333 = 98.0
    assert (found.pace, found.months_known) == (Decimal("1.333"), 3)
    assert found.expected == Decimal("98.0")
    assert forecast(ends[:4], **given, left_out=[2]) is None


def test_a_demand_that_changes_by_more_than_a_twentieth_is_another_one():
    assert not is_another_demand(1000, 1050)
    assert is_another_demand(1000, 1051)
    assert is_another_demand(1000, 949)


def test_a_begun_month_is_no_part_of_the_pace():
    ends = [Decimal(one) for one in (0, 10, 20, 30)]
    found = forecast(ends, now=Decimal(31), on=ON, target=TARGET, is_share=False)
    assert found.pace == 10
    assert found.expected == 151
