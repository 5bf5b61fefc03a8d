"""Counting what is kept, from the rows: everything, or what a change touched."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import labms
from labms import clock
from labms.catalogue.shipped import shipped_folder
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.queries import surveyed_cells
from labms.demand.rules import Cell
from labms.indicators import daily
from labms.indicators.figures import Count, first_day
from labms.indicators.queries import Passes, closed_at, turns_by_enterprise
from labms.indicators.rules import Key
from labms.indicators.supplied import capacity_by_type, designated_bodies
from labms.program import code_of
from labms.summaries.rules import KeptCell, Place
from labms.supply.rules import Source

_NO_PASSES = Passes(0, 0)
#: What a figure depends on beside the rows.
SOURCES = (
    "tasks/qualifying.py",
    *(
        f"{feature}/{files}"
        for feature in ("places", "plan", "demand", "supply", "indicators", "summaries")
        for files in ("*.py", "data/*")
    ),
)
_OF_CATALOGUE = ("lists/*.toml", "types/*.toml")


@cache
def counted_by() -> str:
    """Return which program counts here: the same one counts the same of the same rows.

    The version, and eight digits that stand for the rules and the lists of types.
    """
    code = code_of(Path(labms.__file__).parent, SOURCES)
    catalogue = code_of(shipped_folder(), _OF_CATALOGUE)
    digest = hashlib.sha256(f"{code}|{catalogue}".encode()).hexdigest()
    return f"{labms.__version__}-{digest[:8]}"


def cells(
    count: Count,
    *,
    is_today: bool,
    has_work: bool,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> list[KeptCell]:
    """Return the cells of which anything is known. Six queries, ten for today."""
    own = replace(count, narrow=narrow)
    day, area = count.on, count.area
    demanded = {(cell.type_slug, cell.commune_key): cell for cell in own.cells}
    # what is entered once a day is closed moves no figure, but the commune is known
    covered = {key for key, cell in demanded.items() if cell.entered}
    if closed_at(day) <= clock.now():
        covered = surveyed_cells(area, day.year, on=day, narrow=narrow)
    passed = own.passed if has_work else {}
    judged: Mapping[Key, tuple[int, int]] = {}
    overdue: Mapping[Key, int] = {}
    in_work: Mapping[Key, int] = {}
    if is_today:
        first = first_day("pass-share", count.plan, on=day)
        judged = daily.verdicts(area, first=first, last=day, narrow=narrow)
        overdue = daily.overdue(area, on=day, narrow=narrow)
        in_work = daily.working(area, on=day, narrow=narrow)
    found = {*demanded, *covered, *passed, *judged, *overdue, *in_work}
    kept = []
    for key in sorted(found):
        passes = passed.get(key, _NO_PASSES)
        passed_of, number = judged.get(key, (0, 0))
        kept.append(
            KeptCell(
                type_slug=key[0],
                commune_key=key[1],
                is_covered=key in covered,
                turns=passes.turns,
                passed=passes.distinct,
                judged=number,
                judged_passed=passed_of,
                overdue=overdue.get(key, 0),
                in_work=in_work.get(key, 0),
                **_demand(demanded.get(key)),
            )
        )
    return kept


def _demand(cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {}
    return {
        "has_demand": True,
        "in_use": cell.in_use,
        "is_surveyed": cell.is_surveyed,
        "is_partly_surveyed": cell.is_partly_surveyed,
        "due_above": cell.due.numerator,
        "due_below": cell.due.denominator,
    }


def told(
    count: Count, *, has_work: bool, narrow: Narrow = EVERYTHING_COUNTED
) -> dict[tuple[Place, Source], int]:
    """Return how many passed by report, by place and source."""
    if not has_work:
        return {}
    return {
        ((slug, commune or ""), source): number
        for (slug, commune), by in replace(count, narrow=narrow).reported.items()
        for source, number in by.items()
    }


def served(count: Count, *, only: Collection[int] = ()) -> Mapping[int, int]:
    """Return how often enterprises were served: `only` some, or all."""
    first = first_day("enterprises-served", count.plan, on=count.on)
    return turns_by_enterprise(count.area, first=first, last=count.on, only=only)


def facts(count: Count) -> str:
    """Return what is read as a whole, as JSON: always the same text of the same."""
    persons = count.persons
    told_ = {
        "designated": designated_bodies(count.scopes),
        "capacity": capacity_by_type(count.scopes, count.capacities),
        "persons": [persons.turns, persons.distinct, persons.trainings],
        "raised": {
            kind.value: [found.records, found.bodies]
            for kind, found in count.raised.items()
        },
    }
    return json.dumps(told_, ensure_ascii=False, sort_keys=True)
