"""What people enter about the plan's work, and when it cannot be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_, Grouped
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind

RAISED_KINDS: Mapping[RaisedKind, str] = {
    RaisedKind.SOCIALISED: N_("Non-state body that verifies"),
    RaisedKind.CAPABILITY: N_("Body with raised capability (17025, 9001)"),
    RaisedKind.CRITERIA: N_("Laboratory assessed by the national criteria"),
}


#: What no training of the province exceeds: labms' own bounds, against slips of keys.
MOST_PERSONS = 5000
MOST_OCCASIONS = 60


class What(StrEnum):
    """The three kinds of records; in addresses."""

    TRAINING = "training"
    SUPPORT = "support"
    RAISED = "raised"


WHAT_NAMES: Mapping[What, str] = {
    What.TRAINING: N_("Trainings"),
    What.SUPPORT: N_("Support of enterprises"),
    What.RAISED: N_("Bodies"),
}


class BadDay(Invalid):
    """Something that has not happened yet does not count."""

    code = "plan.bad_day"
    message = N_("The day lies in the future. Enter it when it has happened.")


class BadCount(Invalid):
    """Participations and persons that contradict each other."""

    code = "plan.bad_count"
    message = N_(
        "There is at least one person, and there are no fewer participations than "
        "different persons."
    )


class TooMany(Invalid):
    """So many participations or persons that no training can have had them."""

    code = "plan.too_many"
    message = N_(
        "One training has at most {persons} persons, and nobody comes to it more than "
        "{occasions} times. Check both figures."
    )


class DocumentMissing(Invalid):
    """Only what a document shows counts."""

    code = "plan.document_missing"
    message = N_("Name the document: without one it cannot count.")


class UnknownArea(Invalid):
    """Figures are kept for no such area."""

    code = "plan.unknown_area"
    message = N_("Choose the area in which it happened.")


class NotAnEnterprise(Invalid):
    """The plan counts enterprises, not persons and offices."""

    code = "plan.not_an_enterprise"
    message = N_("{name} is not an enterprise, and the plan counts enterprises.")


class AssessmentMissing(Invalid):
    """A laboratory counts from what its assessment concluded."""

    code = "plan.assessment_missing"
    message = N_(
        "A laboratory counts from its assessment against the national criteria. Enter "
        "that under “Assessments”: the record comes with it."
    )


class NotABody(Invalid):
    """The plan counts bodies here, and this organisation is none."""

    code = "plan.not_a_body"
    message = N_(
        "{name} is not a verification, calibration or testing body. If it is one, say "
        "so under “Organisations” first."
    )


class StateBody(Invalid):
    """What the state does itself was not opened to others."""

    code = "plan.state_body"
    message = N_("{name} is a state authority, and only non-state bodies count here.")


class NonStateUnsaid(Invalid):
    """An organisation that is no enterprise may be a unit of the state."""

    code = "plan.non_state_unsaid"
    message = N_(
        "{name} is no enterprise, so it may be a unit of the state. Confirm that it is "
        "none, by the document."
    )


class OutsideTheArea(Invalid):
    """What lies elsewhere does not count for an area."""

    code = "plan.outside_the_area"
    message = N_(
        "{name} does not lie in this area, or its commune is not entered. Choose the "
        "other area, or enter its commune under “Organisations”."
    )


class AlreadyStruck(Conflict):
    """It does not count already."""

    code = "plan.already_struck"
    message = N_("This record was struck out before.")


class StrikingReasonMissing(Invalid):
    """Whoever strikes something out says why."""

    code = "plan.striking_reason_missing"
    message = N_("Say in at least ten characters why it does not count.")


def check_entry(*, happened_on: date, document: str, area: str, on: date) -> None:
    """Raise BadDay, DocumentMissing or UnknownArea unless a record can count."""
    if happened_on > on:
        raise BadDay
    if not document.strip():
        raise DocumentMissing
    if area not in AREAS:
        raise UnknownArea


def check_turns(*, turns: int, distinct: int) -> None:
    """Raise BadCount or TooMany unless so many persons can have come so many times."""
    if not 1 <= distinct <= turns:
        raise BadCount
    if distinct > MOST_PERSONS or turns > distinct * MOST_OCCASIONS:
        raise TooMany(persons=Grouped(MOST_PERSONS), occasions=MOST_OCCASIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An organisation, as far as that decides whether it can count."""

    name: str
    is_enterprise_or_person: bool
    is_body: bool
    is_authority: bool
    lies_in_area: bool


def check_raised(kind: RaisedKind, raised: Raised, *, is_non_state: bool) -> None:
    """Raise what keeps an organisation from counting as a body of a kind.

    `is_non_state`: whoever enters it has seen that it is no unit of the state. Refuses
    with NotABody, StateBody, NonStateUnsaid or OutsideTheArea.
    """
    if not raised.is_body:
        raise NotABody(name=raised.name)
    if kind is RaisedKind.SOCIALISED:
        if raised.is_authority:
            raise StateBody(name=raised.name)
        if not raised.is_enterprise_or_person and not is_non_state:
            raise NonStateUnsaid(name=raised.name)
    if not raised.lies_in_area:
        raise OutsideTheArea(name=raised.name)


def check_striking(reason: str) -> str:
    """Return a reason worth keeping. Raises StrikingReasonMissing."""
    if len(reason.strip()) < 10:
        raise StrikingReasonMissing
    return reason.strip()
