"""What a plan of the province says, and when one of its targets is met."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from labms.errors import Invalid, NotFound
from labms.i18n import N_
from labms.places.rules import Words


class Comparison(StrEnum):
    """How a value is held against a target."""

    MORE_THAN = ">"  # trên
    AT_LEAST = ">="  # ít nhất
    ABOUT = "~"  # khoảng


class Unit(StrEnum):
    """What the value of an indicator is a number of."""

    PERCENT = "percent"
    BODIES = "bodies"
    PERSON_TURNS = "person-turns"
    ENTERPRISE_TURNS = "enterprise-turns"
    LABORATORIES = "laboratories"
    DAYS = "days"
    INSTRUMENTS = "instruments"
    JOBS = "jobs"


class Period(StrEnum):
    """The days whose events an indicator counts."""

    CUMULATIVE = "cumulative"
    PHASE = "phase"
    YEAR = "year"
    DAY = "day"


class Count(StrEnum):
    """Which of the two counts, both shown, is held against a target."""

    TURNS = "turns"
    DISTINCT = "distinct"


class StandsIn(StrEnum):
    """The part of the document in which a target stands."""

    PLAN = "plan"
    ANNEX = "annex"


COMPARISON_NAMES: Mapping[Comparison, str] = {
    Comparison.MORE_THAN: N_("more than {value}"),
    Comparison.AT_LEAST: N_("at least {value}"),
    Comparison.ABOUT: N_("about {value}"),
}

UNIT_NAMES: Mapping[Unit, str] = {
    Unit.PERCENT: N_("%"),
    Unit.BODIES: N_("bodies"),
    Unit.PERSON_TURNS: N_("participations of persons"),
    Unit.ENTERPRISE_TURNS: N_("participations of enterprises"),
    Unit.LABORATORIES: N_("laboratories"),
    Unit.DAYS: N_("days"),
    Unit.INSTRUMENTS: N_("instruments"),
    Unit.JOBS: N_("jobs"),
}
#: What one of them is called.
ONE_UNIT_NAMES: Mapping[Unit, str] = {
    Unit.PERCENT: N_("%"),
    Unit.BODIES: N_("body"),
    Unit.PERSON_TURNS: N_("participation of a person"),
    Unit.ENTERPRISE_TURNS: N_("participation of an enterprise"),
    Unit.LABORATORIES: N_("laboratory"),
    Unit.DAYS: N_("day"),
    Unit.INSTRUMENTS: N_("instrument"),
    Unit.JOBS: N_("job"),
}

PERIOD_NAMES: Mapping[Period, str] = {
    Period.CUMULATIVE: N_("from the beginning of the plan"),
    Period.PHASE: N_("from the beginning of the phase"),
    Period.YEAR: N_("from the beginning of the year"),
    Period.DAY: N_("as it stands on the day"),
}

COUNT_NAMES: Mapping[Count, str] = {
    Count.TURNS: N_("participations"),
    Count.DISTINCT: N_("different ones"),
}

STANDS_IN_NAMES: Mapping[StandsIn, str] = {
    StandsIn.PLAN: N_("plan"),
    StandsIn.ANNEX: N_("annex"),
}


#: So long after a day, what happened by it may be entered and counts for it.
ENTRY_DAYS = 31


class UnknownPlan(NotFound):
    """No plan has this code."""

    code = "plan.unknown"
    message = N_("There is no plan with the code {plan}.")


class UnknownIndicator(NotFound):
    """No indicator has this code."""

    code = "plan.unknown_indicator"
    message = N_("There is no indicator with the code {indicator}.")


class BeforeThePlan(Invalid):
    """There was no plan that figures could be held against."""

    code = "reports.before_the_plan"
    message = N_("The plan begins in {year}: choose a later time.")


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the stretches of years into which a plan is divided."""

    number: int
    first_year: int
    last_year: int
    text: str
    text_en: str
    source: str

    @property
    def first_day(self) -> date:
        """The first day of its first year."""
        return date(self.first_year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of its last year."""
        return date(self.last_year, 12, 31)


@dataclass(frozen=True, slots=True)
class Target:
    """One figure that a plan wants to be reached, by a day."""

    code: str
    #: Section of the plan ("I.2.1") or row of the annex ("2.3").
    source: str
    #: Which bullet of the section it is; 0 for a row of the annex.
    bullet: int
    stands_in: StandsIn
    #: As the plan says it, word by word.
    text: str
    text_en: str
    #: Code of the indicator that is held against it.
    indicator: str
    comparison: Comparison
    value: Decimal
    unit: Unit
    judged_on: date
    #: Codes of indicators shown beside it, which never make it met.
    beside: tuple[str, ...] = ()
    #: How labms reads it, where the plan leaves something open.
    reading: Words | None = None

    @property
    def words(self) -> Words:
        """Its text, in the plan's words and in English."""
        return Words(self.text, self.text_en)


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the annex: who does what, with whom, when, paid from where."""

    #: Its number, or ours for a row without one.
    code: str
    #: As printed; empty if the row has none.
    number: str
    task: str
    task_en: str
    lead: str
    cooperating: str
    period: str
    funding: str
    #: The cells that are empty in the document.
    blank: tuple[str, ...] = ()
    #: The cells in which the task's own text stands again (merged cells).
    repeats_the_task: tuple[str, ...] = ()
    #: The document ends within this row.
    breaks_off: bool = False
    #: Codes of the indicators that show what came of it: our reading.
    indicators: tuple[str, ...] = ()
    note: Words | None = None

    @property
    def words(self) -> Words:
        """Its text, in the plan's words and in English."""
        return Words(self.task, self.task_en)

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year of its period; None where the cell names none."""
        years = [int(year) for year in re.findall(r"20[0-9]{2}", self.period)]
        return (min(years), max(years)) if years else None

    @property
    def is_heading(self) -> bool:
        """Whether it only names the rows below it: it has no lead and no period.

        The last row looks like one too, but nobody knows what followed it.
        """
        return not self.lead and not self.period and not self.breaks_off


TASK_CELLS = ("number", "task", "lead", "cooperating", "period", "funding")


@dataclass(frozen=True, slots=True)
class Passage:
    """Further text of a plan, word by word, to refer to."""

    reference: str
    heading: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """What one figure counts, so that two people arrive at the same number."""

    code: str
    name: Words
    definition: Words
    numerator: Words
    #: Empty for a plain count.
    denominator: Words
    period: Period
    unit: Unit
    counts: Count
    comparison: Comparison
    #: For showing only; comparisons use the unrounded value.
    decimal_places: int
    source: Words
    owner: str
    #: Code of the old district in which what counts has to lie; empty: anywhere.
    district: str = ""
    #: Asked for every day by those who steer the work, not by a plan.
    is_daily: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, in per cent."""
        return self.unit is Unit.PERCENT


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that the province has issued."""

    code: str
    number: str
    #: Where the number is printed, since the first page may not have it.
    number_stands_in: str
    issued_on: date
    issuer: str
    place: str
    signed_by: str
    signed_as: str
    title: str
    title_en: str
    legal_basis: str
    legal_basis_number: str
    legal_basis_on: date
    legal_basis_by: str
    #: Code of the area whose figures are held against the targets.
    area: str
    #: The day from which cumulative figures count.
    counts_from: date
    source: str
    confidence: str
    notes: tuple[Words, ...]
    phases: tuple[Phase, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    passages: tuple[Passage, ...] = ()

    @property
    def words(self) -> Words:
        """Its title, in the plan's words and in English."""
        return Words(self.title, self.title_en)

    @property
    def breaks_off(self) -> bool:
        """Whether the document as received ends too early."""
        return any(task.breaks_off for task in self.tasks)

    def phase_on(self, day: date) -> Phase | None:
        """Return the phase in which a day lies; None before and after the plan."""
        for phase in self.phases:
            if phase.first_day <= day <= phase.last_day:
                return phase
        return None

    def targets_for(self, area: str) -> tuple[Target, ...]:
        """Return the targets that figures of an area are held against.

        None for any area but the plan's own: the figures of a larger province say
        nothing about a target that was set for a smaller one.
        """
        return self.targets if area == self.area else ()


def is_met(target: Target, value: Decimal | None) -> bool | None:
    """Whether a value meets a target; None where that cannot be said.

    `value` is unrounded, in the unit of the target. "Trên 75 %" is strictly above;
    "khoảng" names no bound, so nothing meets or misses it; no value is no answer.
    """
    if value is None or target.comparison is Comparison.ABOUT:
        return None
    if target.comparison is Comparison.MORE_THAN:
        return value > target.value
    return value >= target.value


def is_closed(target: Target, on: date) -> bool:
    """Whether the day on which a target is judged has passed."""
    return on > target.judged_on


def first_day_too_late(day: date) -> date:
    """Return the first day on which what is entered no longer moves a day's figures.

    The law wants the report of a year by 31 January of the next (TT 24/2013): whoever
    enters something later than that changes no figure that has been reported.
    """
    return day + timedelta(days=1 + ENTRY_DAYS)


def last_day_closed(on: date) -> date:
    """Return the last day whose figures nothing moves that is entered on a day."""
    return on - timedelta(days=1 + ENTRY_DAYS)


def day_counted(target: Target, on: date) -> date:
    """Return the day to count for: the target's own once it is closed."""
    return min(on, target.judged_on)


def first_day_counted(
    definition: IndicatorDefinition, plan: Plan, *, on: date
) -> date | None:
    """Return the first day whose events count; None for a state on a day."""
    match definition.period:
        case Period.CUMULATIVE:
            return plan.counts_from
        case Period.PHASE:
            phase = plan.phase_on(on)
            return phase.first_day if phase else plan.counts_from
        case Period.YEAR:
            return date(on.year, 1, 1)
        case Period.DAY:
            return None


class RaisedKind(StrEnum):
    """In which way a body counts for the plan."""

    SOCIALISED = "socialised"
    CAPABILITY = "capability"
    CRITERIA = "criteria"


#: Which records of bodies an indicator counts.
RAISED_INDICATORS: Mapping[str, RaisedKind] = {
    "bodies-socialised": RaisedKind.SOCIALISED,
    "bodies-raised": RaisedKind.CAPABILITY,
    "laboratories-assessed": RaisedKind.CRITERIA,
}
