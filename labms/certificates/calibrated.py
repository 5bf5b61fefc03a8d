"""What a calibration certificate says beside the facts that all documents share."""

from collections.abc import Mapping
from typing import Any

from labms.certificates.dossier import Dossier
from labms.jobs.conformity import STATEMENTS, AgreedRule

#: Source: JCGM 100:2008, 7.2.3; ISO/IEC 17025:2017, 7.8.4.1; ILAC-P14:09/2020, 5.
COVERAGE = (
    "U là độ không đảm bảo đo mở rộng: độ không đảm bảo đo chuẩn tổng hợp nhân với hệ "
    "số phủ k nêu trong bảng, ứng với xác suất phủ khoảng 95 % (p = 95,45 %), đánh giá "
    "theo JCGM 100:2008. Không bao gồm độ ổn định dài hạn của phương tiện đo.",
    "U is the expanded uncertainty: the combined standard uncertainty multiplied by "
    "the coverage factor k of the table, for a coverage probability of about 95 % "
    "(p = 95.45 %), evaluated by JCGM 100:2008. It holds no share for the long-term "
    "stability of the instrument.",
)
TRACEABILITY = (
    "Kết quả được liên kết tới đơn vị SI qua các chuẩn và giấy chứng nhận nêu ở "
    "trang 1.",
    "The results are traceable to the SI through the standards and certificates on "
    "page 1.",
)
VALUES_ONLY = (
    "Theo thỏa thuận với khách hàng, giấy này chỉ nêu giá trị và độ không đảm bảo đo, "
    "không kết luận về sự phù hợp.",
    "As agreed with the customer, values and uncertainties are stated without a "
    "statement of conformity.",
)


def calibrated(dossier: Dossier) -> dict[str, Any]:
    """Return the results, what has to be said about them, and what was asked for."""
    job = dossier.job
    evaluation = job.evaluation or {}
    rule = job.agreed_rule or AgreedRule.NONE
    statements = [COVERAGE, TRACEABILITY, STATEMENTS.get(rule, VALUES_ONLY)]
    if rule is not AgreedRule.NONE:
        statements += limits_told(evaluation)
    if job.note.strip():
        statements.append((job.note.strip(), ""))
    return {
        "results": [_table(table) for table in evaluation.get("results", ())],
        "statements": [{"vi": vi, "en": en} for vi, en in statements],
        "rule": str(rule),
        "recalibration_on": (
            job.recalibration_on.isoformat() if job.recalibration_on else ""
        ),
    }


def limits_told(evaluation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return where the limits come from that values are compared with."""
    named = [
        f"{one['document']}:{one['edition']}" for one in evaluation.get("tables", ())
    ]
    if not named:
        return []
    found = "; ".join(named)
    return [(f"Giới hạn theo {found}.", f"Limits by {found}.")]


def _table(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title_vi": table["title_vi"],
        "title_en": table["title_en"],
        "columns": [dict(column) for column in table["columns"]],
        "rows": [[_printed(cell) for cell in row] for row in table["rows"]],
    }


def _printed(cell: Mapping[str, str]) -> str:
    """Return a cell with a decimal comma, its words in both languages."""
    vi, en = cell["vi"], cell["en"]
    if any(letter.isdigit() for letter in vi):
        return vi.replace("-", "\u2212").replace(".", ",")
    return f"{vi} / {en}" if en and en != vi else vi
