"""What people do with instruments and standards."""

from labms.registry.services.endings import (
    end_evidence,
    report_ending,
    take_back_ending,
    take_back_ending_of,
    withdraw_ending,
)
from labms.registry.services.instruments import (
    ApprovalDetails,
    InstrumentDetails,
    add_instrument,
    add_type_approval,
    change_instrument,
    set_instrument_state,
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
    "take_back_ending",
    "take_back_ending_of",
    "withdraw_ending",
]
