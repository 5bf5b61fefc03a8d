"""Which document the limits of an example are from."""

import re
from collections.abc import Mapping
from typing import Any

from labms.golden.reading import BadExample
from labms.golden.schemas.tables import Given
from labms.i18n import N_

#: The document whose limits each check asks for.
DOCUMENTS: Mapping[str, str] = {
    **dict.fromkeys(("error", "error_before_rounding", "repeatability"), "R76"),
    **dict.fromkeys(("eccentricity", "classification"), "R76"),
    **dict.fromkeys(("mpe_lookup", "weight_verdict"), "R111"),
    **dict.fromkeys(("distance", "time", "fare"), "R21"),
    **dict.fromkeys(("tolerable_deficiency", "lot"), "R87"),
    "volume_error": "R117",
    "water_meter": "R49",
    "gas_meter": "R137",
    "base_mpe": "R46",
    "class_limit": "IEC62053",
    "cuff_pressure": "R16",
    "pressure_gauge": "R101",
    "length_measure": "R35",
    "vessel_line": "R138",
    "vehicle_mass": "R134",
}
#: Another name of the same limits.
_SAME = {"EN837": "R101", "R148": "R16"}
_DOCUMENT = re.compile(r"(?:OIML)?(R[0-9]+|IEC[0-9]+|EN[0-9]+|GENERIC)(?:[-:(].*)?")


def check_document(told: Given, named: Any) -> None:
    """Refuse an example whose document isn't the one its check is about.

    Part and edition may stand behind: the catalogue has one edition of each.
    """
    check = str(told["check"])
    if named is None or check == "plain":
        return
    text = re.sub(r"\s", "", str(named)).upper()
    found = _DOCUMENT.fullmatch(text)
    meant = _SAME.get(found[1], found[1]) if found else text
    wanted = DOCUMENTS.get(check)
    if check == "clinical_thermometer":
        wanted = "R7" if told["kind"] == "mercury" else "R115"
    if meant != wanted:
        problem = N_("this check has no limits of the document:")
        raise BadExample(problem=f"{problem} {named}")
