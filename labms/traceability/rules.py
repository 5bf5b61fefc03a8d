"""What makes a calibration count, and a chain whole."""

from collections.abc import Mapping
from enum import StrEnum

from labms.i18n import N_


class IssuerKind(StrEnum):
    """On what a laboratory's competence rests. Source: ILAC-P10:07/2020."""

    NATIONAL_INSTITUTE = "national_institute"
    ACCREDITED = "accredited"
    DESIGNATED = "designated"
    IN_HOUSE = "in_house"
    OTHER = "other"


ISSUER_KINDS: Mapping[IssuerKind, str] = {
    IssuerKind.NATIONAL_INSTITUTE: N_("National metrology institute"),
    IssuerKind.ACCREDITED: N_("Accredited laboratory"),
    IssuerKind.DESIGNATED: N_("Designated body"),
    IssuerKind.IN_HOUSE: N_("Our own laboratory"),
    IssuerKind.OTHER: N_("Other"),
}
