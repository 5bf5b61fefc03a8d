"""Plan 3446/KH-UBND as data, and when its targets are met."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.i18n import speaking
from labms.plan.data import check, definition, definitions, plan, plan_in, plans
from labms.plan.faults import faults
from labms.plan.rules import (
    Comparison,
    Period,
    Unit,
    UnknownIndicator,
    UnknownPlan,
    day_counted,
    first_day_counted,
    is_closed,
    is_met,
)

PLAN = plan("3446")
TARGETS = {target.code: target for target in PLAN.targets}
TASKS = {task.code: task for task in PLAN.tasks}

targets = st.sampled_from(PLAN.targets)
bounded = targets.filter(lambda t: t.comparison is not Comparison.ABOUT)
values = st.decimals("0", "1000", places=6)
days = st.dates(date(2019, 1, 1), date(2035, 12, 31))


def test_the_plan_names_its_number_day_and_legal_basis():
    assert PLAN.number == "3446/KH-UBND"
    assert PLAN.issued_on == date(2019, 7, 17)
    assert (PLAN.legal_basis_number, PLAN.legal_basis_on) == (
        "996/QĐ-TTg",
        date(2018, 8, 10),
    )
    assert PLAN in plans()


def test_the_plan_has_two_phases_that_follow_each_other():
    assert [(p.first_year, p.last_year) for p in PLAN.phases] == [
        (2019, 2025),
        (2026, 2030),
    ]


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2018, 12, 31), None),
        (date(2019, 1, 1), 1),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 1), 2),
        (date(2030, 12, 31), 2),
        (date(2031, 1, 1), None),
    ],
)
def test_a_day_lies_in_one_phase_or_outside_the_plan(day, number):
    phase = PLAN.phase_on(day)

    assert (phase.number if phase else None) == number


@pytest.mark.parametrize(
    ("code", "source", "indicator", "comparison", "value", "unit", "year"),
    [
        ("2025-1", "I.2.1", "designated-share", ">", 75, Unit.PERCENT, 2025),
        ("2025-2", "I.2.1", "bodies-socialised", ">=", 2, Unit.BODIES, 2025),
        ("2025-3", "I.2.1", "persons-trained", "~", 100, Unit.PERSON_TURNS, 2025),
        (
            "2025-4",
            "I.2.1",
            "enterprises-served",
            ">=",
            50,
            Unit.ENTERPRISE_TURNS,
            2025,
        ),
        ("2030-1", "I.2.2", "designated-share", ">", 85, Unit.PERCENT, 2030),
        ("2030-2", "I.2.2", "persons-trained", "~", 300, Unit.PERSON_TURNS, 2030),
        (
            "2030-3",
            "I.2.2",
            "enterprises-served",
            ">=",
            100,
            Unit.ENTERPRISE_TURNS,
            2030,
        ),
        ("2030-4", "I.2.2", "laboratories-assessed", ">=", 2, Unit.LABORATORIES, 2030),
        ("annex-2.3", "2.3", "bodies-raised", ">=", 2, Unit.BODIES, 2025),
    ],
)
def test_every_target_stands_as_the_plan_has_it(
    code, source, indicator, comparison, value, unit, year
):
    target = TARGETS[code]

    assert (target.source, target.indicator) == (source, indicator)
    assert (target.comparison, target.value) == (comparison, Decimal(value))
    assert target.unit is unit
    assert target.judged_on == date(year, 12, 31)


def test_there_are_eight_targets_in_section_2_and_one_in_the_annex():
    assert len(TARGETS) == 9
    assert [code for code, t in TARGETS.items() if t.stands_in == "annex"] == [
        "annex-2.3"
    ]


def test_the_number_in_a_target_stands_in_its_words():
    for target in PLAN.targets:
        assert f"{target.value:02}" in target.text


def test_the_words_of_a_comparison_stand_in_the_target():
    words = {">": "trên ", ">=": "ít nhất", "~": "khoảng "}
    for target in PLAN.targets:
        assert words[target.comparison] in target.text.lower()


def test_the_annex_has_its_rows_in_order_with_the_unnumbered_one():
    assert [task.number for task in PLAN.tasks] == [
        "1",
        "",
        "2",
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "3",
        "3.1",
        "3.2",
        "3.3",
        "4",
    ]


def test_the_annex_breaks_off_in_row_4_and_says_so():
    assert PLAN.breaks_off
    assert [task.code for task in PLAN.tasks if task.breaks_off] == ["4"]
    assert TASKS["4"].funding == "- Ngân sách Trung ương\n- Sự nghiệp KHCN tỉnh"


def test_blank_cells_stay_blank_and_merged_ones_are_named():
    assert TASKS["3.3"].period == ""
    assert "period" in TASKS["3.3"].blank
    assert TASKS["2.3"].cooperating == ""
    assert TASKS["1"].repeats_the_task == ("lead", "cooperating", "period", "funding")
    assert TASKS["2"].blank == ("lead", "cooperating", "period")
    assert [task.code for task in PLAN.tasks if task.is_heading] == ["1", "2", "3"]


def test_the_plans_own_slips_are_kept():
    second = next(p for p in PLAN.passages if p.reference == "II.4")

    assert "Chưong trình" in second.text[0]
    assert TARGETS["2030-1"].text.endswith("trên địa bàn tỉnh..")


def test_the_data_has_no_faults():
    assert check() == ()


@given(targets, days)
def test_without_a_value_nothing_is_met_or_missed(target, day):
    assert is_met(target, None) is None


@given(targets.filter(lambda t: t.comparison is Comparison.ABOUT), values)
def test_about_has_no_met(target, value):
    assert is_met(target, value) is None


@given(bounded, values)
def test_every_other_value_is_met_or_not(target, value):
    assert is_met(target, value) in {True, False}


@given(bounded, values, values)
def test_more_is_never_worse(target, one, other):
    low, high = sorted((one, other))

    assert is_met(target, high) >= is_met(target, low)


@given(bounded)
def test_the_value_itself_meets_at_least_but_not_more_than(target):
    assert is_met(target, target.value) is (target.comparison is Comparison.AT_LEAST)


def test_a_hair_above_75_percent_is_above_75_percent():
    assert is_met(TARGETS["2025-1"], Decimal(75)) is False
    assert is_met(TARGETS["2025-1"], Decimal("75.000001")) is True
    assert is_met(TARGETS["2025-1"], Decimal("74.999999")) is False


@given(targets)
def test_a_target_is_open_on_its_own_day_and_closed_on_the_next(target):
    assert not is_closed(target, target.judged_on)
    assert is_closed(target, target.judged_on + timedelta(days=1))


@given(targets, days)
def test_a_closed_target_counts_for_its_own_day(target, day):
    counted = day_counted(target, day)

    assert counted <= day
    assert counted <= target.judged_on
    assert (counted == target.judged_on) or not is_closed(target, day)


def test_figures_of_new_vinh_long_are_never_held_against_the_targets():
    assert PLAN.targets_for("ben-tre-old") == PLAN.targets
    assert PLAN.targets_for("vinh-long-new") == ()


def test_every_indicator_is_defined_in_both_languages():
    assert {code for code, each in definitions().items() if not each.is_daily} == {
        "designated-share",
        "capacity-share",
        "verified-share",
        "enterprises-served",
        "persons-trained",
        "bodies-socialised",
        "bodies-raised",
        "laboratories-assessed",
    }
    for each in definitions().values():
        for words in (each.name, each.definition, each.numerator, each.source):
            assert words.vi
            assert words.en
            assert words.vi != words.en
        assert each.owner
        assert bool(each.denominator.vi) is each.is_share is bool(each.denominator.en)


def test_no_definition_leans_on_the_one_above_it_which_its_page_does_not_show():
    for each in definitions().values():
        assert "Như trên" not in each.definition.vi
        assert not each.definition.en.startswith("As the")


def test_shares_actually_verified_never_make_the_plans_share_met():
    assert TARGETS["2025-1"].beside == ("capacity-share", "verified-share")
    assert not [t for t in PLAN.targets if t.indicator in TARGETS["2025-1"].beside]


@given(days, st.sampled_from(Period))
def test_a_period_begins_on_or_before_the_day_asked_for(day, period):
    for each in definitions().values():
        first = first_day_counted(replace(each, period=period), PLAN, on=day)

        assert (first is None) is (period is Period.DAY)
        assert first is None or PLAN.counts_from <= first <= day


def test_unknown_codes_are_refused():
    with pytest.raises(UnknownPlan):
        plan("1")
    with pytest.raises(UnknownIndicator):
        definition("luck")


def with_target(**changes):
    """The plan with its first target changed."""
    return replace(PLAN, targets=(replace(PLAN.targets[0], **changes),))


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (replace(PLAN, area="moon"), "unknown area"),
        (replace(PLAN, targets=PLAN.targets * 2), "twice"),
        (replace(PLAN, phases=PLAN.phases[::-1]), "does not follow"),
        (with_target(indicator="luck"), "unknown indicator"),
        (with_target(beside=("luck",)), "unknown indicator"),
        (with_target(unit=Unit.BODIES), "unit"),
        (with_target(comparison=Comparison.AT_LEAST), "compare"),
        (replace(PLAN, tasks=(replace(TASKS["3.3"], blank=()),)), "empty cells"),
        (replace(PLAN, tasks=(replace(TASKS["3.3"], lead=""),)), "empty cells"),
        (replace(PLAN, tasks=(replace(TASKS["4"], indicators=("x",)),)), "unknown"),
    ],
)
def test_a_fault_in_a_plan_is_found(wrong, problem):
    with speaking("en"):
        assert any(problem in str(fault) for fault in faults(wrong, definitions()))


def test_a_misspelt_key_is_refused():
    with pytest.raises(TypeError, match="tittle"):
        plan_in(
            {
                "tittle": "",
                "notes": [],
                "phases": [],
                "targets": [],
                "tasks": [],
                "passages": [],
            }
        )


def test_a_target_is_read_in_the_language_in_use():
    with speaking("vi"):
        assert str(TARGETS["2025-3"].words).startswith("Bồi dưỡng chuyên môn")
    with speaking("en"):
        assert str(TARGETS["2025-3"].words).startswith("Training")
