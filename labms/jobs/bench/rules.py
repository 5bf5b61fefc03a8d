"""What belongs on one bench, and how rows of numbers are written short."""

import re
from collections.abc import Hashable, Iterable, Mapping
from itertools import count, groupby

from labms.catalogue.sheet.planning import Sheet
from labms.errors import Conflict, Invalid, LabError
from labms.i18n import N_

#: As many as a page can hold; a longer list is a slip of the keyboard.
MOST_AT_ONCE = 500


class LinesRefused(Conflict):
    """Some of the instruments on the bench cannot be dealt with as asked."""

    code = "bench.lines_refused"
    message = N_("{number} of the instruments were refused.")

    def __init__(self, refusals: Mapping[int, LabError]) -> None:
        super().__init__(number=len(refusals))
        self.refusals = dict(refusals)


class NoSeries(Invalid):
    """What does not end in a number has no next one."""

    code = "bench.no_series"
    message = N_(
        "“{first}” does not end in a number, so it cannot be counted on from there."
    )


class TooManyAtOnce(Invalid):
    """More than a page can hold."""

    code = "bench.too_many"
    message = N_("At most {most} at once.")


class NothingToMeasure(Conflict):
    """None of the order's instruments can be put on the bench."""

    code = "bench.nothing_to_measure"
    message = N_("Choose at least one instrument for the bench.")


def likeness(sheet: Sheet, *also: Hashable) -> Hashable:
    """Return what two sheets must have in common to be filled in on one grid.

    The procedure, the kind of verification, and the same rows at the same points; the
    limits may differ. `also` is what else has to be the same.
    """
    rows = tuple(
        (row.key, row.nominal, row.unit, row.error_unit, row.columns)
        for row in sheet.rows
    )
    return (sheet.procedure.name, sheet.reason, rows, *also)


def series(first: str, number: int) -> list[str]:
    """Return so many serial numbers, counted on from the first one.

    Leading zeros stay: after 31V.0099 comes 31V.0100. Raises NoSeries or TooManyAtOnce.

    >>> series("TT-098", 3)
    ['TT-098', 'TT-099', 'TT-100']
    """
    first = first.strip()
    found = re.fullmatch(r"(.*?)([0-9]{1,18})", first, re.ASCII)
    if found is None:
        raise NoSeries(first=first)
    if number > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    stem, digits = found.groups()
    begin = int(digits)
    return [f"{stem}{begin + step:0{len(digits)}}" for step in range(number)]


def show_places(places: Iterable[int]) -> str:
    """Return places within an order, written short.

    >>> show_places([1, 2, 3, 7, 9, 10])
    '1-3,7,9-10'
    """
    counter = count()
    runs = [
        [place for _, place in run]
        for _, run in groupby(
            ((place - next(counter), place) for place in sorted(set(places))),
            key=lambda each: each[0],
        )
    ]
    return ",".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs
    )


def read_places(text: str) -> frozenset[int]:
    """Return the places that were written short; none where it cannot be read."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", part.strip(), re.ASCII)
        if match is None:
            return frozenset()
        begin = int(match[1])
        end = min(int(match[2] or begin), begin + 10 * MOST_AT_ONCE)
        found.update(range(begin, end + 1))
    return frozenset(found)
