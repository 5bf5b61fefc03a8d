"""What the law and the procedures say about a type of instrument on a day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from labms.catalogue.drawing import draw
from labms.catalogue.entries import (
    Check,
    InstrumentType,
    LimitTable,
    ListEntry,
    Procedure,
    Source,
)
from labms.catalogue.figures import from_memory, is_mostly_from_memory
from labms.catalogue.files.loading import Catalogue
from labms.catalogue.formulas import shown_number
from labms.catalogue.rules import CHECKERS_NEEDED, NoSuchType
from labms.catalogue.wording import reasons_said
from labms.i18n import gettext as _
from labms.i18n import language


def shown(catalogue: Catalogue, slug: str, *, on: date) -> dict[str, Any]:
    """Return the answer as texts, lists and dictionaries.

    `slug` names a type, or a procedure (then it is about the first of its types).
    Raises NoSuchType if it is neither.
    """
    if slug not in catalogue.types:
        named = [each for each in catalogue.procedures if each.slug == slug]
        if not named:
            raise NoSuchType(slug=slug)  # what the caller most likely meant
        slug = named[-1].types[0]
    kind = catalogue.type(slug)
    entry = catalogue.entry_on(slug, on)
    return {
        "on": on.isoformat(),
        "type": _type(kind),
        "entry": _entry(entry) if entry else None,
        "lists": [
            {**_entry(each), "in_force": each.is_in_force(on)}
            for each in catalogue.entries_of(slug)
        ],
        "procedures": [
            _procedure(catalogue, each) for each in catalogue.procedures_for(slug)
        ],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "source": source.text,
        "confidence": str(source.confidence),
        "checked_by": list(source.checked_by),
    }


def _type(kind: InstrumentType) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "code": kind.code,
        "name_vi": kind.name_vi,
        "name_en": kind.name_en,
        "field_vi": kind.field_vi,
        "field_en": kind.field_en,
        "unit": kind.unit,
        "dlvn": kind.dlvn,
        "characteristics": [
            {
                "key": each.key,
                "name_vi": each.name_vi,
                "name_en": each.name_en,
                "unit": each.unit,
                "choices": list(each.choices),
                "required": each.is_required,
            }
            for each in kind.characteristics
        ],
        **_source(kind.source),
    }


def _entry(entry: ListEntry) -> dict[str, Any]:
    until = entry.in_force_until
    return {
        "list": entry.list_slug,
        "title": entry.list_title,
        "code": entry.code,
        "controls": sorted(entry.controls),
        "cycle_months": entry.cycle_months,
        "in_force_from": entry.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else None,
        "note_vi": entry.note_vi,
        "note_en": entry.note_en,
        **_source(entry.source),
    }


def _procedure(catalogue: Catalogue, procedure: Procedure) -> dict[str, Any]:
    return {
        "slug": procedure.slug,
        "revision": procedure.revision,
        "document": procedure.document,
        "title_vi": procedure.title_vi,
        "title_en": procedure.title_en,
        "reasons": list(procedure.reasons),
        "content_hash": catalogue.content_hash(procedure),
        "mostly_from_memory": is_mostly_from_memory(procedure),
        "from_memory": dict(
            zip(("figures", "of"), from_memory(procedure), strict=True)
        ),
        "example": dict(procedure.example),
        "example_limits": list(_example_limits(procedure)),
        "stages": [
            {
                "slug": stage.slug,
                "name_vi": stage.name_vi,
                "name_en": stage.name_en,
                "checks": [_check(check) for check in stage.checks],
            }
            for stage in procedure.stages
        ],
        "limits": [_table(table) for table in procedure.tables.values()],
        "unchecked": [
            {
                "key": each.key,
                "what_vi": each.what_vi,
                "what_en": each.what_en,
                "confidence": str(each.confidence),
                "source": each.source,
            }
            for each in catalogue.unchecked(procedure)
        ],
    }


def _example_limits(procedure: Procedure) -> Iterator[dict[str, Any]]:
    """Yield the limits at each point of the typical instrument."""
    if not procedure.example:
        return
    for drawing in draw(procedure, characteristics=procedure.example).drawings:
        for line in drawing.lines:
            yield {
                "check": drawing.check.slug,
                "name_vi": drawing.check.name_vi,
                "name_en": drawing.check.name_en,
                "reasons": [str(reason) for reason in line.reasons],
                "unit": drawing.unit,
                "error_unit": drawing.error_unit,
                "points": [
                    {
                        "at": format(point.nominal, "f"),
                        "plus": format(limits[0], "f"),
                        "minus": format(limits[1], "f"),
                    }
                    for point in drawing.points
                    if (limits := point.limits[line.number - 1]) is not None
                ],
            }


def _check(check: Check) -> dict[str, Any]:
    return {
        "slug": check.slug,
        "kind": str(check.kind),
        "name_vi": check.name_vi,
        "name_en": check.name_en,
        "points": [point.at.source for point in check.points],
        "unit": check.unit,
        "directions": list(check.directions),
        "repetitions": check.repetitions,
        "error": check.error.source if check.error else None,
        "limits": [use.table for use in check.limits if use.table],
        "limit_known": not any(map(check.is_unlimited, check.reasons)),
        "note_vi": check.note_vi,
        "note_en": check.note_en,
        **_source(check.source),
    }


def _table(table: LimitTable) -> dict[str, Any]:
    return {
        "slug": table.slug,
        "title_vi": table.title_vi,
        "title_en": table.title_en,
        "options": [
            {
                "slug": option.slug,
                "document": option.document,
                "edition": option.edition,
                "clause": option.clause,
                "note": option.note,
                **_source(option.source),
            }
            for option in table.options
        ],
    }


def as_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the answer as lines for a person at a terminal."""
    kind, entry = answer["type"], answer["entry"]
    yield f"{kind['code']}  {_named(kind, 'name')}  [{kind['slug']}]"
    document = kind["dlvn"] or _("no ĐLVN known")
    yield f"  {_named(kind, 'field')}; {document}"
    yield _("On {day}:").format(day=answer["on"])
    if entry is None:
        yield "  " + _("no list of the law has it on this day")
    else:
        months = entry["cycle_months"]
        cycle = _("every {months} months") if months else _("no cycle")
        yield f"  {entry['title']}: {cycle.format(months=months)}"
        yield f"  {', '.join(_control(each) for each in entry['controls'])}"
        yield f"  {_known(entry)}"
        if note := _named(entry, "note"):
            yield f"  {note}"
    yield from _list_lines(answer["lists"])
    for procedure in answer["procedures"]:
        yield from _procedure_lines(procedure)
    if not answer["procedures"]:
        yield _("No procedure in the catalogue yet.")


