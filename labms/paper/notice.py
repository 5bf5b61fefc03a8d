"""The notice that an instrument failed its verification.

It is never called a certificate. It says what was found, what ended by it, and what
the owner has to do next.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from labms.paper.blocks import Block, Field, Gap, Look, Panel, Row, Spans, Stack, Text
from labms.paper.content import NoticeContent, check_content
from labms.paper.heading import letterhead, title
from labms.paper.onepage import one_page_pdf
from labms.paper.particulars import (
    instrument_fields,
    owner_field,
    reason_and_day,
    supersedes_fields,
)
from labms.paper.pictures import Picture
from labms.paper.tables import Column, Table
from labms.paper.typesetting import WARNING, day

#: Source: Luật Đo lường 04/2011/QH13, on the use of group-2 instruments;
#: TT 23/2013/TT-BKHCN, on when evidence ends and on verification after repair.
DUTIES = (
    (
        "Ngừng sử dụng phương tiện đo này cho đến khi kiểm định lại đạt yêu cầu.",
        "Stop using this instrument until it has been verified again and complies.",
    ),
    (
        "Không dán lại, che hoặc sửa tem, dấu kiểm định và niêm phong đã bị gỡ hoặc "
        "hủy.",
        "Do not put back, cover or alter stamps, marks or seals that were removed.",
    ),
    (
        "Sửa chữa, hiệu chỉnh rồi đề nghị kiểm định sau sửa chữa; hoặc thôi sử dụng.",
        "Have it repaired and adjusted, then verified after repair; or give it up.",
    ),
)


def notice_pdf(content: Mapping[str, Any], **given: Any) -> bytes:
    """Return the notice as PDF. See NoticeContent for what it needs.

    `given` as for `one_page_pdf`. Refuses with NotPrintable or TooMuchForOnePage.
    Findings that don't fit are counted instead of listed, and stand in the record.
    """
    check_content(content, schema="notice-1")
    says = cast("NoticeContent", content)
    return one_page_pdf(
        says,
        partial(_upper, says),
        title="Thông báo kiểm định không đạt",
        count=len(says["exceeded"]),
        **given,
    )


def _upper(
    says: NoticeContent,
    look: Look,
    logo: Picture | None,
    listed: int,
    loose: float,
) -> Block:
    unit = look.text.size
    fields = Stack(_fields(says, look), gap=unit * 0.22 + loose)
    return Stack(
        [
            letterhead(says["body"], look, logo),
            Gap(unit * 0.9 + loose),
            title(
                "THÔNG BÁO KIỂM ĐỊNH KHÔNG ĐẠT",
                "Notice of failed verification",
                says["number"],
                look,
                size=1.7,
            ),
            Gap(unit * 0.5 + loose),
            fields,
            Gap(unit * 0.6 + loose),
            _finding(says, look),
            *_exceeded(says, look, listed=listed, gap=unit * 0.4 + loose),
            Gap(unit * 0.4 + loose),
            *_ended(says, look),
            Gap(unit * 0.3),
            Spans(
                [
                    ("Cơ sở sử dụng cần", look.strong),
                    ("   The user has to", look.english),
                ]
            ),
            *_numbered([(one, "") for one in says.get("duties", [])] or DUTIES, look),
        ]
    )


def _fields(says: NoticeContent, look: Look) -> list[Block]:
    method = says["method"]
    return [
        owner_field("Cơ sở sử dụng", "User", says["owner"], look),
        *instrument_fields(says["instrument"], look),
        Field("Nơi thực hiện", "Place of verification", says["place"], look),
        Field(
            "Phương pháp thực hiện",
            "Method",
            ": ".join(filter(None, (method["number"], method["title"]))),
            look,
        ),
        reason_and_day(says, look),
        *supersedes_fields(says.get("supersedes", ""), look),
    ]


def _finding(says: NoticeContent, look: Look) -> Block:
    large = look.strong.scaled(1.12).but(colour=WARNING)
    return Panel(
        Stack(
            [
                Text("Không đạt yêu cầu kỹ thuật đo lường", large),
                Text(
                    "Does not comply with the metrological requirements", look.english
                ),
                Text(f"Không đạt ở bước: {says['failed_stage']}", look.text),
                Text(
                    f"Failed at: {stage}"
                    if (stage := says.get("failed_stage_en", ""))
                    else "",
                    look.english,
                ),
                Text(says.get("explanation", ""), look.text),
            ]
        ),
        padding=look.text.size * 0.6,
    )


def _exceeded(
    says: NoticeContent, look: Look, *, listed: int, gap: float
) -> list[Block]:
    small = look.text.scaled(0.86)
    both = not look.english.is_hidden
    rows = [
        [
            "\n".join(
                filter(None, (one["what"], one.get("what_en", "") if both else ""))
            ),
            one.get("value", "") or "không đạt",
            one.get("limit", "") or "—",
        ]
        for one in says["exceeded"][:listed]
    ]
    more = len(says["exceeded"]) - listed
    record = says.get("record_number", "")
    where = f"biên bản số {record}" if record else "biên bản kiểm định"
    table = Table(
        columns=[
            Column("Nội dung không đạt", 50, heading_en="Finding"),
            Column("Kết quả", 25, "right", heading_en="Found"),
            Column("Giới hạn cho phép", 25, "right", heading_en="Permissible limit"),
        ],
        rows=rows,
        style=small,
        strong=look.strong.scaled(0.86),
        english=look.english.scaled(0.94),
        padding=look.text.size * 0.2,
    )
    counted = f"và {more} nội dung khác, ghi trong {where}"
    blocks: list[Block] = []
    if rows:
        blocks += [Gap(gap), table]
    if more:
        blocks += [Gap(2), Text(counted, small)]
    return blocks


def _ended(says: NoticeContent, look: Look) -> list[Block]:
    ended = says.get("ended", [])
    if not ended:
        return []
    return [
        Text(
            f"Chấm dứt hiệu lực kể từ ngày {day(says['performed_on'])}: "
            + "; ".join(ended)
            + ".",
            look.text,
        )
    ]


def _numbered(items: Sequence[tuple[str, str]], look: Look) -> list[Block]:
    return [
        Row(
            [
                Text(f"{n}.", look.text),
                Stack([Text(vi, look.text), Text(en, look.english)]),
            ],
            (4, 96),
            gap=4,
        )
        for n, (vi, en) in enumerate(items, start=1)
    ]
