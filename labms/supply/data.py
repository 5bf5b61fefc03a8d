"""Reads the deadlines that come with labms."""

import tomllib
from functools import cache
from pathlib import Path

from labms.places.rules import Words
from labms.supply.rules import Deadline, ReportForm

DATA = Path(__file__).parent / "data"


@cache
def deadlines() -> tuple[Deadline, ...]:
    """Return all deadlines, in the order of the year."""
    told = tomllib.loads((DATA / "deadlines.toml").read_text(encoding="utf-8"))
    found = [
        Deadline(
            **{
                **table,
                "name": Words(**table["name"]),
                "sent_to": Words(**table["sent_to"]),
                "form": ReportForm(table["form"]) if "form" in table else None,
                "note": Words(**table["note"]) if "note" in table else None,
            }
        )
        for table in told["deadline"]
    ]
    return tuple(sorted(found, key=lambda each: (each.month, each.day)))


def deadlines_for(year: int) -> tuple[Deadline, ...]:
    """Return what is owed on a year: what was in force when it became due."""
    return tuple(d for d in deadlines() if d.in_force_from <= d.due_on(year))
