"""What a test report says beside the facts that all documents share."""

from collections.abc import Mapping
from typing import Any

from labms.certificates.calibrated import limits_told
from labms.certificates.dossier import Dossier
from labms.jobs.record import stage_content
from labms.metrology.verdicts import Verdict

#: Source: ISO/IEC 17025:2017, 7.8.6; JCGM 106:2012, 8.2.
DECISION = (
    "Sai số tìm được so trực tiếp với giới hạn cho phép (chấp nhận đơn giản, "
    "JCGM 106:2012, 8.2).",
    "The errors found are compared with their limits as such (simple acceptance, "
    "JCGM 106:2012, 8.2).",
)
WITHIN = (
    "Các kết quả nằm trong giới hạn cho phép.",
    "The results lie within their limits.",
)
BEYOND = (
    "Có kết quả không nằm trong giới hạn cho phép.",
    "Not all results lie within their limits.",
)


def reported(dossier: Dossier) -> dict[str, Any]:
    """Return the readings as in the record, what they come to, and by which rule."""
    evaluation: Mapping[str, Any] = dossier.job.evaluation or {}
    is_within = evaluation.get("verdict") == Verdict.PASS
    told = WITHIN if is_within else BEYOND
    statements = [DECISION, *limits_told(evaluation)]
    if note := dossier.job.note.strip():
        statements.append((note, ""))
    return {
        "stages": [
            stage_content(stage, is_blank=False)
            for stage in evaluation.get("stages", ())
            if stage["is_reached"]
        ],
        "is_within": is_within,
        "statement_vi": told[0],
        "statement_en": told[1],
        "statements": [{"vi": vi, "en": en} for vi, en in statements],
    }
