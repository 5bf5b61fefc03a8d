"""The standards of the demo: from the national ones down to what lies in the van.

National standards are held by the institute, reference standards by a laboratory of
the region and by the first body, working standards by each body. Limits of weights are
those of class M1 and F1 in OIML R 111-1:2004, table 1; of measuring cans 0.1 % of the
volume, as ĐLVN 10:2013 asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from labms.db import db
from labms.demo import fiction
from labms.demo.cast import Cast, Player, Staff, years_after
from labms.demo.timeline import Timeline, workday
from labms.registry.models import Standard
from labms.registry.rules import StandardRank
from labms.registry.services import StandardDetails, add_standard, suspend_standard
from labms.remembering import forget
from labms.traceability.rules import IssuerKind
from labms.traceability.services import CalibrationDetails, add_calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A standard before it is entered; figures are in `unit`."""

    key: str
    """Its inventory number, for a body's own behind the body's prefix."""
    name: str
    kind: str
    rank: StandardRank
    unit: str
    range_from: str
    range_to: str
    mpe: str | None = None
    uncertainty: str
    accuracy_class: str = ""
    months: int = 12
    maker: str = "Xưởng chuẩn Nỏ Thần"
    model: str = ""
    above: Sequence[str] = ()
    """Inventory numbers of those it is calibrated against."""
    issuer: str = fiction.REGIONAL_LABORATORY
    phase: int = 0
    """So many days before the first day of the demo it was first calibrated."""


def _national(key: str, name: str, kind: str, unit: str, to: str, u: str) -> Item:
    return Item(
        key=key,
        name=name,
        kind=kind,
        rank=StandardRank.NATIONAL,
        unit=unit,
        range_from="0",
        range_to=to,
        uncertainty=u,
        months=60,
        maker="",
        issuer=fiction.INSTITUTE,
        phase=800,
    )


NATIONAL = (
    _national(
        "CQG-01", "Chuẩn quốc gia khối lượng", "weights", "g", "50000", "0.00005"
    ),
    _national("CQG-02", "Chuẩn quốc gia dung tích", "cans", "L", "2000", "0.00005"),
    _national("CQG-03", "Chuẩn quốc gia nhiệt độ", "thermometer", "°C", "660", "0.002"),
)


def _regional(
    key: str, name: str, kind: str, unit: str, to: str, u: str, above: str
) -> Item:
    return Item(
        key=key,
        name=name,
        kind=kind,
        rank=StandardRank.REFERENCE,
        unit=unit,
        range_from="0",
        range_to=to,
        uncertainty=u,
        months=24,
        above=(above,),
        issuer=fiction.INSTITUTE,
        phase=500,
    )


REGIONAL = (
    _regional(
        "ST-QC-E2", "Bộ quả cân chuẩn E2", "weights", "g", "50000", "0.01", "CQG-01"
    ),
    _regional("ST-BC-01", "Bình chuẩn hạng 1", "cans", "L", "100", "0.0002", "CQG-02"),
    _regional(
        "ST-NK-01",
        "Nhiệt kế điện trở platin",
        "thermometer",
        "°C",
        "100",
        "0.02",
        "CQG-03",
    ),
)


def _can(litres: str, key: str, phase: int, model: str) -> Item:
    mpe = Decimal(litres) / 1000
    return Item(
        key=key,
        name=f"Bình chuẩn kim loại {litres} L",
        kind="cans",
        rank=StandardRank.WORKING,
        unit="L",
        range_from=litres,
        range_to=litres,
        mpe=str(mpe),
        uncertainty=str(mpe / 4),
        model=model,
        above=("ST-BC-01",),
        phase=phase,
    )


def _block(number: int, above: str, issuer: str, phase: int) -> Item:
    return Item(
        key=f"QC-{number + 1:02}",
        name=f"Quả cân 20 kg số {number}",
        kind="weights",
        rank=StandardRank.WORKING,
        unit="g",
        range_from="20000",
        range_to="20000",
        mpe="1.0",
        uncertainty="0.3",
        accuracy_class="M1",
        model="M1-20",
        above=(above,),
        issuer=issuer,
        phase=phase,
    )


def _working(*, blocks: int, above: str, weigher: str, phase: int) -> Iterator[Item]:
    """Yield what a body takes along; `phase` shifts its calibrations."""
    yield Item(
        key="QC-01",
        name="Bộ quả cân M1 (1 g đến 10 kg)",
        kind="weights",
        rank=StandardRank.WORKING,
        unit="g",
        range_from="1",
        range_to="10000",
        mpe="0.5",
        uncertainty="0.15",
        accuracy_class="M1",
        model="M1-10",
        above=(above,),
        issuer=weigher,
        phase=phase,
    )
    for number in range(1, blocks + 1):
        yield _block(number, above, weigher, phase)
    for litres, key in (("20", "BC-20"), ("5", "BC-05"), ("2", "BC-02")):
        yield _can(litres, key, phase + 40, f"BCKL-{litres}")
    yield Item(
        key="OD-01",
        name="Ống đong chia độ 100 mL",
        kind="cylinder",
        rank=StandardRank.WORKING,
        unit="mL",
        range_from="0",
        range_to="100",
        mpe="1.0",
        uncertainty="0.3",
        model="OD-100",
        above=("ST-BC-01",),
        phase=phase + 40,
    )
    yield _thermometer("NK-01", phase + 138)


def _thermometer(key: str, phase: int) -> Item:
    return Item(
        key=key,
        name="Nhiệt kế (0 đến 50) °C",
        kind="thermometer",
        rank=StandardRank.WORKING,
        unit="°C",
        range_from="0",
        range_to="50",
        mpe="0.5",
        uncertainty="0.1",
        model="NK-50",
        above=("ST-NK-01",),
        phase=phase,
    )


#: The first body's own reference: its weights are calibrated against it in the house.
OWN_REFERENCE = Item(
    key="QC-F1",
    name="Bộ quả cân chuẩn F1 (1 g đến 20 kg)",
    kind="weights",
    rank=StandardRank.REFERENCE,
    unit="g",
    range_from="1",
    range_to="20000",
    mpe="0.1",
    uncertainty="0.03",
    accuracy_class="F1",
    months=24,
    model="F1-20",
    above=("ST-QC-E2",),
    phase=430,
)
#: Calibrated too long ago today.
OVERDUE = _can("10", "BC-10", 0, "BCKL-10")
#: Dropped, and waiting for its calibration.
SUSPENDED = _thermometer("NK-02", 35)
OVERDUE_DAYS, SUSPENDED_DAYS = 41, 63


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
        yield from _working(
            blocks=5, above="ST-QC-E2", weigher=fiction.REGIONAL_LABORATORY, phase=phase
        )
        return
    yield OWN_REFERENCE
    yield from _working(
        blocks=5, above=f"{staff.plan.prefix}-{OWN_REFERENCE.key}",
        weigher=staff.plan.name, phase=160,
    )  # fmt: skip
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
