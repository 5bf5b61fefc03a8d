"""What instruments and standards are, and what ends an instrument's evidence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.text import fold


class InstrumentState(StrEnum):
    """Whether an instrument counts as in use."""

    IN_USE = "in_use"
    OUT_OF_USE = "out_of_use"


INSTRUMENT_STATES: Mapping[InstrumentState, str] = {
    InstrumentState.IN_USE: N_("In use"),
    InstrumentState.OUT_OF_USE: N_("Out of use"),
}


class StandardRank(StrEnum):
    """Where a standard stands in the hierarchy. Source: Luật Đo lường 2011, Art. 10."""

    NATIONAL = "national"
    REFERENCE = "reference"
    WORKING = "working"


STANDARD_RANKS: Mapping[StandardRank, str] = {
    StandardRank.NATIONAL: N_("National standard"),
    StandardRank.REFERENCE: N_("Reference standard"),
    StandardRank.WORKING: N_("Working standard"),
}


class StandardState(StrEnum):
    """Whether a standard may be used at all; its calibration is another matter."""

    IN_USE = "in_use"
    SUSPENDED = "suspended"
    RETIRED = "retired"


STANDARD_STATES: Mapping[StandardState, str] = {
    StandardState.IN_USE: N_("In use"),
    StandardState.SUSPENDED: N_("Suspended"),
    StandardState.RETIRED: N_("Retired"),
}


class EndingReason(StrEnum):
    """What ends valid evidence before its day. TT 23/2013/TT-BKHCN, Art. 19–22."""

    FAILED = "failed"
    REPAIRED = "repaired"
    ALTERED = "altered"
    EVIDENCE_LOST = "evidence_lost"
    BROKEN = "broken"
    OUT_OF_USE = "out_of_use"


ENDING_REASONS: Mapping[EndingReason, str] = {
    EndingReason.FAILED: N_("The instrument failed a later verification"),
    EndingReason.REPAIRED: N_("The instrument was repaired"),
    EndingReason.ALTERED: N_("The instrument was altered"),
    EndingReason.EVIDENCE_LOST: N_(
        "The stamp, mark or certificate was lost or damaged"
    ),
    EndingReason.BROKEN: N_("The instrument is broken"),
    EndingReason.OUT_OF_USE: N_("The instrument was taken out of use"),
}

#: What a person reports; a failure is reported by the job that found it, and the end
#: of use by whoever takes the instrument out of it.
REPORTED_REASONS = frozenset(EndingReason) - {
    EndingReason.FAILED,
    EndingReason.OUT_OF_USE,
}


class DuplicateInstrument(Invalid):
    """The same serial number of the same maker is registered already."""

    code = "registry.duplicate_instrument"
    message = N_(
        "An instrument of this type and maker with serial number {serial} is "
        "registered already. Open it instead of entering it twice."
    )


class LooksAlike(Conflict):
    """Another serial number differs only in letters that are easily misread."""

    code = "registry.looks_alike"
    message = N_(
        "Serial number {serial} looks like {other}, which is registered already. "
        "Compare the plate, then confirm."
    )


class InWorkElsewhere(Conflict):
    """Another body is measuring it: what it is may not change under its hands."""

    code = "registry.in_work_elsewhere"
    message = N_(
        "This instrument is in work at {body}. Until that job is closed only its "
        "people change what is registered, or end its evidence: ask them."
    )


class AlterationUnanswered(Invalid):
    """A characteristic changed, and nobody said whether the instrument did."""

    code = "registry.alteration_unanswered"
    message = N_(
        "A characteristic changed. Say whether the instrument was altered, which ends "
        "its evidence, or had been entered wrongly."
    )


class NoSuchOwner(Invalid):
    """What was typed is nobody's name."""

    code = "registry.no_such_owner"
    message = N_(
        "No organisation is called “{typed}”. Choose one from the list, or enter its "
        "tax code."
    )


class SeveralOwners(NoSuchOwner):
    """What was typed is the name of several."""

    code = "registry.several_owners"
    message = N_(
        "“{typed}” may be one of these: {candidates}. Enter the one that is meant as "
        "it stands here."
    )


class NotYet(Invalid):
    """The day lies in the future."""

    code = "registry.not_yet"
    message = N_("This day has not come yet.")


