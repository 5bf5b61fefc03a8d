"""What ended an instrument's evidence: who said so, whose it was, what was taken back.

Jobs, stamps and certificates lie above; the columns that are needed are read by name.
An ending is about whatever any body gave, so no scope applies; what a reader may know
of it, the page decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import User
from labms.audit.models import AuditEvent
from labms.audit.rules import EventType
from labms.db import db
from labms.errors import NotFound
from labms.organisations.models import Organisation
from labms.registry.models import EvidenceEnding
from labms.registry.queries import endings_of
from labms.registry.rules import REPORTED_REASONS, ends
from labms.registry.standings import ended_in_time

_MOMENT = EvidenceEnding.__table__.c.ended_at.type
_job = sa.table(
    "job",
    sa.column("id"),
    sa.column("instrument_id"),
    sa.column("body_id"),
    sa.column("kind"),
    sa.column("state"),
    sa.column("verdict"),
    sa.column("evidence_at", _MOMENT),
    sa.column("valid_until", sa.Date()),
)
_certificate = sa.table(
    "certificate",
    sa.column("id"),
    sa.column("job_id"),
    sa.column("state"),
    sa.column("number"),
)
_stamp = sa.table(
    "stamp",
    sa.column("id"),
    sa.column("instrument_id"),
    sa.column("job_id"),
    sa.column("body_id"),
    sa.column("state"),
    sa.column("serial"),
    sa.column("applied_at", _MOMENT),
    sa.column("valid_until", sa.Date()),
)


@dataclass(frozen=True, slots=True)
class Given:
    """Something that a body gave about an instrument, as far as it can be ended."""

    kind: str
    """What it is: "certificate", "stamp"; "verification" if it has no number."""
    number: str
    body_id: int
    body_name: str
    since: datetime
    valid_until: date | None

    def is_ended_by(self, at: datetime, on: date) -> bool:
        """Whether something of that moment and day ends it."""
        return ends(at, self.since) and ended_in_time(on, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ended evidence, and whose affair that is."""

    row: EvidenceEnding
    person: str
    body_id: int | None
    """The body of the person who said so."""
    body_name: str
    ended: tuple[Given, ...]
    """What it ended: nothing if it was taken back, or if something did so before."""
    taken_back_by: str = ""
    taken_back_because: str = ""

    @property
    def body_ids(self) -> frozenset[int | None]:
        """Whose quality manager may take it back."""
        return frozenset({self.body_id, *(each.body_id for each in self.ended)})

    @property
    def is_reported(self) -> bool:
        """Whether a person said so, and it stands: that can be taken back as such."""
        return (
            self.row.reason in REPORTED_REASONS
            and self.row.job_id is None
            and self.row.withdrawn_at is None
        )


def given_about(instrument_id: int) -> list[Given]:
    """Return all that passed verifications gave, the oldest first. Two queries.

    A measurement that was submitted counts too: its certificate is still to come.
    """
    number = (
        sa.select(_certificate.c.number)
        .where(_certificate.c.job_id == _job.c.id, _certificate.c.state == "issued")
        .limit(1)
        .scalar_subquery()
    )
    jobs = (
        sa.select(
            _job.c.body_id,
            Organisation.name,
            _job.c.evidence_at,
            _job.c.valid_until,
            number.label("number"),
        )
        .join(Organisation, Organisation.id == _job.c.body_id)
        .where(
            _job.c.instrument_id == instrument_id,
            _job.c.kind == "verification",
            _job.c.verdict == "pass",
            _job.c.state != "cancelled",
            _job.c.evidence_at.is_not(None),
            ~_revoked(_job.c.id),
        )
    )
    stamps = (
        sa.select(
            _stamp.c.body_id,
            Organisation.name,
            _stamp.c.applied_at,
            _stamp.c.valid_until,
            _stamp.c.serial,
        )
        .join(Organisation, Organisation.id == _stamp.c.body_id)
        .where(
            _stamp.c.instrument_id == instrument_id,
            _stamp.c.state == "applied",
            ~_revoked(_stamp.c.job_id),
        )
    )
    found = [
        Given("certificate" if number else "verification", number or "", *about)
        for *about, number in db.session.execute(jobs)
    ]
    found += [
        Given("stamp", serial, *about) for *about, serial in db.session.execute(stamps)
    ]
    return sorted(found, key=lambda one: (one.since, one.kind))


