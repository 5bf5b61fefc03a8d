"""Names for the demo: out of folk tales, so that nobody takes them for somebody real.

Tax codes and telephone numbers begin with zeros, which none in use does.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from labms.organisations.rules import OrganisationKind

PROVINCE = "Cổ Tích"
DEPARTMENT = f"Sở Khoa học và Công nghệ {PROVINCE}"
COMMITTEE = f"Ủy ban Đo lường {PROVINCE}"
INSTITUTE = f"Viện Đo lường {PROVINCE}"
REGIONAL_LABORATORY = f"Phòng Hiệu chuẩn Sơn Tinh (vùng {PROVINCE})"

#: Heroes of the tales; whoever works or trades here bears such a name.
_FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương".split()
_GIVEN = (
    "Thạch Sanh",
    "Thị Tấm",
    "Sọ Dừa",
    "An Tiêm",
    "Tiên Dung",
    "Chử Đồng",
    "Mỵ Nương",
    "Lang Liêu",
    "Ngọc Hoa",
    "Thị Cám",
    "Cuội",
    "Hằng Nga",
    "Gióng",
    "Âu Cơ",
    "Lạc Long",
    "Mỵ Châu",
    "Trọng Thủy",
    "Bạch Tuyết",
    "Đồng Tử",
    "Ả Chức",
    "Ngưu Lang",
    "Quỳnh Nga",
    "Thiên Lôi",
    "Tô Thị",
    "Thoại Khanh",
    "Châu Tuấn",
)

_STATIONS = (
    "Thánh Gióng",
    "Ngựa Sắt",
    "Thần Đèn",
    "Cây Khế",
    "Chim Phượng Hoàng",
    "Rồng Vàng Cổ Tích",
    "Bảy Chú Lùn",
    "Nàng Tiên Cá",
    "Đôi Hài Bảy Dặm",
    "Thảm Bay",
    "Ngọn Lửa Prô-mê",
    "Cáo Lửa",
    "Sao Chổi Đỏ",
    "Rùa Vàng",
    "Nỏ Thần",
    "Gà Chín Cựa",
    "Voi Chín Ngà",
    "Ngựa Chín Hồng Mao",
)
_SHOPS = (
    "Cá Bống",
    "Quả Thị",
    "Dưa Hấu An Tiêm",
    "Bánh Chưng Lang Liêu",
    "Tấm Cám",
    "Niêu Cơm Thần",
    "Cây Tre Trăm Đốt",
    "Ba Lưỡi Rìu",
    "Trí Khôn Của Ta",
    "Ông Bụt",
)


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation of the tale, before it is entered."""

    kind: OrganisationKind
    name: str


#: Those of which there is one: what they use stands in `labms.demo.holdings`.
UNIQUE = {
    "water": Named(OrganisationKind.ENTERPRISE, "Công ty Cổ phần Cấp nước Thủy Tinh"),
    "electricity": Named(OrganisationKind.ENTERPRISE, "Điện lực Thiên Lôi"),
    "hospital": Named(OrganisationKind.ORGANISATION, "Bệnh viện Đa khoa Cô Tiên"),
    "clinic": Named(OrganisationKind.ENTERPRISE, "Phòng khám Ông Bụt"),
    "clinic-2": Named(OrganisationKind.ENTERPRISE, "Phòng khám Đa khoa Hằng Nga"),
    "station-fleet": Named(OrganisationKind.ENTERPRISE, "Công ty Taxi Ngựa Ô"),
    "rice": Named(OrganisationKind.ENTERPRISE, "Nhà máy xay xát Hạt Gạo Thần"),
    "coconut": Named(OrganisationKind.ENTERPRISE, "Công ty Chế biến dừa Sọ Dừa Em"),
    "seafood": Named(OrganisationKind.ENTERPRISE, "Công ty Thủy sản Cá Bống Cụ"),
    "sand": Named(OrganisationKind.ENTERPRISE, "Bến cát đá Tinh Vệ Lấp Biển"),
    "gold": Named(OrganisationKind.ENTERPRISE, "Tiệm vàng Cây Khế Trả Vàng"),
    "gold-2": Named(OrganisationKind.ENTERPRISE, "Tiệm vàng Vua Mi-đát"),
    "boiler": Named(OrganisationKind.ENTERPRISE, "Công ty Bánh kẹo Ngôi Nhà Bánh"),
    "depot": Named(OrganisationKind.ENTERPRISE, "Kho xăng dầu Bọ Cạp Lửa"),
    "school": Named(OrganisationKind.ORGANISATION, "Trường Cao đẳng Nghề Tre Trăm Đốt"),
    "post": Named(OrganisationKind.ENTERPRISE, "Bưu cục Chim Én Đưa Thư"),
}


def stations() -> Iterator[Named]:
    """Yield petrol stations, each with a name of its own."""
    for name in _STATIONS:
        yield Named(OrganisationKind.ENTERPRISE, f"Cửa hàng xăng dầu {name}")


def shops() -> Iterator[Named]:
    """Yield shops and markets."""
    for name in _SHOPS:
        yield Named(OrganisationKind.ENTERPRISE, f"Cửa hàng thực phẩm {name}")


def people(rng: random.Random) -> Iterator[str]:
    """Yield names of people, none of them twice."""
    names = [f"{family} {given}" for family in _FAMILY for given in _GIVEN]
    rng.shuffle(names)
    yield from names


def households(names: Iterator[str]) -> Iterator[Named]:
    """Yield market stalls that belong to one person."""
    for name in names:
        yield Named(OrganisationKind.PERSON, f"Hộ kinh doanh {name}")


def tax_codes() -> Iterator[str]:
    """Yield tax codes that nobody has: they begin with seven zeros."""
    return (f"{n:010}" for n in itertools.count(101))


def phones() -> Iterator[str]:
    """Yield telephone numbers that lead nowhere."""
    return (f"0000 000 {n:03}" for n in itertools.count(1))


STREETS = (
    "đường Cây Khế",
    "đường Ba Lưỡi Rìu",
    "đường Con Rồng Cháu Tiên",
    "ngõ Chú Cuội",
    "đường Trăng Rằm",
    "đường Tre Trăm Đốt",
    "chợ Thị Trấn Cổ",
    "ấp Quả Thị",
    "ấp Dưa Hấu",
    "ấp Cá Bống",
)


def address(rng: random.Random) -> str:
    """Return a street that no map knows."""
    return f"Số {rng.randint(1, 180)} {rng.choice(STREETS)}"
