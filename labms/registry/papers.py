"""What was given about an instrument, by whichever body, and what it is worth.

Jobs, stamps and certificates lie above; the columns that are needed are read by name.
Whoever stands before an instrument may know all of it, so no scope applies: what a
reader may open of it, the page decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.registry.models import EvidenceEnding
from labms.registry.standings import (
    HoldKind,
    Paper,
    Standing,
    ended_in_time,
    paper_that_counts,
    stamp_standing,
    standing,
)

_MOMENT = EvidenceEnding.__table__.c.ended_at.type
_document = sa.table(
    "certificate",
    sa.column("id"),
    sa.column("kind"),
    sa.column("state"),
    sa.column("number"),
    sa.column("lookup_token"),
    sa.column("instrument_id"),
    sa.column("owner_id"),
    sa.column("job_id"),
    sa.column("issued_on", sa.Date()),
    sa.column("valid_until", sa.Date()),
    sa.column("evidence_at", _MOMENT),
)
_hold = sa.table(
    "certificate_hold",
    sa.column("certificate_id"),
    sa.column("kind"),
    sa.column("lifted_at"),
)
_stamp = sa.table(
    "stamp",
    sa.column("id"),
    sa.column("state"),
    sa.column("serial"),
    sa.column("instrument_id"),
    sa.column("job_id"),
    sa.column("applied_on", sa.Date()),
    sa.column("applied_at", _MOMENT),
    sa.column("valid_until", sa.Date()),
    sa.column("confirmed_at"),
)
_job = sa.table(
    "job",
    sa.column("id"),
    sa.column("instrument_id"),
    sa.column("state"),
    sa.column("evidence"),
    sa.column("performed_on", sa.Date()),
    sa.column("evidence_at", _MOMENT),
    sa.column("valid_until", sa.Date()),
)
_SHOWN = ("issued", "revoked", "superseded")


def papers_of(instrument_id: int, *, on: date, expiring_days: int) -> list[Paper]:
    """Return everything that was given about an instrument, the newest first.

    A stamp with a certificate of the same job is told of there, as long as it is on the
    instrument. Four queries.
    """
    endings = _endings(instrument_id)
    documents = _documents(instrument_id)
    day: dict[str, Any] = {"on": on, "expiring_days": expiring_days}
    stamps = _rows(_stamp, _stamp.c.instrument_id == instrument_id)
    live = {row.job_id: row.serial for row in stamps if row.state == "applied"}
    found = [
        (row.evidence_at, _of_document(row, live.get(row.job_id, ""), endings, day))
        for row in documents
    ]
    told = {row.job_id: row for row in documents if row.kind == "verification"}
    found += [
        (row.applied_at, _of_stamp(row, told.get(row.job_id), endings, day))
        for row in stamps
        if row.state != "released"
        and not (row.state == "applied" and row.job_id in told)
    ]
    marks = _rows(
        _job,
        _job.c.instrument_id == instrument_id,
        _job.c.state == "evidenced",
        _job.c.evidence == "mark",
    )
    found += [(row.evidence_at, _of_mark(row, endings, day)) for row in marks]
    found.sort(key=lambda one: (one[0], one[1].given_on), reverse=True)
    return [paper for _, paper in found]


@dataclass(frozen=True, slots=True)
class Worth:
    """What an instrument is worth on a day, and the paper from which that follows."""

    standing: Standing
    counts: Paper | None


def worth_of(instrument_id: int, *, on: date, expiring_days: int) -> Worth:
    """Return what an instrument is worth on a day. Four queries."""
    found = paper_that_counts(
        papers_of(instrument_id, on=on, expiring_days=expiring_days)
    )
    return Worth(found.standing if found else Standing.NOTHING, found)


def _rows(table: Any, *conditions: Any) -> Sequence[Any]:
    return db.session.execute(
        sa.select(table).where(*conditions).order_by(table.c.id)
    ).all()


def _documents(instrument_id: int) -> Sequence[Any]:
    held = sa.select(_hold.c.kind).where(
        _hold.c.certificate_id == _document.c.id, _hold.c.lifted_at.is_(None)
    )
    return db.session.execute(
        sa.select(_document, held.scalar_subquery().label("held"))
        .where(
            _document.c.instrument_id == instrument_id, _document.c.state.in_(_SHOWN)
        )
        .order_by(_document.c.id)
    ).all()


def _endings(instrument_id: int) -> Sequence[EvidenceEnding]:
    return db.session.scalars(
        sa.select(EvidenceEnding)
        .where(
            EvidenceEnding.instrument_id == instrument_id,
            EvidenceEnding.withdrawn_at.is_(None),
        )
        .order_by(EvidenceEnding.ended_at, EvidenceEnding.id)
    ).all()


def _ending(
    endings: Iterable[EvidenceEnding], since: Any, valid_until: date | None
) -> dict[str, Any]:
    """Return when and why evidence ended, if something did end it in its time."""
    first = next((one for one in endings if one.ended_at > since), None)
    if first is None or not ended_in_time(first.ended_on, valid_until):
        return {}
    return {"ended_on": first.ended_on, "ended_reason": first.reason}


def _of_document(
    row: Any, stamp: str, endings: Iterable[EvidenceEnding], day: dict[str, Any]
) -> Paper:
    ending = {}
    if row.kind == "verification":
        ending = _ending(endings, row.evidence_at, row.valid_until)
    return Paper(
        kind=row.kind,
        number=row.number,
        standing=standing(
            row.state,
            row.kind,
            valid_until=row.valid_until,
            ended_on=ending.get("ended_on"),
            held=HoldKind(row.held) if row.held else None,
            **day,
        ),
        given_on=row.issued_on,
        valid_until=row.valid_until,
        code=row.lookup_token,
        owner_id=row.owner_id,
        stamp_number=stamp,
        **ending,
    )


def _of_stamp(
    row: Any, document: Any, endings: Iterable[EvidenceEnding], day: dict[str, Any]
) -> Paper:
    ending = _ending(endings, row.applied_at, row.valid_until)
    return Paper(
        kind="stamp",
        number=row.serial,
        standing=stamp_standing(
            is_destroyed=row.state == "cancelled",
            is_confirmed=row.confirmed_at is not None,
            valid_until=row.valid_until,
            ended_on=ending.get("ended_on"),
            is_revoked=document is not None and document.state == "revoked",
            **day,
        ),
        given_on=row.applied_on,
        valid_until=row.valid_until,
        **ending,
    )


def _of_mark(row: Any, endings: Iterable[EvidenceEnding], day: dict[str, Any]) -> Paper:
    ending = _ending(endings, row.evidence_at, row.valid_until)
    return Paper(
        kind="mark",
        number="",
        standing=standing(
            "issued",
            "verification",
            valid_until=row.valid_until,
            ended_on=ending.get("ended_on"),
            **day,
        ),
        given_on=row.performed_on,
        valid_until=row.valid_until,
        **ending,
    )
