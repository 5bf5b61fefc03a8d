"""Digital certificates of standards: received, taken over as a calibration, or not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from labms import clock, filestore
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.dcc.opening import dcc_within, opened
from labms.dcc.reading import Received, read_dcc
from labms.dcc.schema import findings
from labms.errors import Conflict, NotFound
from labms.i18n import N_, language
from labms.policy import Actor
from labms.registry.models import Standard
from labms.traceability.models import Calibration, ReceivedDcc
from labms.traceability.services import (
    Attachment,
    CalibrationDetails,
    add_calibration,
    may_edit,
)
from labms.traceability.suggesting import (
    Fit,
    Suggestion,
    fit_of,
    months_later,
    suggestion,
)


class DecidedAlready(Conflict):
    """A digital certificate is taken over or discarded once."""

    code = "traceability.decided_already"
    message = N_("This certificate has been taken over or discarded already.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a received DCC says, and what it would fill in."""

    received: Received
    suggested: Suggestion
    fit: Fit
    references: tuple[int, ...]
    """Standards that we know and that it names as what it was calibrated with."""
    known: Mapping[str, int]
    """Of the certificates that it names those that we have: number → standard."""
    findings: list[str] | None
    """What is not valid by the schema; None where no schema was at hand."""

    @property
    def is_chain_known(self) -> bool:
        """Whether all certificates that it names are entered here."""
        return all(one.number in self.known for _, one in self.received.links)


def receive_dcc(
    standard: Standard, sent: Attachment, *, actor: Actor, files_dir: Path
) -> ReceivedDcc:
    """Keep a DCC that came with a standard; no calibration is entered yet.

    The same file again is the same row until somebody has decided about it. Refuses
    with NotAllowed or NotADcc, and keeps nothing then.
    """
    may_edit(actor, standard)
    received = read_dcc(sent.data)
    digest = filestore.hash_of(sent.data)
    known = db.session.scalar(
        select(ReceivedDcc).where(
            ReceivedDcc.standard_id == standard.id,
            ReceivedDcc.file_hash == digest,
            ReceivedDcc.calibration_id.is_(None),
            ReceivedDcc.discarded_at.is_(None),
        )
    )
    if known is not None:
        return known
    row = ReceivedDcc(
        standard_id=standard.id,
        file_hash=filestore.store(files_dir, sent.data),
        file_name=sent.name,
        schema_version=received.version,
        identifier=received.identifier[:300],
        received_at=clock.now(),
        received_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    record(EventType.DCC_RECEIVED, row, actor=actor)
    return row


def take_over(
    row: ReceivedDcc,
    details: CalibrationDetails,
    *,
    actor: Actor,
    references: Collection[int],
    files_dir: Path,
) -> Calibration:
    """Enter the calibration as a person confirmed or corrected it, with its file.

    Refuses with NotAllowed, DecidedAlready, or as `add_calibration` does.
    """
    may_edit(actor, row.standard)
    if not row.is_open:
        raise DecidedAlready
    calibration = add_calibration(
        row.standard,
        details,
        actor=actor,
        references=references,
        attachment=Attachment(row.file_name, filestore.read(files_dir, row.file_hash)),
        files_dir=files_dir,
    )
    row.calibration_id = calibration.id
    db.session.flush()
    record(EventType.DCC_TAKEN_OVER, row, actor=actor)
    return calibration


def discard(row: ReceivedDcc, *, actor: Actor) -> None:
    """Say that nothing is entered from it. Refuses with NotAllowed, DecidedAlready."""
    may_edit(actor, row.standard)
    if not row.is_open:
        raise DecidedAlready
    row.discarded_at = clock.now()
    db.session.flush()
    record(EventType.DCC_DISCARDED, row, actor=actor)


def received_by_id(received_id: int) -> ReceivedDcc:
    """Return a received DCC with its standard, or raise NotFound."""
    row = db.session.scalar(
        select(ReceivedDcc)
        .options(joinedload(ReceivedDcc.standard))
        .where(ReceivedDcc.id == received_id)
    )
    if row is None:
        raise NotFound
    return row


def received_for(standard_id: int) -> Sequence[ReceivedDcc]:
    """Return what was sent for a standard and not discarded, the newest first."""
    return db.session.scalars(
        select(ReceivedDcc)
        .where(
            ReceivedDcc.standard_id == standard_id, ReceivedDcc.discarded_at.is_(None)
        )
        .order_by(ReceivedDcc.id.desc())
    ).all()


def preview(standard: Standard, data: bytes, *, schema: Path | None) -> Preview:
    """Return what a DCC would fill in for a standard. Changes nothing.

    Raises NotADcc. Two queries, for the standards and certificates that it names.
    """
    received = read_dcc(data, language=language())
    ours = (standard.serial, standard.inventory_number)
    return Preview(
        received=received,
        suggested=suggestion(
            received,
            unit=standard.unit,
            own_due_on=_by_our_interval(standard, received),
        ),
        fit=fit_of(received.items, ours=ours),
        references=_named_in(received, but=standard.id),
        known=_known_to_us(received),
        findings=findings(opened(dcc_within(data)), schema) if schema else None,
    )


def _by_our_interval(standard: Standard, received: Received) -> date | None:
    if standard.interval_months is None or received.calibrated_on is None:
        return None
    return months_later(received.calibrated_on, standard.interval_months)


def _known_to_us(received: Received) -> dict[str, int]:
    numbers = {one.number for _, one in received.links if one.number}
    if not numbers:
        return {}
    rows = db.session.execute(
        select(Calibration.number, Calibration.standard_id)
        .where(Calibration.number.in_(numbers), Calibration.withdrawn_on.is_(None))
        .order_by(Calibration.id)
    )
    return {row.number: row.standard_id for row in rows}


def _named_in(received: Received, *, but: int) -> tuple[int, ...]:
    """Return the standards that we know by a number of the certificate or a serial.

    Only those directly above: what stands further up hangs on them.
    """
    numbers = {one.number for one in received.reports if one.number}
    serials = {number for one in received.reports for number in one.serials}
    if not numbers and not serials:
        return ()
    by_number = select(Calibration.standard_id).where(Calibration.number.in_(numbers))
    rows = select(Standard.id).where(
        Standard.id != but,
        or_(Standard.id.in_(by_number), Standard.serial.in_(serials - {""})),
    )
    return tuple(db.session.scalars(rows.order_by(Standard.id)))
