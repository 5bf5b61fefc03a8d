"""The work of the years: visits, verifications, reviews, certificates, repairs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from flask import current_app

from labms import clock
from labms.accounts.models import User
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.rules import Control, Evidence, VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.handing import record_handing_over, record_signing
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, job_to_certify
from labms.certificates.rules import (
    CertificateState,
    DocumentKind,
    RevocationReason,
)
from labms.certificates.services import reserve_certificate, revoke_certificate
from labms.db import db
from labms.demo.bench import Bench
from labms.demo.cast import DISPENSER, SPRING_SCALE, Player, Staff
from labms.demo.customers import Customer, Held
from labms.demo.drawing import Drawing, Easel
from labms.demo.readings import Fault, half, likely_entries
from labms.demo.signing import is_on_paper, is_signed, sign_with_token
from labms.demo.timeline import Timeline, workday
from labms.jobs.models import Job
from labms.jobs.queries import instruments_by_id, jobs_of_order, order_by_id
from labms.jobs.services import (
    Typed,
    approve_job,
    assign_job,
    register_order,
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.sheets import sheet_of
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.registry.queries import instrument_by_id
from labms.registry.rules import EndingReason
from labms.registry.services import report_ending
from labms.remembering import remembering
from labms.settings import Settings

#: Of so many verifications one fails; of the failures one in four at first sight.
FAILS, AT_FIRST_SIGHT = 0.06, 0.25
#: So many passes of scales get a certificate; the others a stamp alone.
CERTIFIED_SCALES = 0.55
#: At most so many instruments are done in one visit.
MOST_AT_ONCE = 8
#: Of the orders so many are assigned; a verifier takes the others.
ASSIGNED = 0.5
#: Of the visits of the last twelve months so many have not taken place yet.
PUT_OFF = 0.18
CYCLE_DAYS = {DISPENSER: 365, SPRING_SCALE: 730}


@dataclass(slots=True, kw_only=True)
class Rounds:
    """What the visits need and leave behind, while the demo is being made."""

    rng: random.Random
    timeline: Timeline
    bench: Bench
    easel: Easel
    settings: Settings
    today: date
    last_day: date = field(init=False)
    """Work that begins later would not be finished by today."""
    certified: list[int] = field(default_factory=list)
    """Ids of certificates, the oldest first."""

    def __post_init__(self) -> None:
        self.last_day = self.today - timedelta(days=12)

    def plan(self, customer: Customer, *, start: date) -> None:
        """Let a customer be visited as often as the law asks, more or less."""
        slug = customer.uses
        if slug is None:
            return
        cycle = CYCLE_DAYS[slug]
        first = max(
            start + timedelta(days=self.rng.randint(20, cycle - 20)),
            customer.joined + timedelta(days=4),
        )
        day, number = first, 0
        while day <= self.last_day:
            late = self.today - day < timedelta(days=330)
            if not (late and number and self.rng.random() < PUT_OFF):
                visit = Visit(self, customer, slug)
                when = workday(day)
                self.timeline.then(when, "07:50", visit.register)
            number += 1
            day = first + timedelta(days=cycle * number + self.rng.randint(-22, 14))


@dataclass(slots=True)
class Visit:
    """One order, from the counter to the papers that are handed over."""

    rounds: Rounds
    customer: Customer
    slug: str
    only: Sequence[Held] = ()
    """Empty: all that the customer has of the type."""
    reason: VerificationReason = VerificationReason.PERIODIC
    order_id: int = 0
    jobs: list[tuple[int, Held]] = field(default_factory=list)
    verifier: Player | None = None
    papers: list[tuple[int, Drawing | None]] = field(default_factory=list)

    @property
    def staff(self) -> Staff:
        """The body that does it, usually the customer's own."""
        return self.customer.staff

    def register(self) -> None:
        """At the counter: the order is taken in and given to a verifier."""
        staff, day = self.staff, clock.today()
        rng, timeline = self.rounds.rng, self.rounds.timeline
        held = [*(self.only or self.customer.of_type(self.slug))][:MOST_AT_ONCE]
        if not held:
            return
        order = register_order(
            db.session.get_one(Organisation, self.customer.id),
            instruments_by_id([each.id for each in held]),
            reason=self.reason,
            actor=staff.receptionist,
            promised_on=workday(day, after=5),
            place=self._place(),
        )
        self.order_id = order.id
        db.session.expire(order)
        self.verifier = staff.verifier_on(day, rng)
        holder = db.session.get_one(User, self.verifier.id)
        is_assigned = rng.random() < ASSIGNED
        for job, each in zip(order_by_id(order.id).jobs, held, strict=True):
            if is_assigned:
                assign_job(job, holder, actor=staff.receptionist)
            self.jobs.append((job.id, each))
        timeline.then(workday(day, after=rng.randint(1, 2)), "09:10", self.measure)

    def _place(self) -> str:
        if self.slug == SPRING_SCALE and self.rounds.rng.random() < 0.25:
            return ""  # brought to the laboratory
        return self.customer.address

    def measure(self) -> None:
        """On the spot: everything is measured and submitted."""
        rng = self.rounds.rng
        temperature = Decimal(rng.randint(262, 328)) / 10
        jobs = jobs_of_order(self.order_id)
        for job, (_, held) in zip(jobs, self.jobs, strict=True):
            fault = None
            if rng.random() < FAILS and self.reason is VerificationReason.PERIODIC:
                fault = Fault(at_first_sight=rng.random() < AT_FIRST_SIGHT)
            self.measure_one(job, held, temperature=temperature, fault=fault)
        day = workday(clock.today(), after=rng.randint(0, 1))
        self.rounds.timeline.then(day, "14:20", self.review)

    def measure_one(
        self,
        job: Job,
        held: Held,
        *,
        temperature: Decimal,
        fault: Fault | None,
        only_half: bool = False,
    ) -> None:
        """Start, read, save and submit one job."""
        assert self.verifier is not None  # noqa: S101 (register saw to it)
        rng, today = self.rounds.rng, clock.today()
        start_job(job, actor=self.verifier)
        release = db.session.get_one(ProcedureRelease, job.release_id)
        sheet = sheet_of(job, release)
        entries = likely_entries(
            sheet, rng, characteristics=held.model.characteristics, fault=fault
        )
        if only_half:
            entries = half(entries, sheet.entry_keys)
        seen_only = fault is not None and fault.at_first_sight
        evidence = self._evidence() if fault is None else None
        stamp = ""
        if fault is None and not only_half:
            stamp = self.staff.next_stamp(today)
        save_readings(
            job,
            Typed(
                performed_on=today,
                place=job.place,
                note=_remark(fault),
                environment=self._conditions(temperature),
                readings=entries,
                standards={} if seen_only else self._standards(held),
                evidence=evidence,
                stamp=stamp,
            ),
            actor=self.verifier,
        )
        if not only_half:
            submit_job(job, actor=self.verifier, confirmed=True)
            held.last = today

    def _evidence(self) -> Evidence:
        if self.slug == DISPENSER or self.rounds.rng.random() < CERTIFIED_SCALES:
            return Evidence.CERTIFICATE
        return Evidence.STAMP

    def _conditions(self, temperature: Decimal) -> dict[str, dict[str, str]]:
        def typed(value: Decimal) -> str:
            return str(value).replace(".", ",")

        later = temperature + Decimal(self.rounds.rng.randint(-4, 9)) / 10
        found = {"temperature": {"begin": typed(temperature), "end": typed(later)}}
        if self.slug == DISPENSER:
            found["liquid-temperature"] = {
                "begin": typed(temperature - Decimal("1.2")),
                "end": "",
            }
        return found

    def _standards(self, held: Held) -> dict[str, list[int]]:
        staff = self.staff
        if self.slug == DISPENSER:
            return self.rounds.bench.for_dispenser(staff)
        largest = Decimal(held.model.characteristics["Max"]) * 1000
        return self.rounds.bench.for_scale(staff, largest)

    def review(self) -> None:
        """At the desk: another person agrees with what was measured."""
        staff = self.staff
        waiting = []
        jobs = jobs_of_order(self.order_id)
        for job, (_, held) in zip(jobs, self.jobs, strict=True):
            approve_job(job, actor=staff.reviewer, shown=job.version)
            if job.verdict is Verdict.FAIL or job.evidence is Evidence.CERTIFICATE:
                waiting.append((job.id, held))
        if waiting:
            self.jobs = waiting
            day = workday(clock.today(), after=self.rounds.rng.randint(0, 1))
            self.rounds.timeline.then(day, "16:05", self.issue)

    def issue(self) -> None:
        """The signatory decides on certificates and notices, one by one."""
        signatory = self.staff.signatory
        settings, easel = self.rounds.settings, self.rounds.easel
        for job_id, held in self.jobs:
            job = job_to_certify(job_id)
            shown = content_hash(job, test_print=settings.demo)
            paper = reserve_certificate(
                job, actor=signatory, shown=shown, settings=settings
            )
            drawing = easel.lay_on(paper)
            self.papers.append((paper.id, drawing))
            if paper.kind is DocumentKind.NOTICE:
                self._repair_later(held)
            elif paper.kind is DocumentKind.VERIFICATION:
                self.rounds.certified.append(paper.id)
        self.rounds.timeline.alone(clock.today(), "16:35", self.finish)

    def finish(self) -> None:
        """The files are there: the papers are issued."""
        for paper_id, drawing in self.papers:
            # In a session of its own, whose rows nobody remembers.
            with current_app.app_context(), remembering():
                finish_issuing(paper_id, settings=self.rounds.settings, drawing=drawing)
        self._hand_over_later()

    def _hand_over_later(self) -> None:
        rng, timeline = self.rounds.rng, self.rounds.timeline
        day = workday(clock.today(), after=1)
        if day >= self.rounds.today or rng.random() < 0.06:
            return  # still lying in the tray
        timeline.then(day, "09:40", self.sign)
        timeline.alone(day, "09:50", self.sign_with_token)
        later = workday(day, after=rng.randint(0, 4))
        if later < self.rounds.today and rng.random() < 0.94:
            timeline.then(later, "15:30", self.hand_over)

    def sign(self) -> None:
        """By hand, on paper, and sealed."""
        today = clock.today()
        for paper in filter(is_on_paper, self._in_force()):
            record_signing(
                paper,
                actor=self.staff.signatory,
                signed_on=today,
                sealed_on=today,
            )

    def sign_with_token(self) -> None:
        """On a computer of their own, if the body has chosen so."""
        today, settings = self.rounds.today, self.rounds.settings
        with current_app.app_context():  # as above
            for paper in self._in_force():
                sign_with_token(paper, self.staff, today=today, settings=settings)

    def hand_over(self) -> None:
        """Back at the counter: somebody takes papers and files home.

        What waits for the signatory's token stays.
        """
        named = self.customer.named
        whom = named.name
        if named.kind is OrganisationKind.PERSON:
            whom = whom.removeprefix("Hộ kinh doanh ")
        for paper in filter(is_signed, self._in_force()):
            record_handing_over(
                paper,
                actor=self.staff.receptionist,
                to=whom,
                on=clock.today(),
            )

    def _in_force(self) -> list[Certificate]:
        """Return the papers of this visit that have not been withdrawn since."""
        papers = (certificate_by_id(paper_id) for paper_id, _ in self.papers)
        return [each for each in papers if each.state is CertificateState.ISSUED]

    def _repair_later(self, held: Held) -> None:
        """After most failures the instrument is repaired and comes again."""
        rounds = self.rounds
        day = workday(clock.today(), after=rounds.rng.randint(4, 12))
        if day > rounds.last_day or rounds.rng.random() < 0.3:
            return
        asked = shipped_catalogue().entry_on(self.slug, day)
        if asked is None or Control.AFTER_REPAIR not in asked.controls:
            return  # nobody repairs a clinical thermometer
        rounds.timeline.then(day, "08:20", self._repair, held)

    def _repair(self, held: Held) -> None:
        report(
            held,
            EndingReason.REPAIRED,
            actor=self.staff.receptionist,
            note="Cơ sở sửa chữa Xưởng Nỏ Thần đã sửa, có phiếu sửa chữa kèm theo",
        )
        again = Visit(
            self.rounds,
            self.customer,
            self.slug,
            only=[held],
            reason=VerificationReason.AFTER_REPAIR,
        )
        self.rounds.timeline.then(
            workday(clock.today(), after=1), "07:55", again.register
        )


def report(held: Held, reason: EndingReason, *, actor: Player, note: str) -> None:
    """Note what happened to an instrument today."""
    report_ending(
        instrument_by_id(held.id),
        reason=reason,
        actor=actor,
        on=clock.today(),
        note=note,
    )


def revoke(
    certificate: Certificate, *, actor: Player, reason: RevocationReason, text: str
) -> None:
    """Withdraw a certificate because it was wrong."""
    revoke_certificate(
        certificate,
        actor=actor,
        reason=reason,
        text=text,
        on=clock.today(),
    )


def _remark(fault: Fault | None) -> str:
    if fault is None:
        return ""
    if fault.at_first_sight:
        return "Nhãn mác mờ, không đọc được số hiệu; yêu cầu cơ sở khắc phục."
    return "Sai số vượt giới hạn cho phép; đã gỡ tem cũ, yêu cầu sửa chữa."
