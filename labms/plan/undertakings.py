"""What people enter about the plan's work, and when it cannot be right."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind

RAISED_KINDS: Mapping[RaisedKind, str] = {
    RaisedKind.SOCIALISED: N_("Non-state body that verifies"),
    RaisedKind.CAPABILITY: N_("Body with raised capability (17025, 9001)"),
    RaisedKind.CRITERIA: N_("Laboratory assessed by the national criteria"),
}


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
    """Raise BadCount unless so many persons can have taken part so many times."""
    if not 1 <= distinct <= turns:
        raise BadCount


def check_striking(reason: str) -> str:
    """Return a reason worth keeping. Raises StrikingReasonMissing."""
    if len(reason.strip()) < 10:
        raise StrikingReasonMissing
    return reason.strip()
