"""Whatever can happen that figures count, by chance, one thing after another."""

import contextlib
import random
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db, transaction
from labms.demand.models import DemandFigure
from labms.demand.rules import DemandSource
from labms.jobs.models import Job, Order
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Designation, Organisation
from labms.organisations.rules import OrganisationKind
from labms.places.rules import AREAS
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.rules import EndingReason, identity_key
from labms.supply.models import ActivityReport, BodyCapacity, StatedScope
from labms.supply.rules import PeriodReported
from tests.indicators.by_chance import TYPES
from tests.supply.stating import total

EVENTS = (
    "time",
    "time",
    "arrival",
    "arrival",
    "result",
    "result",
    "result",
    "approval",
    "revocation",
    "reissue",
    "ending",
    "withdrawal",
    "new_instrument",
    "move",
    "retype",
    "renumbering",
    "sale",
    "end_of_use",
    "demand",
    "correction",
    "imported",
    "customer_changes",
    "order_changes",
    "support",
    "training",
    "raising",
    "strike",
    "report",
    "meter_list",
    "scope",
    "capacity",
    "designation",
    "suspension",
)


class Happening:
    """Things that happen in a province, each entered when it happens or later."""

    def __init__(self, province, *, seed):
        self.province, self.make, self.count = province, province.make, province.count
        self.rng = random.Random(seed)
        self.today = clock.today()

    def step(self, event=None):
        """Let one thing happen, and say which."""
        event = event or self.rng.choice(EVENTS)
        with clock.at(self.today):
            getattr(self, f"_{event}")()
        return event

    # Picking and writing

    def _any(self, model, *conditions):
        rows = db.session.scalars(
            sa.select(model).where(*conditions).order_by(model.id)
        ).all()
        return self.rng.choice(rows) if rows else None

    def _change(self, row, **values):
        if row is None:
            return
        for name, value in values.items():
            setattr(row, name, value)
        self.make._add(row)

    def _lately(self, days=60):
        return self.today - timedelta(days=self.rng.randrange(days))

    # What happens

    def _time(self):
        self.today += timedelta(days=self.rng.choice([1, 1, 3, 20, 35]))

    def _new_instrument(self):
        customer = self._any(Organisation)
        return self.count.instrument(
            self.rng.choice(TYPES),
            owner_id=customer.id,
            commune_key=self.province.where(),
            registered_on=self.today,
            maker=f"M {self.rng.random()}",
            serial=self.rng.choice(["NT 1", "NT 2", f"S {self.rng.random()}"]),
        )

    def _free(self):
        """An instrument that is not being worked on."""
        busy = sa.select(Job.instrument_id).where(
            Job.state.in_(["registered", "in_progress", "awaiting_review", "approved"])
        )
        found = self._any(Instrument, Instrument.id.not_in(busy))
        return found or self._new_instrument()

    def _arrival(self):
        instrument, body = self._free(), self.rng.choice(self.province.bodies)
        order = self.make.order(
            body,
            customer_id=instrument.owner_id,
            promised_on=self.rng.choice([None, self.today + timedelta(days=3)]),
        )
        self.make.job(
            JobState.REGISTERED,
            body=body,
            order_id=order.id,
            instrument_id=instrument.id,
            standards=[],
        )

    def _result(self):
        """A result at once; of a failure the notice as well."""
        instrument, body = self._free(), self.rng.choice(self.province.bodies)
        day = self._lately()
        order = self.make.order(
            body,
            customer_id=instrument.owner_id,
            received_at=datetime.combine(day, time(8), tzinfo=clock.ZONE),
            promised_on=day + timedelta(days=20),
        )
        has_failed = self.rng.random() < 0.2
        state = (
            JobState.NOTIFIED
            if has_failed
            else self.rng.choice(
                [JobState.CERTIFIED, JobState.EVIDENCED, JobState.AWAITING_REVIEW]
            )
        )
        job = self.make.job(
            state,
            body=body,
            order_id=order.id,
            instrument_id=instrument.id,
            performed_on=day,
            verdict=Verdict.FAIL if has_failed else Verdict.PASS,
            valid_until=None
            if has_failed
            else day + timedelta(days=self.rng.choice([30, 90, 365])),
            standards=[],
        )
        if state is JobState.CERTIFIED:
            self.count.certificate(
                job, number=f"H{job.id}", year=2032, issued_on=self.today
            )

    def _approval(self):
        """Of what waits for it, perhaps long after it was submitted."""
        job = self._any(Job, Job.state == JobState.AWAITING_REVIEW)
        if job is not None:
            self._change(
                job,
                state=JobState.EVIDENCED,
                reviewed_by_id=self.make.user().id,
                reviewed_at=clock.now(),
                closed_at=clock.now(),
            )

    def _revocation(self):
        certificate = self._any(
            Certificate, Certificate.state == CertificateState.ISSUED
        )
        self._change(
            certificate,
            state=CertificateState.REVOKED,
            revoked_on=self.today,
            revocation_reason=RevocationReason.WRONG_RESULT,
            revocation_text="Sai số",
        )

    def _reissue(self):
        issued = sa.select(Certificate.job_id).where(
            Certificate.state == CertificateState.ISSUED
        )
        revoked = self._any(
            Certificate,
            Certificate.state == CertificateState.REVOKED,
            Certificate.job_id.not_in(issued),
        )
        if revoked is not None:
            job = db.session.get_one(Job, revoked.job_id)
            number = 100_000 + revoked.id
            self.count.certificate(
                job, number=f"A{number}", sequence=number, lookup_token=f"{number:018}"
            )

    def _ending(self):
        """Of what is valid, today or some days ago."""
        at = datetime.combine(self._lately(5), time(7), tzinfo=clock.ZONE)
        row = EvidenceEnding(
            instrument_id=self._any(Instrument).id,
            reason=self.rng.choice([*EndingReason]),
            ended_at=at,
            ended_on=clock.day_of(at),
            recorded_by_id=self.province.stated.manager.id,
        )
        self.make._add(row)

    def _withdrawal(self):
        row = self._any(EvidenceEnding, EvidenceEnding.withdrawn_at.is_(None))
        self._change(row, withdrawn_at=clock.now())

    def _move(self):
        self._change(self._any(Instrument), commune_key=self.province.where())

    def _retype(self):
        row = self._any(Instrument)
        self._change(row, type_slug=self.rng.choice(TYPES), maker_key=f"m{row.id}")

    def _renumbering(self):
        row = self._any(Instrument)
        serial = self.rng.choice(["NT 1", "NT 2", "NT 3"])
        self._change(
            row,
            serial=serial,
            serial_key=identity_key(serial),
            maker_key=f"n{self.rng.random()}",
        )

    def _sale(self):
        self._change(self._any(Instrument), owner_id=self._any(Organisation).id)

    def _end_of_use(self):
        row = self._any(Instrument)
        if row.out_of_use_on is None:
            self._change(row, state="out_of_use", out_of_use_on=self.today)
        else:
            self._change(row, state="in_use", out_of_use_on=None)

    def _given_demand(self):
        day = self._lately(200)
        return {
            "type_slug": self.rng.choice(TYPES),
            "commune_key": self.province.where(),
            "year": day.year,
            "counted_on": day,
            "entered_on": self.today,
            "source": self.rng.choice([*DemandSource]),
            "holder": self.rng.choice([None, None, *OrganisationKind]),
            "in_use_count": self.rng.randrange(30),
            "entered_by_id": self.province.stated.manager.id,
        }

    def _demand(self):
        self.make.demand_figure(**self._given_demand())

    def _correction(self):
        old = self._any(DemandFigure, DemandFigure.replaced_by_id.is_(None))
        names = ("type_slug", "commune_key", "year", "holder", "source")
        same = {name: getattr(old, name) for name in names}
        new = self.make.demand_figure(**self._given_demand() | same)
        self._change(old, replaced_by_id=new.id)

    def _imported(self):
        """Figures in bulk, as a spreadsheet brings them."""
        common = {"document": "Bảng", "method": ""}
        rows = [self._given_demand() | common for _ in range(3)]
        with transaction():
            db.session.execute(sa.insert(DemandFigure), rows)

    def _customer_changes(self):
        row = self._any(Organisation)
        if self.rng.random() < 0.5:
            self._change(row, kind=self.rng.choice([*OrganisationKind]))
        else:
            self._change(row, commune_key=self.province.where())

    def _order_changes(self):
        row = self._any(Order)
        if self.rng.random() < 0.5:
            self._change(row, customer_id=self._any(Organisation).id)
        else:
            self._change(row, promised_on=self._lately())

    def _entered(self):
        return {
            "area": self.rng.choice([*AREAS]),
            "entered_on": self.today,
            "entered_by_id": self.province.stated.manager.id,
        }

    def _support(self):
        self.make.support(
            supported_on=self._lately(120),
            enterprise_id=self._any(Organisation).id,
            **self._entered(),
        )

    def _training(self):
        self.make.training(held_on=self._lately(120), **self._entered())

    def _raising(self):
        kind = self.rng.choice([RaisedKind.CAPABILITY, RaisedKind.SOCIALISED])
        number = self._any(Organisation).id
        self.make.body_raised(
            kind,
            achieved_on=self._lately(120),
            organisation_id=number,
            **self._entered(),
        )

    def _strike(self):
        model = self.rng.choice(
            [
                Training,
                ProgrammeSupport,
                BodyRaised,
                ActivityReport,
                StatedScope,
                BodyCapacity,
            ]
        )
        row = self._any(model, model.struck_on.is_(None))
        self._change(row, struck_on=self.today, struck_reason="Nhập nhầm")

    def _some_body(self):
        commune = {"commune_key": self.province.where()}
        return self.rng.choice(
            [self.province.stated.body(**commune), self.province.bodies[0].organisation]
        )

    def _report(self):
        where = self.rng.choice([None, self.province.where()])
        self._reported(total(self.rng.randrange(9), self._slug(), commune_key=where))

    def _meter_list(self):
        where = self.rng.choice([None, self.province.where()])
        slug = self._slug()
        self._reported(
            *(total(1, slug, serial=s, commune_key=where) for s in ("NT 1", "NT 2"))
        )

    def _slug(self):
        return self.rng.choice(TYPES)

    def _reported(self, *work):
        last = self._lately()
        with contextlib.suppress(PeriodReported):
            self.province.stated.report(
                *work,
                body=self._some_body(),
                first_on=last.replace(day=1),
                last_on=last,
                received_on=self.today,
                area=self.rng.choice([*AREAS]),
            )

    def _scope(self):
        self.province.stated.scope(
            self._some_body(), type_slug=self._slug(), issued_on=self._lately()
        )

    def _capacity(self):
        self.province.stated.capacity(
            self.rng.randrange(20),
            self._some_body(),
            type_slug=self._slug(),
            from_on=self._lately(),
        )

    def _designation(self):
        body = self.rng.choice(self.province.bodies)
        self.make.designation(
            body,
            self._slug(),
            issued_on=self._lately(),
            valid_until=self.today + timedelta(days=self.rng.choice([5, 500])),
        )

    def _suspension(self):
        row = self._any(Designation)
        is_suspended = row.suspended_from is not None
        self._change(row, suspended_from=None if is_suspended else self.today)
