"""What is called how of spreadsheets, of what bodies state, and of frozen reports."""

from collections.abc import Mapping
from typing import Any

from labms.demand.rules import IMPORT_STATES, PURPOSES, SUBJECTS, ImportState, Subject
from labms.demand.rules import Purpose as DemandPurpose
from labms.i18n import N_
from labms.supply.rules import LIMITS, REPORT_FORMS, Limit, ReportForm

SUPPLY_SUBJECTS: Mapping[str, str] = {
    "demand_import": N_("Spreadsheets of demand"),
    "stated_scope": N_("Scopes of outside bodies"),
    "body_capacity": N_("Capacities"),
    "activity_report": N_("Activity reports"),
    "frozen_report": N_("Frozen reports"),
}
SUPPLY_FIELDS: Mapping[str, str] = {
    "demand_figure.purpose": N_("Purpose"),
    "after_repair_count": N_("Repaired in the year"),
    "basis": N_("How it was worked out"),
    "class_text": N_("Class"),
    "counted_for": N_("Figures of"),
    "entered_at": N_("Entered at"),
    "figure_count": N_("Figures"),
    "first_on": N_("First day"),
    "form": N_("Form"),
    "from_on": N_("From"),
    "frozen_at": N_("Frozen at"),
    "frozen_by_id": N_("Frozen by"),
    "holder": N_("Kind of holder"),
    "import_id": N_("Spreadsheet"),
    "initial_count": N_("New in the year"),
    "last_on": N_("Last day"),
    "limited_by": N_("What stops it there"),
    "per_year": N_("Number in a year"),
    "range_text": N_("Range"),
    "reasons": N_("Kinds of verification"),
    "received_on": N_("Received on"),
    "sent_at": N_("Sent at"),
    "sent_by_id": N_("Sent by"),
    "subject": N_("Instruments or standards"),
}
SUPPLY_WORDS: Mapping[Any, Mapping[Any, str]] = {
    DemandPurpose: PURPOSES,
    ImportState: IMPORT_STATES,
    Limit: LIMITS,
    ReportForm: REPORT_FORMS,
    Subject: SUBJECTS,
}
