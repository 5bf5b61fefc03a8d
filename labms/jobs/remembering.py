"""What a verifier need not type again at the next instrument of the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from labms.catalogue.rules import Evidence
from labms.db import db
from labms.jobs.models import Job
from labms.registry.models import Instrument


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the same verifier entered for the last such instrument on the same day."""

    environment: Mapping[str, Any] = field(default_factory=dict)
    standards: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    place: str = ""
    evidence: Evidence | None = None


def remembered(job: Job, *, day: date) -> Remembered:
    """Return what can be taken over from the verifier's last job of that day.

    The surroundings and the standards are the same at the next scale of a market.
    """
    assert job.instrument is not None  # noqa: S101 (jobs are about instruments)
    last = db.session.scalars(
        sa.select(Job)
        .join(Job.instrument)
        .where(
            Job.performed_by_id == job.performed_by_id,
            Job.performed_on == day,
            Job.id != job.id,
            Job.procedure_slug == job.procedure_slug,
            Instrument.type_slug == job.instrument.type_slug,
        )
        .options(selectinload(Job.used))
        .order_by(
            sa.func.coalesce(Job.submitted_at, Job.registered_at).desc(), Job.id.desc()
        )
        .limit(1)
    ).one_or_none()
    if last is None:
        return Remembered()
    standards: dict[str, tuple[int, ...]] = {}
    for used in last.used:
        standards[used.need] = (*standards.get(used.need, ()), used.standard_id)
    return Remembered(last.environment, standards, last.place, last.evidence)
