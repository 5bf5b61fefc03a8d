"""What is demanded of verification, and which of several figures counts."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.organisations.rules import OrganisationKind


class Subject(StrEnum):
    """What is in use."""

    INSTRUMENT = "instrument"
    STANDARD = "standard"


SUBJECTS: Mapping[Subject, str] = {
    Subject.INSTRUMENT: N_("Measuring instruments"),
    Subject.STANDARD: N_("Measurement standards"),
}


class Purpose(StrEnum):
    """What is asked for."""

    VERIFICATION = "verification"
    CALIBRATION = "calibration"
    TEST = "test"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.VERIFICATION: N_("verification"),
    Purpose.CALIBRATION: N_("calibration"),
    Purpose.TEST: N_("testing"),
}


class ImportState(StrEnum):
    """How far a spreadsheet of figures got."""

    CHECKED = "checked"
    ENTERED = "entered"


IMPORT_STATES: Mapping[ImportState, str] = {
    ImportState.CHECKED: N_("looked at"),
    ImportState.ENTERED: N_("entered"),
}


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

#: A list names each of what it counts; a survey counts what it came across.
_RANKS: Mapping[DemandSource, int] = {
    DemandSource.SURVEY: 0,
    DemandSource.LICENCE_LIST: 1,
    DemandSource.METER_LIST: 1,
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
        "The newest entered figure, of one year a list before a survey; the register "
        "does not know more."
    ),
    CountsFrom.REGISTER: N_(
        "The register knows more instruments than the newest entered figure."
    ),
}
PARTLY_SURVEYED = N_(
    "Surveyed in part: for some kinds of holders, or some old communes, nobody counted."
)
ONLY_REGISTER = N_("Never surveyed: only what the register knows counts.")
MORE_IN_PARTS = N_(
    "All of it was surveyed; figures of some kinds of holders, or of the commune of "
    "today, are more than that, so they count."
)


class BadFigure(Invalid):
    """A figure that cannot be a number of instruments in use."""

    code = "demand.bad_figure"
    message = N_("The figure cannot be entered: {problem}")


class NoSuchStandard(Invalid):
    """No procedure of the catalogue needs such a standard."""

    code = "demand.no_such_standard"
    message = N_("The catalogue knows no kind of standard called {slug}.")


class AlreadyReplaced(Conflict):
    """Another figure took its place before."""

    code = "demand.already_replaced"
    message = N_("This figure was corrected before. Correct the newest one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a figure counts: of whom, for what, and what else the year brings."""

    subject: Subject = Subject.INSTRUMENT
    purpose: Purpose = Purpose.VERIFICATION
    holder: OrganisationKind | None = None
    initial_count: int | None = None
    after_repair_count: int | None = None
    interval_months: int | None = None


#: Instruments in use, for verification, of all holders together.
USUAL = About()


def check_about(about: About) -> None:
    """Raise BadFigure where what a figure counts contradicts itself."""
    counts = (about.initial_count or 0, about.after_repair_count or 0)
    if min(counts) < 0:
        raise BadFigure(problem=N_("there cannot be fewer than none"))
    if about.purpose is Purpose.VERIFICATION and about.interval_months is not None:
        raise BadFigure(problem=N_("the law sets how often is verified, not a survey"))
    if about.purpose is not Purpose.VERIFICATION and any(counts):
        raise BadFigure(problem=N_("only verification is initial or after repair"))
    if about.interval_months is not None and not 1 <= about.interval_months <= 240:
        raise BadFigure(problem=N_("the interval is between 1 and 240 months"))


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
    #: None: of all holders together.
    holder: OrganisationKind | None = None
    initial_count: int | None = None
    after_repair_count: int | None = None
    interval_months: int | None = None

    @property
    def age(self) -> tuple[int, int, date, int]:
        """What makes one figure count rather than another for the same holders.

        The later year; of one year a list before a survey; then the later day.
        """
        return self.year, _RANKS[self.source], self.counted_on, self.id


def total(figures: Iterable[Entered]) -> int:
    """Return how many are in use by figures together."""
    return sum(figure.in_use_count for figure in figures)


