"""A revision's document with something corrected in it; nothing is judged here.

What comes out is read by the rules of the catalogue's files: those find the faults.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from labms.catalogue.correction.own_tables import (
    FORMULA,
    NONE,
    LimitTyped,
    as_number,
    as_typed,
    as_use,
    joined,
    split_lines,
)
from labms.catalogue.rules import Confidence
from labms.metrology.expressions import Kind

Document = Mapping[str, Any]
Changed = dict[str, Any]
#: The texts of a procedure as a whole that may be corrected.
TEXTS = (
    "document", "title_vi", "title_en", "record_title_vi", "record_title_en",
    "on_pass_vi", "on_pass_en", "on_fail_vi", "on_fail_en",
)  # fmt: skip
GROUPS = ("spread", "hysteresis")
#: The part of a check that has its source: everything but limits and groups.
THE_CHECK = "check"
_CITED = frozenset({"source", "confidence", "checked_by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """By what a figure is corrected: the text, the place in it, and who read it."""

    document: str
    page: str
    reader: str

    @property
    def source(self) -> dict[str, Any]:
        """As a file has it; a second reader makes it checked."""
        return {
            "source": f"{self.document}, {self.page}",
            "confidence": str(Confidence.SEEN),
            "checked_by": [self.reader],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTyped:
    """A check as it stands in the form."""

    name_vi: str
    name_en: str
    points: str = ""
    keep: str = ""
    directions: str = ""
    repetitions: str = ""
    columns: str = ""
    error: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    limits: Sequence[LimitTyped] = ()
    compared: frozenset[str] = frozenset()
    """What was found as it stands: THE_CHECK, groups, and "limit-1" and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionTyped:
    """A condition of the surroundings as it stands in the form."""

    key: str
    name_vi: str
    name_en: str
    unit: str
    minimum: str = ""
    maximum: str = ""
    is_required: bool = False
    is_asked: bool = True
    is_compared: bool = False
    """Whether it was found in the official text as it stands."""


def begun(origin: Document, *, revision: str) -> Changed:
    """Return the document of a new revision, which says what its origin says."""
    return {**deepcopy(dict(origin)), "revision": revision}


def checks_of(document: Document) -> Iterator[tuple[Changed, Changed]]:
    """Yield every check with its stage."""
    for stage in document.get("stage", ()):
        for check in stage.get("check", ()):
            yield stage, check


def find_check(document: Document, slug: str) -> tuple[Changed, Changed] | None:
    """Return a check with its stage, or None."""
    return next((each for each in checks_of(document) if each[1]["slug"] == slug), None)


def reasons_of(document: Document, check: Document) -> list[str]:
    """Return the kinds of verification that a check is for."""
    return list(check.get("reasons") or document.get("reasons", ()))


def check_typed(
    document: Document, check: Document, *, tables: Mapping[str, Document]
) -> CheckTyped:
    """Return what stands in a check now, as a person would type it."""
    own = {each["slug"]: each for each in document.get("table", ())}
    reasons = reasons_of(document, check)
    groups = {key: str(check[key].get("limit", "")) for key in GROUPS if key in check}
    return CheckTyped(
        name_vi=check["name_vi"],
        name_en=check["name_en"],
        points="\n".join(_point_line(each) for each in check.get("points", ())),
        keep=check.get("keep", ""),
        directions=",".join(check.get("directions", ())),
        repetitions=str(check.get("repetitions", 1)),
        columns="\n".join(_column_line(each) for each in check.get("columns", ())),
        error=check.get("error", ""),
        groups=groups,
        limits=[
            as_typed(use, own=own, shared=tables, reasons=reasons)
            for use in check.get("limit", ())
        ],
    )


def _point_line(point: Any) -> str:
    if isinstance(point, str):
        return point
    keys = ("at", "label_vi", "label_en", "when")
    return joined([str(point.get(key, "")) for key in keys])


