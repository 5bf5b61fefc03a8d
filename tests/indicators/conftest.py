"""Rows to be counted."""

from datetime import date, datetime, time

import pytest

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, DocumentKind
from labms.indicators.figures import figures_on, standings
from labms.jobs.rules import JobState
from labms.plan.data import plan

PLAN = plan("3446")
PUMP = "cot-do-xang-dau"
SCALE = "can-ban"
METER = "dong-ho-do-nuoc-lanh-co-khi"
TODAY = date(2031, 3, 4)


class Count:
    """Makes rows and asks for figures."""

    def __init__(self, make):
        self.make = make
        self._surveyed = set()

    def instrument(self, slug=PUMP, *, is_surveyed=True, **given):
        """One where a survey found none: the register knows more."""
        instrument = self.make.instrument(type_slug=slug, **given)
        cell = slug, instrument.commune_key
        if is_surveyed and cell not in self._surveyed:
            self._surveyed.add(cell)
            self.make.demand_figure(
                type_slug=slug,
                commune_key=instrument.commune_key,
                year=2019,
                counted_on=date(2019, 1, 2),
                in_use_count=0,
            )
        return instrument

    def passed(self, instrument=None, state=JobState.EVIDENCED, **given):
        instrument = instrument or self.instrument()
        defaults = {
            "instrument_id": instrument.id,
            "performed_on": TODAY,
            "standards": [],
        }
        day = (defaults | given)["performed_on"]
        submitted = datetime.combine(day, time(17), tzinfo=clock.ZONE)
        return self.make.job(state, **defaults | {"submitted_at": submitted} | given)

    def promised(self, day):
        """An order that is promised for a day."""
        return self.make.order(self.make.body(), promised_on=day)

    def certificate(self, job, state=CertificateState.ISSUED, **given):
        defaults = {
            "body_id": job.body_id,
            "kind": DocumentKind.VERIFICATION,
            "year": 2031,
            "sequence": job.id,
            "number": f"V31.{job.id:05}",
            "lookup_token": f"{job.id:018}",
            "state": state,
            "job_id": job.id,
            "instrument_id": job.instrument_id,
            "owner_id": self.make.organisation().id,
            "content": "{}",
            "content_hash": "0" * 64,
            "reserved_at": clock.now(),
            "issued_on": TODAY,
            "issued_at": clock.now(),
            "issued_by_id": job.reviewed_by_id,
            "evidence_at": clock.now(),
            "file_hash": "0" * 64,
        }
        return self.make._add(Certificate(**defaults | given))

    def designated(self, *slugs, **given):
        body = self.make.body()
        self.make.designation(body, *slugs, **given)
        return body

    def figure(self, code, *, area="ben-tre-old", on=TODAY):
        return figures_on(PLAN, area, on)[code]

    def share(self, code, **given):
        share = self.figure(code, **given).share
        return share.numerator, share.denominator

    def standings(self, *, area="ben-tre-old", on=TODAY):
        return standings(PLAN, area=area, on=on, today=TODAY)

    def target(self, code, **given):
        return next(
            s for s in self.standings(**given) if s.target and s.target.code == code
        )


@pytest.fixture
def count(make):
    return Count(make)
