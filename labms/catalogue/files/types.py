"""Reads the files of `types/` and `lists/`."""

import re
from collections.abc import Iterator
from datetime import date

from labms.catalogue.entries import (
    Characteristic,
    CharacteristicKind,
    Dropped,
    InstrumentType,
    LegalList,
    ListEntry,
    Source,
)
from labms.catalogue.files.faults import Table, check_kind, check_unique
from labms.catalogue.rules import Confidence, Control
from labms.metrology.expressions import Kind
from labms.metrology.tree import WORDS
from labms.metrology.units import convertible

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read_slug(table: Table, key: str = "slug") -> str:
    """Return a name for addresses and keys: small ASCII letters, digits, hyphens."""
    slug = table.text(key)
    if slug and not SLUG.fullmatch(slug):
        table.fault(key, f"“{slug}” is not made of a-z, 0-9 and single hyphens")
    return slug


def read_types(top: Table) -> list[InstrumentType]:
    """Return the types of one field, noting the faults of their file."""
    field = read_slug(top, "field")
    names = top.text("field_vi"), top.text("field_en")
    return [_type(table, field, names) for table in top.tables("type")]


def _type(table: Table, field: str, field_names: tuple[str, str]) -> InstrumentType:
    dlvn = table.text("dlvn", "")
    dlvn_source = None
    if dlvn:
        dlvn_source = Source(
            text=table.text("dlvn_source"),
            confidence=table.word("dlvn_confidence", Confidence),
        )
    characteristics = tuple(
        _characteristic(each) for each in table.tables("characteristic", [])
    )
    check_unique(table, "characteristic", [each.key for each in characteristics])
    kinds = {each.key: kind_of(each) for each in characteristics}
    for each in characteristics:
        key = f"characteristic[{each.key}].default"
        others = {name: kind for name, kind in kinds.items() if name != each.key}
        wanted = kind_of(each)
        check_kind(table, key, each.default, names=others, wanted=wanted)
        _check_unit_from(table, each, characteristics)
    return InstrumentType(
        slug=read_slug(table),
        code=table.text("code"),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        field=field,
        field_vi=field_names[0],
        field_en=field_names[1],
        unit=table.unit("unit"),
        dlvn=dlvn,
        dlvn_source=dlvn_source,
        source=table.source(),
        characteristics=characteristics,
        stays=table.flag("stays", default=False),
    )


def _check_unit_from(
    table: Table, one: Characteristic, others: tuple[Characteristic, ...]
) -> None:
    """Note a fault if the choice of the unit is none, or not of units of its kind."""
    if not one.unit_from:
        return
    choices = {each.key: each.choices for each in others}.get(one.unit_from, ())
    if not choices or not all(convertible(each, one.unit) for each in choices):
        key = f"characteristic[{one.key}].unit_from"
        table.fault(key, f"“{one.unit_from}” is no choice of units for {one.unit}")


def _characteristic(table: Table) -> Characteristic:
    kind = table.word("kind", CharacteristicKind)
    decimal = kind is CharacteristicKind.DECIMAL
    key = table.text("key")
    if key and (not NAME.fullmatch(key) or key in WORDS):
        table.fault("key", f"“{key}” cannot be a name in formulas")
    choices = table.texts("choices", ())
    if (kind is CharacteristicKind.CHOICE) is not bool(choices):
        table.fault("choices", "goes with the kind choice, and only with it")
    check_unique(table, "choices", list(choices))
    choices_en = table.texts("choices_en", ())
    if choices_en and len(choices_en) != len(choices):
        table.fault("choices_en", "does not name each choice")
    if not decimal and "unit" in table.data:
        table.fault("unit", "only a decimal has a unit")
    required = table.flag("required", True)
    default = table.expression("default", None)
    if required and default is not None:
        table.fault("default", "what is required needs no default")
    return Characteristic(
        key=key,
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        kind=kind,
        unit=table.unit("unit") if decimal else table.unit("unit", ""),
        unit_from=table.text("unit_from", "") if decimal else "",
        choices=choices,
        choices_en=choices_en,
        is_signed=table.flag("signed", False) if decimal else False,
        is_required=required,
        default=default,
    )


def kind_of(characteristic: Characteristic) -> Kind:
    """Return what a characteristic is in an expression."""
    decimal = characteristic.kind is CharacteristicKind.DECIMAL
    return Kind.NUMBER if decimal else Kind.TEXT


def read_list(top: Table) -> LegalList:
    """Return one list of the law, noting its faults."""
    slug, title = read_slug(top), top.text("title")
    begins, ends = _days(top, top.day("in_force_from") or date.min, None)
    checkers = top.texts("checked_by")

    def entries() -> Iterator[ListEntry]:
        for table in top.tables("entry"):
            yield _entry(table, slug, title, _days(table, begins, ends), checkers)

    def dropped() -> Iterator[Dropped]:
        for table in top.tables("dropped", []):
            since, until = _days(table, begins, ends)
            yield Dropped(
                type_slug=table.text("type"),
                in_force_from=since,
                in_force_until=until,
                source=table.source(),
            )

    return LegalList(
        slug=slug,
        title=title,
        in_force_from=begins,
        in_force_until=ends,
        entries=tuple(entries()),
        dropped=tuple(dropped()),
        raw=top.data,
    )


def _days(table: Table, begins: date, ends: date | None) -> tuple[date, date | None]:
    """Return from when to when something counts; if it does not say, as the list."""
    own_begin = table.day("in_force_from", None) or begins
    own_end = table.day("in_force_until", None) or ends
    if own_end is not None and own_end < own_begin:
        table.fault("in_force_until", "lies before in_force_from")
    if own_begin < begins or (ends and (own_end is None or own_end > ends)):
        table.fault("in_force_from", "lies outside the days of the list")
    return own_begin, own_end


def _entry(
    table: Table,
    list_slug: str,
    title: str,
    days: tuple[date, date | None],
    checkers: tuple[str, ...],
) -> ListEntry:
    controls = frozenset(table.words("controls", Control))
    cycle = (
        table.whole("cycle_months", most=600) if "cycle_months" in table.data else None
    )
    if Control.PERIODIC in controls and cycle is None:
        table.fault("cycle_months", "missing, though verification is periodic")
    if Control.PERIODIC not in controls and cycle is not None:
        table.fault("cycle_months", "a cycle without periodic verification")
    own = table.source()
    checked = own.checked_by or checkers
    source = Source(text=own.text, confidence=own.confidence, checked_by=checked)
    controls_source = source
    if "controls_source" in table.data or "controls_confidence" in table.data:
        controls_source = Source(
            text=table.text("controls_source"),
            confidence=table.word("controls_confidence", Confidence),
            checked_by=checked,
        )
    return ListEntry(
        list_slug=list_slug,
        list_title=title,
        type_slug=table.text("type"),
        code=table.text("code"),
        controls=controls,
        cycle_months=cycle,
        in_force_from=days[0],
        in_force_until=days[1],
        source=source,
        controls_source=controls_source,
        note_vi=table.text("note_vi", ""),
        note_en=table.text("note_en", ""),
    )
