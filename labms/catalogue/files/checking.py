"""Finds every fault of shape and meaning in a folder of catalogue files."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from labms.catalogue.entries import (
    Dropped,
    InstrumentType,
    LegalList,
    LimitTable,
    ListEntry,
    Procedure,
)
from labms.catalogue.files.faults import Fault, Table
from labms.catalogue.files.limits import read_limit_table
from labms.catalogue.files.procedures import read_procedure
from labms.catalogue.files.types import read_list, read_types
from labms.catalogue.rules import ASKED_BY
from labms.catalogue.trial.trying import example_faults

Key = TypeVar("Key")
Thing = TypeVar("Thing")

FOLDERS = ("types", "limits", "lists", "procedures")


@dataclass(slots=True)
class Contents:
    """What was read from a folder, and what is wrong with it."""

    types: dict[str, InstrumentType] = field(default_factory=dict)
    tables: dict[str, LimitTable] = field(default_factory=dict)
    lists: dict[str, LegalList] = field(default_factory=dict)
    procedures: dict[tuple[str, str], Procedure] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def check_folder(folder: Path) -> list[Fault]:
    """Return every fault in the files of a folder, by file and key.

    What can be read is tried as well, with the typical instrument of each procedure.
    """
    contents = read_folder(folder)
    return contents.faults or [
        fault
        for procedure in contents.procedures.values()
        for fault in (*example_faults(procedure), *reason_faults(contents, procedure))
    ]


def reason_faults(contents: Contents, procedure: Procedure) -> Iterator[Fault]:
    """Yield the kinds of verification that no list ever has for any of its types.

    Limits in service are for inspecting, and no list has a type that none names.
    """
    asked = {
        control
        for legal in contents.lists.values()
        for entry in legal.entries
        if entry.type_slug in procedure.types
        for control in entry.controls
    }
    file = f"procedures/{procedure.slug}-{procedure.revision}.toml"
    for reason in procedure.reasons if asked else ():
        if reason in ASKED_BY and ASKED_BY[reason] not in asked:
            said = f"no list of the law ever asks for “{reason}” of its types"
            yield Fault(file, "reasons", said)


def read_folder(folder: Path) -> Contents:
    """Read all files of a folder, in the order in which they need each other."""
    contents = Contents()
    for name in FOLDERS:
        if not (folder / name).is_dir():
            contents.faults.append(Fault(name, "", "this folder is missing"))
    for top in _files(folder, "types", contents.faults):
        _add_types(top, contents)
    for top in _files(folder, "limits", contents.faults):
        table = read_limit_table(top)
        _add(top, contents.tables, table.slug, table)
    for top in _files(folder, "lists", contents.faults):
        _add_list(top, contents)
    _check_days(contents)
    for top in _files(folder, "procedures", contents.faults):
        procedure = read_procedure(top, types=contents.types, tables=contents.tables)
        _add(top, contents.procedures, (procedure.slug, procedure.revision), procedure)
    contents.faults.sort()
    return contents


def _files(folder: Path, name: str, faults: list[Fault]) -> Iterator[Table]:
    for path in sorted((folder / name).glob("*.toml")):
        file = f"{name}/{path.name}"
        try:
            text = path.read_text("utf-8")
            data = _parsed(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(Fault(file, "", f"cannot be read: {error}"))
            continue
        if not unicodedata.is_normalized("NFC", text):
            faults.append(Fault(file, "", "is not written in normal form C"))
        top = Table(file, "", data, faults)
        yield top
        top.finish()


@lru_cache(maxsize=100)
def _parsed(text: str) -> Mapping[str, Any]:
    return tomllib.loads(text)


def _add(top: Table, things: dict[Key, Thing], key: Key, thing: Thing) -> None:
    if key in things:
        shown = "@".join(key) if isinstance(key, tuple) else key
        top.fault("slug", f"“{shown}” stands in another file already")
    things[key] = thing


def _add_types(top: Table, contents: Contents) -> None:
    codes = {known.code: known.slug for known in contents.types.values()}
    for each in read_types(top):
        place = f"type[{each.slug}]"
        if each.slug in contents.types:
            top.fault(f"{place}.slug", "stands there twice")
        if each.code in codes:
            top.fault(f"{place}.code", f"{codes[each.code]} has the code {each.code}")
        codes[each.code] = each.slug
        contents.types[each.slug] = each


def _add_list(top: Table, contents: Contents) -> None:
    legal = read_list(top)
    _add(top, contents.lists, legal.slug, legal)
    places = [("entry", place, each) for place, each in _numbered(legal.entries)]
    places += [("dropped", place, each) for place, each in _numbered(legal.dropped)]
    for key, place, entry in places:
        if entry.type_slug not in contents.types:
            where = f"{key}[{place}].type"
            top.fault(where, f"there is no type “{entry.type_slug}”")


def _numbered(
    entries: Sequence[ListEntry | Dropped],
) -> list[tuple[int, ListEntry | Dropped]]:
    return list(enumerate(entries, start=1))


@dataclass(frozen=True, slots=True)
class _Span:
    begins: date
    ends: date | None
    list_slug: str


def _check_days(contents: Contents) -> None:
    """Check that for each type the entries of all lists neither overlap nor gape."""
    spans: dict[str, list[_Span]] = {}
    for legal in contents.lists.values():
        for _, each in (*_numbered(legal.entries), *_numbered(legal.dropped)):
            spans.setdefault(each.type_slug, []).append(
                _Span(each.in_force_from, each.in_force_until, legal.slug)
            )

    for slug, found in spans.items():
        found.sort(key=lambda span: span.begins)
        for span, message in _breaks(found):
            file = f"lists/{span.list_slug}.toml"
            contents.faults.append(Fault(file, slug, message))


def _breaks(found: Sequence[_Span]) -> Iterator[tuple[_Span, str]]:
    for before, after in pairwise(found):
        if before.ends is None or before.ends >= after.begins:
            yield after, f"overlaps with its entry in {before.list_slug}"
        elif before.ends + timedelta(days=1) < after.begins:
            yield after, f"nothing counts after {before.ends} ({before.list_slug})"
    if found[-1].ends is not None:
        yield found[-1], f"nothing counts after {found[-1].ends}"
