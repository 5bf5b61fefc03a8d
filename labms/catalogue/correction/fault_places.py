"""Faults beside the fields that they are about."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from labms.catalogue.correction.fault_words import in_words
from labms.catalogue.correction.own_tables import NONE
from labms.catalogue.files.faults import Fault

_PLACE = re.compile(r"(?P<name>\w+)(?:\[(?P<place>[^\]]*)\])?\.?(?P<rest>.*)")
#: Fields of the form that are called as the keys of a file.
_ALIKE = frozenset(
    {"name_vi", "name_en", "keep", "error", "repetitions", "directions", "columns"}
    | {"spread", "hysteresis"}
)
#: Keys of a table of limits → the field in which it was typed.
_OF_TABLE = {
    "of": "of", "row": "of", "by": "by", "column": "by", "result": "result",
    "steps": "lines", "cells": "lines", "columns": "lines",
}  # fmt: skip


def _add(field: Any, text: str) -> None:
    if text not in field.errors:
        field.errors = [*field.errors, text]


def place_check_faults(
    form: Any, faults: Iterable[Fault], *, stage: str, check: str
) -> list[str]:
    """Put faults beside the fields of a check; return those that belong elsewhere."""
    inside = f"stage[{stage}].check[{check}]."
    limits = [each.form for each in form.limits if each.form.how.data != NONE]
    elsewhere = []
    for fault in faults:
        text = in_words(fault.message)
        key = fault.key.removeprefix(inside)
        table = re.fullmatch(rf"table\[{check}-limit(?:-(\d+))?\]\.(.*)", fault.key)
        if table:
            place = int(table[1] or 1) - 1
            _of_table(form.limits[place].form, table[2], text)
        elif key == fault.key or not _in_check(form, limits, key, text):
            elsewhere.append(_elsewhere(fault, text))
    return elsewhere


def _in_check(form: Any, limits: list[Any], key: str, text: str) -> bool:
    found = _PLACE.fullmatch(key)
    name, place = (found["name"], found["place"]) if found else (key, None)
    if name == "points":
        _add(form.points, f"{place}. {text}" if place else text)
    elif name in _ALIKE:
        _add(form[name], text)
    elif name == "limit":
        number = int(place) - 1 if place and place.isdecimal() else 0
        if number >= len(limits):
            _add(form.limits[0].how if form.limits else form.points, text)
        else:
            rest = found["rest"] if found else ""
            _add(limits[number][_field_of_limit(limits[number], rest)], text)
    else:
        return False
    return True


def _field_of_limit(limit: Any, key: str) -> str:
    """Return the field of a limit that a key is about."""
    if key in ("plus", "minus", "reasons"):
        return key
    name = key.removeprefix("given.")
    if name == key:
        return "how"
    of, result = (
        re.findall(r"\w+", limit[each].data or "") for each in ("of", "result")
    )
    return "of" if name in of else "result" if name in result else "by"


def _of_table(limit: Any, key: str, text: str) -> None:
    rest = key.removeprefix("option[own].")
    found = _PLACE.fullmatch(rest)
    name = _OF_TABLE.get(found["name"] if found else "", "how")
    row = re.fullmatch(r"steps\.(.*)\[(\d+)\](?:\[\d\])?|cells\.(.*)", rest)
    if row and name == "lines":
        where = row[3] or (row[2] if row[1] == "all" else f"{row[1]} {row[2]}")
        text = f"{where}: {text}"
    _add(limit[name], text)


def place_condition_faults(
    form: Any, faults: Iterable[Fault], *, keys: Mapping[str, str]
) -> list[str]:
    """Put faults beside the fields of the conditions; return those that are others'."""
    rows = {each.form.key.data: each.form for each in form.rows}
    elsewhere = []
    for fault in faults:
        found = re.fullmatch(r"environment\[([^\]]*)\]\.(\w+)", fault.key)
        text = in_words(fault.message)
        if found and found[1] in rows and found[2] in keys:
            _add(rows[found[1]][keys[found[2]]], text)
        else:
            elsewhere.append(_elsewhere(fault, text))
    return elsewhere


def place_text_faults(
    form: Any, faults: Iterable[Fault], *, inside: str = ""
) -> list[str]:
    """Put faults beside the fields called as their keys; return the others."""
    elsewhere = []
    for fault in faults:
        text, key = in_words(fault.message), fault.key.removeprefix(inside)
        if key in form:
            _add(form[key], text)
        else:
            elsewhere.append(_elsewhere(fault, text))
    return elsewhere


def _elsewhere(fault: Fault, text: str) -> str:
    """Return a fault that has no field of its own; one of nothing is told as it is."""
    return f"{fault.key}: {text}" if fault.key else text
