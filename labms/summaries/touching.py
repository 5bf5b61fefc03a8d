"""What marks are about: which cells, enterprises and days a change may have touched."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.db import db, scoped
from labms.jobs.models import Job, Order
from labms.places.models import Commune, CommuneSuccession
from labms.places.rules import AREAS
from labms.policy import EVERYTHING
from labms.registry.models import Instrument
from labms.summaries.models import SummaryMark
from labms.summaries.rules import MarkKind, Touched
from labms.supply.models import ActivityReport, ReportedWork


@dataclass(frozen=True, slots=True)
class Map:
    """Which commune of today each one counts as, and where communes lie."""

    present: Mapping[str, str]
    old: Mapping[str, frozenset[str]]
    areas: Mapping[str, frozenset[str]]

    def of_today(self, key: str | None) -> str:
        """Return the commune that one counts as; "" of none."""
        return self.present.get(key, key) if key else ""

    def of_any_time(self, keys: Iterable[str]) -> frozenset[str]:
        """Return communes of today with the old ones that count as them."""
        return frozenset(each for key in keys for each in (key, *self.old.get(key, ())))

    def lies_in(self, key: str, area: str) -> bool:
        """Whether a commune, or an old one that counts as it, lies in an area."""
        return any(each in self.areas[area] for each in self.of_any_time([key]))


def read_map() -> Map:
    """Read how communes hang together. Two queries."""
    whole = sa.select(CommuneSuccession.old_key, CommuneSuccession.new_key).where(
        CommuneSuccession.is_whole.is_(True)
    )
    present = dict(db.session.execute(whole).all())
    old: dict[str, set[str]] = {}
    for before, after in present.items():
        old.setdefault(after, set()).add(before)
    lying: dict[str, set[str]] = {code: set() for code in AREAS}
    rows = db.session.execute(sa.select(Commune.key, Commune.former_province_code))
    for key, province in rows:
        for code, area in AREAS.items():
            if province in area.old_province_codes:
                lying[code].add(key)
    return Map(
        present=present,
        old={key: frozenset(found) for key, found in old.items()},
        areas={code: frozenset(keys) for code, keys in lying.items()},
    )


#: Numbers, each with the first day whose figures may differ.
_Numbers = Mapping[int, date]


def touched_by(marks: Iterable[SummaryMark], where: Map) -> Touched:
    """Return everything that marks are about. One or two queries for each kind."""
    by_kind: dict[MarkKind, list[SummaryMark]] = {}
    for mark in marks:
        by_kind.setdefault(mark.kind, []).append(mark)
    resolving = _Resolving(where, Touched())
    with scoped(EVERYTHING):
        for kind, own in by_kind.items():
            resolving.note(kind, own)
    return resolving.touched


@dataclass(frozen=True, slots=True)
class _Resolving:
    where: Map
    touched: Touched

    def note(self, kind: MarkKind, marks: list[SummaryMark]) -> None:
        """Note what marks of one kind are about."""
        numbers: dict[int, date] = {}
        for mark in marks:
            first = mark.first_on or date.min
            if mark.number is not None:
                numbers[mark.number] = min(first, numbers.get(mark.number, first))
        if kind in _BY_NUMBER:
            _BY_NUMBER[kind](self, numbers)
        elif kind is MarkKind.CELL:
            for mark in marks:
                self._cell(mark.type_slug, mark.commune_key, mark.first_on)
        elif kind is MarkKind.SERIAL:
            self._listed({(m.type_slug, m.serial_key): m.first_on for m in marks})
        elif kind is MarkKind.CLOSED:
            self.touched.closed |= {m.first_on for m in marks if m.first_on}
        elif kind is MarkKind.FACTS:
            self.touched.facts = True

    def _cell(self, slug: str, commune: str, first: date | None) -> None:
        self.touched.cell((slug, self.where.of_today(commune)), first or date.min)

    def _jobs(self, numbers: _Numbers) -> None:
        rows = db.session.execute(
            sa.select(
                Job.id,
                Job.body_id,
                Job.closed_at,
                Order.customer_id,
                Instrument.type_slug,
                Instrument.commune_key,
                Instrument.serial_key,
            )
            .join(Order, Order.id == Job.order_id)
            .join(Instrument, Instrument.id == Job.instrument_id, isouter=True)
            .where(Job.id.in_(numbers))
        )
        listed: dict[tuple[str, str], date | None] = {}
        bodies: dict[int, date] = {}
        for row in rows:
            first = numbers[row.id]
            self.touched.customer(row.customer_id, first)
            if row.type_slug is None:
                continue
            cell = row.type_slug, self.where.of_today(row.commune_key)
            self.touched.work(cell, first)
            key = row.type_slug, row.serial_key
            listed[key] = min(first, listed.get(key) or first)
            bodies[row.body_id] = min(first, bodies.get(row.body_id, first))
            if row.closed_at is not None:
                self.touched.closed.add(clock.day_of(row.closed_at))
        self._listed(listed)
        self._reports(ActivityReport.organisation_id, bodies)

    def _certificates(self, numbers: _Numbers) -> None:
        """A certificate counts for a job only once another of it was revoked."""
        rows = db.session.execute(
            sa.select(Certificate.job_id, sa.func.min(Certificate.revoked_on))
            .where(Certificate.job_id.in_(numbers), Certificate.revoked_on.is_not(None))
            .group_by(Certificate.job_id)
        )
        self._jobs({job: revoked_on or date.min for job, revoked_on in rows})

    def _instruments(self, numbers: _Numbers) -> None:
        rows = db.session.execute(
            sa.select(
                Instrument.id,
                Instrument.type_slug,
                Instrument.commune_key,
                Instrument.serial_key,
            ).where(Instrument.id.in_(numbers))
        )
        listed: dict[tuple[str, str], date | None] = {}
        for number, slug, commune, serial in rows:
            self._cell(slug, commune, numbers[number])
            listed[slug, serial] = numbers[number]
        self._listed(listed)
        self._closed(Job.instrument_id, numbers)

    def _orders(self, numbers: _Numbers) -> None:
        rows = db.session.execute(
            sa.select(Order.id, Order.customer_id).where(Order.id.in_(numbers))
        )
        for number, customer in rows:
            self.touched.customer(customer, numbers[number])
        self._closed(Job.order_id, numbers)

    def _closed(self, column: Any, numbers: Collection[int]) -> None:
        rows = db.session.scalars(
            sa.select(Job.closed_at).where(
                column.in_(numbers), Job.closed_at.is_not(None)
            )
        )
        self.touched.closed |= {clock.day_of(each) for each in rows if each}

    def _customers(self, numbers: _Numbers) -> None:
        for number, first in numbers.items():
            self.touched.customer(number, first)

    def _organisations(self, numbers: _Numbers) -> None:
        rows = db.session.execute(
            sa.select(Instrument.owner_id, Instrument.type_slug, Instrument.commune_key)
            .where(Instrument.owner_id.in_(numbers))
            .distinct()
        )
        for owner, slug, commune in rows:
            self._cell(slug, commune, numbers[owner])
        self._customers(numbers)
        self._reports(ActivityReport.organisation_id, numbers)
        self.touched.facts = True

    def _entered(self, numbers: _Numbers) -> None:
        self._reports(ActivityReport.id, numbers)

    def _reports(self, column: Any, numbers: _Numbers) -> None:
        """Note where reports say that something passed."""
        if not numbers:
            return
        rows = db.session.execute(
            sa.select(
                column,
                ActivityReport.last_on,
                ReportedWork.type_slug,
                ReportedWork.commune_key,
            )
            .join(ReportedWork, ReportedWork.report_id == ActivityReport.id)
            .where(column.in_(numbers))
            .distinct()
        )
        for number, last_on, slug, commune in rows:
            place = slug, self.where.of_today(commune)
            self.touched.place(place, max(last_on, numbers[number]))

    def _listed(self, serials: Mapping[tuple[str, str], date | None]) -> None:
        """Note where reports list instruments with these serial numbers."""
        wanted = {serial for _, serial in serials if serial}
        if not wanted:
            return
        rows = db.session.execute(
            sa.select(
                ReportedWork.type_slug,
                ReportedWork.serial_key,
                ReportedWork.commune_key,
            )
            .where(ReportedWork.serial_key.in_(wanted))
            .distinct()
        )
        for slug, serial, commune in rows:
            if (slug, serial) in serials:
                first = serials[slug, serial] or date.min
                self.touched.place((slug, self.where.of_today(commune)), first)


_BY_NUMBER: Mapping[MarkKind, Callable[[_Resolving, _Numbers], None]] = {
    MarkKind.JOB: _Resolving._jobs,
    MarkKind.CERTIFICATE: _Resolving._certificates,
    MarkKind.INSTRUMENT: _Resolving._instruments,
    MarkKind.ORDER: _Resolving._orders,
    MarkKind.CUSTOMER: _Resolving._customers,
    MarkKind.ORGANISATION: _Resolving._organisations,
    MarkKind.REPORT: _Resolving._entered,
}
