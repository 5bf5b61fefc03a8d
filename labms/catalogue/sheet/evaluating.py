"""Judges what was entered on a sheet, as far as it has been entered."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import Check, CheckKind
from labms.catalogue.rules import Both, NotAsRequired
from labms.catalogue.sheet.budgeting import sheet_budgets
from labms.catalogue.sheet.budgets import Around, Measured, PointBudget
from labms.catalogue.sheet.deciding import decided, standing_against
from labms.catalogue.sheet.grouping import groups_of, shown, used_values
from labms.catalogue.sheet.results import Evaluation, GroupResult, Reading, RowResult
from labms.catalogue.sheet.rows import ANSWER, Row, Sheet
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import decimals_of, read_in
from labms.metrology.expressions import CannotEvaluate, Value
from labms.metrology.rounding import as_decimal
from labms.metrology.verdicts import Verdict, judge_between

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
#: Beyond so many times the limit a reading is more likely slipped than bad.
SLIPPED = 10
EARLIER_MISSING = Message(
    N_("An earlier check that this one builds on is not complete yet.")
)


def evaluate(
    sheet: Sheet, entries: Mapping[str, str], *, around: Around | None = None
) -> Evaluation:
    """Judge a sheet by what was entered, under "<row key>.<column>", as typed.

    A question is answered by "yes" or "no" (or "na" where that may be). What cannot
    be read counts as missing and is named in the row's `problem`. `around` is what
    uncertainties follow from besides; without it there are no budgets.
    """
    rows: dict[str, RowResult] = {}
    readings: dict[str, Reading] = {}
    for check in (one for stage in sheet.stages for one in stage.checks):
        spec = sheet.check(check.slug)
        for row in check.rows:
            rows[row.key] = _row(sheet, spec, row, entries, readings)
    budgets: dict[str, PointBudget] = {}
    if around is not None and sheet.has_budgets:
        measured = _measured(sheet, readings)
        budgets = sheet_budgets(sheet, measured=measured, around=around)
    if sheet.reason is None:  # a calibration states values, and no verdict on them
        rows = {
            key: replace(row, verdict=None) if key in readings else row
            for key, row in rows.items()
        }
    return _concluded(sheet, rows, readings, budgets)


def _concluded(
    sheet: Sheet,
    rows: dict[str, RowResult],
    readings: Mapping[str, Reading],
    budgets: Mapping[str, PointBudget],
) -> Evaluation:
    """Return what rows and groups come to; the first stage that fails ends it."""
    groups: list[GroupResult] = []
    stages: dict[str, Verdict | None] = {}
    missing: list[str] = []
    untaken: list[str] = []
    obstacles: list[Message] = []
    failed: str | None = None
    for stage in sheet.stages:
        against: list[Message] = []
        for check in stage.checks:
            spec = sheet.check(check.slug)
            found = [
                decided(spec, each, readings, budgets)
                for each in groups_of(sheet, spec, check.rows, readings)
            ]
            against += standing_against(spec, check, found, readings, budgets)
            if sheet.reason is None:
                found = [replace(each, verdict=None) for each in found]
            groups += found
        verdicts = [rows[row.key].verdict for row in stage.rows]
        verdicts += [group.verdict for group in groups if group.stage == stage.slug]
        lacking = [
            key
            for row in stage.rows
            if not rows[row.key].is_complete
            for key in _lacking(row, rows[row.key])
        ]
        if failed is None:
            untaken += lacking
        if Verdict.FAIL in verdicts:
            stages[stage.slug] = Verdict.FAIL
            failed = failed or stage.slug
        else:
            stages[stage.slug] = None if lacking or against else Verdict.PASS
        if failed is None:
            missing += lacking
            obstacles += against
    if failed is not None:
        missing, obstacles = [], []
    passes = not missing and not obstacles
    return Evaluation(
        rows=rows,
        groups=tuple(groups),
        stages=stages,
        verdict=Verdict.FAIL if failed else Verdict.PASS if passes else None,
        failed_stage=failed,
        missing=tuple(missing),
        untaken=tuple(untaken) if failed else (),
        obstacles=tuple(obstacles),
        budgets=budgets,
    )


def _measured(sheet: Sheet, readings: Mapping[str, Reading]) -> dict[str, Measured]:
    return {
        row.key: Measured(
            readings[row.key].error,
            readings[row.key].limits,
            readings[row.key].numbers,
            used_values(sheet, sheet.check(row.check), row, readings),
        )
        for row in sheet.rows
        if row.key in readings
    }


def _lacking(row: Row, result: RowResult) -> list[str]:
    """Return the entries that a row needs; all of them if they do not go together."""
    read = set(result.numbers)
    keys = [f"{row.key}.{column.key}" for column in row.columns]
    lacking = [
        key for key, column in zip(keys, row.columns, strict=True)
        if column.key not in read
    ]  # fmt: skip
    return lacking or keys


def _row(
    sheet: Sheet,
    check: Check,
    row: Row,
    entries: Mapping[str, str],
    readings: dict[str, Reading],
) -> RowResult:
    typed = {
        column.key: entries.get(f"{row.key}.{column.key}", "") for column in row.columns
    }
    if row.kind is CheckKind.YES_NO:
        return _answer(row, typed)
    units = {column.key: column.unit for column in row.columns}
    numbers: dict[str, Decimal] = {}
    problem: Message | None = None
    for key, text in typed.items():
        if text.strip():
            try:
                numbers[key] = read_in(text, units[key])
            except LabError as error:
                problem = problem or error.text
    if len(numbers) < len(typed) or problem:
        return RowResult(
            values=typed,
            numbers=numbers,
            problem=problem,
            mpe_plus=row.limit_plus,
            mpe_minus=row.limit_minus,
        )
    try:
        taken = check.taken(numbers, units, unit=row.unit)
        reading = _read(sheet, check, row, taken, readings)
    except CannotEvaluate as error:
        used = used_values(sheet, check, row, readings)
        lacks = check.uses.keys() - used.keys()
        problem = EARLIER_MISSING if lacks else error.text
        return RowResult(values=typed, numbers=numbers, problem=problem)
    except LabError as error:
        return RowResult(values=typed, numbers=numbers, problem=error.text)
    readings[row.key] = reading
    if check.error is None or not (check.judges_each or check.judges_mean):
        return RowResult(values=typed, numbers=numbers, is_complete=True)
    return _judged(check, typed, numbers, reading)


def _answer(row: Row, typed: Mapping[str, str]) -> RowResult:
    answer = typed[ANSWER].strip().lower()
    if answer == NOT_APPLICABLE and row.may_not_apply:
        return RowResult(values=typed, is_complete=True)
    if answer in (YES, NO):
        verdict = Verdict.PASS if answer == YES else Verdict.FAIL
        return RowResult(values=typed, verdict=verdict, is_complete=True)
    problem = Message(N_("Answer yes or no.")) if answer else None
    return RowResult(values=typed, problem=problem)


def _read(
    sheet: Sheet,
    check: Check,
    row: Row,
    numbers: Mapping[str, Decimal],
    readings: Mapping[str, Reading],
) -> Reading:
    """Return the error of a row and its limits, exactly; 0 if it has no error."""
    values: dict[str, Value] = {**row.values}
    values |= {key: Fraction(number) for key, number in numbers.items()}
    values |= used_values(sheet, check, row, readings)
    for rule in check.requires:
        if not rule.rule.holds(values):
            raise NotAsRequired(rule=Both(rule.text_vi, rule.text_en))
    if check.error is None:
        return Reading(Fraction(0), None, 0, numbers)
    error = check.error.number(values)
    use = check.limit_for(sheet.reason)
    limits = None
    if use is not None and not use.is_unknown:
        limits = sheet.limits_at(use, values=values, unit=row.error_unit)
    places = check.error_places
    if places is None:
        shown = [*numbers.values(), *([row.nominal] if row.nominal is not None else [])]
        places = max(decimals_of(number) for number in shown)
    return Reading(error, limits, places, numbers)


def _judged(
    check: Check,
    typed: Mapping[str, str],
    numbers: Mapping[str, Decimal],
    reading: Reading,
) -> RowResult:
    limits, error = reading.limits, reading.error
    verdict = warning = None
    if limits is not None:
        if check.judges_each:
            verdict = judge_between(error, plus=limits.plus, minus=limits.minus)
        if abs(error) > SLIPPED * max(limits.plus, limits.minus):
            warning = Message(
                N_("Over ten times the limit: check the digits and the decimal mark.")
            )
    return RowResult(
        values=typed,
        numbers=numbers,
        error=as_decimal(error),
        error_shown=shown(error, limits, reading.places),
        mpe_plus=as_decimal(limits.plus) if limits else None,
        mpe_minus=as_decimal(limits.minus) if limits else None,
        verdict=verdict,
        is_complete=True,
        warning=warning,
    )
