"""The certificate of verification, on one page.

Source of its fields: TT 24/2013/TT-BKHCN, Art. 40 and 41 (form 18.GCNKĐ). Its words
are the form's, in both languages at once, and don't follow the language of a screen.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from labms.paper.attachments import Attachment
from labms.paper.blocks import Block, Field, Gap, Look, Panel, Row, Stack, Text
from labms.paper.content import CertificateContent, check_content, is_bilingual
from labms.paper.heading import closing, letterhead, title
from labms.paper.onepage import draw_page, fitting
from labms.paper.pages import document
from labms.paper.particulars import (
    SECOND,
    environment_fields,
    instrument_fields,
    method_text,
    standards_block,
    supersedes_fields,
)
from labms.paper.pictures import Picture, logo_of
from labms.paper.tables import Column
from labms.paper.typesetting import ACCENT, day


def certificate_pdf(
    content: Mapping[str, Any],
    *,
    preview: bool = False,
    attachments: Sequence[Attachment] = (),
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return the certificate as PDF. See CertificateContent for what it needs.

    Refuses with NotPrintable or TooMuchForOnePage. Standards that don't fit are
    counted instead of listed, and stand in the record.
    """
    says = cast("CertificateContent", content)
    check_content(content, schema="certificate-1")
    logo = logo_of(content, pictures)
    parts = fitting(
        lambda look, listed, loose: (
            _upper(says, look, logo, listed=listed, loose=loose),
            closing(says, look),
        ),
        count=len(says["standards"]),
        english=is_bilingual(content),
    )
    return document(
        [
            lambda sheet: draw_page(
                sheet,
                parts,
                test_print=says["test_print"],
                preview=preview,
                english=is_bilingual(content),
            )
        ],
        title=f"Giấy chứng nhận kiểm định {says['number']}",
        author=says["body"]["name"],
        subject=f"{says['instrument']['name_vi']}, {says['instrument']['serial']}",
        made_on=says["issued_on"],
        attachments=attachments,
    )


def _upper(
    says: CertificateContent,
    look: Look,
    logo: Picture | None,
    *,
    listed: int,
    loose: float,
) -> Block:
    unit = look.text.size
    return Stack(
        [
            letterhead(says["body"], look, logo),
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


def _fields(says: CertificateContent, look: Look, *, listed: int) -> list[Block]:
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
            method_text(says["method"]),
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
                    label_width=SECOND,
                ),
            ],
            (56, 44),
        ),
        *environment_fields(says["environment"], look),
        *_standards(says, look, listed=listed),
        *([Field("Dấu kiểm định", "Verification mark", mark, look)] if mark else []),
        *supersedes_fields(says.get("supersedes", ""), look),
    ]


def _standards(says: CertificateContent, look: Look, *, listed: int) -> list[Block]:
    record = says.get("record_number", "")
    return standards_block(
        says["standards"],
        look,
        columns=(
            Column("Chuẩn đo lường được sử dụng", 36, heading_en="Standards used"),
            Column("Số chế tạo", 17, heading_en="Serial No."),
            Column("Giấy chứng nhận", 31, heading_en="Certificate, issuer"),
            Column("Có giá trị đến", 16, "right", heading_en="Valid until"),
        ),
        told=lambda one: (
            ", ".join(filter(None, (one["certificate_number"], one["issuer"]))),
            day(one["due_on"]),
        ),
        listed=listed,
        elsewhere=f"biên bản số {record}" if record else "biên bản kiểm định",
    )


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
