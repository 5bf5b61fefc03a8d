"""Recording what people do, and refusing to commit what nobody recorded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

import labms
from labms import clock
from labms.audit.models import AuditEvent, AuditHead
from labms.audit.rules import ORIGIN, Entry, EventType, canonical, chained_hash
from labms.db import Audited, db
from labms.policy import Actor


class UnrecordedChange(Exception):
    """An audited row changed without an event about it: a bug, not a refusal."""


@dataclass(slots=True)
class _Told:
    """An event that will be written when the transaction commits."""

    event_type: EventType
    subject: Any
    actor: Actor
    reason: str | None
    at: Any
    changes: Mapping[str, list[Any]] = field(default_factory=dict)


#: Never in the trail, not even as a hash.
SECRET_COLUMNS = frozenset({"password_hash", "token_hash", "contact"})


def record(
    event_type: EventType,
    subject: Any,
    *,
    actor: Actor,
    reason: str | None = None,
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    """Say that `actor` did this to `subject`, a row.

    What changed is added when the transaction commits, in which the event is chained
    to the one before it: both exist or neither does. `changes` names what changed in
    rows that hang on it, as name → [before, after]; its own columns are noted anyway.
    """
    told = _Told(event_type, subject, actor, reason, clock.now(), changes or {})
    db.session.info.setdefault("told", []).append(told)


@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _remember_what_was_there(_kind: object, _key: str, attribute: Any) -> None:
    """Load the old value when a new one is set, so that the trail can tell both."""
    event.listen(attribute, "set", _nothing, active_history=True)


def _nothing(*_: object) -> None:
    return None


@event.listens_for(db.session, "before_flush")
def _note_changes(session: Session, *_: object) -> None:
    changed: dict[int, tuple[Any, dict[str, list[Any]]]]
    changed = session.info.setdefault("changed", {})
    edited = [row for row in session.dirty if session.is_modified(row)]
    for row in (*session.new, *session.deleted, *edited):
        if isinstance(row, Audited):
            _, columns = changed.setdefault(id(row), (row, {}))
            _note_columns(row, columns)


def _note_columns(row: Any, columns: dict[str, list[Any]]) -> None:
    state = inspect(row)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if not history.has_changes() or column.key in SECRET_COLUMNS:
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        first = columns.get(column.key, [before])[0]
        columns[column.key] = [first, after]


@event.listens_for(db.session, "before_commit")
def _write_the_trail(session: Session) -> None:
    session.flush()
    if session.in_nested_transaction():
        return  # a savepoint within a service: the real end is still to come
    told: list[_Told] = session.info.pop("told", [])
    changed = session.info.pop("changed", {})
    about = {id(one.subject) for one in told}
    for row, _ in changed.values():
        if id(row) not in about:
            raise UnrecordedChange(f"{row!r} changed without an audit event")
    if told:
        _append(session, told, changed)
        session.flush()
        session.info.pop("changed", None)


def _append(session: Session, told: list[_Told], changed: dict[int, Any]) -> None:
    head = session.scalar(sa.select(AuditHead).with_for_update())
    if head is None:
        head = AuditHead(id=1, size=0, hash=ORIGIN)
        session.add(head)
    for one in told:
        _, columns = changed.pop(id(one.subject), (None, {}))
        entry = Entry(
            id=head.size + 1,
            at=one.at,
            event_type=one.event_type.value,
            subject_type=one.subject.__tablename__,
            subject_id=getattr(one.subject, "id", None),
            actor_id=one.actor.id,
            actor_name=one.actor.name,
            reason=one.reason,
            changes=canonical({**columns, **one.changes}),
            version=labms.__version__,
        )
        digest = chained_hash(entry, head.hash)
        session.add(AuditEvent(**asdict(entry), previous_hash=head.hash, hash=digest))
        head.size, head.hash = entry.id, digest


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("told", None)
    session.info.pop("changed", None)
