"""The certificate of verification, on one page.

Source of its fields: TT 24/2013/TT-BKHCN, Art. 40 and 41 (form 18.GCNKĐ). Its words
are the form's, in both languages at once, and don't follow the language of a screen.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from labms.paper.attachments import Attachment
from labms.paper.blocks import Block, Field, Gap, Look, Panel, Row, Stack, Text
from labms.paper.content import CertificateContent, InstrumentContent, check_content
from labms.paper.fonts import DRAWING
from labms.paper.heading import closing, letterhead, title
from labms.paper.onepage import draw_page, fitting
from labms.paper.pages import document
from labms.paper.tables import Column, Table
from labms.paper.typesetting import ACCENT, day

#: Width of labels of the right one of two fields in a row, in sizes of the type.
_SECOND = 9.3


def certificate_pdf(
    content: Mapping[str, Any],
    *,
    preview: bool = False,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the certificate as PDF. See CertificateContent for what it needs.

    Refuses with NotPrintable or TooMuchForOnePage. Standards that don't fit are
    counted instead of listed, and stand in the record.
    """
    says = cast("CertificateContent", content)
    check_content(content, schema="certificate-1")
    with DRAWING:
        parts = fitting(
            lambda look, listed, loose: (
                _upper(says, look, listed=listed, loose=loose),
                closing(says, look),
            ),
            count=len(says["standards"]),
        )
        return document(
            [
                lambda sheet: draw_page(
                    sheet, parts, test_print=says["test_print"], preview=preview
                )
            ],
            title=f"Giấy chứng nhận kiểm định {says['number']}",
            author=says["body"]["name"],
            subject=f"{says['instrument']['name_vi']}, {says['instrument']['serial']}",
            made_on=says["issued_on"],
            attachments=attachments,
        )


def _upper(says: CertificateContent, look: Look, *, listed: int, loose: float) -> Block:
    unit = look.text.size
    return Stack(
        [
            letterhead(says["body"], look),
            Gap(unit * 0.9 + loose),
            title(
                "GIẤY CHỨNG NHẬN KIỂM ĐỊNH",
                "Verification certificate",
                says["number"],
                look,
            ),
            Gap(unit * 0.5 + loose),
            Stack(_fields(says, look, listed=listed), gap=unit * 0.34 + loose),
            Gap(unit * 0.6 + loose),
            _outcome(says, look),
        ]
    )


def instrument_fields(instrument: InstrumentContent, look: Look) -> list[Block]:
    """Return the rows that say which instrument it is, and what it promises."""
    made = ", ".join(filter(None, (instrument["maker"], instrument.get("made_in", ""))))
    year = instrument.get("made_year", "")
    approval = instrument.get("type_approval", "")
    return [
        Field(
            "Tên phương tiện đo",
            "Measuring instrument",
            instrument["name_vi"],
            look,
            value_en=instrument.get("name_en", ""),
            strong=True,
        ),
        Row(
            [
                Field("Kiểu", "Type", instrument["model"] or "—", look),
                Field(
                    "Số chế tạo",
                    "Serial No.",
                    instrument["serial"],
                    look,
                    strong=True,
                    label_width=_SECOND,
                ),
            ],
            (56, 44),
        ),
        Row(
            [
                Field("Cơ sở sản xuất", "Manufacturer", made or "—", look),
                Field(
                    "Năm sản xuất",
                    "Year of manufacture",
                    year or "—",
                    look,
                    label_width=_SECOND,
                ),
            ],
            (56, 44),
        )
        if year
        else Field("Cơ sở sản xuất", "Manufacturer", made or "—", look),
        *(
            [Field("Số phê duyệt mẫu", "Type approval No.", approval, look)]
            if approval
            else []
        ),
        Field(
            "Đặc trưng kỹ thuật\nđo lường",
            "Metrological characteristics",
            joined(instrument["characteristics"]),
            look,
            value_en=joined(instrument["characteristics"], english=True),
        ),
    ]


def joined(values: Sequence[Mapping[str, Any]], *, english: bool = False) -> str:
    """Return named values as one line; in English only if all have such a name."""
    key = "name_en" if english else "name_vi"
    if not all(value.get(key) for value in values):
        return ""
    return "; ".join(f"{value[key]}: {value['value']}" for value in values)


