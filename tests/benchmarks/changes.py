"""What happens in a province of millions of jobs, one change at a time.

Each is made by the services that a page uses. Beforehand it says what of the summaries
it may change; `differing` says what it did change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from labms import clock
from labms.accounts.models import User
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, RevocationReason
from labms.certificates.services import reserve_certificate, revoke_certificate
from labms.db import db, transaction
from labms.demand.models import DemandFigure
from labms.demand.rules import DemandSource
from labms.demand.services import correct_figure
from labms.jobs.models import Job, Order
from labms.jobs.queries import job_by_id
from labms.organisations.models import Body, Organisation
from labms.places.models import CommuneSuccession
from labms.policy import Role
from labms.registry.models import Instrument
from labms.settings import Settings
from labms.summaries.folding import catch_up
from tests.factories import SPRING_SCALE, Make
from tests.factories_bodies import numbers

#: Tables of summaries by their columns that say of what a row is.
KEYS: Mapping[str, tuple[str, ...]] = {
    "summary_cell": ("day_id", "type_slug", "commune_key"),
    "summary_told": ("day_id", "type_slug", "commune_key", "source"),
    "summary_type": ("day_id", "type_slug"),
    "summary_commune": ("day_id", "commune_key"),
    "summary_served": ("day_id", "organisation_id"),
    "summary_pace": ("area", "closed_on", "days"),
}
#: A table, and what its columns of KEYS are.
Place = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Change:
    """Something that is about to happen, and what it is about."""

    make: Callable[[], Any]
    types: frozenset[str]
    communes: frozenset[str]
    customers: frozenset[int] = frozenset()
    #: Days on which a job is closed.
    closed: frozenset[str] = frozenset()

    def concerns(self, place: Place) -> bool:
        """Whether a row of summaries may differ afterwards."""
        table, key = place
        own = dict(zip(KEYS[table], key, strict=True))
        return (
            own.get("type_slug", next(iter(self.types))) in self.types
            and own.get("commune_key", next(iter(self.communes))) in self.communes
            and own.get("organisation_id") in {None, *self.customers}
            and own.get("closed_on", "") in {"", *self.closed}
        )


class Changes:
    """Makes them, in an application context."""

    def __init__(self) -> None:
        # names that nothing bears, in a province that was made by another process too
        highest = db.session.scalar(sa.select(sa.func.max(Organisation.id))) or 0
        for _ in range(1000 * (highest + 1)):
            next(numbers)
        make = Make()
        body = make.body()
        verifier = make.user(Role.VERIFIER, body=body)
        make.card(verifier, SPRING_SCALE)
        self._verifier = verifier.id
        self._body = body.id
        self._signatory = make.user(Role.SIGNATORY, body=body)
        self._manager = make.user(Role.MANAGER)
        self._make = make
        self._settings = _settings()
        self.kinds: Mapping[str, Callable[[int], Change]] = {
            "issue": self._issue,
            "revocation": self._revocation,
            "demand": self._demand,
            "move": self._move,
        }
        self.times = dict.fromkeys(self.kinds, 20)

    def prepared(self, what: str, n: int) -> Change:
        """Return a change that is about to be made; what it needs is there, counted."""
        change = self.kinds[what](n)
        db.session.remove()
        return change

    @staticmethod
    def kept() -> dict[Place, tuple[Any, ...]]:
        """Return every row of the summaries, by what it is of."""
        found: dict[Place, tuple[Any, ...]] = {}
        with db.engine.connect() as connection:
            for table, names in KEYS.items():
                rows = connection.exec_driver_sql(f"SELECT * FROM {table}")
                columns = list(rows.keys())
                at = [columns.index(name) for name in names]
                for row in rows:
                    key = tuple(
                        str(row[n]) if columns[n] == "closed_on" else row[n] for n in at
                    )
                    found[table, key] = tuple(row)
        return found

    def differing(self, before: dict[Place, tuple[Any, ...]]) -> set[Place]:
        """Return of what rows differ from what they were."""
        after = self.kept()
        return {
            place
            for place in before.keys() | after.keys()
            if before.get(place) != after.get(place)
        }

    def _issue(self, n: int) -> Change:
        """A job of today becomes a certificate: what a laboratory does all day."""
        where = self._instruments(n)[0]
        instrument = self._make.instrument(
            owner_id=where.owner_id, commune_key=where.commune_key
        )
        order = self._make.order(
            db.session.get_one(Body, self._body), customer_id=where.owner_id
        )
        job = self._make.job(
            body=db.session.get_one(Body, self._body),
            performed_by=db.session.get(User, self._verifier),
            order_id=order.id,
            instrument_id=instrument.id,
        )
        number = job.id
        self._catch_up()

        def make() -> None:
            with transaction():
                row = job_by_id(number)
                reserved = reserve_certificate(
                    row,
                    actor=db.session.merge(self._signatory),
                    shown=content_hash(row),
                    settings=self._settings,
                ).id
            finish_issuing(reserved, settings=self._settings)

        return Change(
            make,
            types=frozenset({SPRING_SCALE}),
            communes=present(where.commune_key),
            customers=frozenset({where.owner_id}),
            closed=frozenset({str(clock.today())}),
        )

    def _revocation(self, n: int) -> Change:
        """A certificate of half a year ago turns out to be wrong."""
        day = clock.today() - timedelta(days=190 - n)
        certificate, job, instrument = db.session.execute(
            sa.select(Certificate, Job, Instrument)
            .join(Job, Job.id == Certificate.job_id)
            .join(Instrument, Instrument.id == Job.instrument_id)
            .where(
                Certificate.issued_on == day,
                Certificate.state == CertificateState.ISSUED,
                Job.kind == "verification",
            )
            .limit(1)
        ).one()
        customer = db.session.get_one(Order, job.order_id).customer_id
        signatory = self._make.user(
            Role.SIGNATORY, body=db.session.get_one(Body, certificate.body_id)
        )
        number = certificate.id

        def make() -> None:
            with transaction():
                revoke_certificate(
                    db.session.get_one(Certificate, number),
                    actor=db.session.merge(signatory),
                    reason=RevocationReason.WRONG_RESULT,
                    text="Số liệu đo bị ghi nhầm khi lập biên bản",
                    on=clock.today(),
                )

        return Change(
            make,
            types=frozenset({instrument.type_slug}),
            communes=present(instrument.commune_key),
            customers=frozenset({customer}),
        )

    def _demand(self, n: int) -> Change:
        """A figure of demand was wrong, as a survey shows that was made since."""
        figure = db.session.scalars(
            sa.select(DemandFigure)
            .where(
                DemandFigure.year == clock.today().year,
                DemandFigure.replaced_by_id.is_(None),
                DemandFigure.holder.is_(None),
            )
            .order_by(DemandFigure.id)
            .offset(n * 37)
            .limit(1)
        ).one()
        number, manager = figure.id, self._manager

        def make() -> None:
            with transaction():
                row = db.session.get_one(DemandFigure, number)
                correct_figure(
                    row,
                    in_use_count=row.in_use_count * 2 + 100,
                    source=DemandSource.METER_LIST,
                    document="Danh sách rà soát",
                    method="",
                    counted_on=row.counted_on,
                    reason="Đếm lại theo danh sách của đơn vị",
                    actor=db.session.merge(manager),
                )

        return Change(
            make,
            types=frozenset({figure.type_slug}),
            communes=present(figure.commune_key),
        )

    def _move(self, n: int) -> Change:
        """An instrument was never where it was registered, for years."""
        instrument, other = self._instruments(n)[:2]
        number, key = instrument.id, other.commune_key
        closed = db.session.scalars(
            sa.select(Job.closed_at).where(
                Job.instrument_id == number, Job.closed_at.is_not(None)
            )
        )

        def make() -> None:
            with transaction():
                db.session.get_one(Instrument, number).commune_key = key
                db.session.flush()
                db.session.info.clear()  # arranged, no audit event is owed

        return Change(
            make,
            types=frozenset({instrument.type_slug}),
            communes=present(instrument.commune_key) | present(key),
            closed=frozenset(str(clock.day_of(each)) for each in closed if each),
        )

    @staticmethod
    def _instruments(n: int) -> list[Instrument]:
        """Return two instruments that are in different communes."""
        number = 100 + n * 911 % 1900
        first = db.session.get_one(Instrument, number)
        second = db.session.scalars(
            sa.select(Instrument)
            .where(
                Instrument.id > first.id, Instrument.commune_key != first.commune_key
            )
            .order_by(Instrument.id)
            .limit(1)
        ).one()
        return [first, second]

    @staticmethod
    def _catch_up() -> None:
        with transaction():
            catch_up()


def _settings() -> Settings:
    found: Settings = current_app.extensions["labms"]
    return found


def present(key: str) -> frozenset[str]:
    """Return the commune of today for one of any time."""
    after = db.session.scalar(
        sa.select(CommuneSuccession.new_key).where(
            CommuneSuccession.old_key == key, CommuneSuccession.is_whole.is_(True)
        )
    )
    return frozenset({after or key})
