"""Entering calibrations of standards, and withdrawing them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from labms import filestore
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.errors import check_all
from labms.policy import Actor, Permission, authorize
from labms.registry.models import Standard
from labms.registry.rules import StandardRank, check_reason
from labms.traceability.models import Calibration, CalibrationReference
from labms.traceability.rules import (
    AlreadyWithdrawn,
    DuplicateCalibration,
    IssuerKind,
    NoReference,
    RefersToItself,
    check_competence,
    check_dates,
    check_range,
    check_uncertainty_stated,
    check_upwards,
    media_type_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDetails:
    """What a calibration certificate says; figures are in `unit`."""

    number: str
    issuer_name: str
    issuer_kind: IssuerKind
    calibrated_on: date
    issued_on: date
    due_on: date
    range_from: Decimal
    range_to: Decimal
    unit: str
    error: Decimal | None = None
    #: Expanded; None with the factor: not stated.
    uncertainty: Decimal | None = None
    coverage_factor: Decimal | None = None
    accreditation_number: str = ""
    accreditation_until: date | None = None
    is_root: bool = False
    certification_decision: str = ""
    certification_until: date | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was sent."""

    name: str
    data: bytes


def add_calibration(
    standard: Standard,
    details: CalibrationDetails,
    *,
    actor: Actor,
    references: Collection[int] = (),
    attachment: Attachment | None = None,
    files_dir: Path | None = None,
) -> Calibration:
    """Enter a calibration certificate of a standard, linked to the standards above it.

    `references` are ids of the standards it was calibrated against. The file is stored
    before the row, under its own hash. Refuses with NotAllowed or a refusal of
    `labms.traceability.rules` that names the field.
    """
    may_edit(actor, standard)
    check_calibration(standard, details, references=references, attachment=attachment)
    calibration = Calibration(standard_id=standard.id, **asdict(details))
    calibration.reference_rows = [
        CalibrationReference(standard_id=key) for key in sorted(set(references))
    ]
    if attachment is not None and files_dir is not None:
        calibration.file_hash = filestore.store(files_dir, attachment.data)
        calibration.file_name = attachment.name
    db.session.add(calibration)
    db.session.flush()
    record(EventType.CALIBRATION_ADDED, calibration, actor=actor)
    return calibration


def withdraw_calibration(
    calibration: Calibration, *, actor: Actor, on: date, reason: str
) -> Calibration:
    """Let a calibration count no more, because it was wrong or was entered wrongly.

    Refuses with NotAllowed, AlreadyWithdrawn or ReasonTooShort.
    """
    may_edit(actor, calibration.standard)
    if calibration.withdrawn_on is not None:
        raise AlreadyWithdrawn
    check_reason(reason)
    calibration.withdrawn_on = on
    calibration.withdrawal_reason = reason
    db.session.flush()
    record(EventType.CALIBRATION_WITHDRAWN, calibration, actor=actor, reason=reason)
    return calibration


def may_edit(actor: Actor, standard: Standard) -> None:
    """Raise NotAllowed unless a person may enter calibrations of this standard."""
    subject = standard if standard.body_id is not None else None
    authorize(actor, Permission.STANDARD_EDIT, subject)


def check_calibration(
    standard: Standard,
    details: CalibrationDetails,
    *,
    references: Collection[int] = (),
    attachment: Attachment | None = None,
) -> None:
    """Raise what is wrong with a calibration: all of it, not only the first."""
    check_all(
        lambda: check_dates(details.calibrated_on, details.issued_on, details.due_on),
        lambda: check_range(
            details.range_from, details.range_to, unit=details.unit, of=standard.unit
        ),
        lambda: check_uncertainty_stated(details.uncertainty, details.coverage_factor),
        lambda: check_competence(
            details.issuer_kind,
            number=details.accreditation_number,
            until=details.accreditation_until,
        ),
        lambda: check_upwards(
            details.issuer_kind,
            is_root=details.is_root,
            is_national=standard.rank is StandardRank.NATIONAL,
            references=len(references),
        ),
        lambda: _check_references(standard, references),
        lambda: _check_new(standard, details),
        lambda: attachment and media_type_of(attachment.data),
    )


def _check_references(standard: Standard, references: Collection[int]) -> None:
    if standard.id in references:
        raise RefersToItself
    known = select(Standard.id).where(Standard.id.in_(references))
    if len(set(db.session.scalars(known))) != len(set(references)):
        raise NoReference


def _check_new(standard: Standard, details: CalibrationDetails) -> None:
    same = select(Calibration.id).where(
        Calibration.standard_id == standard.id,
        Calibration.number == details.number,
        Calibration.issuer_name == details.issuer_name,
        Calibration.withdrawn_on.is_(None),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise DuplicateCalibration(number=details.number)
