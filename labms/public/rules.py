"""What anybody may know, and in which words."""

from collections.abc import Mapping
from datetime import timedelta

from labms.errors import LabError, Unavailable
from labms.i18n import N_
from labms.registry.standings import Standing

#: What each standing means, for somebody who stands before the instrument.
MEANINGS: dict[Standing, str] = {
    Standing.VALID: N_(
        "The instrument complied when it was verified, and may be used."
    ),
    Standing.EXPIRING: N_(
        "The instrument complied when it was verified, and may be used until the day "
        "below. It has to be verified again by then."
    ),
    Standing.EXPIRED: N_(
        "Its last day is past. The instrument must not be used before it has been "
        "verified again."
    ),
    Standing.ENDED: N_(
        "It ended before its last day. The instrument must not be used before it has "
        "been verified again."
    ),
    Standing.SUPERSEDED: N_("A corrected document has taken its place."),
    Standing.REVOKED: N_(
        "The body that issued it has withdrawn it. It proves nothing any more."
    ),
    Standing.SUSPENDED: N_(
        "The body that issued it has suspended it: it must not be relied upon until "
        "that is lifted."
    ),
    Standing.UNDER_REVIEW: N_(
        "It has neither been revoked nor suspended, and the body that issued it is "
        "looking into a doubt about it. Ask again in a few days."
    ),
    Standing.NOTICE: N_(
        "The instrument did not comply with the metrological requirements. It must not "
        "be used before it has been repaired and verified again."
    ),
    Standing.CALIBRATED: N_(
        "The body issued it, and it has been neither revoked nor superseded. It states "
        "values with their uncertainty on the day of calibration; it has no last day "
        "and is no verification."
    ),
    Standing.AWAITING: N_(
        "The stamp was put on, and the result awaits its confirmation by the body."
    ),
    Standing.CANCELLED: N_(
        "This stamp was destroyed. It must not be on any instrument."
    ),
    Standing.NOTHING: N_(
        "No verification of this instrument that counts is known here. Where its type "
        "has to be verified, it must not be used before that is done."
    ),
}
#: Where a stamp is worth what its certificate is, that was decided on, not the stamp.
STAMP_MEANINGS: Mapping[Standing, str] = MEANINGS | {
    Standing.REVOKED: N_(
        "The certificate that belongs to this stamp was withdrawn by its body. The "
        "stamp proves nothing any more."
    ),
    Standing.SUSPENDED: N_(
        "The certificate that belongs to this stamp is suspended by its body: the "
        "stamp must not be relied upon until that is lifted."
    ),
    Standing.UNDER_REVIEW: N_(
        "The body is looking into a doubt about the certificate that belongs to this "
        "stamp. Ask again in a few days."
    ),
}

#: So many wrong ends of serial numbers from one address, about one document, and
#: from everybody together, within `WINDOW`. Right ones are not counted.
MOST_PER_ADDRESS = 10
MOST_PER_DOCUMENT = 30
MOST_IN_ALL = 1000
WINDOW = timedelta(minutes=10)


class TooManyGuesses(LabError):
    """Too many serial numbers were guessed lately."""

    code = "public.too_many_guesses"
    message = N_("Too many tries. Wait ten minutes, then try again.")
    status = 429


class CannotTell(Unavailable):
    """The register does not answer, which says nothing about any document."""

    code = "public.cannot_tell"
    message = N_("The register cannot be read at this moment.")
