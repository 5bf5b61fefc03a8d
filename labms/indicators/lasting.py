"""Until when a pass is worth something, by the same rules as the public page.

`labms.registry.standings` says what a document is worth; here is the same for a
query over millions of jobs: revoked comes first, then what ended it in its time, then
the calendar. What ended or was revoked on a day lasted until the day before.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db, scoped
from labms.i18n import N_, Message
from labms.indicators.queries import not_revoked
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.policy import EVERYTHING
from labms.registry.models import EvidenceEnding
from labms.registry.rules import ENDING_REASONS

#: Of so many instruments at a time is asked why their evidence is over.
_AT_ONCE = 500


class _DayBefore(FunctionElement[date]):
    """The day before a day."""

    type = sa.Date()
    inherit_cache = True


@compiles(_DayBefore)
def _subtract(element: Any, compiler: Any, **given: Any) -> str:
    return f"({compiler.process(element.clauses, **given)} - 1)"


@compiles(_DayBefore, "sqlite")
def _modify(element: Any, compiler: Any, **given: Any) -> str:
    return f"date({compiler.process(element.clauses, **given)}, '-1 day')"


def lasts_until(on: date) -> sa.ColumnElement[date]:
    """Return the last day of what passed, as a day knows it. To be grouped.

    Whichever pass lasted longest. A type without a cycle gives evidence without end,
    which is `date.max` until something ends it.
    """
    until = sa.func.coalesce(
        _DayBefore(_ended_on(on)), Job.valid_until, sa.literal(date.max)
    )
    revoked = _DayBefore(_revoked_on(on))
    return sa.func.max(
        sa.case((_stands(on), until), (revoked < until, revoked), else_=until)
    )


def _stands(on: date) -> sa.ColumnElement[bool]:
    """Whether a job's evidence stands: whoever looks for revoked ones looks at few."""
    issued = sa.exists().where(
        Certificate.job_id == Job.id, Certificate.state == CertificateState.ISSUED
    )
    return sa.or_(Job.state != JobState.CERTIFIED, issued, not_revoked(on))


def _ended_on(on: date) -> Any:
    """Return the day on which a job's evidence was ended by then, if it was in time."""
    return (
        sa.select(sa.func.min(EvidenceEnding.ended_on))
        .where(
            EvidenceEnding.instrument_id == Job.instrument_id,
            EvidenceEnding.withdrawn_at.is_(None),
            EvidenceEnding.ended_at > Job.evidence_at,
            EvidenceEnding.ended_on <= on,
            sa.or_(
                Job.valid_until.is_(None), EvidenceEnding.ended_on <= Job.valid_until
            ),
        )
        .correlate(Job)
        .scalar_subquery()
    )


def _revoked_on(on: date) -> Any:
    return (
        sa.select(sa.func.max(Certificate.revoked_on))
        .where(
            Certificate.job_id == Job.id,
            Certificate.state == CertificateState.REVOKED,
            Certificate.revoked_on <= on,
        )
        .correlate(Job)
        .scalar_subquery()
    )


def why_over(last_days: Mapping[int, date]) -> Mapping[int, Message]:
    """Return why the evidence of instruments lasted no longer than to their days."""
    numbers = sorted(last_days)
    found = dict.fromkeys(numbers, Message(N_("its last day is past")))
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        for number, day, message in (*_endings(some), *_revocations(some)):
            if day == last_days[number] + timedelta(days=1):
                found[number] = message
    return found


def _endings(numbers: Collection[int]) -> Iterator[tuple[int, date, Message]]:
    rows = sa.select(
        EvidenceEnding.instrument_id, EvidenceEnding.ended_on, EvidenceEnding.reason
    ).where(
        EvidenceEnding.instrument_id.in_(numbers), EvidenceEnding.withdrawn_at.is_(None)
    )
    for number, day, reason in db.session.execute(rows.order_by(EvidenceEnding.id)):
        yield number, day, Message(ENDING_REASONS[reason])


def _revocations(numbers: Collection[int]) -> Iterator[tuple[int, date, Message]]:
    rows = sa.select(
        Certificate.instrument_id, Certificate.revoked_on, Certificate.number
    ).where(
        Certificate.instrument_id.in_(numbers),
        Certificate.state == CertificateState.REVOKED,
    )
    with scoped(EVERYTHING):
        found = db.session.execute(rows.order_by(Certificate.id)).all()
    told = N_("its certificate {number} was revoked")
    for number, day, name in found:
        if day is not None:
            yield number, day, Message(told, {"number": name})
