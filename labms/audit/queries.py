"""Reading the trail, and checking it."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from labms.audit.models import AuditEvent, AuditHead
from labms.audit.rules import ORIGIN, Break, Entry, first_break
from labms.db import db
from labms.i18n import N_


def events_about(subject_type: str, subject_id: int) -> list[AuditEvent]:
    """Return what happened to one row, oldest first."""
    return list(
        db.session.scalars(
            sa.select(AuditEvent)
            .where(
                AuditEvent.subject_type == subject_type,
                AuditEvent.subject_id == subject_id,
            )
            .order_by(AuditEvent.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long the trail was at some moment, and the hash of its last event."""

    size: int
    hash: str


def checkpoint() -> Checkpoint:
    """Return where the trail ends now. Kept outside, it shows if the tail is cut."""
    head = db.session.get(AuditHead, 1)
    return Checkpoint(head.size, head.hash) if head else Checkpoint(0, ORIGIN)


def _chain() -> Iterator[tuple[Entry, str, str]]:
    rows = db.session.scalars(
        sa.select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=2000)
    )
    for row in rows:
        entry = Entry(
            **{name: getattr(row, name) for name in Entry.__dataclass_fields__}
        )
        yield entry, row.previous_hash, row.hash


def verify_trail(outside: Checkpoint | None = None) -> Break | None:
    """Return where the trail is not what was written, or None if it is whole.

    A chain alone does not show that its tail was cut, or that it was written anew from
    some event on; `outside`, a checkpoint kept elsewhere, does.
    """
    if found := first_break(_chain()):
        return found
    now = checkpoint()
    last = db.session.scalar(sa.select(sa.func.max(AuditEvent.id))) or 0
    if last != now.size:
        return Break(last + 1, N_("missing: the trail is shorter than its own record"))
    if outside is None or outside.size == 0:
        return None
    if outside.size > now.size:
        return Break(now.size + 1, N_("missing: the checkpoint knows more events"))
    witnessed = db.session.get(AuditEvent, outside.size)
    if witnessed is None or witnessed.hash != outside.hash:
        return Break(outside.size, N_("not the event that the checkpoint witnessed"))
    return None
