"""The version we write, the words of the vocabulary, and what may stand in the way."""

from collections.abc import Mapping
from enum import StrEnum

from labms.errors import LabError
from labms.i18n import N_

#: Source: PTB, DCC schema 3.3.0 (2024) on D-SI 2.2.1; the newest release of 2026-11.
VERSION = "3.3.0"
NAMESPACE = "https://ptb.de/dcc"
SI = "https://ptb.de/si"

#: What each column of our tables is, in the common vocabulary of DCCs. Tokens with
#: `labms_` are our own: the vocabulary has none for them. Source: tokens seen in PTB's
#: examples and Good Practice files (DKD-E 7-2); the DKD thesaurus itself was not read.
REF_TYPES: Mapping[str, str] = {
    "nominal": "basic_nominalValue",
    "reference": "basic_referenceValue",
    "reading": "basic_measuredValue",
    "error": "basic_measurementError",
    "correction": "labms_correction",
    "hysteresis": "labms_hysteresis",
    "mark": "labms_mark",
    "position": "labms_position",
    "direction": "labms_direction",
    "lower": "basic_toleranceLimitLower",
    "upper": "basic_toleranceLimitUpper",
    "conformity": "basic_conformity",
}
#: The same for conditions, by the keys of the catalogue.
CONDITION_TYPES: Mapping[str, str] = {
    "temperature": "basic_temperature",
    "humidity": "basic_humidityRelative",
}
#: What an agreed rule says of a point, from the words that are printed.
CONFORMITY: Mapping[str, str] = {
    "pass": "pass",
    "fail": "fail",
    "conditional pass": "conditionalPass",
    "conditional fail": "conditionalFail",
}


class TwinReach(StrEnum):
    """Which certificates carry their DCC in the file."""

    CALIBRATIONS = "calibrations"
    ALL = "all"


TWIN_REACHES: Mapping[TwinReach, str] = {
    TwinReach.CALIBRATIONS: N_("calibrations"),
    TwinReach.ALL: N_("calibrations and verifications"),
}


class NoTwin(LabError):
    """What was frozen is not enough for a digital calibration certificate."""

    code = "dcc.no_twin"
    status = 404
    message = N_("There is no digital calibration certificate: {reason}")


BEFORE = N_("it was reserved before labms wrote them.")
OTHER_KIND = N_("documents of this kind have none.")
NO_VALUES = N_("it states no values.")
UNREADABLE = N_("a value is not a number: {value}")
