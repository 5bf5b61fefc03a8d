"""Contents of documents, as the features would freeze them."""

from copy import deepcopy
from typing import Any

URL = "https://kiemdinh.vinhlong.example/c/7G3K9QW2ZX5T8M4N6P"

_BODY = {
    "parent": "Sở Khoa học và Công nghệ tỉnh Vĩnh Long",
    "name": "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng",
    "address": "Số 12 đường Nguyễn Trãi, phường An Hội, tỉnh Vĩnh Long",
    "phone": "0275 3822 000",
    "registration_number": "ĐK 087",
    "designation_number": "1234/QĐ-TĐC",
}
_INSTRUMENT = {
    "name_vi": "Cân đồng hồ lò xo",
    "name_en": "Spring dial scale",
    "model": "CĐH-30",
    "serial": "NH-20240715",
    "maker": "Công ty TNHH Cân Nhơn Hòa Mẫu",
    "made_in": "Việt Nam",
    "made_year": "2024",
    "characteristics": [
        {"name_vi": "Max", "name_en": "Max", "value": "30 kg"},
        {"name_vi": "Min", "name_en": "Min", "value": "1 kg"},
        {"name_vi": "d = e", "name_en": "d = e", "value": "100 g"},
        {"name_vi": "cấp chính xác", "name_en": "class", "value": "IIII"},
    ],
}
_STANDARD = {
    "name": "Bộ quả cân chuẩn (1 g ÷ 20 kg)",
    "inventory_number": "KL-03",
    "serial": "M1-0457",
    "certificate_number": "V01.CN5.0234.26",
    "issuer": "Viện Đo lường Việt Nam",
    "due_on": "2027-03-31",
}
_COMMON = {
    "body": _BODY,
    "instrument": _INSTRUMENT,
    "owner": {
        "name": "Hộ kinh doanh Nguyễn Thị Bưởi",
        "address": "Sạp 14, chợ An Hội, phường An Hội, tỉnh Vĩnh Long",
    },
    "place": "Chợ An Hội, phường An Hội, tỉnh Vĩnh Long",
    "reason_vi": "định kỳ",
    "reason_en": "periodic",
    "method": {
        "number": "ĐLVN 30 : 2019",
        "title": "Cân đồng hồ lò xo – Quy trình kiểm định",
    },
    "performed_on": "2026-11-20",
    "performer": {"name": "Trần Văn Kiểm", "card_number": "0186-01"},
    "test_print": False,
}
_ENVIRONMENT = [
    {"name_vi": "nhiệt độ", "name_en": "temperature", "value": "(28,4 ÷ 28,9) °C"},
    {"name_vi": "độ ẩm tương đối", "name_en": "relative humidity", "value": "72 %"},
]
_LOOKUP = {"url": URL, "host": "kiemdinh.vinhlong.example"}
_HEAD = {"name": "Lê Thị Minh Đức", "title": "Giám đốc"}


def certificate(**changed: Any) -> dict[str, Any]:
    """Return the content of a certificate for a market scale."""
    content = {
        **_COMMON,
        "schema": "certificate-1",
        "standards": [_STANDARD],
        "number": "V26.00123",
        "environment": _ENVIRONMENT,
        "conclusion_vi": "Đạt yêu cầu kỹ thuật đo lường",
        "conclusion_en": "Complies with the metrological requirements",
        "stamp_number": "26V.00871",
        "record_number": "BB26.00140",
        "issued_on": "2026-11-24",
        "issued_at_place": "Vĩnh Long",
        "valid_until": "2027-11-30",
        "head": _HEAD,
        "lookup": _LOOKUP,
    }
    return deepcopy(content | changed)


def notice(**changed: Any) -> dict[str, Any]:
    """Return the content of a notice: a scale that weighs too much."""
    content = {
        **_COMMON,
        "schema": "notice-1",
        "number": "TB26.00017",
        "failed_stage": "Kiểm tra đo lường – sai số",
        "explanation": "Sai số vượt giới hạn cho phép ở hai mức tải.",
        "exceeded": [
            {"what": "Mức tải 15 kg, chiều tăng", "value": "+160 g", "limit": "±100 g"},
            {"what": "Mức tải 30 kg, chiều tăng", "value": "+210 g", "limit": "±150 g"},
        ],
        "ended": ["Giấy chứng nhận số V25.00098", "Tem kiểm định số 25V.00870"],
        "record_number": "BB26.00141",
        "issued_on": "2026-11-24",
        "issued_at_place": "Vĩnh Long",
        "head": _HEAD,
        "lookup": _LOOKUP,
    }
    return deepcopy(content | changed)


