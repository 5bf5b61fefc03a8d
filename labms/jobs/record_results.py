"""What the record says of uncertainties, and of a calibration's results."""

from collections.abc import Mapping, Sequence
from typing import Any

from labms.jobs.rules import JobKind
from labms.jobs.wording import number_text, point_text, with_unit

VALUES_ONLY = (
    "Chỉ nêu giá trị và độ không đảm bảo đo",
    "Values with their uncertainty, no statement of conformity",
)
STATED = (
    "Giá trị và độ không đảm bảo đo nêu trong bảng kết quả",
    "Values and uncertainties stand in the table of results",
)
REPORTED = (
    "Kết quả nêu trong các bảng trên",
    "The results stand in the tables above",
)
IN_THE_LABORATORY = {
    JobKind.VERIFICATION: "Tại tổ chức kiểm định",
    JobKind.CALIBRATION: "Tại phòng hiệu chuẩn",
    JobKind.TEST: "Tại phòng thử nghiệm",
}


def results_stage(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the results of a calibration as one more part of the record."""
    if not tables:
        return []
    return [
        {
            "title_vi": "Kết quả hiệu chuẩn",
            "title_en": "Calibration results",
            "checks": [],
            "tables": [
                {
                    "title_vi": table["title_vi"],
                    "title_en": table["title_en"],
                    "columns": [
                        f"{one['vi']}\n{one['unit']}".rstrip()
                        for one in table["columns"]
                    ],
                    "rows": [
                        [printed(cell["vi"]) for cell in row] for row in table["rows"]
                    ],
                    "given": [],
                }
                for table in tables
            ],
            "verdict": "",
        }
    ]


def printed(text: str, *, english: bool = False) -> str:
    """Return a cell as it is printed: decimals with the mark of the language."""
    if not any(letter.isdigit() for letter in text):
        return text
    text = text.replace("-", "\u2212")
    return text if english else text.replace(".", ",")


def uncertainty_notes(check: Mapping[str, Any]) -> list[str]:
    """Return U at each point of a check, as far as it is known."""
    rows = {row["key"]: row for row in check["rows"]}
    known = [
        budget
        for budget in check.get("budgets", ())
        if budget["uncertainty"] is not None
    ]
    if not known:
        return []
    values = {(one["uncertainty"], one["coverage_factor"]) for one in known}
    unit = check["error_unit"]
    if len(values) == 1:
        value, factor = values.pop()
        return [
            f"Độ không đảm bảo đo mở rộng U = {with_unit(number_text(value), unit)}"
            f" (k = {number_text(factor)})"
        ]
    factors = {one["coverage_factor"] for one in known}
    found = []
    for budget in known:
        first = rows[budget["rows"][0]]
        value = with_unit(number_text(budget["uncertainty"]), unit)
        point = " ".join(filter(None, (point_text(first), _way(first))))
        k = f" (k = {number_text(budget['coverage_factor'])})"
        found.append(f"{point}: {value}{k if len(factors) > 1 else ''}")
    end = f"; k = {number_text(factors.pop())}" if len(factors) == 1 else ""
    return [f"Độ không đảm bảo đo mở rộng U: {', '.join(found)}{end}"]


def _way(row: Mapping[str, Any]) -> str:
    return {"up": "tăng", "down": "giảm"}.get(row["direction"] or "", "")
