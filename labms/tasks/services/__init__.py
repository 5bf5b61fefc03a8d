"""Writing what is planned, paid, bought and done for the tasks of a plan."""

from labms.tasks.services.items import add_item, report_progress
from labms.tasks.services.money import (
    add_budget_line,
    add_purchase,
    decide_budget,
    move_purchase,
)
from labms.tasks.services.reached import (
    begin_programme,
    do_programme_step,
    enter_accreditation,
    enter_activity,
    enter_assessment,
    list_participants,
)
from labms.tasks.services.striking import strike_entry

__all__ = [
    "add_budget_line",
    "add_item",
    "add_purchase",
    "begin_programme",
    "decide_budget",
    "do_programme_step",
    "enter_accreditation",
    "enter_activity",
    "enter_assessment",
    "list_participants",
    "move_purchase",
    "report_progress",
    "strike_entry",
]
