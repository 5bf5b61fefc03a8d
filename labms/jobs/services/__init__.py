"""What people do with orders and jobs, one function for each."""

from labms.jobs.services.measuring import (
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.services.ordering import (
    add_jobs,
    agree_on,
    assign_job,
    cancel_job,
    register_order,
)
from labms.jobs.services.reviewing import (
    approve_job,
    close_job,
    return_job,
    take_back_approval,
)
from labms.jobs.typed import Typed

__all__ = [
    "Typed",
    "add_jobs",
    "agree_on",
    "approve_job",
    "assign_job",
    "cancel_job",
    "close_job",
    "register_order",
    "return_job",
    "save_readings",
    "start_job",
    "submit_job",
    "take_back_approval",
]
