"""The measurement sheet: planned from a procedure, filled in, and judged."""

from labms.catalogue.sheet.as_used import inaccurate_as_used
from labms.catalogue.sheet.budgets import Around, BudgetLine, PointBudget
from labms.catalogue.sheet.evaluating import (
    NO,
    NOT_APPLICABLE,
    YES,
    evaluate,
)
from labms.catalogue.sheet.fitting import (
    StandardOffer,
    offer_problems,
    overloads,
    standards_fit,
)
from labms.catalogue.sheet.planning import (
    ANSWER,
    Column,
    Row,
    Sheet,
    SheetCheck,
    SheetStage,
    chosen_options,
    plan_sheet,
)
from labms.catalogue.sheet.results import Evaluation, GroupResult, RowResult

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