def _list_lines(entries: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the cycle under each list, the one in force with a star."""
    for entry in entries:
        months = entry["cycle_months"]
        cycle = _("every {months} months") if months else _("no cycle")
        days = f"{entry['in_force_from']} … {entry['in_force_until'] or ''}".rstrip()
        mark = "*" if entry["in_force"] else " "
        names = len(set(entry["checked_by"]))
        known = _("checked") if names >= CHECKERS_NEEDED else _known(entry)
        said = f"{cycle.format(months=months)}; {known}"
        yield f"{mark} {entry['title']} ({days}): {said}"


def _limit_lines(limits: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in limits:
        reasons = reasons_said(list(each["reasons"]))
        points = "; ".join(_point_line(point) for point in each["points"])
        units = f"[{each['unit']}: {each['error_unit']}]"
        yield f"    {_named(each, 'name')} {units} {reasons}: {points}"


def _point_line(point: Mapping[str, str]) -> str:
    at, plus, minus = (shown_number(point[key]) for key in ("at", "plus", "minus"))
    return f"{at}: ±{plus}" if plus == minus else f"{at}: +{plus} −{minus}"


def _procedure_lines(procedure: Mapping[str, Any]) -> Iterator[str]:
    name = f"{procedure['slug']}@{procedure['revision']}"
    yield f"{name}  {procedure['document']}  {_named(procedure, 'title')}"
    if procedure["mostly_from_memory"]:
        yield "  " + _("Written down mostly from memory: compare it before releasing.")
    for stage in procedure["stages"]:
        yield f"  {_named(stage, 'name')}"
        for check in stage["checks"]:
            points = ", ".join(check["points"])
            times = f" × {check['repetitions']}" if check["repetitions"] > 1 else ""
            tail = f": {points} [{check['unit']}]{times}" if points else ""
            if not check["limit_known"]:
                tail += "; " + _("limit not known, so it can give no pass")
            yield f"    {_named(check, 'name')}{tail}"
    for table in procedure["limits"]:
        yield f"  {_named(table, 'title')}"
        for option in table["options"]:
            title = f"{option['document']}:{option['edition']}"
            yield f"    {option['slug']}  {title}, {option['clause']}; {_known(option)}"
    remembered = procedure["from_memory"]
    yield "  " + _("From memory: {n} of {count} figures").format(
        n=remembered["figures"], count=remembered["of"]
    )
    if procedure["example_limits"]:
        plate = ", ".join(f"{k} = {v}" for k, v in procedure["example"].items())
        yield "  " + _("Limits of a typical instrument ({plate}):").format(plate=plate)
        yield from _limit_lines(procedure["example_limits"])
    yield "  " + _("Not compared with the official text:")
    for figure in procedure["unchecked"]:
        yield f"    {_confidence(figure['confidence'])}: {_named(figure, 'what')}"


def _named(thing: Mapping[str, Any], key: str) -> str:
    tail = "en" if language() == "en" else "vi"
    return str(thing[f"{key}_{tail}"])


def _known(thing: Mapping[str, Any]) -> str:
    return f"{_confidence(thing['confidence'])}: {thing['source']}"


def _confidence(word: str) -> str:
    return {
        "seen": _("read in a source"),
        "transcription": _("read in a copy only"),
        "memory": _("from memory"),
    }[word]


def _control(word: str) -> str:
    return {
        "type_approval": _("type approval"),
        "initial": _("initial verification"),
        "periodic": _("periodic verification"),
        "after_repair": _("verification after repair"),
    }[word]
