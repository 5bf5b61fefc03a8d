"""The lists of the law."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from labms.catalogue.entries.sources import Source
from labms.catalogue.rules import Control


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """What one list of the law asks for one type, from a day to a day."""

    list_slug: str
    list_title: str
    type_slug: str
    code: str
    controls: frozenset[Control]
    cycle_months: int | None
    in_force_from: date
    in_force_until: date | None
    source: Source
    controls_source: Source
    note_vi: str = ""
    note_en: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day; both its days are included."""
        return self.in_force_from <= on and (
            self.in_force_until is None or on <= self.in_force_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """That a list took a type off, so that a gap in the entries is meant."""

    type_slug: str
    in_force_from: date
    in_force_until: date | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalList:
    """One edition of the list of legally controlled instruments."""

    slug: str
    title: str
    in_force_from: date
    in_force_until: date | None
    entries: tuple[ListEntry, ...]
    dropped: tuple[Dropped, ...] = ()
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)
