"""What instruments and standards are, and what ends an instrument's evidence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


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
    """What ends valid evidence before its day. Source: TT 23/2013/TT-BKHCN, Art. 19–22."""

    FAILED = "failed"
    REPAIRED = "repaired"
    ALTERED = "altered"
    EVIDENCE_LOST = "evidence_lost"
    BROKEN = "broken"


ENDING_REASONS: Mapping[EndingReason, str] = {
    EndingReason.FAILED: N_("The instrument failed a later verification"),
    EndingReason.REPAIRED: N_("The instrument was repaired"),
    EndingReason.ALTERED: N_("The instrument was altered"),
    EndingReason.EVIDENCE_LOST: N_("The stamp, mark or certificate was lost or damaged"),
    EndingReason.BROKEN: N_("The instrument is broken"),
}

#: What a person reports; a failure is reported by the job that found it.
REPORTED_REASONS = frozenset(EndingReason) - {EndingReason.FAILED}


class DuplicateInstrument(Invalid):
    """The same serial number of the same maker is registered already."""

    code = "registry.duplicate_instrument"
    message = N_(
        "An instrument of this type and maker with serial number {serial} is "
        "registered already. Open it instead of entering it twice."
    )


class BadCharacteristic(Invalid):
    """A characteristic that the type asks for is missing or unreadable."""

    code = "registry.bad_characteristic"
    message = N_("{name}: {problem}")


class DuplicateStandard(Invalid):
    """The body has a standard with that inventory number."""

    code = "registry.duplicate_standard"
    message = N_("The inventory number {number} is taken. Choose another one.")


class AlreadyEnded(Conflict):
    """There is nothing valid left that could end."""

    code = "registry.already_ended"
    message = N_("The evidence of this instrument has ended already.")


def ends(ended_at: datetime, evidence_at: datetime) -> bool:
    """Return whether an ending is about evidence: only about what was there before."""
    return ended_at > evidence_at
