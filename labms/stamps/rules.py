"""Stamps: a serial exists once in a body's life."""

import re
from collections.abc import Mapping
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class StampState(StrEnum):
    """On an instrument, destroyed, or never used: its number was noted by mistake."""

    APPLIED = "applied"
    CANCELLED = "cancelled"
    RELEASED = "released"


STAMP_STATES: Mapping[StampState, str] = {
    StampState.APPLIED: N_("On an instrument"),
    StampState.CANCELLED: N_("Destroyed"),
    StampState.RELEASED: N_("Not used after all"),
}

#: Why a stamp was destroyed, where nobody has to say it.
REPLACED = N_("replaced by another stamp")
TAKEN_OFF = N_("the instrument failed")
#: Why a number is free again, where nobody has to say it.
MISTYPED = N_("its number was mistyped, it was not put on")


class StampUsed(Conflict):
    """The serial is on another instrument, or was."""

    code = "stamp.used"
    message = N_(
        "Stamp {serial} was used before. Look at the stamp again and enter its own "
        "serial number."
    )


class StampLooksAlike(Conflict):
    """Another serial of the body differs in nothing that a tired eye would see."""

    code = "stamp.looks_alike"
    message = N_(
        "Stamp {serial} looks like {other}, which was used before. Look at the stamp "
        "again and enter its own serial number."
    )


class NotDestroyed(Conflict):
    """Only what was noted as destroyed can turn out to be unused."""

    code = "stamp.not_destroyed"
    message = N_("Stamp {serial} is not noted as destroyed.")


class ReleaseUnexplained(Invalid):
    """Whoever says that a destroyed stamp was never used says how that came."""

    code = "stamp.release_unexplained"
    message = N_("Say why, in at least ten characters.")


class BadStampSerial(Invalid):
    """What was typed is not a stamp's serial number."""

    code = "stamp.bad_serial"
    message = N_(
        "“{serial}” cannot be the serial number of a stamp: that is 3 to 20 letters "
        "without accents, digits, points or hyphens."
    )


_SERIAL = re.compile(r"[0-9A-Z][0-9A-Z.\-]{2,19}")


def stamp_serial(typed: str) -> str:
    """Return a serial as it is kept: upper case, without spaces.

    Raises BadStampSerial.
    """
    serial = "".join(typed.split()).upper()
    if not _SERIAL.fullmatch(serial):
        raise BadStampSerial(serial=typed)
    return serial


_MISREAD = str.maketrans("OQIL", "0011", ".-")


def stamp_likeness(serial: str) -> str:
    """Return a serial as a tired eye reads it: without . and -, 0 for O, 1 for I.

    >>> stamp_likeness("SD26-0028O") == stamp_likeness("SD26.00280")
    True
    """
    return serial.translate(_MISREAD)