def _fields(says: CertificateContent, look: Look, *, listed: int) -> list[Block]:
    method = says["method"]
    supersedes = says.get("supersedes", "")
    mark = says.get("mark", "")
    return [
        *instrument_fields(says["instrument"], look),
        Field(
            "Cơ sở sử dụng",
            "User",
            "\n".join(filter(None, (says["owner"]["name"], says["owner"]["address"]))),
            look,
        ),
        Field("Nơi thực hiện", "Place of verification", says["place"], look),
        Field(
            "Phương pháp thực hiện",
            "Method",
            ": ".join(filter(None, (method["number"], method["title"]))),
            look,
        ),
        Row(
            [
                Field(
                    "Chế độ kiểm định",
                    "Kind of verification",
                    says["reason_vi"],
                    look,
                    value_en=says.get("reason_en", ""),
                ),
                Field(
                    "Ngày thực hiện",
                    "Date of verification",
                    day(says["performed_on"]),
                    look,
                    label_width=_SECOND,
                ),
            ],
            (56, 44),
        ),
        *(
            [
                Field(
                    "Điều kiện môi trường",
                    "Environmental conditions",
                    joined(says["environment"]),
                    look,
                    value_en=joined(says["environment"], english=True),
                )
            ]
            if says["environment"]
            else []
        ),
        *_standards(says, look, listed=listed),
        *([Field("Dấu kiểm định", "Verification mark", mark, look)] if mark else []),
        *(
            [Field("Thay thế giấy số", "Supersedes No.", supersedes, look)]
            if supersedes
            else []
        ),
    ]


def _standards(says: CertificateContent, look: Look, *, listed: int) -> list[Block]:
    standards = says["standards"]
    if not standards:
        return []
    small = look.text.scaled(0.86)
    table = Table(
        columns=[
            Column("Chuẩn đo lường được sử dụng", 36, heading_en="Standards used"),
            Column("Số chế tạo", 17, heading_en="Serial No."),
            Column("Giấy chứng nhận", 31, heading_en="Certificate, issuer"),
            Column("Có giá trị đến", 16, "right", heading_en="Valid until"),
        ],
        rows=[
            [
                f"{one['name']} ({one['inventory_number']})"
                if one["inventory_number"]
                else one["name"],
                one["serial"] or "—",
                ", ".join(filter(None, (one["certificate_number"], one["issuer"])))
                or "—",
                day(one["due_on"]) or "—",
            ]
            for one in standards[:listed]
        ],
        style=small,
        strong=look.strong.scaled(0.86),
        english=look.english.scaled(0.94),
        padding=look.text.size * 0.2,
    )
    more = len(standards) - listed
    record = says.get("record_number", "")
    where = f"biên bản số {record}" if record else "biên bản kiểm định"
    counted = f"và {more} chuẩn khác, ghi trong {where}" if listed else ""
    counted = counted or f"{more} chuẩn đo lường, ghi trong {where}"
    blocks: list[Block] = [Gap(look.text.size * 0.1)]
    if listed:
        blocks.append(table)
    if more:
        blocks.append(Text(counted, small))
    return [Stack(blocks, gap=1.5)]


def _outcome(says: CertificateContent, look: Look) -> Block:
    """Return what most readers look for: the conclusion, the stamp, the last day."""
    large = look.strong.scaled(1.12).but(colour=ACCENT)
    return Panel(
        Row(
            [
                Stack(
                    [
                        Text("Kết luận:", look.text),
                        Text("Conclusion", look.english),
                        Text(says["conclusion_vi"], large),
                        Text(says.get("conclusion_en", ""), look.english),
                    ]
                ),
                Stack(
                    [
                        Text("Tem kiểm định số:", look.text),
                        Text("Verification stamp No.", look.english),
                        Text(says["stamp_number"], look.strong.scaled(1.12)),
                    ]
                ),
                Stack(
                    [
                        Text("Có giá trị đến:", look.text),
                        Text("Valid until", look.english),
                        Text(day(says["valid_until"]) or "—", large),
                    ]
                ),
            ],
            (48, 28, 24),
        ),
        padding=look.text.size * 0.6,
    )
