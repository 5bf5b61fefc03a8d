"""What happened to a job, in words."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.audit.queries import events_about
from labms.db import db
from labms.i18n import N_, gettext
from labms.jobs.models import Job, Review
from labms.people.queries import names_of

SAVED, ASSIGNED, RETURNED = "job:readings_saved", "job:assigned", "job:returned"
TAKEN_BACK = "job:taken_back"
#: What happened to a job, in the words of its history.
EVENTS: Mapping[str, str] = {
    "job:registered": N_("Registered"),
    "job:agreed": N_("Decision rule agreed"),
    ASSIGNED: N_("Assigned"),
    "job:started": N_("Started"),
    SAVED: N_("Readings saved"),
    "job:submitted": N_("Submitted"),
    RETURNED: N_("Returned"),
    "job:approved": N_("Approved"),
    TAKEN_BACK: N_("Approval taken back"),
    "job:closed": N_("Finished"),
    "job:cancelled": N_("Cancelled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody did with a job, or the same several times on end."""

    at: datetime
    text: str
    who: str
    reason: str
    kind: str
    times: int = 1


def returned_among(job_ids: Collection[int]) -> frozenset[int]:
    """Return those of some jobs that a reviewer gave back at least once. One query."""
    rows = sa.select(Review.job_id).where(
        Review.job_id.in_(job_ids), Review.is_approval.is_(False)
    )
    return frozenset(db.session.scalars(rows))


def history_of(job: Job) -> list[Step]:
    """Return the steps of a job, oldest first; saving on end is one step."""
    events = events_about("job", job.id)
    given_to: dict[int, int | None] = {}
    for event in events:
        if event.event_type == ASSIGNED:
            told = json.loads(event.changes).get("assigned_to_id")
            given_to[event.id] = told[1] if told else job.assigned_to_id
    names = names_of([key for key in given_to.values() if key])
    steps: list[Step] = []
    for event in events:
        step = _step(event, names.get(given_to.get(event.id) or 0, ""))
        last = steps[-1] if steps else None
        if last and step.kind == SAVED == last.kind and last.who == step.who:
            steps[-1] = replace(step, times=last.times + 1)
        else:
            steps.append(step)
    return steps


def _step(event: AuditEvent, name: str) -> Step:
    text = gettext(EVENTS.get(event.event_type, event.event_type))
    if name:
        text = gettext(N_("Assigned to {name}")).format(name=name)
    return Step(
        at=event.at,
        text=text,
        who=event.actor_name,
        reason=event.reason or "",
        kind=event.event_type,
    )