class BadRange(Invalid):
    """A range that ends before it begins."""

    code = "registry.bad_range"
    message = N_("The range has to end at or above its beginning.")


class BadLimit(Invalid):
    """A limit of error that nothing can keep."""

    code = "registry.bad_limit"
    message = N_("The limit of error has to be above zero; leave it empty if unknown.")


class UnknownUnit(Invalid):
    """A unit that the program can't convert."""

    code = "registry.unknown_unit"
    message = N_("“{unit}” is no unit that is known here. Write for example kg, g, L.")


class HolderMissing(Invalid):
    """A standard of somebody else's, without saying whose."""

    code = "registry.holder_missing"
    message = N_("Enter who holds this standard.")


class DuplicateApproval(Invalid):
    """That decision is entered already."""

    code = "registry.duplicate_approval"
    message = N_("Decision {number} is entered already.")


class ApprovalOfAnother(Invalid):
    """A type approval covers one type of instrument."""

    code = "registry.approval_of_another"
    message = N_("This type approval is for another type of instrument.")


class WrongStandardState(Conflict):
    """A standard cannot go from its state to that one."""

    code = "registry.wrong_standard_state"
    message = N_("This standard is not in a state in which that can be done.")


class ReasonTooShort(Invalid):
    """A reason that explains nothing."""

    code = "registry.reason_too_short"
    message = N_("Give the reason in a few words, at least {least} characters.")


class DuplicateStandard(Invalid):
    """The body has a standard with that inventory number."""

    code = "registry.duplicate_standard"
    message = N_("The inventory number {number} is taken. Choose another one.")


class EndsNothing(Invalid):
    """What is valid was given after what is said to have ended it."""

    code = "registry.ends_nothing"
    message = N_(
        "What is valid for this instrument was given on {day}: what happened before "
        "that ended nothing of it. If it happened later, enter that day."
    )


class WhichCameFirst(Invalid):
    """It was verified on the day on which something is said to have happened to it."""

    code = "registry.which_came_first"
    message = N_(
        "It was verified on this very day. Say whether this happened before the "
        "verification or after it."
    )


class NotReported(Conflict):
    """What ended evidence is not a report, and is taken back in another way."""

    code = "registry.not_reported"
    message = N_(
        "Only a report is taken back here: a failure is with its job or its notice, "
        "the end of use by putting the instrument back into use."
    )


class TakenBackAlready(Conflict):
    """Somebody took it back before."""

    code = "registry.taken_back_already"
    message = N_("This was taken back already.")


def ends(ended_at: datetime, evidence_at: datetime) -> bool:
    """Return whether an ending is about evidence: only about what was there before."""
    return ended_at > evidence_at


LEAST_REASON = 10


def check_reason(reason: str) -> None:
    """Raise ReasonTooShort unless a reason is long enough to explain something."""
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonTooShort(least=LEAST_REASON)


def identity_key(text: str) -> str:
    """Return a maker or serial number so that two spellings of it are one.

    Case, accents and spaces don't distinguish instruments; hyphens may.
    """
    return fold(text).replace(" ", "")


#: Letters that are misread on a worn plate, and what they are read as.
MISREAD: Mapping[str, str] = {"o": "0", "q": "0", "i": "1", "l": "1"}


def misread_key(serial_key: str) -> str:
    """Return a serial number as a tired eye reads it: 0 for O, 1 for I."""
    for letter, digit in MISREAD.items():
        serial_key = serial_key.replace(letter, digit)
    return serial_key


#: From which state to which a standard may go. A retired one stays retired.
STANDARD_TRANSITIONS: Mapping[StandardState, frozenset[StandardState]] = {
    StandardState.IN_USE: frozenset({StandardState.SUSPENDED, StandardState.RETIRED}),
    StandardState.SUSPENDED: frozenset({StandardState.IN_USE, StandardState.RETIRED}),
    StandardState.RETIRED: frozenset(),
}


def check_standard_transition(old: StandardState, new: StandardState) -> None:
    """Raise WrongStandardState unless a standard may go from `old` to `new`."""
    if new not in STANDARD_TRANSITIONS[old]:
        raise WrongStandardState
