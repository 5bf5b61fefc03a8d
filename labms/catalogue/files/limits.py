"""Reads the files of `limits/`."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import LimitOption, LimitTable
from labms.catalogue.files.faults import (
    Table,
    as_number,
    check_kind,
    check_unique,
)
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.limits import Cells, Formula, Limit, Step, Steps

FALLING = "the limits fall as the values rise"
_NOTHING = parse("0")
#: In service the limits are never narrower than at verification.
WIDER, NARROWER = "in_service", "verification"
_KINDS = {"number": Kind.NUMBER, "text": Kind.TEXT}


def read_limit_table(top: Table) -> LimitTable:
    """Return a table of limits, noting its faults."""
    inputs: dict[str, str] = {}
    for given in top.table("inputs"):
        for name in given.data:
            inputs[name] = given.text(name)
            if inputs[name] not in _KINDS:
                given.fault(name, f"“{inputs[name]}” is neither number nor text")
                inputs[name] = "number"
    table = LimitTable(
        slug=top.text("slug"),
        title_vi=top.text("title_vi"),
        title_en=top.text("title_en"),
        unit=top.unit("unit", ""),
        inputs=inputs,
        options=tuple(_option(each, inputs) for each in top.tables("option")),
        raw=top.data,
    )
    if not table.options:
        top.fault("option", "a table of limits needs at least one")
    check_unique(top, "option", [option.slug for option in table.options])
    for option in table.options if table.needs_choice else ():
        if not (option.name_vi and option.name_en):
            key = f"option[{option.slug}].name_vi"
            top.fault(key, "missing, where there is a choice")
    return table


def _option(table: Table, inputs: Mapping[str, str]) -> LimitOption:
    factors: dict[str, Decimal] = {}
    for factor in table.table("factors", None):
        for name in factor.data:
            multiple = factor.decimal(name)
            if multiple is not None and multiple <= 0:
                factor.fault(name, "a multiple of a limit has to be above zero")
            factors[name] = multiple or Decimal(1)
        if WIDER in factors and factors[WIDER] < factors.get(NARROWER, Decimal(0)):
            factor.fault(WIDER, "limits in service are not below those at verification")
    begins, ends = table.day("in_force_from", None), table.day("in_force_until", None)
    if begins and ends and ends < begins:
        table.fault("in_force_until", "lies before in_force_from")
    return LimitOption(
        slug=table.text("slug"),
        document=table.text("document"),
        edition=table.text("edition"),
        clause=table.text("clause"),
        source=table.source(),
        limit=_limit(table, {name: _KINDS[kind] for name, kind in inputs.items()}),
        factors=factors,
        in_force_from=begins,
        in_force_until=ends,
        note=table.text("note", ""),
        name_vi=table.text("name_vi", ""),
        name_en=table.text("name_en", ""),
        source_vi=table.text("source_vi", ""),
    )


def _limit(table: Table, names: Mapping[str, Kind]) -> Limit:
    kind = table.text("kind")
    if kind == "steps":
        return _steps(table, names)
    if kind == "cells":
        return _cells(table, names)
    if kind != "formula":
        table.fault("kind", f"“{kind}” is none of steps, cells, formula")
    return read_formula(table, names)


def read_formula(table: Table, names: Mapping[str, Kind]) -> Formula:
    """Return limits that are computed, from `plus` and perhaps `minus`."""
    plus, minus = table.expression("plus"), table.expression("minus", None)
    check_kind(table, "plus", plus, names=names)
    check_kind(table, "minus", minus, names=names)
    return Formula(plus or _NOTHING, minus)


def _result(table: Table, names: Mapping[str, Kind]) -> Expression:
    result = table.expression("result")
    check_kind(table, "result", result, names={**names, "limit": Kind.NUMBER})
    return result or _NOTHING


def _steps(table: Table, names: Mapping[str, Kind]) -> Limit:
    of, by = table.expression("of"), table.text("by", "")
    check_kind(table, "of", of, names=names)
    if by and names.get(by) is not Kind.TEXT:
        table.fault("by", f"“{by}” is not one of the inputs that are texts")
    staircases: dict[str, list[Step]] = {}
    for inner in table.table("steps"):
        for name in inner.data:
            rows = inner.value(name, list) or []
            staircases[name if by else ""] = _staircase(inner, name, rows)
        if not by and len(inner.data) != 1:
            inner.fault("", "without “by” there is one staircase")
    return Steps(of or _NOTHING, staircases, _result(table, names), by or None)


def _staircase(table: Table, name: str, rows: list[object]) -> list[Step]:
    steps: list[Step] = []
    for place, row in enumerate(rows, start=1):
        key = f"{name}[{place}]"
        if not isinstance(row, list) or len(row) != 2:
            table.fault(key, "should be an upper bound and a limit")
            continue
        bound = None if row[0] == "" else as_number(table, key, row[0])
        limit = as_number(table, key, row[1])
        if row[0] == "" and place != len(rows):
            table.fault(key, "only the last step may have no end")
        if limit is not None and limit <= 0:
            table.fault(key, "a limit has to be above zero")
        last = steps[-1].up_to if steps else None
        if bound is not None and last is not None and bound <= last:
            table.fault(key, "the upper bounds have to ascend")
        if limit is not None and steps and limit < steps[-1].limit:
            table.fault(key, FALLING)
        steps.append(
            Step(None if bound is None else Fraction(bound), Fraction(limit or 0))
        )
    return steps


def _cells(table: Table, names: Mapping[str, Kind]) -> Limit:
    row, column = table.text("row"), table.text("column")
    columns = table.texts("columns")
    check_unique(table, "columns", list(columns))
    if names.get(row) is not Kind.NUMBER:
        table.fault("row", f"“{row}” is not one of the inputs that are numbers")
    if names.get(column) is not Kind.TEXT:
        table.fault("column", f"“{column}” is not one of the inputs that are texts")
    cells: dict[tuple[Fraction, str], Fraction] = {}
    highest: dict[str, Decimal] = {}
    for inner in table.table("cells"):
        last: Fraction | None = None
        for name in inner.data:
            nominal = Fraction(as_number(inner, name, name) or 0)
            if last is not None and nominal <= last:
                inner.fault(name, "the rows have to ascend")
            last = nominal
            values = inner.value(name, list) or []
            if len(values) != len(columns):
                inner.fault(name, f"should have {len(columns)} cells")
            for title, value in zip(columns, values, strict=False):
                number = None if value == "" else as_number(inner, name, value)
                if number is None:
                    continue
                if number < highest.get(title, number):
                    inner.fault(name, FALLING)
                highest[title] = number
                cells[nominal, title] = Fraction(number)
    return Cells(row, column, cells, _result(table, names))
