"""The catalogue as a whole, once its files have no faults."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from labms.catalogue.entries import (
    InstrumentType,
    LegalList,
    LimitTable,
    ListEntry,
    Procedure,
)
from labms.catalogue.figures import Figure, figures, list_figures
from labms.catalogue.files.checking import read_folder
from labms.catalogue.rules import (
    CatalogueFaults,
    NoSuchProcedure,
    NoSuchTable,
    NoSuchType,
)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Types, procedures, lists of the law and tables of limits, all consistent."""

    types: Mapping[str, InstrumentType]
    procedures: tuple[Procedure, ...]
    """Every revision, by slug and then from the oldest to the newest."""
    lists: Mapping[str, LegalList]
    tables: Mapping[str, LimitTable]
    _entries: Mapping[str, tuple[ListEntry, ...]] = field(repr=False)

    def type(self, slug: str) -> InstrumentType:
        """Return a type of instrument, or raise NoSuchType."""
        if slug not in self.types:
            raise NoSuchType(slug=slug)
        return self.types[slug]

    def procedure(self, slug: str, revision: str | None = None) -> Procedure:
        """Return a revision of a procedure, or the newest; or raise NoSuchProcedure."""
        found = [
            each
            for each in self.procedures
            if each.slug == slug and revision in (None, each.revision)
        ]
        if not found:
            name = slug if revision is None else f"{slug}@{revision}"
            raise NoSuchProcedure(slug=name)
        return found[-1]

    def has(self, slug: str, revision: str) -> bool:
        """Whether the catalogue has this revision of a procedure."""
        return any((p.slug, p.revision) == (slug, revision) for p in self.procedures)

    def procedures_for(self, type_slug: str) -> tuple[Procedure, ...]:
        """Return all revisions of all procedures for a type, the newest last."""
        return tuple(each for each in self.procedures if type_slug in each.types)

    def table(self, slug: str) -> LimitTable:
        """Return a table of limits, or raise NoSuchTable."""
        if slug not in self.tables:
            raise NoSuchTable(slug=slug)
        return self.tables[slug]

    def entry_on(
        self, type_slug: str, day: date, *, lists: Collection[str] | None = None
    ) -> ListEntry | None:
        """Return what the law asks for a type on a day; None if no list has it then.

        Of the lists named only, if they are, as those that a body has released.
        """
        for entry in self._entries.get(type_slug, ()):
            if entry.is_in_force(day) and (lists is None or entry.list_slug in lists):
                return entry
        return None

    def lists_on(self, day: date) -> tuple[LegalList, ...]:
        """Return the lists of which something is in force on a day, by date."""
        return tuple(
            each
            for each in sorted(self.lists.values(), key=lambda x: x.in_force_from)
            if each.in_force_from <= day
            and (each.in_force_until is None or day <= each.in_force_until)
        )

    def entries_of(self, type_slug: str) -> tuple[ListEntry, ...]:
        """Return what the law has asked for a type, from the oldest on."""
        return self._entries.get(type_slug, ())

    def unchecked(
        self,
        subject: Procedure | LegalList,
        *,
        options: Mapping[str, str] | None = None,
    ) -> tuple[Figure, ...]:
        """Return what nobody has compared with the official text yet.

        Of the tables of limits only the options named, if they are.
        """
        if isinstance(subject, LegalList):
            found = list_figures(subject, types=self.types)
        else:
            found = figures(subject, options=options)
        return tuple(each for each in found if not each.is_checked)

    def content(self, subject: Procedure | LegalList) -> dict[str, Any]:
        """Return all that is said, a procedure's limits included, as plain JSON."""
        content: dict[str, Any] = {"content": subject.raw}
        if isinstance(subject, Procedure):
            content["tables"] = {
                slug: table.raw for slug, table in subject.tables.items()
            }
            content["characteristics"] = [
                {
                    "key": each.key,
                    "kind": each.kind,
                    "unit": each.unit,
                    **({"unit_from": each.unit_from} if each.unit_from else {}),
                    "choices": each.choices,
                    "default": each.default.source if each.default else None,
                }
                for each in subject.characteristics
            ]
        plain: dict[str, Any] = json.loads(json.dumps(content, default=_as_text))
        return plain

    def content_hash(self, subject: Procedure | LegalList) -> str:
        """Return the SHA-256 of all that is said."""
        text = json.dumps(self.content(subject), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load_catalogue(folder: Path) -> Catalogue:
    """Read a folder of catalogue files. Raises CatalogueFaults, listing them all."""
    contents = read_folder(folder)
    if contents.faults:
        raise CatalogueFaults(contents.faults)
    entries: dict[str, list[ListEntry]] = {}
    for legal in contents.lists.values():
        for entry in legal.entries:
            entries.setdefault(entry.type_slug, []).append(entry)
    return Catalogue(
        types=contents.types,
        procedures=tuple(
            sorted(contents.procedures.values(), key=lambda p: (p.slug, _age(p)))
        ),
        lists=contents.lists,
        tables=contents.tables,
        _entries={
            slug: tuple(sorted(found, key=lambda entry: entry.in_force_from))
            for slug, found in entries.items()
        },
    )


def _age(procedure: Procedure) -> tuple[tuple[int, str], ...]:
    """Order revisions as people count: 2026-9 comes before 2026-10."""
    parts = procedure.revision.split("-")
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
