"""The certificate of verification, on one page.

Source of its fields: TT 24/2013/TT-BKHCN, Art. 40 and 41 (form 18.GCNKĐ). Its words
are the form's, in both languages at once, and don't follow the language of a screen.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from labms.paper.blocks import Block, Field, Gap, Look, Panel, Row, Stack, Text
from labms.paper.content import CertificateContent, check_content
from labms.paper.heading import letterhead, title
from labms.paper.onepage import one_page_pdf
from labms.paper.particulars import (
    environment_fields,
    instrument_fields,
    method_text,
    owner_field,
    reason_and_day,
    supersedes_fields,
    valid_standards,
)
from labms.paper.pictures import Picture
from labms.paper.typesetting import ACCENT, day


def certificate_pdf(content: Mapping[str, Any], **given: Any) -> bytes:
    """Return the certificate as PDF. See CertificateContent for what it needs.

    `given` as for `one_page_pdf`. Refuses with NotPrintable or TooMuchForOnePage.
    Standards that don't fit are counted instead of listed, and stand in the record.
    """
    check_content(content, schema="certificate-1")
    says = cast("CertificateContent", content)
    return one_page_pdf(
        says,
        partial(_upper, says),
        title="Giấy chứng nhận kiểm định",
        count=len(says["standards"]),
        **given,
    )


def _upper(
    says: CertificateContent,
    look: Look,
    logo: Picture | None,
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
    mark, record = says.get("mark", ""), says.get("record_number", "")
    return [
        *instrument_fields(says["instrument"], look),
        owner_field("Cơ sở sử dụng", "User", says["owner"], look),
        Field("Nơi thực hiện", "Place of verification", says["place"], look),
        Field(
            "Phương pháp thực hiện",
            "Method",
            method_text(says["method"]),
            look,
        ),
        reason_and_day(says, look),
        *environment_fields(says["environment"], look),
        *valid_standards(
            says,
            look,
            listed=listed,
            elsewhere=f"biên bản số {record}" if record else "biên bản kiểm định",
        ),
        *([Field("Dấu kiểm định", "Verification mark", mark, look)] if mark else []),
        *supersedes_fields(says.get("supersedes", ""), look),
    ]


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
