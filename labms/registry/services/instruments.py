"""Registering instruments, and decisions that approve their models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.characteristics import read_characteristics
from labms.catalogue.entries import CharacteristicKind, InstrumentType
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import check_all
from labms.metrology.decimals import read_in
from labms.policy import Actor, Permission, authorize
from labms.registry.models import EvidenceEnding, Instrument, TypeApproval
from labms.registry.plates import check_plate
from labms.registry.queries import (
    look_alikes,
    same_instrument,
    type_approval_by_id,
)
from labms.registry.rules import (
    AlterationUnanswered,
    ApprovalOfAnother,
    DuplicateApproval,
    DuplicateInstrument,
    EndingReason,
    InstrumentState,
    LooksAlike,
    identity_key,
)
from labms.registry.services.endings import (
    check_not_elsewhere,
    end_evidence,
    withdraw,
)
from labms.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentDetails:
    """What is entered about an instrument."""

    type_slug: str
    maker: str
    serial: str
    owner_id: int
    commune_key: str
    model: str = ""
    made_in: str = ""
    made_year: int | None = None
    #: As typed: {"Max": "60", "e": "0,2"}.
    characteristics: Mapping[str, str] = field(default_factory=dict)
    place_of_use: str = ""
    type_approval_id: int | None = None


def add_instrument(
    details: InstrumentDetails,
    *,
    actor: Actor,
    on: date,
    look_alikes_compared: bool = False,
) -> Instrument:
    """Register an instrument.

    Refuses with NotAllowed, DuplicateInstrument, CharacteristicMissing,
    ImpossibleFigure or another Invalid; with LooksAlike unless somebody has compared
    the plate.
    """
    authorize(actor, Permission.INSTRUMENT_EDIT)
    written = _checked(details, None, actor=actor, compared=look_alikes_compared)
    instrument = Instrument(registered_on=on, state=InstrumentState.IN_USE)
    _write(instrument, details, written)
    db.session.add(instrument)
    _flush_instrument(instrument)
    record(EventType.INSTRUMENT_ADDED, instrument, actor=actor)
    return instrument


def change_instrument(
    instrument: Instrument,
    details: InstrumentDetails,
    *,
    actor: Actor,
    on: date,
    was_altered: bool | None = None,
    look_alikes_compared: bool = False,
) -> Instrument:
    """Correct what is registered, or note what became of an instrument.

    When a characteristic changes, `was_altered` says whether the instrument itself
    did: then its evidence ends. Refuses as `add_instrument`, and with
    AlterationUnanswered or InWorkElsewhere.
    """
    authorize(actor, Permission.INSTRUMENT_EDIT)
    check_not_elsewhere(instrument, actor)
    moved = (details.type_slug, identity_key(details.serial)) != (
        instrument.type_slug,
        instrument.serial_key,
    ) or identity_key(details.maker) != instrument.maker_key
    written = _checked(
        details, instrument, actor=actor, compared=look_alikes_compared or not moved
    )
    differs = written != instrument.characteristics or (
        details.type_slug != instrument.type_slug
    )
    if differs and was_altered is None:
        raise AlterationUnanswered
    _write(instrument, details, written)
    _flush_instrument(instrument)
    record(EventType.INSTRUMENT_CHANGED, instrument, actor=actor)
    if differs and was_altered:
        end_evidence(instrument, reason=EndingReason.ALTERED, actor=actor, on=on)
    return instrument


def set_instrument_state(
    instrument: Instrument, state: InstrumentState, *, actor: Actor, on: date
) -> Instrument:
    """Take an instrument out of use from a day on, or back into it.

    Its evidence ends with its use. Nothing happened to the instrument, so what has not
    run out meanwhile is valid again once it is back. Refuses with NotAllowed, NotYet
    or InWorkElsewhere.
    """
    authorize(actor, Permission.INSTRUMENT_EDIT)
    check_not_elsewhere(instrument, actor)
    if state is instrument.state:
        return instrument
    is_out = state is InstrumentState.OUT_OF_USE
    instrument.state, instrument.out_of_use_on = state, on if is_out else None
    db.session.flush()
    record(EventType.INSTRUMENT_CHANGED, instrument, actor=actor)
    if is_out:
        end_evidence(instrument, reason=EndingReason.OUT_OF_USE, actor=actor, on=on)
    else:
        withdraw(
            EvidenceEnding.instrument_id == instrument.id,
            EvidenceEnding.reason == EndingReason.OUT_OF_USE,
            actor=actor,
        )
    return instrument


def _checked(
    details: InstrumentDetails,
    before: Instrument | None,
    *,
    actor: Actor,
    compared: bool,
) -> dict[str, str]:
    """Return the characteristics as they are kept. Raise what is wrong with details."""
    kind = shipped_catalogue().type(details.type_slug)
    but_id = before.id if before else None
    check_all(
        lambda: _check_figures(kind, details, before, actor),
        lambda: _check_serial(details, but_id=but_id, compared=compared),
        lambda: _check_approval(details),
    )
    return _as_kept(kind, details.characteristics)


def _check_figures(
    kind: InstrumentType,
    details: InstrumentDetails,
    before: Instrument | None,
    actor: Actor,
) -> None:
    """Raise what cannot be read, or cannot be; what stood there before may stay."""
    read_characteristics(kind.characteristics, details.characteristics)
    written = _as_kept(kind, details.characteristics)
    if before is None or (kind.slug, written) != (
        before.type_slug,
        before.characteristics,
    ):
        check_plate(kind, written, body_id=actor.organisation_id)


def _check_serial(
    details: InstrumentDetails, *, but_id: int | None, compared: bool
) -> None:
    given = (details.type_slug, details.maker, details.serial)
    if same_instrument(*given, but_id=but_id):
        raise DuplicateInstrument(serial=details.serial)
    if not compared and (others := look_alikes(*given, but_id=but_id)):
        other = others[0]
        named = f"{other.serial} ({other.maker})" if other.maker else other.serial
        raise LooksAlike(serial=details.serial, other=named)


def _check_approval(details: InstrumentDetails) -> None:
    if details.type_approval_id is not None:
        approval = type_approval_by_id(details.type_approval_id)
        if approval.type_slug != details.type_slug:
            raise ApprovalOfAnother


def _as_kept(kind: InstrumentType, given: Mapping[str, str]) -> dict[str, str]:
    """Return characteristics with decimals written in one way, digits kept."""
    kept = {}
    for each in kind.characteristics:
        written = str(given.get(each.key, "")).strip()
        if not written:
            continue
        if each.kind is CharacteristicKind.DECIMAL:
            written = format(read_in(written, each.unit), "f")
        kept[each.key] = written
    return kept


def _write(
    instrument: Instrument, details: InstrumentDetails, written: dict[str, str]
) -> None:
    for name, value in asdict(details).items():
        setattr(instrument, name, value)
    instrument.characteristics = written
    instrument.maker_key = identity_key(details.maker)
    instrument.serial_key = identity_key(details.serial)
    instrument.folded = fold(
        " ".join((details.maker, details.model, details.serial, details.place_of_use))
    )


def _flush_instrument(instrument: Instrument) -> None:
    """Write it; two people who register the same one at once get one refusal."""
    serial = instrument.serial
    try:
        db.session.flush()
    except IntegrityError as error:
        raise DuplicateInstrument(serial=serial) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDetails:
    """What a decision of type approval says."""

    number: str
    type_slug: str
    maker: str
    model: str
    issued_by: str
    issued_on: date
    valid_until: date | None = None


def add_type_approval(details: ApprovalDetails, *, actor: Actor) -> TypeApproval:
    """Enter a decision that approves a model. Refuses with DuplicateApproval."""
    authorize(actor, Permission.INSTRUMENT_EDIT)
    shipped_catalogue().type(details.type_slug)
    taken = select(TypeApproval.id).where(TypeApproval.number == details.number)
    if db.session.scalar(taken) is not None:
        raise DuplicateApproval(number=details.number)
    approval = TypeApproval(**asdict(details))
    db.session.add(approval)
    db.session.flush()
    record(EventType.TYPE_APPROVAL_ADDED, approval, actor=actor)
    return approval
