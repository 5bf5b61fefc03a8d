"""The way back: which figures a certificate counts in, and why not in others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db, scoped
from labms.demand.registered import joined_successor, present_key
from labms.i18n import N_, Message
from labms.indicators import daily
from labms.indicators.counted import first_passes
from labms.indicators.figures import Count, first_day
from labms.indicators.queries import REVOKED_LATER, first_results, passing
from labms.indicators.unsurveyed import cells_of, narrowed, why_not
from labms.jobs.models import Job, Order
from labms.jobs.rules import JobKind
from labms.metrology.verdicts import Verdict
from labms.places.models import CommuneSuccession
from labms.places.rules import AREAS, Area
from labms.plan.rules import Plan
from labms.policy import EVERYTHING
from labms.registry.models import Instrument

#: What counts no certificate at all, nor the job behind it.
WITHOUT_CERTIFICATES = N_(
    "Other figures count demand, designations, capacities, trainings and bodies, and "
    "jobs in work until they are closed: no certificate counts in them."
)


@dataclass(frozen=True, slots=True)
class CountedIn:
    """One figure of one area, and whether a certificate counts in it."""

    area: Area
    code: str
    #: The day that the figure is asked for: the last one that counts it.
    on: date
    counts: bool
    #: How it counts, or why it does not.
    why: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A certificate with its job, and for which area and days it is asked."""

    certificate: Certificate
    job: Job
    plan: Plan
    area: Area
    #: The last day of the year of its measurements, today while that lasts.
    day: date
    today: date

    def found(
        self, code: str, why: Message | str, *, counts: bool, on: date | None = None
    ) -> CountedIn:
        """Say how it counts in a figure, and that it does so although revoked since."""
        day = on or self.day
        told = why if isinstance(why, Message) else Message(why)
        revoked_on = self.certificate.revoked_on
        if counts and revoked_on is not None and revoked_on > day:
            later = Message(REVOKED_LATER, {"day": revoked_on.strftime("%d/%m/%Y")})
            return CountedIn(self.area, code, day, counts, (told, later))
        return CountedIn(self.area, code, day, counts, (told,))

    def days(self, code: str, on: date | None = None) -> dict[str, Any]:
        """Return the days that a figure counts."""
        last = on or self.day
        return {"first": first_day(code, self.plan, on=last), "last": last}

    def is_in(self, condition: sa.ColumnElement[bool]) -> bool:
        """Whether the job meets a condition; Order and Instrument are joined."""
        found = db.session.scalar(
            sa.select(Job.id)
            .join(Order, Order.id == Job.order_id)
            .join(Instrument, Instrument.id == Job.instrument_id)
            .where(Job.id == self.job.id, condition)
        )
        return found is not None


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
            for each in _in_area(_Asked(certificate, job, plan, area, day, today))
        ]


def _in_area(asked: _Asked) -> Iterator[CountedIn]:
    yield _verified(asked)
    yield _served(asked)
    yield _judged(asked)
    yield from _closed(asked)
    yield _overdue(asked)


def _verified(asked: _Asked) -> CountedIn:
    code = "verified-share"
    days = asked.days(code)
    counted = first_passes(asked.area.code, **days)
    if db.session.scalar(
        sa.select(sa.literal(1)).where(sa.literal(asked.job.id).in_(counted))
    ):
        return _of_its_commune(asked, code)
    if asked.job.kind is not JobKind.VERIFICATION:
        why = N_("only verifications count")
    elif asked.job.verdict is not Verdict.PASS:
        why = N_("it did not pass")
    elif asked.certificate.state is CertificateState.REVOKED:
        why = N_("its certificate was revoked")
    elif asked.is_in(passing(asked.area.code, **days)):
        why = N_("the instrument counts already by an earlier verification")
    else:
        why = N_("the instrument is not in the area, or it was submitted too late")
    return asked.found(code, why, counts=False)


