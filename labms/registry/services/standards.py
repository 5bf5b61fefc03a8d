"""Standards: taking one into the register, changing it, and keeping it from use."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.errors import check_all
from labms.metrology.units import UNITS
from labms.policy import Actor, Permission, authorize
from labms.registry.models import Standard, StandardOutage
from labms.registry.rules import (
    BadLimit,
    BadRange,
    DuplicateStandard,
    HolderMissing,
    StandardRank,
    StandardState,
    UnknownUnit,
    check_reason,
    check_standard_transition,
)
from labms.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardDetails:
    """What is entered about a standard; figures are in `unit`."""

    inventory_number: str
    name: str
    kind_slug: str
    rank: StandardRank
    range_from: Decimal
    range_to: Decimal
    unit: str
    accuracy_class: str = ""
    mpe: Decimal | None = None
    interval_months: int | None = None
    maker: str = ""
    model: str = ""
    serial: str = ""
    made_in: str = ""
    holder_name: str = ""
    note: str = ""


def add_standard(
    details: StandardDetails, *, actor: Actor, body_id: int | None
) -> Standard:
    """Take a standard of a body into the register, or one that others hold (None).

    Refuses with NotAllowed, DuplicateStandard, HolderMissing, BadRange, BadLimit or
    UnknownUnit.
    """
    standard = Standard(body_id=body_id, state=StandardState.IN_USE)
    _authorize(actor, standard)
    _check(details, standard)
    _write(standard, details)
    db.session.add(standard)
    _flush(standard)
    record(EventType.STANDARD_ADDED, standard, actor=actor)
    return standard


def change_standard(
    standard: Standard, details: StandardDetails, *, actor: Actor
) -> Standard:
    """Correct what is registered about a standard. Refuses as `add_standard`."""
    _authorize(actor, standard)
    _check(details, standard)
    _write(standard, details)
    _flush(standard)
    record(EventType.STANDARD_CHANGED, standard, actor=actor)
    return standard


def suspend_standard(
    standard: Standard, *, actor: Actor, on: date, reason: str
) -> Standard:
    """Keep a standard from being used from a day on, until it is resumed."""
    return _take_out(standard, StandardState.SUSPENDED, actor, on, reason)


def retire_standard(
    standard: Standard, *, actor: Actor, on: date, reason: str
) -> Standard:
    """Keep a standard from being used from a day on, for good."""
    return _take_out(standard, StandardState.RETIRED, actor, on, reason)


def resume_standard(
    standard: Standard, *, actor: Actor, on: date, reason: str
) -> Standard:
    """Let a suspended standard be used again, from a day on."""
    _authorize(actor, standard)
    check_standard_transition(standard.state, StandardState.IN_USE)
    check_reason(reason)
    _end_outages(standard, on)
    standard.state = StandardState.IN_USE
    db.session.flush()
    record(EventType.STANDARD_CHANGED, standard, actor=actor, reason=reason)
    return standard


def _take_out(
    standard: Standard, state: StandardState, actor: Actor, on: date, reason: str
) -> Standard:
    _authorize(actor, standard)
    check_standard_transition(standard.state, state)
    check_reason(reason)
    _end_outages(standard, on)
    db.session.add(StandardOutage(standard_id=standard.id, begins_on=on, reason=reason))
    standard.state = state
    db.session.flush()
    record(EventType.STANDARD_CHANGED, standard, actor=actor, reason=reason)
    return standard


def _end_outages(standard: Standard, on: date) -> None:
    """Let what keeps the standard from use end with the day before."""
    for outage in db.session.scalars(
        select(StandardOutage)
        .where(
            StandardOutage.standard_id == standard.id, StandardOutage.ends_on.is_(None)
        )
        .order_by(StandardOutage.id)
    ):
        outage.ends_on = max(outage.begins_on, on - timedelta(days=1))


def _authorize(actor: Actor, standard: Standard) -> None:
    """A body's standards are its own; others' are entered by whoever needs them."""
    subject = standard if standard.body_id is not None else None
    authorize(actor, Permission.STANDARD_EDIT, subject)


def _check(details: StandardDetails, standard: Standard) -> None:
    check_all(
        lambda: _check_holder(details, standard.body_id),
        lambda: _check_range(details),
        lambda: _check_number(details, standard),
    )


def _check_holder(details: StandardDetails, body_id: int | None) -> None:
    if body_id is None and not details.holder_name:
        raise HolderMissing


def _check_range(details: StandardDetails) -> None:
    if details.unit not in UNITS:
        raise UnknownUnit(unit=details.unit)
    if details.range_to < details.range_from:
        raise BadRange


def _check_number(details: StandardDetails, standard: Standard) -> None:
    with db.session.no_autoflush:
        taken = db.session.scalar(
            select(Standard.id).where(
                Standard.body_id.is_not_distinct_from(standard.body_id),
                Standard.holder_name == details.holder_name,
                Standard.inventory_number == details.inventory_number,
                Standard.id != (standard.id or 0),
            )
        )
    if taken is not None:
        raise DuplicateStandard(number=details.inventory_number)
    if details.mpe is not None and details.mpe <= 0:
        raise BadLimit


def _write(standard: Standard, details: StandardDetails) -> None:
    for name, value in asdict(details).items():
        setattr(standard, name, value)
    standard.folded = fold(
        " ".join(
            (
                details.inventory_number,
                details.name,
                details.maker,
                details.model,
                details.serial,
                details.holder_name,
            )
        )
    )


def _flush(standard: Standard) -> None:
    number = standard.inventory_number
    try:
        db.session.flush()
    except IntegrityError as error:
        raise DuplicateStandard(number=number) from error
