"""What changed since a body last released a procedure, or a list of the law."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from labms.catalogue.comparing import (
    Difference,
    cycle_differences,
    procedure_differences,
)
from labms.catalogue.correction.own_revisions import procedure_called
from labms.catalogue.entries import LegalList, ListEntry, Procedure
from labms.catalogue.files.faults import Table
from labms.catalogue.files.types import read_list
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.queries import cycle_releases, procedure_releases
from labms.catalogue.rules import NoSuchProcedure
from labms.catalogue.shipped import shipped_catalogue


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was in the release before."""

    release: ProcedureRelease | CycleRelease
    name: str
    """Of what was released then."""
    differences: tuple[Difference, ...]


def procedure_changes(body_id: int, procedure: Procedure) -> Changes | None:
    """Return what changed since the body's last release of this procedure.

    None if it never released one, or if nobody kept what it said.
    """
    for before in procedure_releases(body_id):
        if before.procedure_slug == procedure.slug:
            break
    else:
        return None
    old = _content(before)
    if old is None:
        return None
    new = shipped_catalogue().content(procedure)
    differences = procedure_differences(
        old["content"],
        new["content"],
        tables_before=old["tables"],
        tables_after=new["tables"],
    )
    return Changes(before, before.revision, differences)


def _content(release: ProcedureRelease) -> Mapping[str, Any] | None:
    if release.content is not None:
        return release.content
    try:
        found = procedure_called(release.procedure_slug, release.revision)
    except NoSuchProcedure:
        return None
    return shipped_catalogue().content(found)


def cycle_changes(body_id: int, legal: LegalList) -> Changes | None:
    """Return what changed since the body's last release of this list or of others.

    The same list, if it was released as it stood in another edition of the catalogue;
    else the lists that counted on the day before it: one may name a few types only,
    and leave the rest to an older one.
    """
    catalogue = shipped_catalogue()
    releases = cycle_releases(body_id)
    same = next((each for each in releases if each.list_slug == legal.slug), None)
    if same and same.content and same.content_hash != catalogue.content_hash(legal):
        before = _list_of(same.content)
        found = cycle_differences(
            _by_type(before), _by_type(legal), types=catalogue.types
        )
        return Changes(same, before.title, found)
    earlier = {
        each.list_slug: each
        for each in reversed(releases)
        if each.list_slug in catalogue.lists
        and catalogue.lists[each.list_slug].in_force_from < legal.in_force_from
    }
    day = legal.in_force_from
    old = _counting(day - timedelta(days=1), earlier)
    if not old:
        return None
    new = {**_counting(day, {*earlier, legal.slug}), **_by_type(legal)}
    counted = sorted(
        {each.list_slug for each in old.values()},
        key=lambda slug: catalogue.lists[slug].in_force_from,
    )
    return Changes(
        earlier[counted[-1]],
        ", ".join(catalogue.lists[slug].title for slug in counted),
        cycle_differences(old, new, types=catalogue.types),
    )


def _by_type(legal: LegalList) -> dict[str, ListEntry]:
    return {each.type_slug: each for each in reversed(legal.entries)}


def _counting(day: date, lists: Collection[str]) -> dict[str, ListEntry]:
    """Return what some lists ask for on a day, type by type."""
    catalogue = shipped_catalogue()
    found = {
        slug: catalogue.entry_on(slug, day, lists=lists) for slug in catalogue.types
    }
    return {slug: entry for slug, entry in found.items() if entry is not None}


def _list_of(content: Mapping[str, Any]) -> LegalList:
    """Read a list as it was released; its days were kept as texts."""
    return read_list(Table("", "", _with_days(content["content"]), []))


def _with_days(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: date.fromisoformat(each)
            if key.startswith("in_force_") and isinstance(each, str)
            else _with_days(each)
            for key, each in value.items()
        }
    return [_with_days(each) for each in value] if isinstance(value, list) else value