def calibration(*, points: int = 6, **changed: Any) -> dict[str, Any]:
    """Return the content of a calibration certificate with so many points."""
    names = [
        ("Điểm đo", "Point", "bar"),
        ("Giá trị chuẩn", "Reference", "bar"),
        ("Số chỉ", "Indication", "bar"),
        ("Sai số", "Error", "bar"),
        ("U", "U", "bar"),
        ("k", "k", ""),
    ]
    content = {
        **{key: one for key, one in _COMMON.items() if not key.startswith("reason")},
        "schema": "calibration-1",
        "standards": [_STANDARD],
        "number": "C26.00031",
        "environment": _ENVIRONMENT,
        "results": [
            {
                "title_vi": "Sai số chỉ thị",
                "title_en": "Errors of indication",
                "columns": [{"vi": vi, "en": en, "unit": u} for vi, en, u in names],
                "rows": [
                    [f"{n}", f"{n},002", f"{n},010", "+0,008", "0,012", "2,00"]
                    for n in range(points)
                ],
            }
        ],
        "statements": [
            {
                "vi": "U là độ không đảm bảo đo mở rộng, hệ số phủ k nêu trong bảng.",
                "en": "U is the expanded uncertainty, with the factor k of the table.",
            },
        ],
        "record_number": "BB26.00150",
        "issued_on": "2026-11-24",
        "issued_at_place": "Vĩnh Long",
        "head": _HEAD,
        "lookup": _LOOKUP,
    }
    return deepcopy(content | changed)


#: A chain of two steps above a working standard.
ABOVE = [
    {
        "name": "Quả cân chuẩn E2",
        "certificate_number": "V01.CN5.0012.25",
        "issuer": "Viện Đo lường Việt Nam",
        "calibrated_on": "2025-02-10",
        "due_on": "2028-02-10",
        "file_hash": "",
        "is_root": True,
        "above": [],
    }
]
LONG_NAME = (
    "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu "
    "Vật tư Thiết bị Khoa học Kỹ thuật và Đo lường Chất lượng Đồng bằng sông Cửu Long "
    "– Chi nhánh Bến Tre, Cửa hàng số 27 (Mỏ Cày)"
)


def report(*, points: int = 10, **changed: Any) -> dict[str, Any]:
    """Return the content of a report on a test with so many points."""
    says = record(points=points)
    kept = ("standards", "stages")
    content = {
        **{key: one for key, one in _COMMON.items() if not key.startswith("reason")},
        **{key: says[key] for key in kept},
        "schema": "test-report-1",
        "number": "TN26.00004",
        "environment": _ENVIRONMENT,
        "is_within": False,
        "statement_vi": "Có kết quả vượt giới hạn cho phép.",
        "statement_en": "Some results lie beyond their limits.",
        "statements": [
            {
                "vi": "Sai số được so trực tiếp với giới hạn (chấp nhận đơn giản).",
                "en": "Errors are compared with the limits as such.",
            }
        ],
        "record_number": "BB26.00160",
        "issued_on": "2026-11-24",
        "issued_at_place": "Vĩnh Long",
        "head": _HEAD,
        "lookup": _LOOKUP,
    }
    return deepcopy(content | changed)


def _pressing(rows: int) -> dict[str, Any]:
    columns = ["TT", "Mức tải\nkg", "Chiều", "Số chỉ\nkg", "Sai số\ng"]
    return {
        "title_vi": "Sai số ở các mức tải",
        "title_en": "Errors of indication",
        "columns": [*columns, "Giới hạn\ng", "Kết quả"],
        "rows": [
            [
                str(n),
                f"{n},0",
                "tăng" if n % 2 else "giảm",
                f"{n},05",
                "+50" if n != 3 else "+160",
                "±100",
                "đạt" if n != 3 else "không đạt",
            ]
            for n in range(1, rows + 1)
        ],
        "given": [0, 1, 2, 5],
        "note": "Sai số = số chỉ − giá trị của chuẩn.",
    }


def record(*, points: int = 10, **changed: Any) -> dict[str, Any]:
    """Return the content of a record with so many points."""
    checks = ["Nhãn mác, ký hiệu", "Mặt số, kim chỉ", "Vỏ và đĩa cân"]
    content = {
        **_COMMON,
        "schema": "record-1",
        "standards": [_STANDARD],
        "number": "BB26.00140",
        "place_of_use": "Sạp 14, chợ An Hội",
        "procedure_revision": "can-dong-ho-lo-xo@2026-1",
        "environment": [
            {
                "name_vi": "Nhiệt độ",
                "name_en": "Temperature",
                "begin": "28,4 °C",
                "end": "28,9 °C",
                "required": "(18 ÷ 37) °C",
            },
            {"name_vi": "Độ ẩm tương đối", "begin": "72 %", "end": "71 %"},
        ],
        "stages": [
            {
                "title_vi": "Kiểm tra bên ngoài",
                "title_en": "External examination",
                "checks": [
                    {"name_vi": name, "requirement": "rõ, đủ", "verdict": "đạt"}
                    for name in checks
                ],
                "tables": [],
                "verdict": "đạt",
            },
            {
                "title_vi": "Kiểm tra đo lường",
                "title_en": "Metrological examination",
                "checks": [],
                "tables": [_pressing(points)],
                "verdict": "đạt",
            },
        ],
        "conclusion_vi": "Đạt yêu cầu kỹ thuật đo lường",
        "conclusion_en": "Complies with the metrological requirements",
        "stamp_number": "26V.00871",
        "certificate_number": "V26.00123",
        "reviewed_on": "2026-11-23",
        "reviewer": {"name": "Phạm Thị Soát"},
    }
    return deepcopy(content | changed)
