"""The standards of the demo, entered and calibrated over the years."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from labms.db import db
from labms.demo import fiction
from labms.demo.cast import Cast, Player, Staff, years_after
from labms.demo.inventory import (
    GAUGE_STANDARD,
    NATIONAL,
    OVERDUE,
    OVERDUE_DAYS,
    OWN_REFERENCE,
    REGIONAL,
    SUSPENDED,
    SUSPENDED_DAYS,
    WATER_BENCH,
    Item,
    working,
)
from labms.demo.timeline import Timeline, workday
from labms.registry.models import Standard
from labms.registry.rules import StandardRank
from labms.registry.services import StandardDetails, add_standard, suspend_standard
from labms.remembering import forget
from labms.traceability.rules import IssuerKind
from labms.traceability.services import CalibrationDetails, add_calibration


@dataclass(slots=True)
class Bench:
    """The standards of each body, by need, once they have been entered."""

    ids: dict[str, int] = field(default_factory=dict)
    """All standards: inventory number → id."""
    weights: dict[int, list[tuple[Decimal, int]]] = field(default_factory=dict)
    """By body: how much each weight can make, in g, the set first."""
    numbers: dict[str, int] = field(default_factory=dict)

    def for_scale(self, staff: Staff, largest: Decimal) -> dict[str, list[int]]:
        """Return the weights that make up a load, in g."""
        chosen: list[int] = []
        total = Decimal(0)
        for reach, key in self.weights[staff.body_id]:
            if total >= largest:
                break
            chosen.append(key)
            total += reach
        return {"weights": chosen}

    def for_dispenser(self, staff: Staff) -> dict[str, list[int]]:
        """Return what is taken along to a dispenser."""

        def of(*keys: str) -> list[int]:
            return [self.ids[f"{staff.plan.prefix}-{key}"] for key in keys]

        return {
            "cans": of("BC-20", "BC-05", "BC-02"),
            "cylinder": of("OD-01"),
            "thermometer": of("NK-01"),
        }

    def for_gauge(self, staff: Staff) -> dict[str, list[int]]:
        """Return what a gauge is compared with."""
        return {"pressure-standard": [self.ids[f"{staff.plan.prefix}-AK-01"]]}


def plan_standards(
    timeline: Timeline, cast: Cast, bench: Bench, *, start: date, today: date
) -> None:
    """Let all standards be entered on the first day, and calibrated ever since."""
    keeper = cast.home.quality_manager
    outside = [(item, fiction.INSTITUTE) for item in NATIONAL]
    outside += [(item, fiction.REGIONAL_LABORATORY) for item in REGIONAL]
    for item, holder in outside:
        _plan(timeline, bench, item, keeper, start=start, today=today, holder=holder)
    for staff in cast.bodies:
        for item in _items_of(staff, is_home=staff is cast.home):
            _plan(timeline, bench, item, staff.quality_manager, start=start,
                  today=today, staff=staff)  # fmt: skip
    out = workday(today - timedelta(days=SUSPENDED_DAYS))
    number = f"{cast.home.plan.prefix}-{SUSPENDED.key}"
    timeline.then(out, "16:20", _suspend, bench, number, keeper, out)


def _items_of(staff: Staff, *, is_home: bool) -> Iterator[Item]:
    if not is_home:
        phase = 200 if staff.plan.designated_before < 0 else 120
        yield from working(
            blocks=5, above="ST-QC-E2", weigher=fiction.REGIONAL_LABORATORY, phase=phase
        )
        return
    yield OWN_REFERENCE
    yield from working(
        blocks=5, above=f"{staff.plan.prefix}-{OWN_REFERENCE.key}",
        weigher=staff.plan.name, phase=160,
    )  # fmt: skip
    yield WATER_BENCH
    yield GAUGE_STANDARD
    yield OVERDUE
    yield SUSPENDED


def _plan(
    timeline: Timeline,
    bench: Bench,
    item: Item,
    keeper: Player,
    *,
    start: date,
    today: date,
    staff: Staff | None = None,
    holder: str = "",
) -> None:
    timeline.then(start, "07:00", _enter, bench, item, keeper, staff, holder)
    for day in _calibration_days(item, start=start, today=today):
        known = max(workday(day, after=4), start)
        if known < today:
            hour = "07:05" if known == start else "16:30"
            timeline.then(known, hour, _calibrate, bench, item, keeper, staff, day)


def _calibration_days(item: Item, *, start: date, today: date) -> Iterator[date]:
    """Yield when a standard was calibrated, each time before the last ran out."""
    day, last = start - timedelta(days=item.phase), today - timedelta(days=8)
    if item is OVERDUE:
        day = workday(years_after(today, -3) - timedelta(days=OVERDUE_DAYS))
        last = years_after(today, -1) - timedelta(days=OVERDUE_DAYS - 4)
    days = round(item.months * 30.4)
    while day <= last:
        yield workday(day)
        day += timedelta(days=days if item is OVERDUE else days - 16)


def _number(item: Item, staff: Staff | None) -> str:
    return f"{staff.plan.prefix}-{item.key}" if staff else item.key


def _enter(
    bench: Bench, item: Item, keeper: Player, staff: Staff | None, holder: str
) -> None:
    number = _number(item, staff)
    standard = add_standard(
        StandardDetails(
            inventory_number=number,
            name=item.name,
            kind_slug=item.kind,
            rank=item.rank,
            range_from=Decimal(item.range_from),
            range_to=Decimal(item.range_to),
            unit=item.unit,
            accuracy_class=item.accuracy_class,
            mpe=Decimal(item.mpe) if item.mpe else None,
            interval_months=item.months,
            maker=item.maker,
            model=item.model,
            serial=f"{item.key.replace('-', '')}{len(bench.ids) + 11:03}",
            made_in=fiction.PROVINCE if item.maker else "",
            holder_name=holder,
        ),
        actor=keeper,
        body_id=staff.body_id if staff else None,
    )
    forget()
    bench.ids[number] = standard.id
    if staff and item.kind == "weights" and item.rank is StandardRank.WORKING:
        own = bench.weights.setdefault(staff.body_id, [])
        own.append((Decimal(item.range_to), standard.id))


def _calibrate(
    bench: Bench, item: Item, keeper: Player, staff: Staff | None, day: date
) -> None:
    standard = db.session.get_one(Standard, bench.ids[_number(item, staff)])
    is_root = item.rank is StandardRank.NATIONAL
    series = "HC" if item.issuer != fiction.INSTITUTE else "VĐL"
    serial = bench.numbers[series] = bench.numbers.get(series, 100) + 1
    due_on = _due(day, item.months)
    decision = "" if staff is None else f"{serial}/QĐ-CNC"
    add_calibration(
        standard,
        CalibrationDetails(
            number=f"{series}{day.year % 100:02}.{serial:04}",
            issuer_name=item.issuer,
            issuer_kind=_kind(item, staff),
            calibrated_on=day,
            issued_on=day + timedelta(days=2),
            due_on=due_on,
            range_from=Decimal(item.range_from),
            range_to=Decimal(item.range_to),
            unit=item.unit,
            error=Decimal(item.mpe) / 4 if item.mpe else None,
            uncertainty=Decimal(item.uncertainty),
            coverage_factor=Decimal(2),
            accreditation_number="VLAS-CT 007" if _is_accredited(item) else "",
            accreditation_until=years_after(day, 2) if _is_accredited(item) else None,
            is_root=is_root,
            certification_decision=decision,
            certification_until=due_on if decision else None,
        ),
        actor=keeper,
        references=[bench.ids[above] for above in item.above],
    )
    forget()


def _is_accredited(item: Item) -> bool:
    return item.issuer == fiction.REGIONAL_LABORATORY


def _kind(item: Item, staff: Staff | None) -> IssuerKind:
    if item.issuer == fiction.INSTITUTE:
        return IssuerKind.NATIONAL_INSTITUTE
    if staff and item.issuer == staff.plan.name:
        return IssuerKind.IN_HOUSE
    return IssuerKind.ACCREDITED


def _due(day: date, months: int) -> date:
    """Return the last day of a calibration: the day before it comes round again."""
    if months % 12 == 0:
        return years_after(day, months // 12) - timedelta(days=1)
    return day + timedelta(days=round(months * 30.4))


def _suspend(bench: Bench, number: str, keeper: Player, on: date) -> None:
    standard = db.session.get_one(Standard, bench.ids[number])
    suspend_standard(
        standard,
        actor=keeper,
        on=on,
        reason="Rơi khi vận chuyển, chờ hiệu chuẩn lại",
    )
    db.session.expire(standard)
    forget()
