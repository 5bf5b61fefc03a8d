"""What changed between two revisions of a procedure, or two lists, in words.

Texts come in the language in use. Whatever a file may say is compared, by its own keys,
so that nothing that changed can stay unseen.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from labms.catalogue.entries import InstrumentType, ListEntry
from labms.catalogue.rules import CONTROL_NAMES
from labms.catalogue.wording import (
    field_name,
    limits_said,
    reasons_said,
    said,
    thing_name,
)
from labms.i18n import N_, gettext, language, ngettext

Document = Mapping[str, Any]
Named = list[dict[str, Any]]

#: What tells how a figure is known is told in one line.
_SOURCE = ("source", "confidence", "checked_by")
#: What names the revision itself is no difference in what it says.
_ITSELF = frozenset({"slug", "revision", "table"})
#: Shown whole, not key by key.
_WHOLE = frozenset({"points", "positions", "columns", "values", "allowed"})


class Difference(NamedTuple):
    """One thing that changed."""

    place: str
    """Where: the check, the condition; empty for the procedure as a whole."""
    what: str
    before: str
    after: str
    source: str = ""
    """Where the new figure comes from, if a list of the law says so."""


def procedure_differences(
    before: Document,
    after: Document,
    *,
    tables_before: Mapping[str, Document] | None = None,
    tables_after: Mapping[str, Document] | None = None,
) -> tuple[Difference, ...]:
    """Return what changed, field by field, the shared tables of limits included."""
    old, new = tables_before or {}, tables_after or {}
    found = list(_between("", with_limits(before, old), with_limits(after, new)))
    for slug in sorted(old.keys() & new.keys()):
        found += _between(thing_name(new[slug]), old[slug], new[slug])
    return tuple(found)


def with_limits(
    document: Document, tables: Mapping[str, Document] | None = None
) -> dict[str, Any]:
    """Return a document in which the limits of a check stand with the check.

    Those of its own tables in full, those of shared tables by their titles.
    """
    copy: dict[str, Any] = deepcopy(dict(document))
    own = {each["slug"]: each for each in copy.get("table", ())}
    titles = {
        slug: {
            "title_vi": raw.get("title_vi", ""),
            "title_en": raw.get("title_en", ""),
            "factors": raw["option"][0].get("factors", {}),
        }
        for slug, raw in (tables or {}).items()
    }
    for stage in copy.get("stage", ()):
        for check in stage.get("check", ()):
            for use in check.get("limit", ()):
                if use.get("table") in own:
                    use["own_table"] = own[use["table"]]
                elif use.get("table") in titles:
                    use["shared_table"] = titles[use["table"]]
    return copy


def _between(place: str, old: Document, new: Document) -> Iterator[Difference]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before == after or key in _SOURCE or key in _ITSELF:
            continue
        if key == "limit":
            yield from _of_limits(place, before or [], after or [])
        elif key not in _WHOLE and _are_named(before, after):
            yield from _of_named(place, before or [], after or [])
        elif key not in _WHOLE and isinstance(before or after, Mapping):
            inner = " · ".join(filter(None, (place, field_name(key))))
            yield from _between(inner, before or {}, after or {})
        else:
            yield Difference(
                place, field_name(key), said(key, before), said(key, after)
            )
    if any(old.get(key) != new.get(key) for key in _SOURCE):
        yield Difference(
            place, gettext(N_("Source")), said("source", old), said("source", new)
        )


def _of_limits(place: str, before: Named, after: Named) -> Iterator[Difference]:
    """Yield the limits that changed, each for the kinds of verification that it is."""
    old, new = (
        {tuple(each.get("reasons", ())): each for each in side}
        for side in (before, after)
    )
    for reasons in dict.fromkeys((*old, *new)):
        was, now = (
            [each] if each else [] for each in (old.get(reasons), new.get(reasons))
        )
        what = ": ".join(
            filter(None, (field_name("limit"), reasons_said(list(reasons))))
        )
        if [_unsourced(each) for each in was] != [_unsourced(each) for each in now]:
            yield Difference(place, what, limits_said(was), limits_said(now))
        sources = [said("source", each[0] if each else {}) for each in (was, now)]
        if now and was and sources[0] != sources[1]:
            yield Difference(place, f"{what} · {gettext(N_('Source'))}", *sources)


def _unsourced(limit: Document) -> dict[str, Any]:
    return {key: value for key, value in limit.items() if key not in _SOURCE}


def _are_named(before: Any, after: Any) -> bool:
    """Whether both are lists of things with names of their own, or one is missing."""
    lists = [each for each in (before, after) if each]
    return bool(lists) and all(
        isinstance(each, list)
        and all(isinstance(one, Mapping) and _key(one) for one in each)
        for each in lists
    )


def _key(thing: Document) -> str:
    key = thing.get("slug") or thing.get("key") or thing.get("rule") or ""
    return str(key)


def _of_named(place: str, before: Named, after: Named) -> Iterator[Difference]:
    old, new = ({_key(each): each for each in side} for side in (before, after))
    for key in dict.fromkeys((*old, *new)):
        name = thing_name(new.get(key) or old[key])
        if key not in old:
            yield Difference(place, name, gettext(N_("was not there")), _new(new[key]))
        elif key not in new:
            yield Difference(place, name, _new(old[key]), gettext(N_("taken out")))
        else:
            yield from _between(_inside(place, new[key], name), old[key], new[key])
    if old.keys() == new.keys() and list(old) != list(new):
        yield Difference(
            place,
            gettext(N_("Order")),
            ", ".join(thing_name(each) for each in old.values()),
            ", ".join(thing_name(each) for each in new.values()),
        )


def _inside(place: str, thing: Document, name: str) -> str:
    """Return where something stands; a stage goes without saying."""
    return place if "check" in thing else " · ".join(filter(None, (place, name)))


def _new(thing: Document) -> str:
    return said("thing", thing)


def cycle_differences(
    old: Mapping[str, ListEntry],
    new: Mapping[str, ListEntry],
    *,
    types: Mapping[str, InstrumentType],
) -> tuple[Difference, ...]:
    """Return which types have another cycle, other controls, or came or went."""
    found = []
    for slug in sorted(old.keys() | new.keys(), key=lambda slug: types[slug].code):
        name = f"{types[slug].code} {local_name(types[slug])}"
        was, now = old.get(slug), new.get(slug)
        cycles = _cycle(was), _cycle(now)
        if cycles[0] != cycles[1]:
            source = now.source.text if now else ""
            found.append(Difference(name, gettext(N_("Cycle")), *cycles, source))
        controls = _controls(was), _controls(now)
        if was and now and was.controls != now.controls:
            source = now.controls_source.text
            found.append(Difference(name, gettext(N_("Controls")), *controls, source))
    return tuple(found)


def local_name(kind: InstrumentType) -> str:
    """Return a type's name in the language in use."""
    return kind.name_en if language() == "en" else kind.name_vi


def _controls(entry: ListEntry | None) -> str:
    controls = sorted(entry.controls) if entry else ()
    return ", ".join(gettext(CONTROL_NAMES[each]) for each in controls)


def _cycle(entry: ListEntry | None) -> str:
    if entry is None:
        return gettext(N_("not listed"))
    if entry.cycle_months is None:
        return gettext(N_("no cycle"))
    months = entry.cycle_months
    return ngettext("{n} month", "{n} months", months).format(n=months)
