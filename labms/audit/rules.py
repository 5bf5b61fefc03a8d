"""What an event is, how it is chained, and how a break is found."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from labms.i18n import N_


class EventType(StrEnum):
    """What happened, as `subject:action`. A value never changes once released."""

    INSTANCE_MADE = "instance:made"
    INSTANCE_RESTORED = "instance:restored"
    INSTANCE_CONFIRMED = "instance:confirmed"
    LOG_BEGUN = "log:begun"
    LOG_CONTINUED = "log:continued"
    NUMBERS_LOST = "numbers:lost"
    USER_ADDED = "user:added"
    USER_CHANGED = "user:changed"
    USER_PASSWORD_SET = "user:password_set"
    ORGANISATION_ADDED = "organisation:added"
    ORGANISATION_CHANGED = "organisation:changed"
    BODY_CHANGED = "body:changed"
    REGISTRATION_ADDED = "registration:added"
    DESIGNATION_ADDED = "designation:added"
    DESIGNATION_CHANGED = "designation:changed"
    CARD_ADDED = "card:added"
    CARD_CHANGED = "card:changed"
    PROCEDURE_RELEASED = "procedure:released"
    PROCEDURE_WITHDRAWN = "procedure:withdrawn"
    OWN_REVISION_BEGUN = "own_revision:begun"
    OWN_REVISION_CORRECTED = "own_revision:corrected"
    OWN_REVISION_CONFIRMED = "own_revision:confirmed"
    OWN_REVISION_DISCARDED = "own_revision:discarded"
    CYCLES_RELEASED = "cycles:released"
    CYCLES_WITHDRAWN = "cycles:withdrawn"
    INSTRUMENT_ADDED = "instrument:added"
    INSTRUMENT_CHANGED = "instrument:changed"
    TYPE_APPROVAL_ADDED = "type_approval:added"
    STANDARD_ADDED = "standard:added"
    STANDARD_CHANGED = "standard:changed"
    CALIBRATION_ADDED = "calibration:added"
    CALIBRATION_WITHDRAWN = "calibration:withdrawn"
    DCC_RECEIVED = "dcc:received"
    DCC_TAKEN_OVER = "dcc:taken_over"
    DCC_DISCARDED = "dcc:discarded"
    TWINS_CHOSEN = "twins:chosen"
    EVIDENCE_ENDED = "evidence:ended"
    EVIDENCE_RESTORED = "evidence:restored"
    STAMP_APPLIED = "stamp:applied"
    STAMP_CANCELLED = "stamp:cancelled"
    STAMP_CONFIRMED = "stamp:confirmed"
    STAMP_RELEASED = "stamp:released"
    ORDER_REGISTERED = "order:registered"
    ORDER_CHANGED = "order:changed"
    JOB_REGISTERED = "job:registered"
    JOB_AGREED = "job:agreed"
    JOB_ASSIGNED = "job:assigned"
    JOB_STARTED = "job:started"
    JOB_READINGS_SAVED = "job:readings_saved"
    JOB_SUBMITTED = "job:submitted"
    JOB_RETURNED = "job:returned"
    JOB_APPROVED = "job:approved"
    JOB_TAKEN_BACK = "job:taken_back"
    JOB_CLOSED = "job:closed"
    JOB_CANCELLED = "job:cancelled"
    CERTIFICATE_RESERVED = "certificate:reserved"
    CERTIFICATE_ISSUED = "certificate:issued"
    CERTIFICATE_VOIDED = "certificate:voided"
    CERTIFICATE_REVOKED = "certificate:revoked"
    CERTIFICATE_SUPERSEDED = "certificate:superseded"
    CERTIFICATE_SUSPENDED = "certificate:suspended"
    CERTIFICATE_UNDER_REVIEW = "certificate:under_review"
    CERTIFICATE_HOLD_LIFTED = "certificate:hold_lifted"
    PROBLEM_REPORTED = "problem:reported"
    PROBLEM_ANSWERED = "problem:answered"
    CERTIFICATE_SIGNED = "certificate:signed"
    CERTIFICATE_HANDED_OVER = "certificate:handed_over"
    CERTIFICATE_FILE_ADDED = "certificate_file:added"
    SIGNING_CHOSEN = "signing:chosen"
    DEMAND_ENTERED = "demand:entered"
    DEMAND_CHANGED = "demand:changed"
    DEMAND_FILE_SENT = "demand_file:sent"
    DEMAND_FILE_ENTERED = "demand_file:entered"
    SCOPE_STATED = "scope:stated"
    CAPACITY_STATED = "capacity:stated"
    WORK_REPORTED = "work:reported"
    STATEMENT_STRUCK = "statement:struck"
    FIGURES_FROZEN = "figures:frozen"
    TRAINING_ENTERED = "training:entered"
    SUPPORT_ENTERED = "support:entered"
    BODY_RAISED_ENTERED = "body_raised:entered"
    UNDERTAKING_STRUCK = "undertaking:struck"
    TASK_ITEM_ADDED = "task_item:added"
    TASK_PROGRESS_REPORTED = "task_progress:reported"
    BUDGET_LINE_ADDED = "budget_line:added"
    BUDGET_DECIDED = "budget:decided"
    PURCHASE_ADDED = "purchase:added"
    PURCHASE_MOVED = "purchase:moved"
    ACTIVITY_ENTERED = "activity:entered"
    PARTICIPANTS_LISTED = "participants:listed"
    PROGRAMME_BEGUN = "programme:begun"
    PROGRAMME_STEP_DONE = "programme_step:done"
    ACCREDITATION_ENTERED = "accreditation:entered"
    ASSESSMENT_ENTERED = "assessment:entered"
    TASK_ENTRY_STRUCK = "task_entry:struck"
    OPTION_PROPOSED = "investment_option:proposed"
    OPTION_STRUCK = "investment_option:struck"


#: What the first event is chained to.
ORIGIN = "0" * 64


def canonical(value: Any) -> str:
    """Return JSON that is the same text whoever writes it: sorted, no spaces, NFC.

    Decimals are strings with all their digits, instants are in UTC with microseconds.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"{type(value).__name__} has no canonical form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What of an event is chained: all of it, but for the hash itself."""

    id: int
    at: datetime
    event_type: str
    subject_type: str
    subject_id: int | None
    actor_id: int | None
    actor_name: str
    reason: str | None
    changes: str
    version: str


def chained_hash(entry: Entry, previous: str) -> str:
    """Return SHA-256 over an event and the hash of the event before it, in hex."""
    told = canonical(
        {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        | {"previous": previous}
    )
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first event at which the trail is not what was written."""

    event_id: int
    what: str


def first_break(chain: Iterable[tuple[Entry, str, str]]) -> Break | None:
    """Return where a chain of (event, previous hash, own hash) breaks, if it does."""
    expected_id, previous = 1, ORIGIN
    for entry, claimed_previous, claimed in chain:
        if entry.id != expected_id:
            return Break(expected_id, N_("missing"))
        if claimed_previous != previous:
            return Break(entry.id, N_("does not follow the event before it"))
        if chained_hash(entry, previous) != claimed:
            return Break(entry.id, N_("altered"))
        expected_id, previous = entry.id + 1, claimed
    return None
