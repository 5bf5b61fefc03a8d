"""What lies on the desks this morning: for each login something to do."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from labms.accounts.models import User
from labms.catalogue.rules import VerificationReason
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db
from labms.demo.cast import DISPENSER, SPRING_SCALE, WATER_METER, Cast, Player
from labms.demo.customers import Customer, Held
from labms.demo.readings import Fault
from labms.demo.rounds import Rounds, Visit, report, revoke
from labms.demo.timeline import workday
from labms.jobs.queries import instruments_by_id, job_by_id, order_by_id
from labms.jobs.services import (
    approve_job,
    assign_job,
    register_order,
    return_job,
)
from labms.organisations.models import Organisation
from labms.registry.rules import EndingReason

RETURNED_BECAUSE = (
    "Điểm ½ Max khi giảm tải ghi giống hệt khi tăng tải. Đề nghị kiểm tra lại "
    "số liệu gốc trước khi trình."
)


#: So many water meters go on one bench.
METERS = 40


@dataclass(slots=True)
class Desk:
    """Takes instruments of the first body's customers, and leaves jobs at a step."""

    rounds: Rounds
    cast: Cast
    customers: Sequence[Customer]
    taken: set[int] = field(default_factory=set)

    @property
    def verifier(self) -> Player:
        """Who is signed in as the demo's verifier."""
        return self.cast.home.verifiers[0]

    def pick(
        self, slug: str, number: int, *, of_anybody: bool = False
    ) -> tuple[Customer, list[Held]]:
        """Return instruments of one customer that were verified longest ago."""

        def free(customer: Customer) -> list[Held]:
            own = [h for h in customer.of_type(slug) if h.id not in self.taken]
            return sorted(own, key=lambda h: (h.last or date.min, h.id))

        home = self.cast.home
        mine = [c for c in self.customers if of_anybody or c.staff is home]
        customer = min(
            (c for c in mine if len(free(c)) >= number),
            key=lambda c: (free(c)[0].last or date.max, c.id),
        )
        held = free(customer)[:number]
        self.taken |= {each.id for each in held}
        return customer, held

    def bring_meters(self) -> None:
        """Let the water company, if there is one, bring as many as the bench holds."""
        most = max(len(customer.of_type(WATER_METER)) for customer in self.customers)
        if most:
            self.take_in(
                WATER_METER, min(most, METERS), to=self.verifier, of_anybody=True
            )

    def take_in(
        self,
        slug: str,
        number: int,
        *,
        to: Player | None,
        promised: int = 5,
        of_anybody: bool = False,
    ) -> Visit:
        """Register an order, and give its jobs to somebody."""
        customer, held = self.pick(slug, number, of_anybody=of_anybody)
        clerk = self.cast.home.receptionist
        order = register_order(
            db.session.get_one(Organisation, customer.id),
            instruments_by_id([each.id for each in held]),
            reason=VerificationReason.PERIODIC,
            actor=clerk,
            promised_on=workday(self.rounds.today, after=promised),
            place=customer.address if slug == DISPENSER else "",
        )
        order_id = order.id
        db.session.expire(order)
        visit = Visit(self.rounds, customer, slug, order_id=order_id, verifier=to)
        for job, each in zip(order_by_id(order_id).jobs, held, strict=True):
            if to is not None:
                assign_job(job, db.session.get_one(User, to.id), actor=clerk)
            visit.jobs.append((job.id, each))
        return visit

    def measured(
        self,
        slug: str,
        number: int,
        *,
        by: Player | None = None,
        fault: Fault | None = None,
        only_half: bool = False,
    ) -> list[int]:
        """Take in, measure and submit; the first one has the fault."""
        visit = self.take_in(slug, number, to=by or self.verifier)
        for position, (job_id, held) in enumerate(visit.jobs):
            visit.measure_one(
                job_by_id(job_id),
                held,
                temperature=Decimal("29.4"),
                fault=fault if position == 0 else None,
                only_half=only_half,
            )
        return [job_id for job_id, _ in visit.jobs]

    def approve(self, job_ids: Sequence[int]) -> None:
        """Let the reviewer agree."""
        for job_id in job_ids:
            job = job_by_id(job_id)
            approve_job(job, actor=self.cast.home.reviewer, shown=job.version)

    def send_back(self, job_ids: Sequence[int]) -> None:
        """Let the reviewer return jobs."""
        for job_id in job_ids:
            return_job(
                job_by_id(job_id),
                actor=self.cast.home.reviewer,
                reason=RETURNED_BECAUSE,
            )


