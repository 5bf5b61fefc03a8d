"""What the enterprises of the demo use: kinds of instruments, and how many of each.

Makers and models are invented; the characteristics are what such instruments bear.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labms.demo.cast import DISPENSER, SPRING_SCALE


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a maker, as many as there are of it."""

    type_slug: str
    maker: str
    model: str
    prefix: str
    """Of serial numbers; without letters that are misread."""
    characteristics: Mapping[str, str]
    made_in: str = "Việt Nam"


def _scale(kg: str, e: str) -> Model:
    bears = {"class": "IIII", "Max": kg, "e": e, "unit": "kg"}
    return Model(SPRING_SCALE, "Cân Tấm Cám", f"TC-{kg}", f"TC{kg}-", bears)


def _dispenser(model: str, prefix: str, liquid: str, q_max: str = "45") -> Model:
    bears = {"Qmax": q_max, "Qmin": "5", "Vmin": "2", "d": "0,01", "liquid": liquid}
    return Model(DISPENSER, "Rồng Phun Lửa", model, prefix, bears)


SCALES = (
    _scale("2", "10"),
    _scale("5", "20"),
    _scale("12", "50"),
    _scale("30", "100"),
    _scale("60", "200"),
    _scale("100", "500"),
)
#: What a stall weighs with, more often than what a warehouse does.
STALL = (SCALES[1], SCALES[2], SCALES[3], SCALES[3], SCALES[4])
WAREHOUSE = (SCALES[3], SCALES[4], SCALES[4], SCALES[5])
DISPENSERS = (
    _dispenser("RPL-2A", "RA", "Xăng RON 95-III"),
    _dispenser("RPL-2A", "RA", "Xăng E5 RON 92-II"),
    _dispenser("RPL-4D", "RD", "Điêzen 0,05S", "70"),
    _dispenser("RPL-2B", "RB", "Xăng RON 95-III", "50"),
)

DISH = Model(
    "can-dia",
    "Cân Tấm Cám",
    "TC-D15",
    "TD",
    {"class": "III", "Max": "15", "e": "5", "d": "5", "unit": "kg"},
)
BENCH_SCALE = Model(
    "can-ban",
    "Cân Tấm Cám",
    "TC-B150",
    "TB",
    {"class": "III", "Max": "150", "e": "50", "d": "50", "unit": "kg"},
)
TRUCK_SCALE = Model(
    "can-o-to",
    "Voi Chín Ngà",
    "VCN-60",
    "VN",
    {"class": "III", "Max": "60", "e": "20", "d": "20", "supports": "6"},
)
BALANCE = Model(
    "can-ky-thuat",
    "Cân Hạt Vừng",
    "HV-600",
    "HV",
    {"class": "II", "Max": "600", "e": "100", "d": "10"},
)
WATER_METER = Model(
    "dong-ho-do-nuoc-lanh-co-khi",
    "Thủy Tinh",
    "TT-15",
    "TT",
    {"DN": "15", "class": "2", "Q3": "2,5", "ratio": "160"},
)
SINGLE_PHASE = Model(
    "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu",
    "Thiên Lôi",
    "TL-1P",
    "TL1-",
    {"class": "1", "Un": "220", "Ib": "10", "Imax": "40", "constant": "1600"},
)
THREE_PHASE = Model(
    "cong-to-dien-xoay-chieu-3-pha-kieu-dien-tu",
    "Thiên Lôi",
    "TL-3P",
    "TL3-",
    {"class": "1", "Un": "220", "Ib": "10", "Imax": "100", "constant": "1000"},
)
PRESSURE_GAUGE = Model(
    "ap-ke-lo-xo",
    "Nồi Đồng Cối Đá",
    "NĐ-16",
    "ND",
    {"unit": "bar", "lower": "0", "upper": "16", "class": "1.6", "d": "0,5"},
)
SPHYGMOMANOMETER = Model(
    "huyet-ap-ke-lo-xo",
    "Trái Tim Hồng",
    "TTH-300",
    "TH",
    {"unit": "mmHg", "lower": "0", "upper": "300", "d": "2"},
)
CARDIOGRAPH = Model(
    "phuong-tien-do-dien-tim",
    "Trái Tim Hồng",
    "ECG-6",
    "EC",
    {"range": "6 kênh, (0,5 đến 5) mV"},
)
CLINICAL_THERMOMETER = Model(
    "nhiet-ke-y-hoc-dien-tu-tiep-xuc-co-co-cau-cuc-dai",
    "Cô Bé Bán Diêm",
    "CBD-42",
    "CB",
    {"class": "2", "lower": "32", "upper": "42", "d": "0,1"},
)
TANKER = Model(
    "xi-tec-o-to",
    "Ngựa Sắt",
    "NS-16",
    "NS",
    {"capacity": "16000", "compartments": "4"},
)


