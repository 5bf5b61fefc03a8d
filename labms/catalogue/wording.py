"""What the keys and values of a procedure's file mean, in words for a person."""

from collections.abc import Callable, Mapping
from typing import Any

from labms.catalogue.formulas import point_words, shown_number
from labms.catalogue.rules import (
    CONFIDENCE_NAMES,
    EVIDENCE_NAMES,
    MODE_NAMES,
    Confidence,
    Evidence,
)
from labms.i18n import N_, gettext, language

Thing = Mapping[str, Any]

FIELDS: Mapping[str, str] = {
    "types": N_("Types of instruments"),
    "document": N_("Document"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "record_title_vi": N_("Title of the record in Vietnamese"),
    "record_title_en": N_("Title of the record in English"),
    "reasons": N_("Kinds of verification"),
    "on_pass_vi": N_("After a pass, in Vietnamese"),
    "on_pass_en": N_("After a pass, in English"),
    "on_fail_vi": N_("After a fail, in Vietnamese"),
    "on_fail_en": N_("After a fail, in English"),
    "evidence": N_("Evidence"),
    "allowed": N_("What a pass may give"),
    "default": N_("What it gives unless chosen"),
    "values": N_("Names for formulas"),
    "name_vi": N_("Name in Vietnamese"),
    "name_en": N_("Name in English"),
    "text_vi": N_("Text in Vietnamese"),
    "text_en": N_("Text in English"),
    "rule": N_("Condition"),
    "kind": N_("How it is answered"),
    "when": N_("Only if"),
    "may_not_apply": N_("May not apply"),
    "unit": N_("Unit"),
    "unit_from": N_("Unit from"),
    "points": N_("Points"),
    "keep": N_("Points that are kept"),
    "order": N_("Order of the points"),
    "positions": N_("Positions"),
    "directions": N_("Directions"),
    "repetitions": N_("Repetitions"),
    "columns": N_("What is read"),
    "error": N_("Formula of the error"),
    "error_unit": N_("Unit of the error"),
    "error_places": N_("Decimals of the error"),
    "uses": N_("Takes from other checks"),
    "limit": N_("Limit"),
    "judge": N_("What is judged"),
    "decision": N_("Decision rule"),
    "spread": N_("Spread"),
    "hysteresis": N_("Hysteresis"),
    "shift": N_("Shift of the indication"),
    "requires": N_("What a reading needs"),
    "note_vi": N_("How to go about it, in Vietnamese"),
    "note_en": N_("How to go about it, in English"),
    "unknown": N_("Not known"),
    "one_sign": N_("If all errors have one sign"),
    "uncertainty": N_("Uncertainty"),
    "model": N_("Model"),
    "min": N_("Smallest value"),
    "max": N_("Largest value"),
    "required": N_("Has to be noted"),
    "quantity": N_("Quantity"),
    "several": N_("Several together"),
    "checks": N_("For the checks"),
    "accuracy": N_("How accurate"),
    "tolerance": N_("Tolerance"),
    "use": N_("Used how"),
    "title": N_("Title"),
    "edition": N_("Edition"),
    "clause": N_("Clause"),
    "note": N_("Note"),
    "factors": N_("Factors"),
    "steps": N_("Bounds and limits"),
    "cells": N_("Cells"),
    "plus": N_("Upper limit"),
    "minus": N_("Lower limit"),
    "of": N_("Steps of"),
    "by": N_("A staircase for each"),
    "result": N_("Limit from the number"),
    "removed": N_("Questions taken out"),
    "reach": N_("How much of a point they have to make"),
}
_DIRECTIONS: Mapping[str, str] = {"up": N_("up"), "down": N_("down")}


def field_name(key: str) -> str:
    """Return what a key of a file is called; an unknown one stays as it is."""
    return gettext(FIELDS[key]) if key in FIELDS else key


def thing_name(thing: Thing) -> str:
    """Return how something is called in the language in use, or its key."""
    for key in ("name", "title", "text", "label"):
        if found := thing.get(f"{key}_{language()}"):
            return str(found)
    return str(thing.get("title") or thing.get("slug") or thing.get("key") or "")


def said(key: str, value: Any) -> str:
    """Return a value of a file in words."""
    if value in (None, "", []):
        return _UNSAID.get(key) or gettext(N_("nothing"))
    if key in ("min", "max"):
        return shown_number(str(value))
    if key in _SAYING:
        return _SAYING[key](value)
    if isinstance(value, bool):
        return gettext(N_("yes")) if value else gettext(N_("no"))
    if isinstance(value, list):
        return ", ".join(said("", each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {said('', each)}" for name, each in value.items())
    return str(value)


def points_said(points: list[Any], unit: str = "") -> str:
    """Return points in words: what each is called, its formula, and when it counts."""
    told = [{"at": each} if isinstance(each, str) else each for each in points]
    return "; ".join(
        point_words(
            str(each.get("at")),
            label=thing_name(each),
            unit=unit,
            when=str(each.get("when") or ""),
        )
        for each in told
    )


def _columns(values: list[Thing]) -> str:
    return "; ".join(
        f"{thing_name(each)} [{each['unit']}]" if "unit" in each else thing_name(each)
        for each in values
    )


def _directions(values: list[str]) -> str:
    return ", ".join(gettext(_DIRECTIONS.get(each, each)) for each in values)


def reasons_said(values: list[str]) -> str:
    """Return kinds of verification in words."""
    known = {str(reason): name for reason, name in MODE_NAMES.items()}
    return ", ".join(gettext(known.get(each, each)) for each in values)


def _evidence(values: list[str] | str) -> str:
    listed = [values] if isinstance(values, str) else values
    known = {str(each): gettext(EVIDENCE_NAMES[each]) for each in Evidence}
    return ", ".join(known.get(each, each) for each in listed)


def source_said(thing: Thing) -> str:
    """Return where a figure comes from, and how it is known."""
    if not thing.get("source"):
        return gettext(N_("nothing"))
    names = thing.get("checked_by") or []
    known = {str(each): CONFIDENCE_NAMES[each] for each in Confidence}
    how = gettext(known.get(str(thing.get("confidence")), ""))
    if names:
        how = gettext(N_("compared by {names}")).format(names=", ".join(names))
    return f"{thing['source']} ({how})"


def limits_said(uses: list[Any]) -> str:
    """Return limits in words; when they count is said elsewhere."""
    if not uses:
        return gettext(N_("nothing"))
    return "; ".join(limit_said({**use, "reasons": ()}) for use in uses)


def limit_said(use: Thing) -> str:
    """Return one limit in words."""
    if "plus" in use:
        found = formula_said(use)
    elif "own_table" in use:
        found = table_said(use["own_table"])
    elif "table" in use:
        found = thing_name(use.get("shared_table", {})) or str(use["table"])
    else:
        found = gettext(N_("not known"))
    times = use.get("shared_table", {}).get("factors", {}).get(use.get("factor"), "1")
    if times not in ("1", "1.0"):
        found += f" × {times}"
    if use.get("reasons"):
        found = f"{reasons_said(use['reasons'])}: {found}"
    return found


def formula_said(use: Thing) -> str:
    """Return a limit that is computed, as a person writes it."""
    if use.get("minus"):
        return f"+({use['plus']}), −({use['minus']})"
    return f"±({use['plus']})"


def table_said(table: Thing) -> str:
    """Return the numbers of a table of limits, as short as they can be told."""
    option = table["option"][0]
    if option.get("kind") == "steps":
        stairs = []
        for name, rows in option.get("steps", {}).items():
            steps = ", ".join(
                f"≤ {shown_number(row[0])}: {shown_number(row[1])}"
                if row[0]
                else f"> … {shown_number(row[1])}"
                for row in rows
                if len(row) == 2
            )
            stairs.append(f"{name}: {steps}" if option.get("by") else steps)
        return f"{option.get('of')}: {' | '.join(stairs)} ({option.get('result')})"
    if option.get("kind") == "cells":
        columns = option.get("columns", [])
        rows_said = " | ".join(
            f"{row}: "
            + ", ".join(
                f"{name} {shown_number(each)}"
                for name, each in zip(columns, cells, strict=False)
                if each
            )
            for row, cells in option.get("cells", {}).items()
        )
        return f"{option.get('row')}: {rows_said} ({option.get('result')})"
    return formula_said(option)


def _thing(thing: Thing) -> str:
    """Return something that came or went, by what a person would call it."""
    parts = [thing_name(thing)]
    if "points" in thing:
        parts.append(points_said(thing["points"], str(thing.get("unit", ""))))
    if "min" in thing or "max" in thing:
        unit = thing.get("unit", "")
        ends = [shown_number(str(thing.get(key, ""))) for key in ("min", "max")]
        parts.append(f"{ends[0]} … {ends[1]} {unit}".strip())
    return ": ".join(parts)


def figure_said(figure: Thing) -> str:
    """Return what a figure says, for whoever compares it with the official text."""
    if "option" not in figure and ("plus" in figure or figure.get("unknown")):
        return limit_said(figure)
    if figure.get("kind") in ("steps", "cells"):
        return table_said({"option": [figure]})
    if "key" in figure:
        return _thing(figure)
    told = {key: figure[key] for key in _TOLD if figure.get(key)}
    if not told:
        is_question = figure.get("kind") == "yes_no"
        return gettext(N_("yes or no")) if is_question else gettext(N_("taken out"))
    if "points" in told:
        told["points"] = points_said(told["points"], str(figure.get("unit", "")))
    return "; ".join(
        f"{field_name(key)}: {value if key == 'points' else said(key, value)}"
        for key, value in told.items()
    )


#: What of a check or a procedure is told to its second reader.
_TOLD = (
    "document", "title_vi", "record_title_vi", "on_pass_vi", "on_fail_vi",
    "points", "keep", "repetitions", "directions", "columns", "error", "limit",
    "text_vi", "checks", "accuracy", "tolerance", "reach",
)  # fmt: skip
#: What goes without saying, by key.
_UNSAID = {"repetitions": "1"}
_SAYING: Mapping[str, Callable[[Any], str]] = {
    "points": points_said,
    "columns": _columns,
    "directions": _directions,
    "reasons": reasons_said,
    "allowed": _evidence,
    "default": _evidence,
    "source": source_said,
    "thing": _thing,
}
