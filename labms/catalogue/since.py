"""What changed since a body last released a procedure, or a list of the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from labms.catalogue.comparing import (
    Difference,
    cycle_differences,
    procedure_differences,
)
from labms.catalogue.entries import LegalList, Procedure
from labms.catalogue.faults import Table
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.own_revisions import procedure_called
from labms.catalogue.queries import cycle_releases, procedure_releases
from labms.catalogue.rules import NoSuchProcedure
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.type_files import read_list


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
    """Return what changed since the body's last release of this list or of another.

    The same list, if it was released as it stood in another edition of the catalogue;
    else the list that came before it.
    """
    lists = shipped_catalogue().lists
    releases = cycle_releases(body_id)
    same = [each for each in releases if each.list_slug == legal.slug]
    earlier = [
        each
        for each in releases
        if each.list_slug in lists
        and lists[each.list_slug].in_force_from < legal.in_force_from
    ]
    earlier.sort(key=lambda each: lists[each.list_slug].in_force_from)
    now_hash = shipped_catalogue().content_hash(legal)
    if same and same[0].content is not None and same[0].content_hash != now_hash:
        before, old = same[0], _list_of(same[0].content)
    elif earlier:
        before, old = earlier[-1], lists[earlier[-1].list_slug]
    else:
        return None
    types = shipped_catalogue().types
    return Changes(before, old.title, cycle_differences(old, legal, types=types))


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
