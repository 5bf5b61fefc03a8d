"""What happens to a document later: it is corrected, suspended, looked into."""

from collections.abc import Mapping
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class CorrectionReason(StrEnum):
    """Why a document was issued with wrong words, as a code that can be counted."""

    OWNER = "owner"
    INSTRUMENT = "instrument"
    PLACE = "place"
    BODY = "body"
    SEVERAL = "several"


CORRECTION_REASONS: Mapping[CorrectionReason, str] = {
    CorrectionReason.OWNER: N_("The user was named wrongly"),
    CorrectionReason.INSTRUMENT: N_("The instrument was described wrongly"),
    CorrectionReason.PLACE: N_("The place was named wrongly"),
    CorrectionReason.BODY: N_("The body or its people were named wrongly"),
    CorrectionReason.SEVERAL: N_("Several words were wrong"),
}


class HoldReason(StrEnum):
    """Why there is a doubt about a document, as a code that can be counted."""

    REPORTED = "reported"
    STANDARD = "standard"
    METHOD = "method"
    IDENTITY = "identity"
    OTHER = "other"


HOLD_REASONS: Mapping[HoldReason, str] = {
    HoldReason.REPORTED: N_("Somebody reported a problem"),
    HoldReason.STANDARD: N_("A standard that was used is in doubt"),
    HoldReason.METHOD: N_("The way it was measured is in doubt"),
    HoldReason.IDENTITY: N_("Which instrument it is about is in doubt"),
    HoldReason.OTHER: N_("Another reason"),
}


class NothingCorrected(Invalid):
    """The corrected document would say the same."""

    code = "certificate.nothing_corrected"
    message = N_("Nothing differs from {number}. Choose at least one word to correct.")


class CorrectsNothing(Conflict):
    """What it would take the place of is not in force."""

    code = "certificate.corrects_nothing"
    message = N_(
        "{number} is not in force any more, so nothing can take its place. Give the "
        "new number up, if one was taken."
    )


class CorrectionOnItsWay(Conflict):
    """A corrected document has its number already."""

    code = "certificate.correction_on_its_way"
    message = N_(
        "{number} was reserved to take its place. Finish it, or give that number up."
    )


class MeasuredOtherwise(Conflict):
    """Measurements hang on what would be corrected."""

    code = "certificate.measured_otherwise"
    message = N_(
        "With these characteristics the readings would be judged by other limits: "
        "{problem}. Revoke the document and measure again."
    )


class Held(Conflict):
    """It is held already."""

    code = "certificate.held"
    message = N_("{number} is suspended or under review already. Lift that first.")


class NotHeld(Conflict):
    """There is nothing to lift."""

    code = "certificate.not_held"
    message = N_("{number} is neither suspended nor under review.")
