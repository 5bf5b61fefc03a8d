"""Judges what was entered on a sheet, as far as it has been entered."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.catalogue.entries import Check, CheckKind
from labms.catalogue.planning import ANSWER, Row, Sheet
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import decimals_of, read_decimal
from labms.metrology.expressions import Expression, Value
from labms.metrology.limits import Limits
from labms.metrology.rounding import as_decimal, round_beside
from labms.metrology.verdicts import Verdict, judge_between

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
#: Beyond so many times the limit a reading is more likely slipped than bad.
SLIPPED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What one row comes to. Errors and limits are in the row's `error_unit`."""

    values: Mapping[str, str]
    """As typed, by column."""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    error: Decimal | None = None
    """Exact, unless its digits never end."""
    error_shown: Decimal | None = None
    """Rounded as the indication is, but never to the other side of a limit."""
    mpe_plus: Decimal | None = None
    mpe_minus: Decimal | None = None
    verdict: Verdict | None = None
    is_complete: bool = False
    problem: Message | None = None
    warning: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """What several readings come to together: spread, hysteresis or mean."""

    key: str
    stage: str
    check: str
    kind: str
    rows: tuple[str, ...]
    value: Decimal | None
    value_shown: Decimal | None
    limit: Decimal | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a sheet comes to."""

    rows: Mapping[str, RowResult]
    groups: tuple[GroupResult, ...]
    stages: Mapping[str, Verdict | None]
    verdict: Verdict | None
    """None while something is missing and nothing has failed."""
    failed_stage: str | None
    missing: tuple[str, ...]
    """Keys of entries that are still needed; none after a stage that failed."""

    @property
    def failures(self) -> tuple[str, ...]:
        """The keys of the rows and groups that failed."""
        rows = [key for key, row in self.rows.items() if row.verdict is Verdict.FAIL]
        groups = [each.key for each in self.groups if each.verdict is Verdict.FAIL]
        return (*rows, *groups)

    def to_json(self) -> dict[str, Any]:
        """Return it as texts, lists and dictionaries, to be frozen."""
        return {
            "rows": {key: _plain(row) for key, row in self.rows.items()},
            "groups": [_plain(group) for group in self.groups],
            "stages": {slug: _text(verdict) for slug, verdict in self.stages.items()},
            "verdict": _text(self.verdict),
            "failed_stage": self.failed_stage,
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class _Reading:
    """A row's exact values, for those that are judged together."""

    error: Fraction
    limits: Limits | None
    places: int


def evaluate(sheet: Sheet, entries: Mapping[str, str]) -> Evaluation:
    """Judge a sheet by what was entered, under "<row key>.<column>", as typed.

    A question is answered by "yes" or "no" (or "na" where that may be). What cannot
    be read counts as missing and is named in the row's `problem`.
    """
    rows: dict[str, RowResult] = {}
    readings: dict[str, _Reading] = {}
    groups: list[GroupResult] = []
    stages: dict[str, Verdict | None] = {}
    missing: list[str] = []
    failed: str | None = None
    for stage in sheet.stages:
        for check in stage.checks:
            spec = sheet.check(check.slug)
            for row in check.rows:
                rows[row.key] = _row(sheet, spec, row, entries, readings)
            groups += _groups(spec, check.rows, readings)
            groups += _one_sign(sheet, spec, check.rows, readings)
        found = [rows[row.key].verdict for row in stage.rows]
        found += [group.verdict for group in groups if group.stage == stage.slug]
        lacking = [
            key
            for row in stage.rows
            if not rows[row.key].is_complete
            for key in _lacking(row, rows[row.key])
        ]
        if Verdict.FAIL in found:
            stages[stage.slug] = Verdict.FAIL
        else:
            stages[stage.slug] = None if lacking else Verdict.PASS
        if failed is None and Verdict.FAIL in found:
            failed = stage.slug
        elif failed is None:
            missing += lacking
    if failed is not None:
        missing = []
    verdict = Verdict.FAIL if failed else None if missing else Verdict.PASS
    return Evaluation(
        rows=rows,
        groups=tuple(groups),
        stages=stages,
        verdict=verdict,
        failed_stage=failed,
        missing=tuple(missing),
    )


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
    readings: dict[str, _Reading],
) -> RowResult:
    typed = {
        column.key: entries.get(f"{row.key}.{column.key}", "") for column in row.columns
    }
    if row.kind is CheckKind.YES_NO:
        return _answer(row, typed)
    numbers: dict[str, Decimal] = {}
    problem: Message | None = None
    for key, text in typed.items():
        if text.strip():
            try:
                numbers[key] = read_decimal(text)
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
        reading = _read(sheet, check, row, numbers, readings)
    except LabError as error:
        return RowResult(values=typed, numbers=numbers, problem=error.text)
    readings[row.key] = reading
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
    readings: Mapping[str, _Reading],
) -> _Reading:
    """Return the error of a row and its limits, exactly."""
    values: dict[str, Value] = {**row.values}
    values |= {key: Fraction(number) for key, number in numbers.items()}
    for name, other in check.uses.items():
        first = next((each for each in sheet.rows if each.check == other), None)
        if first is not None and first.key in readings:
            values[name] = readings[first.key].error
    assert check.error is not None  # noqa: S101 (a check with readings has one)
    error = check.error.number(values)
    use = check.limit_for(sheet.reason)
    limits = None
    if use is not None:
        limits = sheet.limits_at(use, values=values, unit=row.error_unit)
    places = check.error_places
    if places is None:
        shown = [*numbers.values(), *([row.nominal] if row.nominal is not None else [])]
        places = max(decimals_of(number) for number in shown)
    return _Reading(error, limits, places)


