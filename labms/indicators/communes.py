"""What is due in communes, and what of it was done."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from labms.demand.rules import Demanded
from labms.indicators.rules import Key, Reported


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """What is due in a commune, and what of it was done."""

    due: int
    done: int
    #: Whether all of any type was surveyed.
    is_surveyed: bool
    #: Of what was done: by reports of bodies that name the commune.
    reported: int = 0
    #: Of what was done: what counts, since all of its type was surveyed.
    counted: int = 0
    #: Whether something was surveyed, and not all: more may be due than is known.
    is_partly_surveyed: bool = False

    @property
    def is_known(self) -> bool:
        """Whether all was surveyed, so that it is known what is due."""
        return self.is_surveyed and not self.is_partly_surveyed


def commune_lines(
    cells: Iterable[Demanded],
    passed: Mapping[Key, int],
    reported: Reported = MappingProxyType({}),
) -> dict[str, CommuneLine]:
    """Return what is due and done in each commune of which any demand is known.

    Done are passes in labms, then what was reported with the commune, of each type at
    most what is due there, rounded up. As in the performed share only what was done
    where all was surveyed counts. What was reported without a commune is in none of
    them.
    """
    found: dict[str, CommuneLine] = {}
    for cell in cells:
        due = math.ceil(cell.due)
        key = cell.type_slug, cell.commune_key
        own = min(passed.get(key, 0), due)
        told = min(sum(reported.get(key, {}).values()), due - own)
        so_far = found.get(cell.commune_key)
        line = CommuneLine(
            due=due,
            done=own + told,
            is_surveyed=cell.is_surveyed,
            reported=told,
            counted=own + told if cell.is_surveyed else 0,
            is_partly_surveyed=cell.is_partly_surveyed,
        )
        found[cell.commune_key] = _together(so_far, line) if so_far else line
    return found


def _together(one: CommuneLine, other: CommuneLine) -> CommuneLine:
    is_surveyed = one.is_surveyed or other.is_surveyed
    is_any = is_surveyed or one.is_partly_surveyed or other.is_partly_surveyed
    return CommuneLine(
        due=one.due + other.due,
        done=one.done + other.done,
        is_surveyed=is_surveyed,
        reported=one.reported + other.reported,
        counted=one.counted + other.counted,
        is_partly_surveyed=is_any and not (one.is_known and other.is_known),
    )
