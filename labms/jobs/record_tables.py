"""The tables of readings of a record, and what stands below them."""

from collections.abc import Mapping
from typing import Any

from labms.jobs.record_results import uncertainty_notes
from labms.jobs.wording import (
    group_limit,
    limit_text,
    number_text,
    place_text,
    point_text,
    signed,
    with_unit,
)

#: Stands at limits that nobody has compared with the official text.
REMEMBERED = " (*)"
FROM_MEMORY = "Giới hạn ghi theo trí nhớ, chưa đối chiếu với văn bản chính thức."

VERDICTS = {"pass": "đạt", "fail": "không đạt", None: ""}
_DIRECTIONS = {"up": "tăng", "down": "giảm", None: ""}
_GROUPS = {
    "spread": "Chênh lệch lớn nhất",
    "hysteresis": "Hồi sai",
    "shift": "Độ dịch chỉ thị lớn nhất",
    "mean": "Trung bình",
    "one_sign": "Các sai số cùng dấu: nhỏ nhất",
}


def table_of(check: Mapping[str, Any], *, is_blank: bool) -> dict[str, Any]:
    """Return the readings of a check, as MeasurementContent in `labms.paper`."""
    rows = check["rows"]
    has_way = any(row["direction"] or row["repetition"] for row in rows)
    error_unit = check["error_unit"]
    headings, english = ["TT", "Điểm đo"], ["No.", "Point"]
    if has_way:
        headings.append("Chiều, lần")
        english.append("Way, run")
    given = list(range(len(headings)))
    for column in rows[0]["columns"]:
        headings.append(_with(column["label_vi"], column["unit"]))
        english.append(column["label_en"])
    is_judged = not check.get("is_recorded")  # else there is no error to speak of
    mark = _mark(check, "error")
    if is_judged:
        headings += [_with("Sai số", error_unit)]
        given.append(len(headings))
        headings += [_with("Giới hạn", error_unit) + mark, "Kết quả"]
        english += ["Error", "Limit", "Result"]
    lines = []
    for number, row in enumerate(rows, start=1):
        way = " ".join(
            filter(None, (_DIRECTIONS[row["direction"]], str(row["repetition"] or "")))
        )
        judged = [
            signed(row["error_shown"]),
            limit_text(row["limit_plus"], row["limit_minus"]),
            VERDICTS[row["verdict"]],
        ]
        lines.append(
            [
                str(number),
                point_text(row),
                *([way] if has_way else []),
                *(number_text(column["value"]) for column in row["columns"]),
                *(judged if is_judged else []),
            ]
        )
    notes = [note for group in check["groups"] if (note := _note(check, group))]
    if is_blank:
        notes = [_by_hand(check, group) for group in check["groups"]]
    notes += uncertainty_notes(check)
    if mark or any(REMEMBERED in note for note in notes):
        notes.append(f"{REMEMBERED.strip()} {FROM_MEMORY}")
    return {
        "title_vi": check["name_vi"],
        "title_en": check["name_en"],
        "columns": headings,
        "columns_en": english,
        "rows": lines,
        "given": given,
        "note": "\n".join(notes),
    }


def _mark(check: Mapping[str, Any], of: str) -> str:
    """Return the mark of a limit from memory: that of the error, or of a kind of group.

    Older records say it of all limits of a check at once.
    """
    known = check.get("each_limit_known")
    if known is None:
        return REMEMBERED if check.get("limits_known") == "memory" else ""
    of = "error" if of == "mean" else of  # a mean has the limits of its readings
    return REMEMBERED if known.get(of) == "memory" else ""


def _with(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label


def _named(check: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    name, place = _GROUPS[group["kind"]], place_text(group, check["rows"])
    return f"{name}, {place}" if place else name


def _limit(check: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    if group["limit"] is None:
        return ""
    limit = group_limit(group, check["rows"])
    mark = _mark(check, group["kind"])
    return f" ({with_unit(limit, check['error_unit'])}){mark}"


def _note(check: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    if group["value_shown"] is None or group["limit"] is None:
        return ""
    told = signed if group["kind"] == "mean" else number_text
    value = with_unit(told(group["value_shown"]), check["error_unit"])
    verdict = VERDICTS[group["verdict"]]
    return f"{_named(check, group)}: {value}{_limit(check, group)}: {verdict}"


def _by_hand(check: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    unit = check["error_unit"]
    return f"{_named(check, group)}: {'.' * 30} {unit}{_limit(check, group)}"