def taximeter(number: int) -> Model:
    """Return the taximeter of one car: its plate belongs to it."""
    bears = {"K": "1000", "plate": f"00A-{number:03}.00", "fare_step": "100"}
    return Model("taximet", "Ngựa Ô", "NO-TX", "TX", bears)


#: Who has what, of the organisations that there is one of.
UNIQUE: Mapping[str, tuple[tuple[Model, int], ...]] = {
    "water": ((WATER_METER, 124), (PRESSURE_GAUGE, 4)),
    "electricity": ((SINGLE_PHASE, 110), (THREE_PHASE, 20)),
    "hospital": ((SPHYGMOMANOMETER, 22), (CARDIOGRAPH, 7), (CLINICAL_THERMOMETER, 12)),
    "clinic": ((SPHYGMOMANOMETER, 8), (CARDIOGRAPH, 2), (CLINICAL_THERMOMETER, 5)),
    "clinic-2": ((SPHYGMOMANOMETER, 9), (CARDIOGRAPH, 3), (CLINICAL_THERMOMETER, 5)),
    "rice": ((SCALES[5], 5), (BENCH_SCALE, 5), (TRUCK_SCALE, 2)),
    "coconut": (
        (SCALES[4], 7),
        (BENCH_SCALE, 7),
        (TRUCK_SCALE, 2),
        (PRESSURE_GAUGE, 7),
    ),
    "seafood": (
        (SCALES[3], 8),
        (BENCH_SCALE, 8),
        (TRUCK_SCALE, 1),
        (PRESSURE_GAUGE, 6),
    ),
    "sand": ((TRUCK_SCALE, 3),),
    "gold": ((BALANCE, 4),),
    "gold-2": ((BALANCE, 3),),
    "boiler": ((PRESSURE_GAUGE, 9), (DISH, 2)),
    "depot": ((TANKER, 6), (PRESSURE_GAUGE, 3)),
    "school": ((BALANCE, 3),),
    "post": ((BENCH_SCALE, 6), (SCALES[2], 4)),
}
TAXIS = 38


def of_unique(key: str, scale: float) -> Iterator[Model]:
    """Yield what one of the special enterprises has."""
    if key == "station-fleet":
        for number in range(1, scaled(TAXIS, scale) + 1):
            yield taximeter(number)
        return
    for model, number in UNIQUE[key]:
        for _ in range(scaled(number, scale)):
            yield model


def of_station(rng: random.Random) -> Iterator[Model]:
    """Yield the dispensers of a petrol station."""
    for number in range(rng.randint(5, 10)):
        yield DISPENSERS[number % 4] if number < 4 else rng.choice(DISPENSERS)


def of_household(rng: random.Random) -> Iterator[Model]:
    """Yield the scales of a market stall."""
    for _ in range(rng.randint(4, 8)):
        yield rng.choice(STALL)


def of_shop(rng: random.Random) -> Iterator[Model]:
    """Yield the scales of a shop."""
    for _ in range(rng.randint(6, 9)):
        yield rng.choice(WAREHOUSE)
    for _ in range(2):
        yield DISH


def scaled(number: int, scale: float) -> int:
    """Return a number for a smaller province, at least one."""
    return max(1, round(number * scale))
