"""The way back: which figures a certificate counts in, and why not in others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db, scoped
from labms.i18n import N_
from labms.indicators import daily
from labms.indicators.counted import first_passes
from labms.indicators.queries import first_results, passing
from labms.jobs.models import Job
from labms.jobs.rules import JobKind
from labms.metrology.verdicts import Verdict
from labms.places.rules import AREAS, Area
from labms.plan.rules import Plan
from labms.policy import EVERYTHING
from labms.registry.models import Instrument


@dataclass(frozen=True, slots=True)
class CountedIn:
    """One figure of one area, and whether a certificate counts in it."""

    area: Area
    code: str
    #: The day that the figure is asked for: the last one that counts it.
    on: date
    counts: bool
    #: Why it does not, as a marked text; how it does.
    why: str


def figures_with(
    certificate: Certificate, plan: Plan, *, today: date
) -> list[CountedIn]:
    """Return in which figures a certificate counts, by area; why not in the others."""
    with scoped(EVERYTHING):
        job = db.session.scalars(
            sa.select(Job).where(Job.id == certificate.job_id)
        ).one()
        if job.performed_on is None:
            return []
        day = min(date(job.performed_on.year, 12, 31), today)
        return [
            each
            for area in AREAS.values()
            if not (area.exists_from and day < area.exists_from)
            for each in _in_area(certificate, job, plan, area, day)
        ]


def _in_area(
    certificate: Certificate, job: Job, plan: Plan, area: Area, day: date
) -> Iterator[CountedIn]:
    counts, why = _verified(certificate, job, area.code, day)
    yield CountedIn(area, "verified-share", day, counts, why)
    orders = first_results(area.code, first=plan.counts_from, last=day)
    served = db.session.scalar(
        sa.select(orders.c.id).where(orders.c.id == job.order_id)
    )
    yield CountedIn(
        area,
        "enterprises-served",
        day,
        served is not None,
        N_("with its order, which is one participation of an enterprise")
        if served
        else N_("its customer is no enterprise of the area"),
    )
    judged = _is(job, daily.judged(area.code, first=_first(day), last=day))
    yield CountedIn(
        area,
        "pass-share",
        day,
        judged,
        N_("by its verdict")
        if judged
        else N_("it is no verification of an instrument in the area"),
    )


def _verified(
    certificate: Certificate, job: Job, area: str, day: date
) -> tuple[bool, str]:
    first = _first(day)
    counted = first_passes(area, first=first, last=day)
    if db.session.scalar(
        sa.select(sa.literal(1)).where(sa.literal(job.id).in_(counted))
    ):
        return True, N_(
            "as an instrument that passed in the year, where demand is known and not "
            "met already"
        )
    if job.kind is not JobKind.VERIFICATION:
        return False, N_("only verifications count")
    if job.verdict is not Verdict.PASS:
        return False, N_("it did not pass")
    if certificate.state is CertificateState.REVOKED:
        return False, N_("its certificate was revoked")
    if _is(job, passing(area, first=first, last=day)):
        return False, N_("the instrument counts already by an earlier verification")
    return False, N_("the instrument is not in the area, or it was submitted too late")


def _is(job: Job, condition: sa.ColumnElement[bool]) -> bool:
    found = db.session.scalar(
        sa.select(Job.id)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(Job.id == job.id, condition)
    )
    return found is not None


def _first(day: date) -> date:
    return date(day.year, 1, 1)
