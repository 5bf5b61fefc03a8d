"""What bodies state of themselves, and when their reports are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labms.errors import Conflict, EnteredBefore, Invalid
from labms.i18n import N_
from labms.places.rules import Words


class ReportForm(StrEnum):
    """What work was reported on."""

    MAU_04 = "mau_04"
    MAU_05 = "mau_05"
    METER_LIST = "meter_list"
    OTHER = "other"


REPORT_FORMS: Mapping[ReportForm, str] = {
    ReportForm.MAU_04: N_("Activity report, form 04 (NĐ 105/2016)"),
    ReportForm.MAU_05: N_("Activity report, form 5 (TT 24/2013)"),
    ReportForm.METER_LIST: N_("A list of verified meters"),
    ReportForm.OTHER: N_("Another document"),
}


class Limit(StrEnum):
    """What stops a body from doing more."""

    PERSON = "person"
    STANDARD = "standard"
    TIME = "time"
    MONEY = "money"


LIMITS: Mapping[Limit, str] = {
    Limit.PERSON: N_("too few verifiers"),
    Limit.STANDARD: N_("too few standards or benches"),
    Limit.TIME: N_("the days of the year"),
    Limit.MONEY: N_("money"),
}


class Source(StrEnum):
    """Who did a piece of work, as far as a figure tells it apart."""

    OWN = "own"
    REPORTED_INSIDE = "reported_inside"
    REPORTED_OUTSIDE = "reported_outside"


SOURCES: Mapping[Source, str] = {
    Source.OWN: N_("recorded in labms"),
    Source.REPORTED_INSIDE: N_("reported by bodies of the area"),
    Source.REPORTED_OUTSIDE: N_("reported by bodies from outside"),
}


#: What is beyond it is a slip: all meters of the province are some hundred thousand.
MOST_PER_YEAR = 10_000_000
_TOO_MANY = N_("so many instruments there are not: check the number")


class BadStatement(Invalid):
    """Something that a body cannot have stated."""

    code = "supply.bad_statement"
    message = N_("This cannot be entered: {problem}")


class AlreadyStruckOut(Conflict):
    """It does not count already."""

    code = "supply.already_struck_out"
    message = N_("This was struck out before.")


class PeriodReported(Conflict):
    """The body has reported on some of these days and types already."""

    code = "supply.period_reported"
    message = N_(
        "{name} has reported on days of this period already ({document}). Strike that "
        "report out first, if this one takes its place."
    )


class CapacityEntered(EnteredBefore):
    """Of two statements that begin on one day nobody knows which counts."""

    code = "supply.capacity_entered"
    message = N_(
        "What this body can do of this type from this day on was entered before, as "
        "no. {number}. Strike that one out first, if this one takes its place."
    )


def check_statement(*, document: str, from_on: date, until_on: date | None) -> None:
    """Raise BadStatement unless a document can say it of these days."""
    if not document.strip():
        raise BadStatement(problem=N_("the document is missing"))
    if until_on is not None and until_on < from_on:
        raise BadStatement(problem=N_("the last day comes before the first"))


def check_capacity(per_year: int) -> None:
    """Raise BadStatement unless a body can do so many in a year."""
    if per_year < 0:
        raise BadStatement(problem=N_("there cannot be fewer than none"))
    if per_year > MOST_PER_YEAR:
        raise BadStatement(problem=_TOO_MANY)


def check_work(*, turns: int, passed: int, distinct: int | None) -> None:
    """Raise BadStatement unless so many can have passed of so many."""
    if turns > MOST_PER_YEAR:
        raise BadStatement(problem=_TOO_MANY)
    if not 0 <= passed <= turns:
        raise BadStatement(problem=N_("more passed than were verified"))
    if distinct is not None and not 0 <= distinct <= passed:
        raise BadStatement(problem=N_("more different ones than passed"))


def check_striking_out(reason: str) -> str:
    """Return a reason worth keeping. Raises BadStatement."""
    if len(reason.strip()) < 10:
        raise BadStatement(problem=N_("say in at least ten characters why"))
    return reason.strip()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A report that the law asks for each year, and by which day."""

    code: str
    name: Words
    #: Who owes it: "designated", "registered" or "department".
    owed_by: str
    form: ReportForm | None
    month: int
    day: int
    sent_to: Words
    basis: str
    in_force_from: date
    note: Words | None = None

    def due_on(self, year: int) -> date:
        """The last day for the report on a year: in the year after it."""
        return date(year + 1, self.month, self.day)
