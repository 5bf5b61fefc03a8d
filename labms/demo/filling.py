"""Fills an empty instance with the demo province, as if people had worked for years."""

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Flask
from sqlalchemy import event

from labms import clock
from labms.accounts.models import User, UserRole
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.db import db, scoped, transaction
from labms.demo import fiction
from labms.demo.bench import Bench, plan_standards
from labms.demo.calibrations import plan_calibrations
from labms.demo.cast import Cast, enter_cast, enter_enterprise_login, plan_releases
from labms.demo.customers import (
    Customer,
    Serials,
    customers,
    enter_customer,
    plan_approvals,
)
from labms.demo.drawing import easel
from labms.demo.plan_work import plan_work
from labms.demo.province import AREA, plan_surveys, plan_undertakings
from labms.demo.rounds import Rounds
from labms.demo.signing import plan_signing
from labms.demo.supplied import plan_supply
from labms.demo.testing import plan_tests
from labms.demo.timeline import Progress, Timeline, months_before, unseen, workday
from labms.demo.today import plan_incidents, plan_today
from labms.organisations.models import (
    Body,
    Designation,
    DesignationScope,
    Organisation,
    OrganisationRoleRow,
    Registration,
)
from labms.people.models import VerifierCard, VerifierCardField
from labms.places.data import communes_of
from labms.places.models import Commune
from labms.policy import EVERYTHING
from labms.registry.models import Instrument, Standard, TypeApproval
from labms.remembering import remembering
from labms.settings import Settings
from labms.traceability.models import Calibration, CalibrationReference

SEED = 996
#: So many months of work lie behind the demo.
MONTHS = 32
#: The commune in which the bodies have their offices: Phường Phú Khương.
SEAT = "28756@2025-07-01"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made."""

    start: date
    cast: Cast
    enterprises: int
    instruments: int


def beginning(today: date) -> datetime:
    """Return the moment at which the demo's history begins."""
    first = workday(months_before(today, MONTHS))
    return datetime.combine(first, time(6), tzinfo=clock.ZONE)


def fill(
    app: Flask,
    *,
    seed: int = SEED,
    scale: float = 1.0,
    progress: Progress = unseen,
    side_by_side: bool = True,
) -> Filled:
    """Make the demo province in an instance that has its tables and places.

    The same seed gives the same province, relative to today; only the secret codes of
    certificates differ each time. `scale` makes a smaller one; `side_by_side` uses a
    second process. Needs the application's context, opens its own transactions.
    """
    settings: Settings = app.extensions["labms"]
    rng = random.Random(seed)  # noqa: S311 (nothing secret)
    today = clock.today()
    begin = beginning(today)
    start = begin.date()
    communes = [commune.key for commune in communes_of(AREA, on=today)]
    names = fiction.people(rng)
    timeline, bench = Timeline(), Bench()
    drawing = easel(settings.cache_dir, side_by_side=side_by_side)
    with scoped(EVERYTHING), _in_one_go() as put_away, drawing as ready:
        with clock.at(begin), transaction():
            cast = enter_cast(today=today, start=start, rng=rng, names=names, seat=SEAT)
        plan_releases(timeline, cast, start=start, today=today)
        plan_standards(timeline, cast, bench, start=start, today=today)
        approvals = plan_approvals(timeline, cast, start=start)
        all_customers = customers(
            cast, rng=rng, names=names, communes=communes, start=start, scale=scale
        )
        _plan_entering(timeline, all_customers, rng=rng, approvals=approvals)
        rounds = Rounds(
            rng=rng,
            timeline=timeline,
            bench=bench,
            easel=ready,
            settings=settings,
            today=today,
        )
        for customer in all_customers:
            rounds.plan(customer, start=start)
        plan_surveys(
            timeline,
            cast,
            all_customers,
            rng=rng,
            communes=communes,
            start=start,
            today=today,
            scale=scale,
        )
        plan_undertakings(
            timeline, cast, all_customers, rng=rng, start=start, today=today
        )
        plan_supply(
            timeline,
            cast,
            communes=communes,
            outside=_outside(communes, today),
            start=start,
            today=today,
            seed=seed,
        )
        plan_work(
            timeline,
            cast,
            all_customers,
            names=list(fiction.people(random.Random(seed))),  # noqa: S311 (no secret)
            communes=communes,
            start=start,
            today=today,
        )
        plan_calibrations(rounds, cast, all_customers)
        plan_tests(rounds, cast, all_customers)
        plan_incidents(rounds, cast, all_customers)
        plan_today(rounds, cast, all_customers)
        plan_signing(timeline, cast, today=today)
        timeline.alone(start, "09:30", ready.get_ready)
        with remembering():
            timeline.run(progress, after_each=put_away)
    return Filled(
        start,
        cast,
        len(all_customers),
        sum(len(customer.instruments) for customer in all_customers),
    )


def _outside(communes: Sequence[str], today: date) -> str:
    """Return a commune of the province of today that the plan is not about."""
    within = set(communes)
    every = (commune.key for commune in communes_of("vinh-long-new", on=today))
    return next(key for key in every if key not in within)


def _plan_entering(
    timeline: Timeline,
    all_customers: list[Customer],
    *,
    rng: random.Random,
    approvals: dict[str, int],
) -> None:
    serials = Serials(rng)

    def enter(customer: Customer) -> None:
        enter_customer(customer, serials=serials, approvals=approvals)
        if customer is all_customers[0]:  # a petrol station of the first body
            enter_enterprise_login("Ngô Thị Bống", customer.id)

    for customer in all_customers:
        timeline.then(customer.joined, "09:20", enter, customer)


#: Rows that are asked for again and again, and that nobody else changes meanwhile.
LASTING = (
    User,
    UserRole,
    Organisation,
    OrganisationRoleRow,
    Body,
    Registration,
    Designation,
    DesignationScope,
    VerifierCard,
    VerifierCardField,
    Standard,
    Calibration,
    CalibrationReference,
    ProcedureRelease,
    CycleRelease,
    Commune,
    Instrument,
    TypeApproval,
)


@contextmanager
def _in_one_go() -> Iterator[Callable[[], None]]:
    """Keep rows between transactions, since nobody else is at work.

    Nor search for circles of garbage, for which there is enough room. Gives what makes
    the next deed read anew the rows that don't last.
    """
    kept: dict[int, object] = {}
    passing: list[object] = []

    def keep(_session: object, row: object) -> None:
        if isinstance(row, LASTING):
            kept[id(row)] = row
        else:
            passing.append(row)

    def put_away() -> None:
        for row in passing:
            if row in db.session:
                db.session.expunge(row)
        passing.clear()

    db.session.remove()
    db.session.configure(expire_on_commit=False)
    events = ("loaded_as_persistent", "pending_to_persistent")
    for name in events:
        event.listen(db.session, name, keep)
    gc.disable()
    try:
        yield put_away
    finally:
        gc.enable()
        for name in events:
            event.remove(db.session, name, keep)
        db.session.remove()
        db.session.configure(expire_on_commit=True)
