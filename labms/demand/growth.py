"""How demand grew, compared only where both years were surveyed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labms.demand.queries import demand_of
from labms.demand.registered import USUAL, Of
from labms.demand.rules import Cell


@dataclass(frozen=True, slots=True)
class Growth:
    """Instruments in use in the same cells, a year before and now."""

    cells: int
    before: int
    now: int

    @property
    def percent(self) -> Decimal | None:
        """By how many per cent it grew; None where nothing can be compared."""
        if not self.before:
            return None
        return Decimal(100 * (self.now - self.before)) / self.before


def growth_of(
    area: str, year: int, *, on: date, type_slug: str = "", of: Of = USUAL
) -> dict[str, Growth]:
    """Return by how much each type grew over the year before.

    Like with like: only cells with a figure entered for each of both years count, so
    that a commune that was surveyed for the first time does not look like growth.
    """
    given = {"type_slug": type_slug, "of": of}
    now = demand_of(area, year, on=on, **given)  # type: ignore[arg-type]
    last = date(year - 1, 12, 31)
    before = demand_of(area, year - 1, on=last, known_on=on, **given)  # type: ignore[arg-type]
    counted = {
        (cell.type_slug, cell.commune_key): cell
        for cell in before
        if _counted_for(cell, year - 1)
    }
    found: dict[str, Growth] = {}
    for cell in now:
        old = counted.get((cell.type_slug, cell.commune_key))
        if old is None or not _counted_for(cell, year):
            continue
        sum_ = found.get(cell.type_slug, Growth(0, 0, 0))
        found[cell.type_slug] = Growth(
            sum_.cells + 1,
            sum_.before + (old.entered_count or 0),
            sum_.now + (cell.entered_count or 0),
        )
    return found


def _counted_for(cell: Cell, year: int) -> bool:
    years = {figure.year for figure in cell.entered}
    is_like = cell.is_surveyed and not cell.is_more_in_parts
    return is_like and years == {year}
