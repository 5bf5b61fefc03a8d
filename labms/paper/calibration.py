"""The calibration certificate: who, what and how on page 1, the results after it.

Source of what it has to say: ISO/IEC 17025:2017, 7.8.2 and 7.8.4. Its words don't
follow the language of a screen. No last day of validity, no stamp, no verdict of a
verification: how long its values hold is for the customer to judge.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from labms.paper.attachments import Attachment
from labms.paper.blocks import Block, Field, Gap, Look, Panel, Row, Spans, Stack, Text
from labms.paper.content import (
    CalibrationContent,
    HeadingContent,
    ResultsContent,
    StatementContent,
    check_content,
)
from labms.paper.flow import Kept, Placed, paginated
from labms.paper.heading import closing, frame, letterhead, look_of, title
from labms.paper.onepage import INNER, draw_page, fitting
from labms.paper.pages import HEIGHT, WIDTH, Sheet, document, mark_as_worthless
from labms.paper.particulars import (
    SECOND,
    environment_fields,
    instrument_fields,
    method_text,
    standards_block,
    supersedes_fields,
)
from labms.paper.readings import shares_of
from labms.paper.tables import Column, Table
from labms.paper.typesetting import ACCENT, MM, QUIET, Style, day

NAME = "Giấy chứng nhận hiệu chuẩn"
_SIDE = 18 * MM
_TOP = HEIGHT - 17 * MM
_HEAD = 9 * MM
_ROOM = _TOP - _HEAD - 18 * MM
_GAP = 7.0
_END = ("Hết giấy chứng nhận.", "End of the certificate.")
#: Source: ISO/IEC 17025:2017, 7.8.2.1, note 2, and 7.8.2.2.
_RELATES = (
    "Kết quả chỉ có giá trị đối với phương tiện đo nêu trong giấy này, ở tình trạng "
    "khi hiệu chuẩn. Chỉ được sao chép toàn bộ giấy này, trừ khi được cơ sở hiệu chuẩn "
    "đồng ý bằng văn bản.",
    "The results relate to the item described, in the state in which it was "
    "calibrated. Reproduced in full only, unless the laboratory agrees in writing.",
)


def calibration_pdf(
    content: Mapping[str, Any],
    *,
    preview: bool = False,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the certificate as PDF. See CalibrationContent for what it needs.

    Refuses with NotPrintable or TooMuchForOnePage.
    """
    says = cast("CalibrationContent", content)
    check_content(content, schema="calibration-1")
    parts = fitting(
        lambda look, listed, loose: (
            _upper(says, look, listed=listed, loose=loose),
            closing(says, look),
        ),
        count=len(says["standards"]),
    )
    results = paginated(_results(says), width=INNER, room=_ROOM, gap=_GAP)
    count = 1 + len(results)

    def first(sheet: Sheet) -> None:
        draw_page(sheet, parts, test_print=says["test_print"], preview=preview)
        _foot(sheet, says, 1, count)

    return document(
        [
            first,
            *(
                lambda sheet, number=number, placed=placed: _page(
                    sheet, says, placed, number, count, preview=preview
                )
                for number, placed in enumerate(results, start=2)
            ),
        ],
        title=f"{NAME} {says['number']}",
        author=says["body"]["name"],
        subject=f"{says['instrument']['name_vi']}, {says['instrument']['serial']}",
        made_on=says["issued_on"],
        attachments=attachments,
    )


def _foot(sheet: Sheet, says: CalibrationContent, number: int, count: int) -> None:
    small = Style("sans", 7.4, colour=QUIET)
    foot = 6 * MM
    sheet.text(_SIDE - 6 * MM, foot, f"{NAME} số {says['number']}", small)
    sheet.text(
        WIDTH - _SIDE + 6 * MM,
        foot,
        f"Trang {number}/{count} · Page {number} of {count}",
        small.but(align="right"),
    )


def _page(
    sheet: Sheet,
    says: CalibrationContent,
    placed: Sequence[Placed],
    number: int,
    count: int,
    *,
    preview: bool,
) -> None:
    mark_as_worthless(sheet, test_print=says["test_print"], preview=preview)
    frame(sheet)
    small = Style("sans", 8, colour=QUIET)
    sheet.text(_SIDE, _TOP - 6, f"{NAME} số {says['number']}", small)
    one = says["instrument"]
    what = f"{one['name_vi']} · số chế tạo {one['serial']}"
    sheet.text(_SIDE + INNER, _TOP - 6, what, small.but(align="right"))
    sheet.rule(_SIDE, _TOP - 12, INNER, colour=ACCENT, thickness=0.7)
    for each in placed:
        each.block.draw(sheet, _SIDE, _TOP - _HEAD - each.down, INNER)
    _foot(sheet, says, number, count)


