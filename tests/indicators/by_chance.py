"""A province in which everything that figures count happens by chance."""

import contextlib
import random
from datetime import date, datetime, time, timedelta

from labms import clock
from labms.certificates.rules import CertificateState, RevocationReason
from labms.demand.rules import DemandSource
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.places.models import CommuneSuccession
from labms.places.rules import AREAS
from labms.registry.models import EvidenceEnding
from labms.registry.rules import EndingReason
from labms.supply.rules import PeriodReported
from tests.indicators.bodies_by_chance import Bodies
from tests.indicators.conftest import METER, PUMP, SCALE
from tests.supply.stating import Stated, total

TYPES = (PUMP, METER, SCALE, "can-dong-ho-lo-xo")
LAST = date(2031, 3, 4)


class Province:
    """A small province in which everything that figures count happens by chance."""

    def __init__(self, make, count, *, seed, size):
        self.make, self.count, self.stated = make, count, Stated(make)
        self.rng, self.last, self.types = random.Random(seed), LAST, TYPES
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
        self.raised = Bodies(self)
        for slug in TYPES:
            self._list_and_survey(slug)
        for _ in range(size):
            self._demand()
            self._job()
            self._undertaking()
            for _ in range(4):
                self.raised.record()
        for _ in range(size // 3):
            self._statement()

    def day(self, first=date(2028, 1, 1)):
        return first + timedelta(days=self.rng.randrange((LAST - first).days + 1))

    def where(self):
        return self.rng.choice(self.communes).key

    def _instrument(self, slug=PUMP, **given):
        """One that nobody need have surveyed."""
        return self.count.instrument(slug, is_surveyed=False, **given)

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
        instrument = self._instrument(
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
            taken_in = _at(day - timedelta(days=rng.choice([0, 1, 6, 20])))
            promised_on = rng.choice([None, day + timedelta(days=rng.randrange(9))])
            order = self.make.order(
                body,
                customer_id=customer.id,
                received_at=taken_in,
                promised_on=promised_on,
            )
            state = rng.choice([*JobState][3 if number == 0 else 4 : 7])
            failed = state is JobState.NOTIFIED or rng.random() < 0.1
            if failed:
                state = JobState.NOTIFIED
            closed = day + timedelta(days=rng.choice([1, 3, 50]))
            submitted = _at(closed)
            job = self.count.passed(
                instrument,
                state=state,
                body=body,
                order_id=order.id,
                performed_on=day,
                submitted_at=submitted,
                evidence_at=submitted,
                registered_at=taken_in,
                closed_at=None if state is JobState.APPROVED else submitted,
                verdict=Verdict.FAIL if failed else Verdict.PASS,
                valid_until=None if failed else day + timedelta(days=365),
            )
            if state is JobState.CERTIFIED and rng.random() < 0.5:
                self._certificate(job, day)
            if failed or rng.random() < 0.4:
                self._ending(instrument, EndingReason.FAILED if failed else None)
        if rng.random() < 0.2:
            self._begun()

    def _ending(self, instrument, reason):
        """Of what was valid; one in three was a mistake."""
        day = self.day()
        row = EvidenceEnding(
            instrument_id=instrument.id,
            reason=reason or self.rng.choice([*EndingReason]),
            ended_at=_at(day),
            ended_on=day,
            recorded_by_id=self.stated.manager.id,
            withdrawn_at=_at(LAST) if self.rng.random() < 0.35 else None,
        )
        self.make._add(row)

    def _begun(self):
        """Taken in, and no further; or given up."""
        state = self.rng.choice([JobState.REGISTERED, JobState.CANCELLED])
        taken_in, closed = _at(self.day()), _at(LAST)
        self.make.job(
            state,
            body=self.rng.choice(self.bodies),
            instrument_id=self._instrument(commune_key=self.where()).id,
            registered_at=taken_in,
            closed_at=closed if state is JobState.CANCELLED else None,
        )

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
        if self.rng.random() < 0.3:
            number = 50_000 + job.id
            again = {"sequence": number, "lookup_token": f"{number:018}"}
            self.count.certificate(job, number=f"R{number}", **again)

    def _undertaking(self):
        rng, customer = self.rng, self.rng.choice(self.customers)
        given = {"area": rng.choice([*AREAS]), "entered_by_id": self.stated.manager.id}
        day = self.day()
        self.make.training(held_on=day, **given, **self.raised.entered(day))
        day = self.day(date(2018, 10, 1))
        self.make.support(
            supported_on=day,
            enterprise_id=customer.id,
            **given,
            **self.raised.entered(day),
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


def _at(day):
    """Nine in the morning."""
    return datetime.combine(day, time(9), tzinfo=clock.ZONE)
