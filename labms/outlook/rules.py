"""What to add first, and where a figure is heading."""

from collections.abc import Mapping
from enum import StrEnum

from labms.i18n import N_


class OptionKind(StrEnum):
    """What a body lacks for a type of instrument: all three, or it cannot verify."""

    STANDARD = "standard"
    PERSON = "person"
    DESIGNATION = "designation"


OPTION_KINDS: Mapping[OptionKind, str] = {
    OptionKind.STANDARD: N_("Measurement standard"),
    OptionKind.PERSON: N_("Verifier with a card"),
    OptionKind.DESIGNATION: N_("Designation"),
}
