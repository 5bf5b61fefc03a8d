"""What people do with instruments and standards."""

from labms.registry.services.instruments import (
    ApprovalDetails,
    InstrumentDetails,
    add_instrument,
    add_type_approval,
    change_instrument,
    end_evidence,
    report_ending,
    set_instrument_state,
    withdraw_ending,
)
from labms.registry.services.standards import (
    StandardDetails,
    add_standard,
    change_standard,
    resume_standard,
    retire_standard,
    suspend_standard,
)

__all__ = [
    "ApprovalDetails",
    "InstrumentDetails",
    "StandardDetails",
    "add_instrument",
    "add_standard",
    "add_type_approval",
    "change_instrument",
    "change_standard",
    "end_evidence",
    "report_ending",
    "resume_standard",
    "retire_standard",
    "set_instrument_state",
    "suspend_standard",
    "withdraw_ending",
]
