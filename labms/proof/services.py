"""Appending to the log, in the transaction of what is logged.

Whoever appends holds the one row that says where the log ends, until the transaction
is over: so there is never a second way in which it goes on. On SQLite every writing
transaction is alone anyway. Append last in a transaction: others wait from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.models import Instance
from labms.audit.queries import Checkpoint as EndOfTrail
from labms.audit.queries import checkpoint as end_of_trail
from labms.db import db
from labms.proof import merkle
from labms.proof.checkpoints import Checkpoint
from labms.proof.keys import keep_key, keys_folder, load_key, log_name
from labms.proof.models import LogCheckpoint, LogEntry, LogHead, LogKey, LogNode
from labms.proof.notes import PrivateKey, encoded
from labms.proof.rules import Entry, LogEvent, LogFenced, LogKeyMissing, LogKeyWrong
from labms.proof.trail import trail_text

_HASH = 64  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Logged:
    """Where an entry was written."""

    position: int
    leaf_hash: str


def check_ready() -> None:
    """Raise LogKeyMissing, LogKeyWrong or LogFenced if nothing could be logged now.

    A log that never had a key gets one here.
    """
    _signer()


def append(
    event: LogEvent,
    *,
    document: str,
    day: date,
    **told: str,
) -> Logged:
    """Add an entry about a document, and sign the log as it is then.

    `document` is its id (see `document_id`); `told` are the other fields of an Entry:
    `content`, `dcc`, `file`, `reason`, `successor`. Two inserts and one update for each
    entry on average, however long the log is. Raises as `check_ready` does.
    """
    head = _locked_end()
    key_id, key = _signer()  # after the lock: nobody can change it meanwhile
    prior = db.session.scalar(
        sa.select(LogEntry.leaf_hash)
        .where(LogEntry.document == document)
        .order_by(LogEntry.position.desc())
        .limit(1)
    )
    end = end_of_trail()
    entry = Entry(
        event=event.value,
        id=document,
        day=day,
        prior=prior or "",
        trail=end.hash if end.size else "",
        **told,
    )
    leaf = merkle.leaf_hash(entry.text.encode())
    peaks = [
        bytes.fromhex(head.peaks[at : at + _HASH])
        for at in range(0, len(head.peaks), _HASH)
    ]
    made = merkle.grown(head.size, peaks, leaf)
    after = merkle.peaks_after(peaks, made)
    db.session.execute(
        sa.insert(LogEntry.__table__),
        {
            "position": head.size,
            "event": event.value,
            "document": document,
            "file": entry.file or None,
            "entry": entry.text,
            "leaf_hash": leaf.hex(),
        },
    )
    _keep_nodes(made)
    db.session.execute(
        sa.update(LogHead.__table__).values(
            size=head.size + 1, peaks=b"".join(after).hex()
        )
    )
    now = Checkpoint(key.public.name, head.size + 1, merkle.folded(after))
    _sign(key_id, key, now, trail=end if event is LogEvent.ISSUE else None)
    return Logged(head.size, leaf.hex())


def _locked_end() -> Any:
    """Return where the log ends, and let nobody else append until this is over."""
    end = sa.select(LogHead.size, LogHead.peaks).with_for_update()
    found = db.session.execute(end).first()
    if found is None:
        db.session.execute(
            sa.text(
                "INSERT INTO log_head (id, size, peaks) VALUES (1, 0, '') "
                "ON CONFLICT DO NOTHING"
            )
        )
        found = db.session.execute(end).one()
    return found


def _keep_nodes(made: list[tuple[merkle.Node, bytes]]) -> None:
    above: list[Mapping[str, Any]] = [
        {"height": height, "position": position, "hash": digest.hex()}
        for (height, position), digest in made
        if height
    ]
    if above:
        db.session.execute(sa.insert(LogNode.__table__), above)


def _sign(
    key_id: int, key: PrivateKey, now: Checkpoint, *, trail: EndOfTrail | None
) -> None:
    text = trail and trail_text(now.origin, trail.size, trail.hash)
    db.session.execute(
        sa.insert(LogCheckpoint.__table__),
        {
            "size": now.size,
            "key_id": key_id,
            "root": now.root.hex(),
            "signature": _signature(key, now.text),
            "signed_at": clock.now(),
            "trail_size": trail and trail.size,
            "trail_hash": trail and trail.hash,
            "trail_signature": text and _signature(key, text),
        },
    )


def _signature(key: PrivateKey, text: str) -> str:
    return encoded(key.sign(text))


def _signer() -> tuple[int, PrivateKey]:
    """Return the key that signs now, with the id of its row.

    Raises LogKeyMissing, LogKeyWrong or LogFenced.
    """
    now = db.session.execute(
        sa.select(
            LogKey.id,
            LogKey.name,
            LogKey.public_key,
            LogKey.began_at,
            sa.select(Instance.restored_at).scalar_subquery().label("restored_at"),
        )
        .order_by(LogKey.id.desc())
        .limit(1)
    ).first()
    if now is None:
        return _first_key()
    if now.restored_at is not None and now.began_at < now.restored_at:
        raise LogFenced
    folder = keys_folder()
    for anew in (False, True):
        key = load_key(folder, anew=anew)
        if str(key.public) == now.public_key:
            return now.id, key
    raise LogKeyWrong(place=folder.name, name=now.name)


def _first_key() -> tuple[int, PrivateKey]:
    """Give a log that never had one its key: nothing was signed that could differ."""
    folder = keys_folder()
    try:
        key = load_key(folder)
    except LogKeyMissing:
        key = keep_key(folder, PrivateKey.new(log_name()))
    return enter_key(key, first_size=0).id, key


def enter_key(key: PrivateKey, *, first_size: int) -> LogKey:
    """Write down that a key signs from now on."""
    row = LogKey(
        name=key.public.name,
        public_key=str(key.public),
        first_size=first_size,
        began_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row
