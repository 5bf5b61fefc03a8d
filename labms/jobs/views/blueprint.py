"""The blueprint that the pages hang on, and what their templates need."""

from typing import Any

from flask import Blueprint

from labms.catalogue.rules import CONFIDENCE_NAMES, EVIDENCE_NAMES, REASON_NAMES
from labms.catalogue.shipped import shipped_catalogue
from labms.jobs import wording
from labms.jobs.conformity import AGREED_RULES
from labms.jobs.rules import JOB_KINDS, JOB_STATES, JobState
from labms.metrology.distributions import DISTRIBUTION_NAMES

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

#: How each state looks; the word is always there.
STATE_BADGES = {
    JobState.REGISTERED: "quiet",
    JobState.IN_PROGRESS: "info",
    JobState.AWAITING_REVIEW: "warn",
    JobState.APPROVED: "info",
    JobState.CERTIFIED: "good",
    JobState.EVIDENCED: "good",
    JobState.NOTIFIED: "bad",
    JobState.CANCELLED: "quiet",
}

bp.add_app_template_filter(wording.number_text, "digits")
bp.add_app_template_filter(wording.figures_text, "figures")
bp.add_app_template_filter(wording.signed, "signed")
bp.add_app_template_filter(wording.typed_text, "as_typed")
bp.add_app_template_filter(wording.spoken, "spoken")
bp.add_app_template_filter(wording.point_text, "point")
bp.add_app_template_filter(wording.way_text, "way")
bp.add_app_template_filter(wording.answer_text, "answer")
bp.add_app_template_filter(wording.bounds_text, "bounds")


@bp.context_processor
def words() -> dict[str, Any]:
    """Give the templates of jobs their words."""
    return {
        "job_states": JOB_STATES,
        "job_kinds": JOB_KINDS,
        "agreed_rules": AGREED_RULES,
        "distributions": DISTRIBUTION_NAMES,
        "state_badges": STATE_BADGES,
        "reason_names": REASON_NAMES,
        "evidence_names": EVIDENCE_NAMES,
        "confidence_names": CONFIDENCE_NAMES,
        "types": shipped_catalogue().types,
        "result_of": wording.result_of,
        "group_result": wording.group_result,
        "budgets_text": wording.budgets_text,
        "statements_of": wording.statements_of,
        "decision_kinds": wording.DECISION_KINDS,
    }
