"""Documents held against the public log: does each say the same of the other?

The log's own check shows that no entry was altered. It does not show that a document
was changed, removed or slipped in behind the back of the log: that is found here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms.certificates.models import Certificate, Hold
from labms.certificates.rules import CERTIFICATE_STATES, CertificateState
from labms.db import db
from labms.i18n import N_, Message
from labms.proof.models import LogEntry, LogKey
from labms.proof.rules import Entry, LogEvent, document_id
from labms.registry.standings import HoldKind

_AT_ONCE = 2000

NOT_LOGGED = N_("{number} has no entry in the log")
OTHER_WORDS = N_("{number} does not say what the log knows of it")
NO_FILE = N_("the file of {number} is not the one that the log knows")
NOT_REVOKED = N_("{number} was revoked by the log, and is {state} here")
NOT_VOID = N_("the number {number} was given up by the log, and is {state} here")
NOT_SUPERSEDED = N_("{number} was superseded by the log, and is {state} here")
NOT_HELD = N_("{number} was suspended or put under review by the log, and is not here")
STATE_NOT_LOGGED = N_("{number} is {state} here, of which the log knows nothing")
NO_DOCUMENT = N_("entry {position} of the log is about a document that is not here")

_HOLDS = {
    LogEvent.SUSPEND.value: HoldKind.SUSPENDED,
    LogEvent.REVIEW.value: HoldKind.UNDER_REVIEW,
    LogEvent.LIFT.value: None,
}
_STATES = {
    CertificateState.REVOKED: (LogEvent.REVOKE, NOT_REVOKED),
    CertificateState.VOID: (LogEvent.VOID, NOT_VOID),
    CertificateState.SUPERSEDED: (LogEvent.SUPERSEDE, NOT_SUPERSEDED),
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the log says of one document."""

    first: int
    content: str
    events: frozenset[str]
    files: frozenset[str]
    held: HoldKind | None = None


def differing_from_log() -> Iterator[Message]:
    """Yield what documents and log say differently of each other.

    Needs a scope over everything. Reads every document and every entry once. Documents
    from before there was a log need not be in it. A doubt that only we know of may be
    from before the log was told of any; one that the log knows of may not vanish here.
    """
    known = _known()
    since = db.session.scalar(sa.select(sa.func.min(LogKey.began_at)))
    rows = sa.select(
        Certificate.number,
        Certificate.lookup_token,
        Certificate.state,
        Certificate.content_hash,
        Certificate.file_hash,
        Certificate.reserved_at,
        sa.select(Hold.kind)
        .where(Hold.certificate_id == Certificate.id, Hold.lifted_at.is_(None))
        .scalar_subquery()
        .label("held"),
    ).order_by(Certificate.id)
    for row in db.session.execute(rows.execution_options(yield_per=_AT_ONCE)):
        found = known.pop(document_id(row.lookup_token), None)
        if found is None or not found.content:
            if since is not None and row.reserved_at >= since:
                yield Message(NOT_LOGGED, {"number": row.number})
        elif found.content != row.content_hash:
            yield Message(OTHER_WORDS, {"number": row.number})
        if found is not None:
            yield from _compared(row, found)
    for one in sorted(known.values(), key=lambda each: each.first):
        yield Message(NO_DOCUMENT, {"position": one.first})


def _compared(row: Any, found: _Known) -> Iterator[Message]:
    told = {"number": row.number, "state": CERTIFICATE_STATES[row.state]}
    if row.file_hash and row.file_hash not in found.files:
        yield Message(NO_FILE, told)
    if found.held and row.held is not found.held:
        yield Message(NOT_HELD, told)
    for state, (event, text) in _STATES.items():
        if event.value in found.events and row.state is not state:
            yield Message(text, told)
        elif row.state is state and event.value not in found.events and found.content:
            yield Message(STATE_NOT_LOGGED, told)


def _known() -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    rows = sa.select(LogEntry.position, LogEntry.entry).order_by(LogEntry.position)
    for position, text in db.session.execute(
        rows.execution_options(yield_per=_AT_ONCE)
    ):
        try:
            entry = Entry.read(text)
        except ValueError:
            continue  # which the log's own check names
        before = found.get(entry.id) or _Known(position, "", frozenset(), frozenset())
        found[entry.id] = _Known(
            before.first,
            before.content or entry.content,
            before.events | {entry.event},
            before.files | {entry.file} if entry.file else before.files,
            _HOLDS.get(entry.event, before.held),
        )
    return found