def holders_missing(figures: Iterable[Entered]) -> frozenset[OrganisationKind]:
    """Return the kinds of holders that figures of one commune say nothing about."""
    held = {figure.holder for figure in figures}
    return frozenset() if None in held else frozenset(OrganisationKind) - held


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The demand for one type in one commune, in one year."""

    type_slug: str
    commune_key: str
    commune_name: str
    #: What was entered and counts, see `choosing.chosen`.
    entered: tuple[Entered, ...]
    #: Instruments in use that the register knows.
    registered: int
    #: The law's cycle on the last day of the year; None if none is set.
    cycle_months: int | None
    #: Of those in the register, how many each kind of holder has.
    registered_by: Mapping[OrganisationKind, int] = field(default_factory=dict)
    #: How many old communes went into this one as a whole.
    old_communes: int = 0
    #: Whether the law asks for initial verification, and for one after repair.
    has_initial: bool = True
    has_after_repair: bool = True
    #: What stands behind it, see `choosing.Choice`.
    behind: tuple[Entered, ...] = ()

    @property
    def is_surveyed(self) -> bool:
        """Whether all of it was surveyed: every kind of holder, every old commune."""
        return self._is_all(self.entered) or self._is_all(self.behind)

    @property
    def is_partly_surveyed(self) -> bool:
        """Whether a part was surveyed and for the rest nothing was ever entered."""
        return bool(self.entered) and not self.is_surveyed

    @property
    def is_more_in_parts(self) -> bool:
        """Whether parts count that are not all, with a survey of all behind them."""
        return self.is_surveyed and not self._is_all(self.entered)

    def _is_all(self, figures: Iterable[Entered]) -> bool:
        """Whether figures are of every kind of holder, in every old commune."""
        communes: dict[str, list[Entered]] = {}
        for figure in figures:
            communes.setdefault(figure.commune_key, []).append(figure)
        is_own = self.commune_key in communes
        few = not is_own and len(communes) < max(self.old_communes, 1)
        return not few and not any(map(holders_missing, communes.values()))

    @property
    def entered_count(self) -> int | None:
        """The instruments in use as entered; None if it was never surveyed."""
        return total(self.entered) if self.entered else None

    @property
    def in_use(self) -> int:
        """The instruments in use: the larger of the two figures, for each holder.

        Neither a survey nor the register invents instruments, both miss some. Taking
        the smaller one would make a share better by not knowing.
        """
        larger = max(self.entered_count or 0, self.registered)
        if not self.entered or any(figure.holder is None for figure in self.entered):
            return larger
        by_holder = sum(
            max(
                total(each for each in self.entered if each.holder is kind),
                self.registered_by.get(kind, 0),
            )
            for kind in OrganisationKind
        )
        return max(larger, by_holder)

    @property
    def counts_from(self) -> CountsFrom:
        """Which of the two figures counts; an entered one if they are equal."""
        if self.entered_count is None or self.registered > self.entered_count:
            return CountsFrom.REGISTER
        return CountsFrom.ENTERED

    @property
    def why(self) -> str:
        """The reason for that, as a marked text."""
        if self.is_partly_surveyed:
            return PARTLY_SURVEYED
        if self.is_more_in_parts and self.counts_from is CountsFrom.ENTERED:
            return MORE_IN_PARTS
        return REASONS[self.counts_from] if self.entered else ONLY_REGISTER

    @property
    def initial(self) -> int | None:
        """Those taken into use in the year; None if nobody counted them."""
        return _most(
            _known(figure.initial_count for figure in figures)
            for figures in (self.entered, self.behind)
        )

    @property
    def after_repair(self) -> int | None:
        """Those repaired in the year; None if nobody counted them."""
        return _most(
            _known(figure.after_repair_count for figure in figures)
            for figures in (self.entered, self.behind)
        )

    @property
    def due(self) -> Fraction:
        """How many verifications are due in the year, not rounded.

        Of those in use 12 / cycle; and, where the law asks for it, one of each that is
        new and of each that was repaired, as far as somebody counted them.
        """
        once = (self.initial or 0) if self.has_initial else 0
        again = (self.after_repair or 0) if self.has_after_repair else 0
        return self.in_use * due_share(self.cycle_months) + once + again


def _known(counts: Iterable[int | None]) -> int | None:
    found = [count for count in counts if count is not None]
    return sum(found) if found else None


def _most(counts: Iterable[int | None]) -> int | None:
    return max((count for count in counts if count is not None), default=None)


class Demanded(Protocol):
    """A cell as far as figures are made of it: a `Cell`, or one that was kept."""

    @property
    def type_slug(self) -> str:
        """What is demanded."""

    @property
    def commune_key(self) -> str:
        """Where."""

    @property
    def in_use(self) -> int:
        """The instruments in use."""

    @property
    def due(self) -> Fraction:
        """How many verifications are due in the year, not rounded."""

    @property
    def is_surveyed(self) -> bool:
        """Whether all of it was surveyed."""

    @property
    def is_partly_surveyed(self) -> bool:
        """Whether a part of it was."""


def due_count(cells: Iterable[Demanded]) -> int:
    """Return how many instruments of one type are due in a year, as a whole number.

    The exact parts are added first and rounded up once, so that a share never gets
    better by rounding and five communes with one meter each, of a cycle of five
    years, make one meter and not five.
    """
    return math.ceil(sum((cell.due for cell in cells), Fraction(0)))
