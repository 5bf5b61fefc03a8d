"""What a calibration certificate has to say before it is entered."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.metrology.units import convertible


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

#: Whose competence is a document with a last day.
DOCUMENTED_KINDS = frozenset({IssuerKind.ACCREDITED, IssuerKind.DESIGNATED})


class CalibrationStanding(StrEnum):
    """How a standard's calibration stands on a day."""

    NONE = "none"
    OVERDUE = "overdue"
    DUE_IN_30 = "due_in_30"
    DUE_IN_60 = "due_in_60"
    IN_DATE = "in_date"


CALIBRATION_STANDINGS: Mapping[CalibrationStanding, str] = {
    CalibrationStanding.NONE: N_("Not calibrated"),
    CalibrationStanding.OVERDUE: N_("Overdue"),
    CalibrationStanding.DUE_IN_30: N_("Due within 30 days"),
    CalibrationStanding.DUE_IN_60: N_("Due within 60 days"),
    CalibrationStanding.IN_DATE: N_("In date"),
}


def standing_of(due_on: date | None, *, on: date) -> CalibrationStanding:
    """Return how a calibration with this last day stands; it counts on that day."""
    if due_on is None:
        return CalibrationStanding.NONE
    if due_on < on:
        return CalibrationStanding.OVERDUE
    if due_on <= on + timedelta(days=30):
        return CalibrationStanding.DUE_IN_30
    if due_on <= on + timedelta(days=60):
        return CalibrationStanding.DUE_IN_60
    return CalibrationStanding.IN_DATE


class DuplicateCalibration(Invalid):
    """That certificate is entered for this standard already."""

    code = "traceability.duplicate_calibration"
    message = N_("Certificate {number} is entered for this standard already.")


class BadDates(Invalid):
    """The days of a calibration certificate contradict each other."""

    code = "traceability.bad_dates"
    message = N_(
        "The days contradict each other: calibrated, then issued, and due not before."
    )


class BadUncertainty(Invalid):
    """An uncertainty without its coverage factor, or one that is not positive."""

    code = "traceability.bad_uncertainty"
    message = N_("Enter U and k together, both above zero, or tick “not stated”.")


class BadRange(Invalid):
    """The range ends before it begins, or its unit is of another quantity."""

    code = "traceability.bad_range"
    message = N_("The range has to end at or above its beginning, in a unit of {unit}.")


class CompetenceMissing(Invalid):
    """The document on which the issuer's competence rests is not named."""

    code = "traceability.competence_missing"
    message = N_(
        "Enter the number of the accreditation or designation and its last day."
    )


class NoReference(Invalid):
    """A chain has to go on upwards, or to be declared as ending."""

    code = "traceability.no_reference"
    message = N_(
        "Choose the standards it was calibrated against, or declare that the chain "
        "ends here."
    )


class NotARoot(Invalid):
    """Only a national institute or a national standard ends a chain."""

    code = "traceability.not_a_root"
    message = N_(
        "A chain ends only at a calibration by a national institute, or at a national "
        "standard, and without standards above."
    )


class RefersToItself(Invalid):
    """A standard cannot be calibrated against itself."""

    code = "traceability.refers_to_itself"
    message = N_("A standard cannot be calibrated against itself.")


class BadAttachment(Invalid):
    """The file is none of the kinds that are taken."""

    code = "traceability.bad_attachment"
    message = N_("Attach a PDF, PNG, JPEG or XML file.")


class AlreadyWithdrawn(Conflict):
    """A calibration is withdrawn once."""

    code = "traceability.already_withdrawn"
    message = N_("This calibration has been withdrawn already.")


#: How a file begins, and what it is then. The name that it comes with says nothing.
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<?xml", "text/xml"),
    (b"\xef\xbb\xbf<?xml", "text/xml"),
    (b"<dcc:", "text/xml"),
)


def media_type_of(data: bytes) -> str:
    """Return what a file is, by its content. Raises BadAttachment."""
    for begin, media_type in _MAGIC:
        if data.startswith(begin):
            return media_type
    raise BadAttachment


def check_dates(calibrated_on: date, issued_on: date, due_on: date) -> None:
    """Raise BadDates unless it was calibrated, then issued, and is due not before."""
    if not calibrated_on <= issued_on or due_on < calibrated_on:
        raise BadDates


def check_uncertainty_stated(
    uncertainty: Decimal | None, coverage_factor: Decimal | None
) -> None:
    """Raise BadUncertainty unless both are positive, or both not stated."""
    if uncertainty is None and coverage_factor is None:
        return
    if uncertainty is None or coverage_factor is None:
        raise BadUncertainty
    if uncertainty <= 0 or coverage_factor <= 0:
        raise BadUncertainty


def check_range(range_from: Decimal, range_to: Decimal, *, unit: str, of: str) -> None:
    """Raise BadRange unless the range is one, in a unit of the standard's quantity."""
    if range_to < range_from or not convertible(unit, of):
        raise BadRange(unit=of)


def check_competence(kind: IssuerKind, *, number: str, until: date | None) -> None:
    """Raise CompetenceMissing unless what the competence rests on is named."""
    if kind in DOCUMENTED_KINDS and not (number and until):
        raise CompetenceMissing


def check_upwards(
    kind: IssuerKind, *, is_root: bool, is_national: bool, references: int
) -> None:
    """Raise NotARoot or NoReference unless the chain goes on, or may end here."""
    if is_root:
        may_end = kind is IssuerKind.NATIONAL_INSTITUTE or is_national
        if references or not may_end:
            raise NotARoot
    elif not references:
        raise NoReference