def plan_today(rounds: Rounds, cast: Cast, customers: Sequence[Customer]) -> None:
    """Let the last days of work leave a job at every step for the first body."""
    desk = Desk(rounds, cast, customers)
    colleague = cast.home.verifiers[1]
    last = _workday_before(rounds.today)
    before = _workday_before(last)
    kept: dict[str, list[int]] = {}

    def measure(name: str, slug: str, number: int, **given: Any) -> None:
        kept[name] = desk.measured(slug, number, **given)

    # Two days ago: measured, and some of it reviewed.
    then = rounds.timeline.then
    then(before, "09:00", lambda: measure("for signature", DISPENSER, 2))
    then(before, "09:40", lambda: measure("for notice", SPRING_SCALE, 1, fault=Fault()))
    then(before, "10:10", lambda: measure("to return", SPRING_SCALE, 1))
    then(before, "15:00", lambda: desk.approve(kept["for signature"]))
    then(before, "15:10", lambda: desk.approve(kept["for notice"]))
    then(before, "15:20", lambda: desk.send_back(kept["to return"]))
    # Yesterday: measured and waiting, begun, or merely taken in.
    then(last, "08:40", lambda: measure("to review", SPRING_SCALE, 2))
    then(last, "09:30", lambda: measure("by a colleague", DISPENSER, 1, by=colleague))
    then(
        last,
        "10:20",
        lambda: measure("failed", SPRING_SCALE, 1, by=colleague, fault=Fault()),
    )
    then(last, "13:30", lambda: measure("half", SPRING_SCALE, 1, only_half=True))
    then(last, "14:00", lambda: measure("half too", DISPENSER, 1, only_half=True))
    then(last, "15:40", lambda: desk.take_in(SPRING_SCALE, 3, to=desk.verifier))
    then(last, "16:10", desk.bring_meters)
    then(last, "16:20", lambda: desk.take_in(DISPENSER, 2, to=None))


def plan_incidents(rounds: Rounds, cast: Cast, customers: Sequence[Customer]) -> None:
    """Let evidence be lost, and two certificates be withdrawn, in the last months."""

    def lost() -> None:
        home = cast.home
        found = next(
            held
            for customer in customers
            if customer.staff is home
            for held in customer.of_type(SPRING_SCALE)
            if held.last is not None
        )
        report(
            found,
            EndingReason.EVIDENCE_LOST,
            actor=home.receptionist,
            note="Tem kiểm định bị rách khi lau rửa quầy, chủ hộ báo",
        )

    def withdraw(back: int, reason: RevocationReason, text: str) -> None:
        newest = map(certificate_by_id, rounds.certified[::-1])
        usable = [
            each
            for each in itertools.islice(newest, 60)
            if each.body_id == cast.home.body_id
            and each.state is CertificateState.ISSUED
        ]
        if len(usable) > back:
            revoke(usable[back], actor=cast.home.signatory, reason=reason, text=text)

    day = rounds.today - timedelta(days=75)
    rounds.timeline.then(workday(day), "11:00", lost)
    for days, back, reason, text in (
        (
            140,
            2,
            RevocationReason.WRONG_INSTRUMENT,
            "Ghi nhầm số hiệu của trụ bên cạnh; đã kiểm định và cấp lại.",
        ),
        (
            48,
            4,
            RevocationReason.OTHER,
            "Giấy chứng nhận ghi sai tên cơ sở sử dụng phương tiện đo.",
        ),
    ):
        when = workday(rounds.today - timedelta(days=days))
        rounds.timeline.then(when, "11:10", withdraw, back, reason, text)


def _workday_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day
