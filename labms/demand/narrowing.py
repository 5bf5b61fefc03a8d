"""Counting only some types and communes, by the very queries that count all."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Narrow:
    """Some types in some communes, in every combination; empty: all of them.

    Communes are of any time: who wants one of today names the old ones that went into
    it as well, see `indicators.unsurveyed.narrowed`.
    """

    types: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()

    def of(
        self, type_slug: Any, commune_key: Any, *, or_nowhere: bool = False
    ) -> list[sa.ColumnElement[bool]]:
        """Return the conditions on the columns of a type and of a commune.

        With `or_nowhere` rows without a commune are meant as well.
        """
        found: list[sa.ColumnElement[bool]] = []
        if self.types:
            found.append(type_slug.in_(sorted(self.types)))
        if self.communes:
            there = commune_key.in_(sorted(self.communes))
            nowhere = commune_key.is_(None)
            found.append(sa.or_(there, nowhere) if or_nowhere else there)
        return found


EVERYTHING_COUNTED = Narrow()
