"""What a sheet comes to, laid out as plain JSON: stages, checks, rows, results."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.catalogue.limit_standing import least_known, limit_sources, limits_known
from labms.catalogue.sheet import (
    Evaluation,
    GroupResult,
    Row,
    RowResult,
    Sheet,
    SheetCheck,
    SheetStage,
)
from labms.jobs.budgets import budget_laid
from labms.jobs.conformity import AgreedRule
from labms.metrology.verdicts import Verdict


def reached(sheet: Sheet, evaluation: Evaluation) -> frozenset[str]:
    """Return the checks that count: none of a stage after the one that failed."""
    found: list[str] = []
    for stage in sheet.stages:
        found += [check.slug for check in stage.checks]
        if stage.slug == evaluation.failed_stage:
            break
    return frozenset(found)


def laid_out(
    sheet: Sheet,
    evaluation: Evaluation,
    *,
    rule: AgreedRule | None = None,
    with_problems: bool = True,
) -> dict[str, Any]:
    """Return stages, checks, rows, results and uncertainties as JSON.

    `rule` is the one that a calibration's values are judged by. `with_problems` adds
    what cannot be read, in the language in use: for a page, not for freezing.
    """
    counted = reached(sheet, evaluation)
    return {
        "verdict": evaluation.verdict and str(evaluation.verdict),
        "failed_stage": evaluation.failed_stage,
        "missing": list(evaluation.missing),
        "stages": [
            {
                "slug": stage.slug,
                "name_vi": stage.name_vi,
                "name_en": stage.name_en,
                "verdict": _stage_verdict(sheet, stage, evaluation),
                "is_reached": any(check.slug in counted for check in stage.checks),
                "checks": [
                    _check(check, evaluation, rule, with_problems=with_problems)
                    | _limits_known(sheet, check.slug)
                    for check in stage.checks
                ],
            }
            for stage in sheet.stages
        ],
    }


def _limits_known(sheet: Sheet, slug: str) -> dict[str, Any]:
    """Return how the limits of a check are known: all of them, and each by itself.

    By itself a limit is that of the "error" or of a group; "" is a check without any.
    """
    given = sheet.procedure, sheet.check(slug), sheet.reason, sheet.options
    return {
        "limits_known": least_known(limit_sources(*given)),
        "each_limit_known": limits_known(*given),
    }


def _stage_verdict(
    sheet: Sheet, stage: SheetStage, evaluation: Evaluation
) -> str | None:
    """Return the verdict of a stage; where values are stated there is none."""
    found = evaluation.stages.get(stage.slug)
    states = any(sheet.check(check.slug).uncertainty for check in stage.checks)
    return None if sheet.reason is None and states else _word(found)


def _check(
    check: SheetCheck,
    evaluation: Evaluation,
    rule: AgreedRule | None,
    *,
    with_problems: bool,
) -> dict[str, Any]:
    return {
        "slug": check.slug,
        "name_vi": check.name_vi,
        "name_en": check.name_en,
        "kind": str(check.kind),
        "is_recorded": check.is_recorded,
        "unit": check.unit,
        "error_unit": check.error_unit,
        "rows": [
            _row(row, evaluation.rows[row.key], with_problems=with_problems)
            for row in check.rows
        ],
        "groups": [
            _group(group) for group in evaluation.groups if group.check == check.slug
        ],
        "budgets": [
            budget_laid(budget, rule=rule)
            | ({"problem": str(budget.problem or "")} if with_problems else {})
            for budget in evaluation.budgets.values()
            if budget.check == check.slug
        ],
    }


def _row(row: Row, result: RowResult, *, with_problems: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": row.key,
        "point_vi": row.point_label,
        "point_en": row.point_label_en,
        "position_vi": row.position_vi,
        "position_en": row.position_en,
        "direction": row.direction,
        "repetition": row.repetition,
        "nominal": plain(row.nominal),
        "unit": row.unit,
        "may_not_apply": row.may_not_apply,
        "columns": [
            {
                "key": f"{row.key}.{column.key}",
                "label_vi": column.label_vi,
                "label_en": column.label_en,
                "unit": column.unit,
                "typed": result.values.get(column.key, ""),
                "value": plain(result.numbers.get(column.key)),
            }
            for column in row.columns
        ],
        "error": plain(result.error),
        "error_shown": plain(result.error_shown),
        "limit_plus": plain(_first(result.mpe_plus, row.limit_plus)),
        "limit_minus": plain(_first(result.mpe_minus, row.limit_minus)),
        "verdict": _word(result.verdict),
        "is_complete": result.is_complete,
        "share": _share(result.error, result.mpe_plus, result.mpe_minus),
    }
    if with_problems:
        found["problem"] = str(result.problem) if result.problem else ""
        found["warning"] = str(result.warning) if result.warning else ""
    return found


def _group(group: GroupResult) -> dict[str, Any]:
    return {
        "key": group.key,
        "kind": group.kind,
        "rows": list(group.rows),
        "value": plain(group.value),
        "value_shown": plain(group.value_shown),
        "limit": plain(group.limit),
        "verdict": _word(group.verdict),
        "share": _share(group.value, group.limit, group.limit),
    }


def _first(*values: Decimal | None) -> Decimal | None:
    return next((value for value in values if value is not None), None)


def plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _word(verdict: Verdict | None) -> str | None:
    return None if verdict is None else str(verdict)


def _share(
    error: Decimal | None, plus: Decimal | None, minus: Decimal | None
) -> int | None:
    """Return how much of its limit an error uses up, in whole percent.

    Rounded to the nearest, but never from above the limit onto it.
    """
    limit = plus if error is not None and error >= 0 else minus
    if error is None or not limit:
        return None
    share = 100 * abs(Fraction(error)) / Fraction(limit)
    return max(round(share), 101) if share > 100 else round(share)