def _upper(says: CalibrationContent, look: Look, *, listed: int, loose: float) -> Block:
    unit = look.text.size
    return Stack(
        [
            letterhead(says["body"], look),
            Gap(unit * 0.9 + loose),
            title(NAME.upper(), "Calibration certificate", says["number"], look),
            Gap(unit * 0.5 + loose),
            Stack(_fields(says, look, listed=listed), gap=unit * 0.34 + loose),
            Gap(unit * 0.6 + loose),
            _outcome(says, look),
        ]
    )


def _fields(says: CalibrationContent, look: Look, *, listed: int) -> list[Block]:
    owner = says["owner"]
    return [
        *instrument_fields(says["instrument"], look),
        Field(
            "Khách hàng",
            "Customer",
            "\n".join(filter(None, (owner["name"], owner["address"]))),
            look,
        ),
        Field(
            "Phương pháp",
            "Calibration method",
            method_text(says["method"]),
            look,
        ),
        Row(
            [
                Field("Nơi thực hiện", "Place of calibration", says["place"], look),
                Field(
                    "Ngày hiệu chuẩn",
                    "Date of calibration",
                    day(says["performed_on"]),
                    look,
                    label_width=SECOND,
                ),
            ],
            (56, 44),
        ),
        *environment_fields(says["environment"], look),
        *_standards(says, look, listed=listed),
        *supersedes_fields(says.get("supersedes", ""), look),
    ]


def _standards(says: CalibrationContent, look: Look, *, listed: int) -> list[Block]:
    return standards_block(
        says["standards"],
        look,
        columns=(
            Column("Chuẩn đo lường được sử dụng", 34, heading_en="Standards used"),
            Column("Số chế tạo", 16, heading_en="Serial No."),
            Column("Giấy chứng nhận hiệu chuẩn", 24, heading_en="Certificate No."),
            Column("Liên kết chuẩn qua", 26, heading_en="Traceable through"),
        ),
        told=lambda one: (one["certificate_number"], one["issuer"]),
        listed=listed,
        elsewhere=f"biên bản số {says['record_number']}",
    )


def _outcome(says: CalibrationContent, look: Look) -> Block:
    """Return where the results are, and the next day if the customer asked for it."""
    large = look.strong.scaled(1.08).but(colour=ACCENT)
    again = day(says.get("recalibration_on", ""))
    result = Stack(
        [
            Text("Kết quả hiệu chuẩn: xem trang sau", large),
            Text("Calibration results: see the following page", look.english),
        ]
    )
    if not again:
        return Panel(result, padding=look.text.size * 0.6)
    wish = Stack(
        [
            Text("Ngày hiệu chuẩn tiếp theo:", look.text),
            Text("Recalibration, as asked by the customer", look.english),
            Text(again, look.strong.scaled(1.08)),
        ]
    )
    return Panel(Row([result, wish], (60, 40)), padding=look.text.size * 0.6)


def _results(says: CalibrationContent) -> list[Block]:
    look, small = look_of("serif", 10.4), look_of("sans", 8.8)
    blocks: list[Block] = [
        Kept(
            Stack(
                [
                    Text(
                        "KẾT QUẢ HIỆU CHUẨN", look.strong.scaled(1.3).but(colour=ACCENT)
                    ),
                    Text("Calibration results", look.english.scaled(1.15)),
                ]
            )
        )
    ]
    for table in says["results"]:
        words = [(table["title_vi"], look.strong)]
        if english := table.get("title_en", ""):
            words.append((f"   {english}", look.english))
        blocks += [Kept(Spans(words)), _table(table, small)]
    statements: list[StatementContent] = [
        *says["statements"],
        {"vi": _RELATES[0], "en": _RELATES[1]},
    ]
    blocks.append(Gap(2))
    for number, one in enumerate(statements, start=1):
        text = Text(f"{number}. {one['vi']}", look.text.scaled(0.94))
        blocks.append(Stack([text, Text(one.get("en", ""), look.english)], gap=1))
    end = look.english.but(align="centre")
    blocks.append(Text(" · ".join(_END), end))
    return blocks


def _table(table: ResultsContent, look: Look) -> Table:
    headings = [
        f"{one['vi']}, {one['unit']}" if one["unit"] else one["vi"]
        for one in table["columns"]
    ]
    shares = shares_of(headings, table["rows"], look, width=INNER)
    return Table(
        [
            Column(
                heading, share, "right" if _numbers(table, n) else "left", _english(one)
            )
            for n, (heading, share, one) in enumerate(
                zip(headings, shares, table["columns"], strict=True)
            )
        ],
        table["rows"],
        style=look.text,
        strong=look.strong,
        english=look.english.but(colour=QUIET),
        padding=3.4,
    )


def _english(heading: HeadingContent) -> str:
    return heading["en"] if heading["en"] != heading["vi"] else ""


def _numbers(table: ResultsContent, column: int) -> bool:
    cells = [row[column] for row in table["rows"] if row[column] not in ("", "—")]
    return all(cell[0].isdigit() or cell[0] in "+−±" for cell in cells)
