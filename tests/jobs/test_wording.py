"""Where readings lie that are judged together, and what a condition may be."""

import pytest

from labms.i18n import speaking
from labms.jobs.wording import (
    bounds_text,
    budgets_text,
    figures_text,
    group_result,
    grouped,
    number_text,
    point_text,
    spoken,
)


def row(key, direction, repetition=None):
    return {
        "key": key,
        "point_vi": "½ Max",
        "point_en": "½ Max",
        "position_vi": "",
        "position_en": "",
        "nominal": "7.5",
        "unit": "kg",
        "direction": direction,
        "repetition": repetition,
    }


def named(kind, rows, *keys):
    group = {
        "kind": kind,
        "rows": keys,
        "value_shown": "0",
        "limit": "1",
        "verdict": "pass",
    }
    with speaking("vi"):
        return group_result(group, "kg", rows=rows)["name"]


def test_a_group_is_named_by_what_its_readings_have_in_common():
    rows = [row("a", "up", 1), row("b", "down", 1), row("c", "up", 2)]
    assert named("hysteresis", rows, "a", "b") == "Độ hồi sai: 7,5 kg (½ Max), lần 1"
    assert named("mean", rows, "a", "c") == "Sai số trung bình: 7,5 kg (½ Max), tăng"
    elsewhere = [*rows, row("d", None) | {"nominal": "15"}]
    assert ":" not in named("mean", elsewhere, "a", "d")


def test_a_condition_may_have_one_end_or_none():
    with speaking("vi"):
        assert bounds_text("21.5", "25") == "21,5 … 25"
        assert bounds_text(None, "80") == "≤ 80"
        assert bounds_text("10", None) == "≥ 10"
        assert bounds_text(None, None) == ""


def test_a_sign_does_not_keep_a_number_from_the_mark_of_its_language():
    with speaking("vi"):
        assert [number_text(text) for text in ("+0.15", "-0.15", "2,5")] == [
            "+0,15", "\u22120,15", "2,5",
        ]  # fmt: skip
    with speaking("en"):
        assert number_text("+0.15") == "+0.15"


def test_numbers_of_a_paper_are_spoken_in_english_and_names_stay_what_they_are():
    with speaking("en"):
        assert spoken("25,3 °C; 45,0%; 0,05 L") == "25.3 °C; 45.0%; 0.05 L"
        assert spoken("Điêzen 0,05S") == "Điêzen 0,05S"
    with speaking("vi"):
        assert spoken("25,3 °C") == "25,3 °C"


def test_an_uncertainty_that_is_the_same_at_all_points_is_said_once():
    rows = [row("a", "up"), row("b", "down") | {"nominal": "15"}]
    budget = {"coverage_factor": "2.00", "is_small_enough": True}
    check = {"rows": rows, "error_unit": "kg"}

    def told(*values):
        budgets = [
            budget | {"rows": [one["key"]], "uncertainty": value}
            for one, value in zip(rows, values, strict=True)
        ]
        with speaking("vi"):
            return budgets_text(check | {"budgets": budgets})

    assert told("1.2", "1.2") == "U tại cả 2 điểm: 1,2 kg (k = 2,00)."
    assert told("1.2", "1.3") == (
        "U: 7,5 kg (½ Max) tăng: 1,2 kg (k = 2,00); "
        "15 kg (½ Max) giảm: 1,3 kg (k = 2,00)."
    )


def test_an_uncertainty_that_most_points_have_is_told_of_them_all_at_once():
    rows = [row(str(n), "up", n) | {"nominal": str(n)} for n in range(1, 6)]
    budget = {"coverage_factor": "4.53", "is_small_enough": False}
    budgets = [
        budget | {"rows": [each["key"]], "uncertainty": "15" if n == 2 else "14"}
        for n, each in enumerate(rows)
    ]
    with speaking("en"):
        told = budgets_text({"rows": rows, "error_unit": "g", "budgets": budgets})
    assert told == (
        "U: 3 kg (½ Max) increasing: 15 g (k = 4.53); "
        "at the other 4 points: 14 g (k = 4.53). "
        "Too large beside the limit at all 5 points. "
        "This is a warning: a pass is not stopped by it."
    )


@pytest.mark.parametrize(
    "printed", ["±2.5", "\u22120.5 / +2.5", "+0.1100", "-3.5", "2.00"]
)
def test_figures_with_signs_have_the_mark_of_the_language(printed):
    with speaking("vi"):
        assert "." not in figures_text(printed)
        assert figures_text(printed).count(",") == printed.count(".")
    with speaking("en"):
        assert figures_text(printed) == printed.replace("-", "\u2212")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("200", "200"),
        ("9999", "9999"),
        ("60000", "60 000"),
        ("1000000", "1 000 000"),
        ("12345,678", "12 345,678"),
        ("\u22121234567.5", "\u22121 234 567.5"),
        ("1234,56789", "1234,56789"),
        ("", ""),
    ],
)
def test_the_thousands_of_a_load_stand_apart(number, said):
    assert grouped(number) == said.replace(" ", "\u00a0")


def test_a_point_called_by_its_own_number_is_told_once():
    point = row("a", "up") | {"nominal": "60000", "unit": "g", "point_vi": "60000 g"}
    with speaking("vi"):
        assert point_text(point) == "60\u00a0000 g"
