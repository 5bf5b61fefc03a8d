"""What people report about a document or an instrument: kinds, states, refusals."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class ProblemKind(StrEnum):
    """What somebody noticed, as a code that can be counted."""

    DIFFERS = "differs"
    MEASURES_WRONG = "measures_wrong"
    STAMP = "stamp"
    PAPER = "paper"
    OTHER = "other"


PROBLEM_KINDS: Mapping[ProblemKind, str] = {
    ProblemKind.DIFFERS: N_("The instrument is not the one in the document"),
    ProblemKind.MEASURES_WRONG: N_("The instrument measures wrong"),
    ProblemKind.STAMP: N_("A stamp or seal is missing, broken or stuck on anew"),
    ProblemKind.PAPER: N_("The paper or the file looks forged"),
    ProblemKind.OTHER: N_("Something else"),
}


class ProblemState(StrEnum):
    """What was done about a report."""

    NEW = "new"
    EXAMINED = "examined"
    FOUNDED = "founded"
    UNFOUNDED = "unfounded"


PROBLEM_STATES: Mapping[ProblemState, str] = {
    ProblemState.NEW: N_("New"),
    ProblemState.EXAMINED: N_("Being looked into"),
    ProblemState.FOUNDED: N_("Closed: there was a problem"),
    ProblemState.UNFOUNDED: N_("Closed: there was none"),
}
CLOSED = frozenset({ProblemState.FOUNDED, ProblemState.UNFOUNDED})

#: So many reports from one address, and from everybody together, within `WITHIN`.
MOST_FROM_ADDRESS = 5
MOST_REPORTS = 200
WITHIN = timedelta(hours=1)
SHORTEST, LONGEST, LONGEST_CONTACT = 10, 2000, 200


class ReportTooShort(Invalid):
    """Nobody can look into what isn't described."""

    code = "problem.too_short"
    message = N_("Say what you noticed, in at least ten characters.")


class NoKind(Invalid):
    """It isn't said what it is about."""

    code = "problem.no_kind"
    message = N_("Choose what it is about.")


class AlreadyClosed(Conflict):
    """A report is answered once."""

    code = "problem.already_closed"
    message = N_("This report was closed already.")