def _column_line(column: Document) -> str:
    keys = ("key", "name_vi", "name_en", "unit")
    return joined([str(column.get(key, "")) for key in keys])


def corrected_check(
    document: Document,
    slug: str,
    typed: CheckTyped,
    *,
    cited: Citation,
    tables: Mapping[str, Document],
    kinds: Mapping[str, Kind],
) -> Changed:
    """Return the document with a check as typed.

    What changed is cited, and what was compared and found as it stands: the check, a
    group or a limit, each by itself.
    """
    changed = deepcopy(dict(document))
    found = find_check(changed, slug)
    assert found is not None  # noqa: S101 (the page has found it)
    check = found[1]
    before, was = _of_its_own(check), check_typed(document, check, tables=tables)
    check.update(name_vi=typed.name_vi, name_en=typed.name_en)
    if check["kind"] != "yes_no":
        _put_readings(check, typed, was)
        for key in GROUPS:
            is_compared = key in typed.compared
            _put_group(check, key, typed.groups.get(key, ""), cited, is_compared)
        _put_limits(changed, check, typed, cited, tables, kinds)
    if THE_CHECK in typed.compared or _of_its_own(check) != before:
        check.update(cited.source)
    return changed


def _of_its_own(check: Document) -> Changed:
    """Return what the source of a check stands for."""
    return {
        key: deepcopy(value)
        for key, value in check.items()
        if key not in (*_CITED, *GROUPS, "limit")
    }


def _put_readings(check: Changed, typed: CheckTyped, was: CheckTyped) -> None:
    """Put in what differs from what stood in the form; the rest stays as it is."""
    if split_lines(typed.points) != split_lines(was.points):
        _put(check, "points", [_point(parts) for parts in split_lines(typed.points)])
    if split_lines(typed.columns) != split_lines(was.columns):
        known = {each["key"]: each for each in check.get("columns", ())}
        columns = [_column(parts, known) for parts in split_lines(typed.columns)]
        _put(check, "columns", columns)
    for key in ("keep", "error"):
        if getattr(typed, key).strip() != getattr(was, key).strip():
            _put(check, key, getattr(typed, key))
    if typed.directions != was.directions:
        _put(check, "directions", [x for x in typed.directions.split(",") if x])
    if typed.repetitions != was.repetitions:
        times = typed.repetitions
        count = int(times) if times.isascii() and times.isdecimal() else times
        _put(check, "repetitions", "" if count == 1 else count)


def _column(parts: Sequence[str], known: Mapping[str, Document]) -> Changed:
    """Return a column as typed; what else is known of one of that name stays."""
    keys = ("key", "name_vi", "name_en", "unit", "too_many")
    named = dict(zip(keys, parts, strict=False))
    before = {k: v for k, v in known.get(parts[0], {}).items() if k not in keys}
    return {**{key: each for key, each in named.items() if each}, **before}


def _point(parts: Sequence[str]) -> Any:
    at, *labels = parts
    if not any(labels):
        return at
    keys = ("label_vi", "label_en", "when")
    named = {key: each for key, each in zip(keys, labels, strict=False) if each}
    named.setdefault("label_en", named.get("label_vi", ""))
    extra = {"too_many": labels[3:]} if len(labels) > 3 else {}
    return {"at": at, **named, **extra}


def _put(table: Changed, key: str, value: Any) -> None:
    """Set a key, or take it out where nothing is typed."""
    if value in ("", []):
        table.pop(key, None)
    else:
        table[key] = value


def _put_group(
    check: Changed, key: str, limit: str, cited: Citation, is_compared: bool
) -> None:
    before = check.pop(key, None)
    if before and limit == str(before.get("limit", "")) and not is_compared:
        check[key] = before
    elif limit:
        kept = {k: v for k, v in (before or {}).items() if k != "unknown"}
        check[key] = {**kept, "limit": limit, **cited.source}
    elif before and before.get("unknown"):
        check[key] = before  # still nobody knows it


