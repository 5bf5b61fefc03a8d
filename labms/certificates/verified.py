"""The readings of a verification as tables for machines; its paper shows none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labms.jobs.results import WAYS

_VERDICTS = {"pass": "đạt / pass", "fail": "không đạt / fail"}


def readings_for_machines(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a table for each check with errors, as a calibration states its results.

    `evaluation` is what was frozen when the job was submitted. U and k are there where
    the procedure has a budget for every line.
    """
    tables = [
        _table(check)
        for stage in evaluation.get("stages", ())
        for check in stage["checks"]
    ]
    return [table for table in tables if table["rows"]]


def _table(check: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        row
        for row in check["rows"]
        if row["is_complete"] and row["error_shown"] is not None
    ]
    stated = _stated(check.get("budgets", ()), rows)
    columns, cells = _columns(check, rows, with_uncertainty=bool(stated)), []
    for row in rows:
        u = stated.get(row["key"])
        cells.append(
            [
                _number(row["nominal"]),
                _place(row),
                WAYS.get(row["direction"] or "", ("", ""))[1],
                *(_number(column["value"]) for column in row["columns"]),
                _number(row["error_shown"]),
                *((_number(u["uncertainty"]), u["coverage_factor"]) if u else ()),
                _limits(row["limit_plus"], row["limit_minus"]),
                _VERDICTS.get(row["verdict"] or "", ""),
            ]
        )
    kept = [n for n in range(len(columns)) if any(row[n] for row in cells)]
    return {
        "title_vi": check["name_vi"],
        "title_en": check["name_en"],
        "columns": [columns[n] for n in kept],
        "rows": [[row[n] for n in kept] for row in cells],
    }


def _columns(
    check: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    with_uncertainty: bool,
) -> list[dict[str, str]]:
    unit = check["error_unit"]
    nothing: Mapping[str, Any] = {"unit": "", "columns": ()}
    first = rows[0] if rows else nothing
    found = [
        ("nominal", "Điểm đo", "Point", first["unit"]),
        ("position", "Vị trí", "Position", ""),
        ("direction", "Chiều", "Direction", ""),
        *(
            ("reading", one["label_vi"], one["label_en"], one["unit"])
            for one in first["columns"]
        ),
        ("error", "Sai số", "Error", unit),
    ]
    if with_uncertainty:
        found += [("uncertainty", "U", "U", unit), ("coverage_factor", "k", "k", "")]
    found += [
        ("limit", "Giới hạn", "Limit", unit),
        ("conformity", "Kết quả", "Result", ""),
    ]
    return [
        {"role": role, "vi": vi, "en": en, "unit": of} for role, vi, en, of in found
    ]


def _stated(
    budgets: Iterable[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return the budget of each line, or nothing if any line has none."""
    found = {
        key: budget
        for budget in budgets
        if budget.get("coverage_factor") and budget["uncertainty"] is not None
        for key in budget["rows"]
    }
    return found if all(row["key"] in found for row in rows) else {}


def _place(row: Mapping[str, Any]) -> str:
    run = f"#{row['repetition']}" if row["repetition"] else ""
    return " ".join(filter(None, (row["position_en"] or row["position_vi"], run)))


def _limits(plus: str | None, minus: str | None) -> str:
    if plus is None or minus is None:
        return ""
    above, below = _number(plus), _number(minus)
    return f"±{above}" if above == below else f"\u2212{below} / +{above}"


def _number(value: str | None) -> str:
    """Return a decimal as documents print them."""
    return (value or "").replace("-", "\u2212").replace(".", ",")
