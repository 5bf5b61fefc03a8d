"""Where work does not count, since nobody surveyed what is due there."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from labms.demand.narrowing import Narrow
from labms.demand.rules import Cell
from labms.i18n import N_
from labms.indicators.figures import Count
from labms.indicators.rules import Key
from labms.places.queries import came_from

NOTHING_KNOWN = N_("it passed, but no demand for its type is known in its commune")
NEVER_SURVEYED = N_("it passed, but its commune was never surveyed for its type")
PARTLY_SURVEYED = N_("it passed, but its commune was surveyed in part for its type")
#: The same for a column of its own.
IN_SHORT = {
    NOTHING_KNOWN: N_("no demand known"),
    NEVER_SURVEYED: N_("never surveyed"),
    PARTLY_SURVEYED: N_("surveyed in part"),
}


def narrowed(count: Count, keys: Collection[Key]) -> Count:
    """Return a count of these types in these communes of today, and little else."""
    types = frozenset(slug for slug, _ in keys)
    communes = {commune for _, commune in keys}
    old = {
        commune.key
        for found in came_from(communes).values()
        for commune, is_whole in found
        if is_whole
    }
    return replace(count, narrow=Narrow(types, frozenset(communes | old)))


def cells_of(count: Count, keys: Collection[Key]) -> Mapping[Key, Cell]:
    """Return the demand of types in communes of today, where any is known."""
    if not keys:
        return {}
    cells = narrowed(count, keys).cells
    return {(cell.type_slug, cell.commune_key): cell for cell in cells}


def why_not(cell: Cell | None) -> str:
    """Return why nothing that passed in a cell counts, as a marked text; or nothing."""
    if cell is None or not cell.due:
        return NOTHING_KNOWN
    if cell.is_surveyed:
        return ""
    return PARTLY_SURVEYED if cell.is_partly_surveyed else NEVER_SURVEYED
