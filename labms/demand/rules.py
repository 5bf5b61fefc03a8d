"""What is demanded of verification, and which of several figures counts."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class DemandSource(StrEnum):
    """Where a figure of instruments in use comes from."""

    SURVEY = "survey"
    LICENCE_LIST = "licence_list"
    METER_LIST = "meter_list"


DEMAND_SOURCES: Mapping[DemandSource, str] = {
    DemandSource.SURVEY: N_("Survey"),
    DemandSource.LICENCE_LIST: N_("List of licences"),
    DemandSource.METER_LIST: N_("A utility's list of meters"),
}


class CountsFrom(StrEnum):
    """Which of the two figures of a cell counts."""

    ENTERED = "entered"
    REGISTER = "register"


COUNTS_FROM: Mapping[CountsFrom, str] = {
    CountsFrom.ENTERED: N_("entered figure"),
    CountsFrom.REGISTER: N_("register"),
}

#: Why it counts, in the words of `Cell.counts_from`.
REASONS: Mapping[CountsFrom, str] = {
    CountsFrom.ENTERED: N_(
        "The newest entered figure; the register does not know more."
    ),
    CountsFrom.REGISTER: N_(
        "The register knows more instruments than the newest entered figure."
    ),
}
ONLY_REGISTER = N_("Never surveyed: only what the register knows counts.")


class BadFigure(Invalid):
    """A figure that cannot be a number of instruments in use."""

    code = "demand.bad_figure"
    message = N_("The figure cannot be entered: {problem}")


class AlreadyReplaced(Conflict):
    """Another figure took its place before."""

    code = "demand.already_replaced"
    message = N_("This figure was corrected before. Correct the newest one.")


def check_figure(
    *, in_use_count: int, year: int, counted_on: date, document: str, on: date
) -> None:
    """Raise BadFigure unless a figure can have been counted by `on`."""
    if in_use_count < 0:
        raise BadFigure(problem=N_("there cannot be fewer than none"))
    if counted_on > on:
        raise BadFigure(problem=N_("the day of counting lies in the future"))
    if not 2000 <= year <= on.year:
        raise BadFigure(problem=N_("the year lies in the future or long ago"))
    if not document.strip():
        raise BadFigure(problem=N_("the document is missing"))


def due_share(cycle_months: int | None) -> Fraction:
    """Return the part of instruments in use that is due in one year: 12 / cycle.

    At most all of them; without a periodic cycle none is due.

    >>> due_share(24), due_share(6), due_share(None)
    (Fraction(1, 2), Fraction(1, 1), Fraction(0, 1))
    """
    if not cycle_months:
        return Fraction(0)
    return min(Fraction(1), Fraction(12, cycle_months))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entered figure, as far as it decides whether it counts."""

    id: int
    #: The commune that it was counted in, which may be one of before 2025-07-01.
    commune_key: str
    year: int
    counted_on: date
    in_use_count: int
    source: DemandSource

    @property
    def age(self) -> tuple[int, date, int]:
        """What makes one figure newer than another."""
        return self.year, self.counted_on, self.id


def figures_that_count(
    figures: Iterable[Entered], *, commune_key: str
) -> tuple[Entered, ...]:
    """Return which entered figures of a type make up the one of a commune of today.

    The newest of its own. If it has none: the newest of each old commune that became
    a part of it, together. A figure counts for its year and on, until there is a
    newer one, so that demand is not forgotten at the turn of the year.
    """
    newest: dict[str, Entered] = {}
    for figure in sorted(figures, key=lambda each: each.age):
        newest[figure.commune_key] = figure
    if own := newest.get(commune_key):
        return (own,)
    return tuple(newest[key] for key in sorted(newest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The demand for one type in one commune, in one year."""

    type_slug: str
    commune_key: str
    commune_name: str
    #: What was entered and counts, see `figures_that_count`.
    entered: tuple[Entered, ...]
    #: Instruments in use that the register knows.
    registered: int
    #: The law's cycle on the last day of the year; None if none is set.
    cycle_months: int | None

    @property
    def is_surveyed(self) -> bool:
        """Whether anything was ever entered for it."""
        return bool(self.entered)

    @property
    def entered_count(self) -> int | None:
        """The instruments in use as entered; None if it was never surveyed."""
        if not self.entered:
            return None
        return sum(figure.in_use_count for figure in self.entered)

    @property
    def in_use(self) -> int:
        """The instruments in use: the larger of the two figures.

        Neither a survey nor the register invents instruments, both miss some. Taking
        the smaller one would make a share better by not knowing.
        """
        return max(self.entered_count or 0, self.registered)

    @property
    def counts_from(self) -> CountsFrom:
        """Which of the two figures counts; an entered one if they are equal."""
        if self.entered_count is None or self.registered > self.entered_count:
            return CountsFrom.REGISTER
        return CountsFrom.ENTERED

    @property
    def why(self) -> str:
        """The reason for that, as a marked text."""
        return REASONS[self.counts_from] if self.entered else ONLY_REGISTER

    @property
    def due(self) -> Fraction:
        """How many of them are due in the year, not rounded."""
        return self.in_use * due_share(self.cycle_months)


def due_count(cells: Iterable[Cell]) -> int:
    """Return how many instruments of one type are due in a year, as a whole number.

    The exact parts are added first and rounded up once, so that a share never gets
    better by rounding and five communes with one meter each, of a cycle of five
    years, make one meter and not five.
    """
    return math.ceil(sum((cell.due for cell in cells), Fraction(0)))