def _of_its_commune(asked: _Asked, code: str) -> CountedIn:
    """Say how a pass counts: of a type no more in a commune than are due there."""
    slug, commune = db.session.execute(
        sa.select(Instrument.type_slug, present_key(Instrument.commune_key))
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(Instrument.id == asked.job.instrument_id)
    ).one()
    key = slug, commune
    count = narrowed(Count(asked.plan, asked.area.code, asked.day), [key])
    cell = cells_of(count, [key]).get(key)
    if why_so_not := why_not(cell):
        return asked.found(code, why_so_not, counts=False)
    due = ceil(cell.due) if cell else 0
    passed = count.distinct.get(key, 0)
    if passed > due:
        limited = N_(
            "one of {passed} of its type that passed in its commune; {due} count "
            "there, as many as are due"
        )
        why_so = Message(limited, {"passed": passed, "due": due})
        return asked.found(code, why_so, counts=True)
    why = N_("as an instrument that passed in the year")
    return asked.found(code, why, counts=True)


def _served(asked: _Asked) -> CountedIn:
    code = "enterprises-served"
    orders = first_results(asked.area.code, **asked.days(code))
    served = db.session.scalar(
        sa.select(orders.c.id).where(orders.c.id == asked.job.order_id)
    )
    if served is None:
        why = N_("its customer is no enterprise of the area")
        return asked.found(code, why, counts=False)
    # an order keeps its place whatever becomes of one certificate
    why = N_("with its order, which is one participation of an enterprise")
    return CountedIn(asked.area, code, asked.day, True, (Message(why),))


def _judged(asked: _Asked) -> CountedIn:
    code = "pass-share"
    days = asked.days(code)
    if asked.is_in(daily.judged(asked.area.code, **days)):
        return asked.found(code, N_("by its verdict"), counts=True)
    if asked.certificate.state is CertificateState.REVOKED:
        return asked.found(code, N_("its certificate was revoked"), counts=False)
    why = N_("it is no verification of an instrument in the area")
    return asked.found(code, why, counts=False)


def _closed(asked: _Asked) -> Iterator[CountedIn]:
    """Say how it counts in what is asked of closed jobs, in the year of the closing."""
    codes = ("turnaround-median", "turnaround-90", "on-time-share")
    closed_at = asked.job.closed_at
    if closed_at is None:
        for code in codes:
            yield asked.found(code, N_("its job is not closed yet"), counts=False)
        return
    year = clock.day_of(closed_at).year
    on = min(date(year, 12, 31), asked.today)
    days = asked.days(codes[0], on)
    mine = daily.closed_jobs(asked.area.code, **days)
    promised_on = sa.select(Order.promised_on).where(Order.id == asked.job.order_id)
    is_promised = db.session.scalar(promised_on) is not None
    own = mine.with_only_columns(Job.id, maintain_column_froms=True)
    is_counted = db.session.scalar(own.where(Job.id == asked.job.id)) is not None
    for code in codes:
        if not is_counted:
            why = N_("its instrument is not in the area")
        elif code == "on-time-share" and not is_promised:
            why = N_("no day was promised for its order")
        else:
            why = N_("with its job, by the day on which that was closed")
            yield CountedIn(asked.area, code, on, True, (Message(why),))
            continue
        yield asked.found(code, why, counts=False, on=on)


def _overdue(asked: _Asked) -> CountedIn:
    code = "overdue-instruments"
    last = daily.last_days(asked.area.code, on=asked.today)
    until = db.session.scalar(
        sa.select(last.c.valid_until).where(last.c.id == asked.job.instrument_id)
    )
    if until is not None and until < asked.today:
        why = N_("its instrument, of which all evidence ran out by {day}")
        told = Message(why, {"day": until.strftime("%d/%m/%Y")})
        return CountedIn(asked.area, code, asked.today, True, (told,))
    why = N_("its instrument is not overdue, or not in use in the area")
    return CountedIn(asked.area, code, asked.today, False, (Message(why),))