def _judged(
    check: Check,
    typed: Mapping[str, str],
    numbers: Mapping[str, Decimal],
    reading: _Reading,
) -> RowResult:
    limits, error = reading.limits, reading.error
    verdict = warning = None
    if limits is not None:
        if not check.judges_mean:
            verdict = judge_between(error, plus=limits.plus, minus=limits.minus)
        if abs(error) > SLIPPED * max(limits.plus, limits.minus):
            warning = Message(
                N_("Over ten times the limit: check the digits and the decimal mark.")
            )
    return RowResult(
        values=typed,
        numbers=numbers,
        error=as_decimal(error),
        error_shown=_shown(error, limits, reading.places),
        mpe_plus=as_decimal(limits.plus) if limits else None,
        mpe_minus=as_decimal(limits.minus) if limits else None,
        verdict=verdict,
        is_complete=True,
        warning=warning,
    )


def _shown(value: Fraction, limits: Limits | None, places: int) -> Decimal:
    plus, minus = limits or (None, None)
    return round_beside(value, plus=plus, minus=minus, places=places)


def _groups(
    check: Check, rows: tuple[Row, ...], readings: Mapping[str, _Reading]
) -> Iterator[GroupResult]:
    """Yield what the rows of a check come to together."""
    if check.spread is not None:
        for key, together in _together(rows, "point").items():
            yield _group(check, "spread", key, together, readings, check.spread.limit)
    if check.hysteresis is not None:
        for key, together in _together(rows, "way").items():
            if len(together) == len(check.directions):
                limit = check.hysteresis.limit
                yield _group(check, "hysteresis", key, together, readings, limit)
    if check.judges_mean:
        for key, together in _together(rows, "point").items():
            yield _group(check, "mean", key, together, readings, None)


def _one_sign(
    sheet: Sheet,
    check: Check,
    rows: tuple[Row, ...],
    readings: Mapping[str, _Reading],
) -> Iterator[GroupResult]:
    """Yield the error that uses least of its limit, where all have the same sign."""
    rule = check.one_sign
    if rule is None or sheet.reason not in rule.reasons:
        return
    key = f"{rows[0].stage}-{check.slug}"
    found = [readings[row.key].error for row in rows if row.key in readings]
    if len(found) < len(rows) or min(found) < 0 < max(found):
        yield _group(check, "one_sign", key, rows, {}, rule.limit)
        return
    alone = [
        _group(check, "one_sign", key, (row,), readings, rule.limit) for row in rows
    ]
    passed = [each for each in alone if each.verdict is Verdict.PASS]
    yield replace((passed or alone)[0], rows=tuple(row.key for row in rows))


def _together(rows: tuple[Row, ...], by: str) -> dict[str, tuple[Row, ...]]:
    """Return the rows that differ in their repetition, or in their direction, alone."""
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        key = row.point_key
        if by == "way" and row.direction:
            key = key.removesuffix(f"-{row.direction}") + f"-{row.repetition or 1}"
        found[key] = (*found.get(key, ()), row)
    return found


def _group(
    check: Check,
    kind: str,
    key: str,
    rows: tuple[Row, ...],
    readings: Mapping[str, _Reading],
    limit: Expression | None,
) -> GroupResult:
    found = [readings[row.key] for row in rows if row.key in readings]
    value, limits = None, None
    if len(found) == len(rows):
        errors = [reading.error for reading in found]
        mean = sum(errors, Fraction(0)) / len(errors)
        value = max(errors) - min(errors)
        if kind in ("mean", "one_sign"):
            value = mean if kind == "mean" else abs(mean)
        limits = _group_limits(limit, rows, found)
    verdict = None
    if value is not None and limits is not None:
        verdict = judge_between(value, plus=limits.plus, minus=limits.minus)
    places = max((reading.places for reading in found), default=0)
    return GroupResult(
        key=f"{key}-{kind}",
        stage=rows[0].stage,
        check=check.slug,
        kind=kind,
        rows=tuple(row.key for row in rows),
        value=None if value is None else as_decimal(value),
        value_shown=None if value is None else _shown(value, limits, places),
        limit=as_decimal(limits.plus) if limits else None,
        verdict=verdict,
    )


def _group_limits(
    limit: Expression | None, rows: tuple[Row, ...], found: list[_Reading]
) -> Limits | None:
    """Return the limits of a group; where its readings differ, the narrowest."""
    single = [reading.limits for reading in found if reading.limits is not None]
    if limit is None:
        if not single:
            return None
        return Limits(min(s.plus for s in single), min(s.minus for s in single))
    values = dict(rows[0].values)
    if single:
        values["mpe"] = min(min(limits) for limits in single)
    number = limit.number(values)
    return Limits(number, number)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _plain(result: RowResult | GroupResult) -> dict[str, Any]:
    plain = asdict(result)
    for key, value in plain.items():
        if isinstance(value, Decimal):
            plain[key] = format(value, "f")
        elif isinstance(value, Verdict):
            plain[key] = str(value)
        elif isinstance(value, tuple):
            plain[key] = list(value)
        elif key == "numbers":
            plain[key] = {name: format(number, "f") for name, number in value.items()}
    return plain
