"""Stamps: a serial exists once in a body's life."""

import re
from collections.abc import Mapping
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class StampState(StrEnum):
    """On an instrument, or destroyed."""

    APPLIED = "applied"
    CANCELLED = "cancelled"


STAMP_STATES: Mapping[StampState, str] = {
    StampState.APPLIED: N_("On an instrument"),
    StampState.CANCELLED: N_("Destroyed"),
}

#: Why a stamp was destroyed, where nobody has to say it.
REPLACED = N_("replaced by another stamp")
TAKEN_OFF = N_("the instrument failed")


class StampUsed(Conflict):
    """The serial is on another instrument, or was."""

    code = "stamp.used"
    message = N_(
        "Stamp {serial} was used before. Look at the stamp again and enter its own "
        "serial number."
    )


class BadStampSerial(Invalid):
    """What was typed is not a stamp's serial number."""

    code = "stamp.bad_serial"
    message = N_("{serial} is not a stamp's serial number: letters, digits, . and -.")


_SERIAL = re.compile(r"[0-9A-Z][0-9A-Z.\-]{2,19}")


def stamp_serial(typed: str) -> str:
    """Return a serial as it is kept: upper case, without spaces.

    Raises BadStampSerial.
    """
    serial = "".join(typed.split()).upper()
    if not _SERIAL.fullmatch(serial):
        raise BadStampSerial(serial=typed)
    return serial
