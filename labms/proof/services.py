"""Appending to the log, in the transaction of what is logged.

Whoever appends holds the one row that says where the log ends, until the transaction
is over: so there is never a second way in which it goes on. On SQLite every writing
transaction is alone anyway. Append last in a transaction: others wait from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from labms import clock
from labms.audit.models import AuditHead, Instance
from labms.audit.queries import Checkpoint as EndOfTrail
from labms.audit.queries import checkpoint as end_of_trail
from labms.audit.rules import ORIGIN, EventType
from labms.audit.services import record
from labms.db import db
from labms.i18n import N_, Message
from labms.policy import Actor
from labms.proof import merkle
from labms.proof.checkpoints import Checkpoint, open_checkpoint
from labms.proof.keys import LOG_KEY, keep_key, keys_folder, load_key, log_name
from labms.proof.models import LogCheckpoint, LogEntry, LogHead, LogKey, LogNode
from labms.proof.notes import PrivateKey, PublicKey, encoded, signed
from labms.proof.queries import log_keys, path_of
from labms.proof.rules import (
    Entry,
    LogEvent,
    LogFenced,
    LogForked,
    LogKeyMissing,
    LogKeyWrong,
)
from labms.proof.trail import trail_text

_HASH = 64  # hexadecimal digits
_ENTRY = sa.insert(cast(sa.Table, LogEntry.__table__))
_NODES = sa.insert(cast(sa.Table, LogNode.__table__))
_CHECKPOINT = sa.insert(cast(sa.Table, LogCheckpoint.__table__))
_GROWN = sa.update(cast(sa.Table, LogHead.__table__)).values(
    size=sa.bindparam("new_size"), peaks=sa.bindparam("new_peaks")
)
_END = sa.select(LogHead.size, LogHead.peaks).with_for_update()
#: All that an entry needs to know, asked at once.
_NOW = (
    sa.select(
        LogKey.id,
        LogKey.name,
        LogKey.public_key,
        LogKey.began_at,
        sa.select(Instance.restored_at).scalar_subquery().label("restored_at"),
        sa.select(AuditHead.size).scalar_subquery().label("trail_size"),
        sa.select(AuditHead.hash).scalar_subquery().label("trail_hash"),
        sa.select(LogEntry.leaf_hash)
        .where(LogEntry.document == sa.bindparam("about"))
        .order_by(LogEntry.position.desc())
        .limit(1)
        .scalar_subquery()
        .label("prior"),
    )
    .order_by(LogKey.id.desc())
    .limit(1)
)


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
    signer = _signer(document)  # after the lock: nobody can change it meanwhile
    entry = Entry(
        event=event.value,
        id=document,
        day=day,
        prior=signer.prior,
        trail=signer.trail.hash if signer.trail.size else "",
        **told,
    )
    leaf = merkle.leaf_hash(entry.text.encode())
    peaks = _peaks(head)
    made = merkle.grown(head.size, peaks, leaf)
    after = merkle.peaks_after(peaks, made)
    _write(
        _ENTRY,
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
    _write(_GROWN, {"new_size": head.size + 1, "new_peaks": b"".join(after).hex()})
    now = Checkpoint(signer.key.public.name, head.size + 1, merkle.folded(after))
    _sign(signer, now, trail=signer.trail if event is LogEvent.ISSUE else None)
    return Logged(head.size, leaf.hex())


def _locked_end() -> Any:
    """Return where the log ends, and let nobody else append until this is over."""
    found = db.session.connection().execute(_END).first()
    if found is None:
        db.session.execute(
            sa.text(
                "INSERT INTO log_head (id, size, peaks) VALUES (1, 0, '') "
                "ON CONFLICT DO NOTHING"
            )
        )
        found = db.session.connection().execute(_END).one()
    return found


def _write(statement: Any, given: Any) -> None:
    db.session.connection().execute(statement, given)


def _peaks(head: Any) -> list[bytes]:
    return [
        bytes.fromhex(head.peaks[at : at + _HASH])
        for at in range(0, len(head.peaks), _HASH)
    ]


def _keep_nodes(made: list[tuple[merkle.Node, bytes]]) -> None:
    above: list[Mapping[str, Any]] = [
        {"height": height, "position": position, "hash": digest.hex()}
        for (height, position), digest in made
        if height
    ]
    if above:
        _write(_NODES, above)


def _sign(signer: "_Signer", now: Checkpoint, *, trail: EndOfTrail | None) -> None:
    text = trail and trail_text(now.origin, trail.size, trail.hash)
    _write(
        _CHECKPOINT,
        {
            "size": now.size,
            "key_id": signer.key_id,
            "root": now.root.hex(),
            "signature": _signature(signer.key, now.text),
            "signed_at": clock.now(),
            "trail_size": trail and trail.size,
            "trail_hash": trail and trail.hash,
            "trail_signature": text and _signature(signer.key, text),
        },
    )


def _signature(key: PrivateKey, text: str) -> str:
    return encoded(key.sign(text))


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who signs now, and what an entry about some document is tied to."""

    key_id: int
    key: PrivateKey
    prior: str
    trail: EndOfTrail


