"""Every figure of fifty days and both areas equals a recount in plain SQL."""

import contextlib
import random
from datetime import date, datetime, time, timedelta

import pytest

from labms import clock
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db
from labms.demand.rules import DemandSource
from labms.indicators.figures import figures_on
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.places.models import CommuneSuccession
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind
from labms.supply.rules import PeriodReported
from tests.indicators.conftest import METER, PLAN, PUMP, SCALE
from tests.indicators.recounted_in_sql import Recount
from tests.supply.stating import Stated, total

TYPES = (PUMP, METER, SCALE, "can-dong-ho-lo-xo")
LAST = date(2031, 3, 4)
WITHIN = {
    "ben-tre-old": {"ben-tre-old"},
    "vinh-long-new": {"ben-tre-old", "vinh-long-new"},
}


class Province:
    """A small province in which everything that figures count happens by chance."""

    def __init__(self, make, count, *, seed, size):
        self.make, self.count, self.stated = make, count, Stated(make)
        self.rng = random.Random(seed)
        self.communes = [make.commune() for _ in range(3)]
        self.communes.append(make.commune(former_province_code="84"))
        for new in self.communes[:2]:
            for is_whole in (True, True, False):
                old = make.commune(
                    valid_from=None,
                    valid_until=date(2025, 6, 30),
                    former_province_code=new.former_province_code,
                )
                row = CommuneSuccession(
                    old_key=old.key, new_key=new.key, is_whole=is_whole
                )
                make._add(row)
                self.communes.append(old)
        self.customers = [self._customer() for _ in range(8)]
        self.bodies = [self._designated() for _ in range(2)]
        for slug in TYPES:
            self._list_and_survey(slug)
        for _ in range(size):
            self._demand()
            self._job()
            self._undertaking()
        for _ in range(size // 3):
            self._statement()

    def day(self, first=date(2028, 1, 1)):
        return first + timedelta(days=self.rng.randrange((LAST - first).days + 1))

    def where(self):
        return self.rng.choice(self.communes).key

    def _customer(self):
        kind = self.rng.choice([*OrganisationKind, OrganisationKind.ENTERPRISE])
        return self.make.organisation(kind=kind, commune_key=self.where())

    def _designated(self):
        issued_on = self.day()
        body = self.count.designated(
            *self.rng.sample(TYPES, 2),
            issued_on=issued_on,
            valid_until=issued_on + timedelta(days=self.rng.randrange(90, 1200)),
            suspended_from=self.rng.choice([None, self.day()]),
        )
        body.organisation.commune_key = self.where()
        self.make._add(body.organisation)
        return body

    def _demand(self):
        rng, day = self.rng, self.day()
        given = {
            "type_slug": rng.choice(TYPES),
            "commune_key": self.where(),
            "year": day.year,
            "counted_on": day,
            "source": rng.choice([*DemandSource]),
            "holder": rng.choice([None, None, *OrganisationKind]),
            "in_use_count": rng.randrange(30),
            "initial_count": rng.choice([None, 0, 4]),
            "after_repair_count": rng.choice([None, 2]),
            "entered_by_id": self.stated.manager.id,
        }
        figure = self.make.demand_figure(**given)
        if rng.random() < 0.2:
            later = given | {"counted_on": min(day + timedelta(days=90), LAST)}
            figure.replaced_by_id = self.make.demand_figure(**later).id
            self.make._add(figure)

    def _list_and_survey(self, slug):
        """Of one year and cell: the list was made first, and counts all the same."""
        given = {
            "type_slug": slug,
            "commune_key": self.where(),
            "year": 2030,
            "entered_by_id": self.stated.manager.id,
        }
        for source, day, number in (
            (DemandSource.METER_LIST, date(2030, 2, 1), 60),
            (DemandSource.SURVEY, date(2030, 9, 1), 75),
        ):
            self.make.demand_figure(
                source=source, counted_on=day, in_use_count=number, **given
            )

    def _job(self):
        rng, customer = self.rng, self.rng.choice(self.customers)
        instrument = self.count.instrument(
            rng.choice(TYPES),
            owner_id=customer.id,
            commune_key=self.where(),
            registered_on=self.day(),
        )
        if rng.random() < 0.1:
            instrument.out_of_use_on = self.day()
            instrument.state = "out_of_use"
            self.make._add(instrument)
        for number in range(rng.choice([0, 1, 1, 2])):
            day = self.day()
            body = rng.choice(self.bodies)
            order = self.make.order(body, customer_id=customer.id)
            state = rng.choice([*JobState][3 if number == 0 else 4 : 7])
            failed = state is JobState.NOTIFIED or rng.random() < 0.1
            if failed:
                state = JobState.NOTIFIED
            closed = day + timedelta(days=rng.choice([1, 3, 50]))
            submitted = datetime.combine(closed, time(9), tzinfo=clock.ZONE)
            job = self.count.passed(
                instrument,
                state=state,
                body=body,
                order_id=order.id,
                performed_on=day,
                submitted_at=submitted,
                verdict=Verdict.FAIL if failed else Verdict.PASS,
                valid_until=None if failed else day + timedelta(days=365),
            )
            if state is JobState.CERTIFIED and rng.random() < 0.5:
                self._certificate(job, day)

    def _certificate(self, job, day):
        if self.rng.random() < 0.5:
            self.count.certificate(job, number=f"R{job.id}")
            return
        self.count.certificate(
            job,
            CertificateState.REVOKED,
            number=f"R{job.id}",
            revocation_reason=RevocationReason.WRONG_RESULT,
            revocation_text="Sai số",
            revoked_on=min(day + timedelta(days=self.rng.randrange(200)), LAST),
        )

    def _undertaking(self):
        rng = self.rng
        given = {"area": rng.choice([*AREAS]), "entered_by_id": self.stated.manager.id}
        if rng.random() < 0.2:
            given |= {"struck_on": LAST, "struck_reason": "Nhập nhầm lần hai"}
        self.make.training(held_on=self.day(), **given)
        customer = rng.choice(self.customers)
        self.make.support(
            supported_on=self.day(date(2018, 10, 1)), enterprise_id=customer.id, **given
        )
        self.make.body_raised(
            RaisedKind.CAPABILITY,
            achieved_on=self.day(),
            organisation_id=customer.id,
            **given,
        )

    def _statement(self):
        rng = self.rng
        commune = {"commune_key": self.where()}
        body = rng.choice([self.stated.body(**commune), self.bodies[0].organisation])
        slug = rng.choice(TYPES)
        with clock.at(self.day()):
            self.stated.scope(
                body,
                type_slug=slug,
                issued_on=min(self.day(), clock.today()),
                valid_until=date(2032, 1, 1),
            )
        with clock.at(self.day()):
            self.stated.capacity(
                rng.randrange(20), body, type_slug=slug, from_on=self.day()
            )
        first = self.day()
        last = min(first + timedelta(days=rng.randrange(90)), LAST)
        serial = rng.choice(["NT 1", "nt1", "NT 2"])
        work = [
            total(rng.randrange(9), slug, commune_key=rng.choice([None, self.where()])),
            total(1, slug, serial=serial, commune_key=rng.choice([None, self.where()])),
        ]
        entered = clock.at(max(last, self.day()))
        with contextlib.suppress(PeriodReported), entered:
            self.stated.report(
                *work,
                body=body,
                first_on=first,
                last_on=last,
                received_on=clock.today(),
                area=rng.choice([*AREAS]),
            )


def both(area, day):
    """Every figure as the program counts it, and as plain SQL does."""
    found = figures_on(PLAN, area.code, day)
    recount = Recount(
        db.session.connection(), area.old_province_codes, WITHIN[area.code], day
    )
    shares = recount.shares()
    passed, late = recount.daily()
    program = {code: _pair(found[code].share) for code in (*shares, "pass-share")} | {
        "enterprises-served": _counts(found["enterprises-served"]),
        "persons-trained": _counts(found["persons-trained"]),
        "overdue-instruments": found["overdue-instruments"].distinct,
    }
    plain = shares | {
        "pass-share": passed,
        "enterprises-served": recount.turns(),
        "persons-trained": recount.persons(),
        "overdue-instruments": late,
    }
    return program, plain


def _pair(share):
    return share.numerator, share.denominator


def _counts(figure):
    return figure.turns, figure.distinct


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_of_fifty_days_and_both_areas_every_figure_equals_a_plain_recount(
    make, count, seed
):
    province = Province(make, count, seed=seed, size=40)
    seen = set()
    for _ in range(25):
        day = province.day(date(2028, 3, 1))
        for area in AREAS.values():
            program, plain = both(area, day)
            assert program == plain, (area.code, day)
            seen |= {code for code, value in plain.items() if value not in (0, (0, 0))}

    assert seen == set(program), "each figure was something at least once"


def test_a_small_province_counts_the_same_both_ways(make, count):
    Province(make, count, seed=7, size=3)

    for area in AREAS.values():
        program, plain = both(area, LAST)
        assert program == plain


@pytest.mark.long
def test_a_row_that_one_of_them_does_not_see_is_found(make, count):
    """The control: what is wrong with one way shows."""
    Province(make, count, seed=7, size=4)
    program, _ = both(AREAS["ben-tre-old"], LAST)
    count.instrument(PUMP)

    _, plain = both(AREAS["ben-tre-old"], LAST)

    assert program != plain
