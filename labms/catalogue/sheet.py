"""The measurement sheet: planned from a procedure, filled in, and judged."""

from labms.catalogue.as_used import inaccurate_as_used
from labms.catalogue.budgets import Around, BudgetLine, PointBudget
from labms.catalogue.evaluating import (
    NO,
    NOT_APPLICABLE,
    YES,
    evaluate,
)
from labms.catalogue.fitting import (
    StandardOffer,
    offer_problems,
    overloads,
    standards_fit,
)
from labms.catalogue.planning import (
    ANSWER,
    Column,
    Row,
    Sheet,
    SheetCheck,
    SheetStage,
    chosen_options,
    plan_sheet,
)
from labms.catalogue.results import Evaluation, GroupResult, RowResult

__all__ = [
    "ANSWER",
    "NO",
    "NOT_APPLICABLE",
    "YES",
    "Around",
    "BudgetLine",
    "Column",
    "Evaluation",
    "GroupResult",
    "PointBudget",
    "Row",
    "RowResult",
    "Sheet",
    "SheetCheck",
    "SheetStage",
    "StandardOffer",
    "chosen_options",
    "evaluate",
    "inaccurate_as_used",
    "offer_problems",
    "overloads",
    "plan_sheet",
    "standards_fit",
]