def _revoked(job_id: Any) -> sa.Exists:
    return sa.exists().where(
        _certificate.c.job_id == job_id, _certificate.c.state == "revoked"
    )


def ended_by(
    endings: Iterable[EvidenceEnding], given: Iterable[Given]
) -> dict[int, list[Given]]:
    """Return what each ending ended, by its id: of several, the first did it."""
    live = sorted(
        (one for one in endings if one.withdrawn_at is None),
        key=lambda one: (one.ended_at, one.id),
    )
    found: dict[int, list[Given]] = {}
    for each in given:
        first = next((one for one in live if ends(one.ended_at, each.since)), None)
        if first is not None and each.is_ended_by(first.ended_at, first.ended_on):
            found.setdefault(first.id, []).append(each)
    return found


def endings_about(instrument_id: int) -> list[Ending]:
    """Return what ended an instrument's evidence, the newest first. Four queries."""
    rows = db.session.execute(
        sa.select(EvidenceEnding, User.full_name, User.organisation_id)
        .add_columns(Organisation.name)
        .join(User, User.id == EvidenceEnding.recorded_by_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .where(EvidenceEnding.instrument_id == instrument_id)
        .order_by(EvidenceEnding.ended_at.desc(), EvidenceEnding.id.desc())
    ).all()
    if not rows:
        return []
    by = ended_by((row[0] for row in rows), given_about(instrument_id))
    back = _taken_back(row[0].id for row in rows)
    return [
        Ending(
            row=row,
            person=person,
            body_id=body_id,
            body_name=body_name or "",
            ended=tuple(by.get(row.id, ())),
            taken_back_by=back[row.id].actor_name if row.id in back else "",
            taken_back_because=(back[row.id].reason or "") if row.id in back else "",
        )
        for row, person, body_id, body_name in rows
    ]


def who_said(ending: EvidenceEnding) -> Ending:
    """Return one ending, with who said so and what it ended."""
    return ending_about(ending.instrument_id, ending.id)


def _taken_back(ending_ids: Iterable[int]) -> Mapping[int, AuditEvent]:
    told: Sequence[Any] = db.session.scalars(
        sa.select(AuditEvent).where(
            AuditEvent.subject_type == EvidenceEnding.__tablename__,
            AuditEvent.subject_id.in_(list(ending_ids)),
            AuditEvent.event_type == EventType.EVIDENCE_RESTORED,
        )
    ).all()
    return {one.subject_id: one for one in told}


def ending_about(instrument_id: int, ending_id: int) -> Ending:
    """Return one of them, or raise NotFound."""
    for each in endings_about(instrument_id):
        if each.row.id == ending_id:
            return each
    raise NotFound


def standing_now(instrument_id: int) -> list[Given]:
    """Return what nothing has ended and whose last day has not passed, oldest first."""
    given, today = given_about(instrument_id), clock.today()
    rows = _live(instrument_id)
    gone = {id(each) for group in ended_by(rows, given).values() for each in group}
    return [
        each
        for each in given
        if id(each) not in gone
        and (each.valid_until is None or each.valid_until >= today)
    ]


def would_end(instrument_id: int, at: datetime, on: date) -> bool:
    """Whether something of that moment and day would end anything, or end it sooner."""
    rows = [row for row in _live(instrument_id) if row.ended_at <= at]
    return any(
        each.is_ended_by(at, on)
        and not any(ends(row.ended_at, each.since) for row in rows)
        for each in given_about(instrument_id)
    )


def _live(instrument_id: int) -> list[EvidenceEnding]:
    return [one for one in endings_of(instrument_id) if one.withdrawn_at is None]
