"""Where readings lie that are judged together, and what a condition may be."""

from labms.i18n import speaking
from labms.jobs.wording import bounds_text, group_result


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
