"""What several readings of a check come to together."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import Check, GroupLimit
from labms.catalogue.sheet.results import GroupResult, Reading
from labms.catalogue.sheet.rows import Row, Sheet
from labms.metrology.expressions import Expression, Value
from labms.metrology.limits import Limits
from labms.metrology.rounding import as_decimal, round_beside
from labms.metrology.verdicts import Verdict, judge_between


def shown(value: Fraction, limits: Limits | None, places: int) -> Decimal:
    plus, minus = limits or (None, None)
    return round_beside(value, plus=plus, minus=minus, places=places)


#: What readings may come to together, and later checks use.
KINDS = ("spread", "hysteresis", "mean")


def groups_of(
    sheet: Sheet,
    check: Check,
    rows: tuple[Row, ...],
    readings: Mapping[str, Reading],
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
    if check.shift is not None:
        yield _shift(check, check.shift, rows, readings)
    yield from _one_sign(sheet, check, rows, readings)


def _shift(
    check: Check,
    rule: GroupLimit,
    rows: tuple[Row, ...],
    readings: Mapping[str, Reading],
) -> GroupResult:
    """Return the shift within a reading that uses most of its limit."""
    key = f"{rows[0].stage}-{check.slug}"
    worst = _group(check, "shift", key, rows, {}, rule.limit)
    for row in rows:
        reading = readings.get(row.key)
        if reading is None or rule.value is None:
            continue
        numbers = {name: Fraction(each) for name, each in reading.numbers.items()}
        value = abs(rule.value.number({**row.values, **numbers}))
        alone = {row.key: replace(reading, error=value)}
        found = _group(check, "shift", key, (row,), alone, rule.limit)
        if worst.value is None or _used(found) > _used(worst):
            worst = found
    complete = all(row.key in readings for row in rows)
    if not complete and worst.verdict is Verdict.PASS:
        return replace(worst, verdict=None)
    return worst


def _used(group: GroupResult) -> Fraction:
    """Return how much of its limit is used up; all of it where that is nothing."""
    value, limit = Fraction(group.value or 0), Fraction(group.limit or 0)
    return value / limit if limit else value


def _one_sign(
    sheet: Sheet,
    check: Check,
    rows: tuple[Row, ...],
    readings: Mapping[str, Reading],
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
    readings: Mapping[str, Reading],
    limit: Expression | None,
) -> GroupResult:
    found = [readings[row.key] for row in rows if row.key in readings]
    value, limits = None, None
    if len(found) == len(rows):
        errors = [reading.error for reading in found]
        mean = sum(errors, Fraction(0)) / len(errors)
        value = max(errors) - min(errors)
        if kind in ("mean", "one_sign", "shift"):
            value = mean if kind == "mean" else abs(mean)
        if kind == "mean" or limit is not None:
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
        value_shown=None if value is None else shown(value, limits, places),
        limit=as_decimal(limits.plus) if limits else None,
        verdict=verdict,
    )


def _group_limits(
    limit: Expression | None, rows: tuple[Row, ...], found: list[Reading]
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


def used_values(
    sheet: Sheet, check: Check, row: Row, readings: Mapping[str, Reading]
) -> dict[str, Value]:
    """Return what a check takes over from earlier ones, as far as that was read.

    Of the same point if the earlier check has it, else of its first reading; of a
    group, as "repeatability.spread", the largest; else "check" alone is its error, and
    "check.column" what was typed.
    """
    values: dict[str, Value] = {}
    for name, source in check.uses.items():
        slug, _, kind = source.partition(".")
        rows = tuple(each for each in sheet.rows if each.check == slug)
        if kind in KINDS:
            found = groups_of(sheet, sheet.check(slug), rows, readings)
            sizes = [each.value for each in found if each.kind == kind]
            known = [abs(Fraction(each)) for each in sizes if each is not None]
            if known and len(known) == len(sizes):
                values[name] = max(known)
            continue
        same = [
            each
            for each in rows
            if (each.point_number, each.nominal) == (row.point_number, row.nominal)
        ]
        first = next(iter(same or rows), None)
        if first is not None and first.key in readings:
            reading = readings[first.key]
            if not kind:
                values[name] = reading.error
            elif kind in reading.numbers:
                values[name] = Fraction(reading.numbers[kind])
    return values
