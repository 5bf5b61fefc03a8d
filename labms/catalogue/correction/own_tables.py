"""A limit of a check as a person types it, and as a file has it.

Four ways: as it stands, a formula, steps or cells. Steps and cells are a table of
limits of the procedure's own; it stands in the same file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labms.errors import LabError
from labms.metrology.decimals import read_decimal
from labms.metrology.expressions import Kind, parse

Document = Mapping[str, Any]

KEPT, FORMULA, STEPS, CELLS, NONE = "kept", "formula", "steps", "cells", "none"
#: How "without end" is written in a line of steps.
_ENDLESS = frozenset({"", "∞", "*", "-", "…"})
#: A text in quotes, or a name.
_WORD = re.compile(r"'[^']*'|[A-Za-z][A-Za-z0-9_]*")
#: The option of a table that is a procedure's own.
OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTyped:
    """One limit as it stands in the form."""

    how: str = NONE
    reasons: tuple[str, ...] = ()
    plus: str = ""
    minus: str = ""
    of: str = ""
    """What the steps, or the rows of the table, are of."""
    by: str = ""
    """The characteristic that chooses a staircase, or a column."""
    result: str = ""
    lines: str = ""

    def is_like(self, other: "LimitTyped") -> bool:
        """Return whether both say the same, however they are spaced."""
        return self._plain == other._plain

    @property
    def _plain(self) -> tuple[object, ...]:
        said = [self.how, frozenset(self.reasons)]
        if self.how == FORMULA:
            return (*said, self.plus.strip(), self.minus.strip())
        if self.how in (STEPS, CELLS):
            formulas = (self.of, self.by, self.result)
            lines = [list(map(as_number, each)) for each in split_lines(self.lines)]
            return (*said, *(each.strip() for each in formulas), str(lines))
        return tuple(said)


def as_typed(
    use: Document,
    *,
    own: Mapping[str, Document],
    shared: Mapping[str, Document],
    reasons: Iterable[str],
) -> LimitTyped:
    """Return a limit of a file as it is typed; a shared table is kept at first.

    Its numbers are there all the same, for whoever has to correct them.
    """
    said = tuple(use.get("reasons") or reasons)
    if "plus" in use:
        return LimitTyped(
            how=FORMULA, reasons=said, plus=use["plus"], minus=use.get("minus", "")
        )
    table = own.get(use.get("table", "")) or shared.get(use.get("table", ""))
    if table is None:
        return LimitTyped(how=KEPT, reasons=said)
    is_own = use["table"] in own
    option = table["option"][0]
    given, factor = use.get("given", {}), option.get("factors", {})
    times = factor.get(use.get("factor", ""), "1")
    kind = option["kind"]
    if kind == "formula":
        return LimitTyped(
            how=FORMULA if is_own else KEPT,
            reasons=said,
            plus=_scaled(option["plus"], times) if is_own else "",
            minus=_scaled(option.get("minus", ""), times) if is_own else "",
        )
    row, column = ("of", "by") if kind == "steps" else ("row", "column")
    return LimitTyped(
        how=kind if is_own else KEPT,
        reasons=said,
        of=_put_in(str(option.get(row, "")), given),
        by=_put_in(str(option.get(column, "")), given),
        result=_scaled(_put_in(str(option["result"]), given), times),
        lines=_lines(option),
    )


def _scaled(formula: str, times: str) -> str:
    return formula if not formula or times in ("1", "1.0") else f"({formula}) * {times}"


def _put_in(formula: str, given: Document) -> str:
    """Put what a table is given in place of the names that it has for it."""

    def put(found: re.Match[str]) -> str:
        expression = str(given.get(found[0], found[0]))
        alone = formula == found[0] or _WORD.fullmatch(expression)
        return expression if alone else f"({expression})"

    return _WORD.sub(put, formula)


def _lines(option: Document) -> str:
    if option["kind"] == "steps":
        by = option.get("by")
        return "\n".join(
            " | ".join([*([name] if by else []), row[0] or "∞", row[1]])
            for name, rows in option["steps"].items()
            for row in rows
        )
    head = " | ".join(["", *option["columns"]])
    rows = [" | ".join([name, *cells]) for name, cells in option["cells"].items()]
    return "\n".join([head, *rows])


def as_use(
    typed: LimitTyped,
    before: Document | None,
    *,
    slug: str,
    titles: Mapping[str, str],
    unit: str,
    cited: Mapping[str, Any],
    kinds: Mapping[str, Kind],
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a limit as a file has it, and the table of its own that goes with it.

    `before` is what stood there, for a limit that is kept; `cited` says where the
    figures come from.
    """
    source = {key: cited[key] for key in ("source", "confidence", "checked_by")}
    if typed.how == KEPT:
        return dict(before or {"unknown": True, **source}), None
    if typed.how == FORMULA:
        minus = {"minus": typed.minus} if typed.minus else {}
        return {"plus": typed.plus, **minus, **source}, None
    inputs = _inputs(typed, kinds)
    document, _, edition = str(cited["document"]).partition(":")
    option: dict[str, Any] = {
        "slug": OWN,
        "document": document,
        "edition": edition or cited["page"],
        "clause": cited["page"],
        **source,
        "kind": typed.how,
        **(_steps(typed) if typed.how == STEPS else _cells(typed)),
    }
    table = {
        "slug": slug,
        "title_vi": titles["vi"],
        "title_en": titles["en"],
        **({"unit": unit} if unit else {}),
        "inputs": inputs,
        "option": [option],
    }
    return {"table": slug, "given": {name: name for name in inputs}}, table


def _inputs(typed: LimitTyped, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Return what the table has to be told: whatever its formulas name."""
    names: set[str] = {typed.by} if typed.by else set()
    for formula in (typed.of, typed.result):
        try:
            names |= parse(formula).names
        except LabError:
            continue  # the rules of the catalogue name the fault
    return {
        name: "text" if kinds.get(name) is Kind.TEXT else "number"
        for name in sorted(names - {"limit"})
    }


def _steps(typed: LimitTyped) -> dict[str, Any]:
    stairs: dict[str, list[list[str]]] = {}
    for parts in split_lines(typed.lines):
        name, *row = parts if typed.by else ("all", *parts)
        bound = "" if row and row[0] in _ENDLESS else as_number(row[0] if row else "")
        stairs.setdefault(name, []).append([bound, *(as_number(x) for x in row[1:])])
    by = {"by": typed.by} if typed.by else {}
    return {"of": typed.of, **by, "result": typed.result or "limit", "steps": stairs}


def _cells(typed: LimitTyped) -> dict[str, Any]:
    head, *rows = split_lines(typed.lines) or [[]]
    return {
        "row": typed.of,
        "column": typed.by,
        "columns": head[1:],
        "result": typed.result or "limit",
        "cells": {
            as_number(row[0]): [as_number(each) for each in row[1:]] for row in rows
        },
    }


def split_lines(text: str) -> list[list[str]]:
    """Return the parts of each line that is not empty."""
    lines = (line for line in text.splitlines() if line.strip())
    return [[part.strip() for part in line.split("|")] for line in lines]


def as_number(typed: str) -> str:
    """Return a number as files have it; what is none stays, and is a fault there."""
    if not typed:
        return ""
    try:
        return format(read_decimal(typed), "f")
    except LabError:
        return typed


def joined(parts: Sequence[str]) -> str:
    """Return a line of parts, without the empty ones at its end."""
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return " | ".join(kept)
