"""Which designations held on a day, as they were known when its figures were closed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.models import AuditEvent
from labms.audit.rules import EventType
from labms.db import db
from labms.organisations.models import Designation, DesignationScope
from labms.organisations.rules import holds_on


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a decision was before something was entered about it."""

    is_known: bool
    """Whether it had been entered at all."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """Those that changed since, with what they were, as the trail writes it."""


def earlier(moment: datetime) -> Mapping[int, Earlier]:
    """Return what decisions were at a moment, of those that changed since; by number.

    From the trail: it alone knows when a decision was entered, suspended or resumed.
    One query, and none for a moment that is still to come.
    """
    if moment > clock.now():
        return {}
    events = db.session.scalars(
        sa.select(AuditEvent)
        .where(
            AuditEvent.subject_type == Designation.__tablename__,
            AuditEvent.at >= moment,
        )
        .order_by(AuditEvent.id.desc())
    )
    found: dict[int, Earlier] = {}
    for event in events:
        since = found.get(event.subject_id or 0, Earlier(is_known=True))
        was = {name: pair[0] for name, pair in json.loads(event.changes).items()}
        found[event.subject_id or 0] = Earlier(
            is_known=event.event_type != EventType.DESIGNATION_ADDED.value,
            columns={**since.columns, **was},
        )
    return found


def reasons_then(scope: DesignationScope, was: Earlier | None) -> tuple[str, ...]:
    """Return for which reasons a type was covered, by what was known; for none: ().

    What a decision was corrected to cover no longer is gone and does not come back.
    """
    if was is None or "scopes" not in was.columns:
        return tuple(scope.reasons)
    return tuple(was.columns["scopes"].get(scope.type_slug, ()))


def held(designation: Designation, on: date, was: Earlier | None) -> bool:
    """Return whether a decision holds on a day, by what was known of it."""
    if was is None:
        return designation.holds(on)
    return was.is_known and holds_on(
        on,
        issued_on=designation.issued_on,
        valid_until=designation.valid_until,
        suspended_from=_day(designation, was, "suspended_from"),
        suspended_until=_day(designation, was, "suspended_until"),
    )


def _day(designation: Designation, was: Earlier, name: str) -> date | None:
    if name not in was.columns:
        found: date | None = getattr(designation, name)
        return found
    text = was.columns[name]
    return date.fromisoformat(text) if text else None
