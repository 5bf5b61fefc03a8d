"""Looking through the trail: by what, by whom, when, and what it was about."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import User
from labms.audit.models import AuditEvent
from labms.catalogue.rules import REASON_NAMES
from labms.db import db
from labms.i18n import N_, gettext
from labms.organisations.rules import ORGANISATION_ROLES
from labms.policy import ROLE_NAMES
from labms.trail.naming import Key, Thing, called, things
from labms.trail.readings import reading_names
from labms.trail.rules import EVENT_NAMES
from labms.trail.values import READING, Change, keys_in, shown, type_text

_EVENT_NAMES = {str(event): name for event, name in EVENT_NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events somebody wants to see; whatever is empty leaves nothing out."""

    q: str = ""
    about: str = ""
    about_id: int | None = None
    by: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as a person reads it."""

    event: AuditEvent
    what: str
    thing: Thing | None
    reason: str
    changes: list[Change]


def events(wanted: Wanted) -> sa.Select[Any]:
    """Return the query of the trail, newest first."""
    rows = sa.select(AuditEvent).order_by(AuditEvent.id.desc())
    if wanted.about:
        rows = rows.where(AuditEvent.subject_type == wanted.about)
    if wanted.about_id is not None:
        rows = rows.where(AuditEvent.subject_id == wanted.about_id)
    if wanted.by is not None:
        rows = rows.where(AuditEvent.actor_id == wanted.by)
    if wanted.since is not None:
        rows = rows.where(AuditEvent.at >= _begin(wanted.since))
    if wanted.until is not None:
        rows = rows.where(AuditEvent.at < _begin(wanted.until + timedelta(days=1)))
    if wanted.q:
        rows = rows.where(
            sa.or_(
                sa.false(),
                *(
                    sa.and_(
                        AuditEvent.subject_type == table, AuditEvent.subject_id.in_(ids)
                    )
                    for table, ids in called(wanted.q)
                ),
            )
        )
    return rows


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.ZONE)


def people() -> Sequence[tuple[int, str]]:
    """Return who may have done something: everybody with an account, by name."""
    rows = db.session.execute(
        sa.select(User.id, User.full_name).order_by(User.full_name, User.id)
    )
    return [(row.id, row.full_name) for row in rows]


def told(rows: Sequence[AuditEvent]) -> list[Told]:
    """Return events as people read them: a fixed number of queries for each table."""
    changes: dict[int, dict[str, list[Any]]] = {
        row.id: json.loads(row.changes) for row in rows
    }
    wanted: set[Key] = {(row.subject_type, row.subject_id) for row in rows}
    for row in rows:
        wanted.update(keys_in(row.subject_type, changes[row.id]))
    names = things(wanted)
    measured = {
        row.subject_id
        for row in rows
        if row.subject_id is not None
        and row.subject_type == "job"
        and any(key.startswith(READING) for key in changes[row.id])
    }
    readings = reading_names(measured) if measured else {}
    return [
        Told(
            event=row,
            what=_what(row),
            thing=names.get((row.subject_type, row.subject_id)),
            reason=_reason(row),
            changes=shown(
                row.subject_type,
                changes[row.id],
                names=names,
                readings=readings.get(row.subject_id or 0, {}),
            ),
        )
        for row in rows
    ]


def _what(row: AuditEvent) -> str:
    return gettext(_EVENT_NAMES.get(row.event_type, row.event_type))


#: What the program itself writes as a reason; its words are named where it is shown.
_WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def _reason(row: AuditEvent) -> str:
    """Return the reason; where the program wrote it, in words."""
    said = row.reason or ""
    subject = row.event_type.partition(":")[0]
    if subject in ("card", "designation"):
        known = {str(reason): gettext(name) for reason, name in REASON_NAMES.items()}
        known["resumed"] = gettext(N_("suspension lifted"))
        return _WORD.sub(lambda m: known.get(m[0]) or type_text(m[0]), said)
    if subject in ("user", "organisation"):
        roles = ROLE_NAMES if subject == "user" else ORGANISATION_ROLES
        called_so = {str(role): gettext(name) for role, name in roles.items()}
        return _WORD.sub(lambda m: called_so.get(m[0], m[0]), said)
    return said
