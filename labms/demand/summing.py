"""The demand of a type in all communes together."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from labms.demand.rules import Cell, due_count


@dataclass(frozen=True, slots=True)
class TypeDemand:
    """The demand for one type in an area."""

    type_slug: str
    cycle_months: int | None
    in_use: int
    due: int
    #: Of those in use, how many lie in cells that were not surveyed, or not wholly.
    unsurveyed_in_use: int
    communes: int
    communes_surveyed: int
    #: Taken into use and repaired in the year, and in how many communes that is known.
    initial: int
    after_repair: int
    communes_with_flow: int


def by_type(cells: Iterable[Cell]) -> list[TypeDemand]:
    """Return the demand for each type, of cells that are sorted by type."""
    found = []
    for slug, group in groupby(cells, key=lambda cell: cell.type_slug):
        own = list(group)
        found.append(
            TypeDemand(
                type_slug=slug,
                cycle_months=own[0].cycle_months,
                in_use=sum(cell.in_use for cell in own),
                due=due_count(own),
                unsurveyed_in_use=sum(c.in_use for c in own if not c.is_surveyed),
                communes=len(own),
                communes_surveyed=sum(cell.is_surveyed for cell in own),
                initial=sum(cell.initial or 0 for cell in own),
                after_repair=sum(cell.after_repair or 0 for cell in own),
                communes_with_flow=sum(
                    cell.initial is not None or cell.after_repair is not None
                    for cell in own
                ),
            )
        )
    return found
