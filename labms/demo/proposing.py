"""What lacks in the demo province, and what is proposed for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from labms import clock
from labms.demand.rules import DemandSource
from labms.demand.services import enter_figure
from labms.demo.cast import DISPENSER, SPRING_SCALE, Cast
from labms.outlook.services import propose_option
from labms.tasks.rules import OptionKind

#: Demand of which no body of the demo can meet any: type, in use in each commune.
UNMET = (
    ("cong-to-dien-xoay-chieu-3-pha-kieu-dien-tu", 9),
    ("xi-tec-o-to", 3),
    ("can-treo-moc-cau", 2),
    ("phuong-tien-do-dien-tim", 2),
)
ONE_PHASE = "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu"
THREE_PHASE, TANKER, CRANE, ECG = (slug for slug, _ in UNMET)
STANDARD, PERSON, DESIGNATION = OptionKind
#: Kind, what, which body, types, million đồng (None: nobody knows).
OPTIONS: tuple[tuple[OptionKind, str, int, tuple[str, ...], int | None], ...] = (
    (STANDARD, "Bàn kiểm công tơ điện", 0, (ONE_PHASE, THREE_PHASE), 1450),
    (STANDARD, "Bàn kiểm công tơ điện 1 pha", 1, (ONE_PHASE,), 620),
    (STANDARD, "Bình chuẩn kim loại 1000 L", 0, (TANKER,), 380),
    (STANDARD, "Quả cân chuẩn M1 500 kg", 0, (CRANE,), 240),
    (STANDARD, "Thiết bị tạo tín hiệu điện tim chuẩn", 2, (ECG,), None),
    (PERSON, "Đào tạo kiểm định viên công tơ điện", 0, (ONE_PHASE, THREE_PHASE), 24),
    (PERSON, "Đào tạo kiểm định viên công tơ 1 pha", 1, (ONE_PHASE,), 14),
    (PERSON, "Đào tạo kiểm định viên xi téc, cân treo", 0, (TANKER, CRANE), 22),
    (PERSON, "Đào tạo kiểm định viên phương tiện đo điện tim", 2, (ECG,), 16),
    (
        DESIGNATION,
        "Mở rộng chỉ định: công tơ điện, xi téc, cân treo",
        0,
        (ONE_PHASE, THREE_PHASE, TANKER, CRANE),
        12,
    ),
    (DESIGNATION, "Mở rộng chỉ định: công tơ điện 1 pha", 1, (ONE_PHASE,), 8),
    (DESIGNATION, "Mở rộng chỉ định: điện tim", 2, (ECG,), 8),
    # bodies are designated for these, but can do less than is due
    (PERSON, "Đào tạo kiểm định viên cân đồng hồ lò xo", 0, (SPRING_SCALE,), 12),
    (PERSON, "Đào tạo kiểm định viên cột đo xăng dầu", 1, (DISPENSER,), 18),
    (PERSON, "Đào tạo thêm tổ kiểm định cột đo", 0, (DISPENSER,), 18),
    (STANDARD, "Bộ bình chuẩn kim loại 2 L đến 20 L", 0, (DISPENSER,), 95),
)
#: How many more in a year, where somebody worked it out: by what is proposed.
BRING: Mapping[str, tuple[int, str]] = {
    "Bàn kiểm công tơ điện": (2400, "1 bàn × 12 công tơ × 200 ngày"),
    "Đào tạo kiểm định viên công tơ điện": (1600, "1 người × 8 công tơ × 200 ngày"),
    "Quả cân chuẩn M1 500 kg": (100, "1 bộ × 1 cân × 100 ngày"),
    "Đào tạo thêm tổ kiểm định cột đo": (40, "1 tổ × 1 cột × 40 ngày"),
}


def enter_unmet(cast: Cast, communes: Sequence[str]) -> None:
    """Enter demand that nobody can meet."""
    today = clock.today()
    for slug, count in UNMET:
        for number, commune in enumerate(communes):
            enter_figure(
                type_slug=slug,
                commune_key=commune,
                year=today.year,
                in_use_count=count + number % 4,
                source=DemandSource.SURVEY,
                document=f"Khảo sát bổ sung ngày {today:%d/%m/%Y}",
                method="Đếm tại chỗ",
                counted_on=today,
                actor=cast.manager,
            )


def propose(cast: Cast) -> None:
    """Propose what would meet it, in several ways."""
    today = clock.today()
    for kind, title, which, slugs, million in OPTIONS:
        per_year, basis = BRING.get(title, (None, ""))
        propose_option(
            kind=kind,
            title=title,
            body_id=cast.bodies[which].body_id,
            type_slugs=slugs,
            cost=None if million is None else Decimal(million * 1_000_000),
            cost_source="" if million is None else f"Báo giá ngày {today:%d/%m/%Y}",
            per_year=per_year,
            per_year_basis=basis,
            actor=cast.manager,
        )
