"""The standards of the demo: from the national ones down to what lies in the van.

National standards are held by the institute, reference standards by a laboratory of
the region and by the first body, working standards by each body. Limits of weights are
those of class M1 and F1 in OIML R 111-1:2004, table 1; of measuring cans 0.1 % of the
volume, as ĐLVN 10:2013 asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from labms.demo import fiction
from labms.registry.rules import StandardRank


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
    _national(
        "CQG-04", "Chuẩn quốc gia áp suất", "pressure-standard", "MPa", "100", "0.0001"
    ),
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
    _regional(
        "ST-AS-01",
        "Áp kế pít tông",
        "pressure-standard",
        "MPa",
        "60",
        "0.0003",
        "CQG-04",
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


def working(*, blocks: int, above: str, weigher: str, phase: int) -> Iterator[Item]:
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
#: Through which the first body lets the water of its bench for meters run.
WATER_BENCH = Item(
    key="BN-100",
    name="Bình chuẩn 100 L của bàn thử đồng hồ nước",
    kind="water-bench",
    rank=StandardRank.WORKING,
    unit="L",
    range_from="100",
    range_to="100",
    mpe="0.2",
    uncertainty="0.05",
    model="BCKL-100",
    above=("ST-BC-01",),
    phase=260,
)
#: With which the first body calibrates pressure gauges.
GAUGE_STANDARD = Item(
    key="AK-01",
    name="Áp kế chuẩn điện tử (0 đến 6) MPa",
    kind="pressure-standard",
    rank=StandardRank.WORKING,
    unit="MPa",
    range_from="0",
    range_to="6",
    uncertainty="0.0015",
    model="AKC-6",
    above=("ST-AS-01",),
    phase=210,
)
#: Calibrated too long ago today.
OVERDUE = _can("10", "BC-10", 0, "BCKL-10")
#: Dropped, and waiting for its calibration.
SUSPENDED = _thermometer("NK-02", 35)
OVERDUE_DAYS, SUSPENDED_DAYS = 41, 63