def _signer(document: str = "") -> _Signer:
    """Return the key that signs now. Raises LogKeyMissing, LogKeyWrong or LogFenced."""
    asked = {"about": document}
    now = db.session.connection().execute(_NOW, asked).first()
    if now is None:
        _first_key()
        now = db.session.connection().execute(_NOW, asked).one()
    if now.restored_at is not None and now.began_at < now.restored_at:
        raise LogFenced
    folder = keys_folder()
    for anew in (False, True):
        key = load_key(folder, anew=anew)
        if str(key.public) == now.public_key:
            trail = EndOfTrail(now.trail_size or 0, now.trail_hash or ORIGIN)
            return _Signer(now.id, key, now.prior or "", trail)
    raise LogKeyWrong(place=folder.name, name=now.name)


def _first_key() -> None:
    """Give a log that never had one its key: nothing was signed that could differ."""
    folder = keys_folder()
    try:
        key = load_key(folder)
    except LogKeyMissing:
        restored = db.session.scalar(sa.select(Instance.restored_at))
        key = keep_key(folder, _new_key(is_another=restored is not None))
    _enter(key, first_size=0)


def _new_key(*, is_another: bool) -> PrivateKey:
    """Return a new key; where there may be another log, one with a name of its own."""
    name = log_name()
    key = PrivateKey.new(name)
    if not is_another:
        return key
    return key.renamed(f"{name}/{key.public.key.hex()[:8]}")


def _enter(key: PrivateKey, *, first_size: int) -> LogKey:
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


def begin_log(*, actor: Actor) -> PublicKey:
    """Go on under a new key and a new name: nobody can say that the old log forked.

    After a restore, and when a key was lost or stolen. The entries stay; what the old
    key signed is still checked with the old public key. Needs a transaction.
    """
    head = _locked_end()
    key = keep_key(keys_folder(), _new_key(is_another=True), replacing=True)
    _begin_at(key, head)
    _record(EventType.LOG_BEGUN, key.public, actor=actor)
    return key.public


def continue_log(key: PrivateKey, note: str, *, actor: Actor) -> PublicKey:
    """Go on with the log's own key after a restore.

    `note` is the newest checkpoint that is known outside; it must be one that this log
    has reached, or one of its beginnings. Refuses with BadNote, UnknownKey, LogKeyWrong
    or LogForked. Needs a transaction.
    """
    head = _locked_end()
    if key.public not in log_keys():
        raise LogKeyWrong(place=LOG_KEY, name=key.public.name)
    outside, _ = open_checkpoint(note, [key.public])
    if outside.size > head.size:
        problem = N_("it has {there} entries, and here are {here}")
        raise LogForked(
            problem=Message(problem, {"there": outside.size, "here": head.size})
        )
    ours = merkle.folded(path_of([(0, outside.size)])) if outside.size else b""
    if outside.size and ours != outside.root:
        raise LogForked(problem=N_("it has other entries"))
    keep_key(keys_folder(), key, replacing=True)
    _begin_at(key, head)
    _record(EventType.LOG_CONTINUED, key.public, actor=actor)
    return key.public


def _begin_at(key: PrivateKey, head: Any) -> None:
    row = _enter(key, first_size=head.size)
    if head.size:
        now = Checkpoint(key.public.name, head.size, merkle.folded(_peaks(head)))
        end = end_of_trail()
        _sign(_Signer(row.id, key, "", end), now, trail=None)


def _record(event: EventType, key: PublicKey, *, actor: Actor) -> None:
    instance = db.session.get(Instance, 1)
    if instance is not None:
        record(event, instance, actor=actor, reason=str(key))


def signed_end_of_trail() -> str:
    """Return where the audit trail ends now, as a note that the log's key signed.

    Raises as `check_ready` does.
    """
    signer = _signer()
    key, end = signer.key, signer.trail
    text = trail_text(key.public.name, end.size, end.hash)
    return signed(text, [(key.public, key.sign(text))])