def _put_limits(
    document: Changed,
    check: Changed,
    checked: CheckTyped,
    cited: Citation,
    tables: Mapping[str, Document],
    kinds: Mapping[str, Kind],
) -> None:
    before = check.pop("limit", [])
    all_reasons = reasons_of(document, check)
    own = {each["slug"]: each for each in document.get("table", ())}
    uses: list[Changed] = []
    for place, typed in enumerate(checked.limits):
        if typed.how == NONE:
            continue
        old = before[place] if place < len(before) else None
        if old and f"limit-{place + 1}" not in checked.compared:
            was = as_typed(old, own=own, shared=tables, reasons=all_reasons)
            if typed.is_like(was):
                uses.append(old)
                continue
        named = tables.get((old or {}).get("table", ""), {})
        tail = f"-{place + 1}" if place else ""
        use, table = as_use(
            typed,
            old,
            slug=f"{check['slug']}-limit{tail}",
            titles={
                "vi": f"{check['name_vi']}: giới hạn",
                "en": f"{check['name_en']}: limit",
            },
            unit=str(named.get("unit") or _unit_of_own(own, old)),
            cited={"document": cited.document, "page": cited.page, **cited.source},
            kinds={**kinds, "nominal": Kind.NUMBER},
        )
        use.pop("reasons", None)
        if set(typed.reasons) != set(all_reasons):
            use = {"reasons": list(typed.reasons), **use}
        if table is not None:
            own[table["slug"]] = table
        uses.append(use)
    if uses:
        check["limit"] = uses
    _put_tables(document, own)


def _unit_of_own(own: Mapping[str, Document], use: Document | None) -> str:
    return str(own.get((use or {}).get("table", ""), {}).get("unit", ""))


def _put_tables(document: Changed, own: Mapping[str, Document]) -> None:
    """Keep the tables of its own that a limit still uses."""
    used = {
        use["table"]
        for _, check in checks_of(document)
        for use in check.get("limit", ())
        if "table" in use
    }
    _put(document, "table", [each for slug, each in own.items() if slug in used])


def conditions_typed(document: Document) -> list[ConditionTyped]:
    """Return the conditions of the surroundings, as a person would type them."""
    return [
        ConditionTyped(
            key=each["key"],
            name_vi=each["name_vi"],
            name_en=each["name_en"],
            unit=each["unit"],
            minimum=each.get("min", ""),
            maximum=each.get("max", ""),
            is_required=each["required"],
        )
        for each in document.get("environment", ())
    ]


def corrected_conditions(
    document: Document, typed: Sequence[ConditionTyped], *, cited: Citation
) -> Changed:
    """Return the document with other conditions; those that changed are cited.

    And those that were compared and found as they stand.
    """
    changed = deepcopy(dict(document))
    before = {each["key"]: each for each in document.get("environment", ())}
    rows = []
    for each in typed:
        if not each.is_asked:
            continue
        row = {"key": each.key, "name_vi": each.name_vi, "name_en": each.name_en}
        row["unit"] = each.unit
        _put(row, "min", as_number(each.minimum))
        _put(row, "max", as_number(each.maximum))
        now = {**row, "required": each.is_required}
        old = before.get(each.key, {})
        is_as_it_was = now == {k: v for k, v in old.items() if k not in _CITED}
        kept = {} if each.is_compared or not is_as_it_was else old
        rows.append({**now, **cited.source, **kept})
    _put(changed, "environment", rows)
    return changed


def corrected_texts(
    document: Document, typed: Mapping[str, str], *, cited: Citation
) -> Changed:
    """Return the document with other texts for the procedure as a whole."""
    changed = deepcopy(dict(document))
    changed.update({key: typed[key] for key in TEXTS}, **cited.source)
    return changed


__all__ = ["FORMULA", "CheckTyped", "Citation", "ConditionTyped", "LimitTyped"]
