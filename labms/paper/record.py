"""The record of a verification (biên bản kiểm định), filled in or as a blank form.

The blank form has the same points and limits, and cells that a hand can write in:
for the day when the battery is dead.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from labms.paper.blocks import (
    HANDWRITING,
    LABEL_WIDTH,
    Block,
    Field,
    Gap,
    Panel,
    Row,
    Spans,
    Stack,
    Text,
)
from labms.paper.content import RecordContent, check_content, is_bilingual
from labms.paper.flow import Kept, Placed, paginated
from labms.paper.heading import letterhead, look_of, title
from labms.paper.pages import HEIGHT, Sheet, document, mark_as_worthless
from labms.paper.particulars import joined
from labms.paper.readings import FAILED, INNER, Readings
from labms.paper.signing import signatures
from labms.paper.tables import Column
from labms.paper.typesetting import (
    ACCENT,
    MM,
    QUIET,
    WARNING,
    Style,
    day,
)

_SIDE = 16 * MM
_TOP = HEIGHT - 15 * MM
_ROOM = _TOP - 16 * MM
_RUNNING_HEAD = 7 * MM
_GAP = 5.0
_SECOND = 9.6
#: A line that a hand can still write on.
CLOSER = 6.2 * MM


def record_pdf(
    content: Mapping[str, Any], *, blank: bool = False, preview: bool = False
) -> bytes:
    """Return the record as PDF. See RecordContent for what it needs.

    With `blank`, what is known before the measurements is printed and the rest left
    for the hand. Refuses with NotPrintable.
    """
    says = cast("RecordContent", content)
    check_content(content, schema="record-1")
    pages = _laid_out(says, blank=blank)
    return document(
        [
            lambda sheet, number=number, placed=placed: _page(  # type: ignore[misc]
                sheet, says, placed, number, len(pages), preview=preview
            )
            for number, placed in enumerate(pages, start=1)
        ],
        title=" ".join(filter(None, (_name(says), says["number"]))),
        author=says["body"]["name"],
        subject=f"{says['instrument']['name_vi']}, {says['instrument']['serial']}",
        made_on=says["performed_on"] or "2000-01-01",
    )


def _laid_out(says: RecordContent, *, blank: bool) -> list[list[Placed]]:
    """Return the pages; on a blank form lines somewhat closer, if that saves one."""
    room = _ROOM - _RUNNING_HEAD

    def pages(line: float) -> list[list[Placed]]:
        form = _Form(says, blank=blank, line=line)
        return paginated(
            form.blocks(),
            width=INNER,
            room=room,
            gap=_GAP,
            more_at_first=_RUNNING_HEAD,
        )

    found = pages(HANDWRITING)
    if blank and len(closer := pages(CLOSER)) < len(found):
        return closer
    return found


def _page(
    sheet: Sheet,
    says: RecordContent,
    placed: Sequence[Placed],
    number: int,
    count: int,
    *,
    preview: bool,
) -> None:
    mark_as_worthless(
        sheet,
        test_print=says["test_print"],
        preview=preview,
        english=is_bilingual(says),
    )
    small = Style("sans", 7.6, colour=QUIET)
    right = small.but(align="right")
    end = _SIDE + INNER
    top = _TOP
    named = _name(says)
    if says["number"]:
        named += f" số {says['number']}"
    if number > 1:
        sheet.text(_SIDE, _TOP - 6, named, small)
        what = says["instrument"]["name_vi"]
        if serial := says["instrument"]["serial"]:
            what += f" · số chế tạo {serial}"
        sheet.text(end, _TOP - 6, what, right)
        sheet.rule(_SIDE, _TOP - 11, INNER)
        top -= _RUNNING_HEAD
    for one in placed:
        one.block.draw(sheet, _SIDE, top - one.down, INNER)
    foot = 9 * MM
    sheet.rule(_SIDE, foot + 9, INNER)
    revision = says.get("procedure_revision", "")
    method = " · ".join(filter(None, (says["method"]["number"], revision)))
    sheet.text(_SIDE, foot, method, small)
    sheet.text(end, foot, f"Trang {number}/{count}", right)


def _name(says: RecordContent) -> str:
    return _named(says)[0]


def _named(says: RecordContent) -> tuple[str, str]:
    if says.get("is_calibration", False):
        return "Biên bản hiệu chuẩn", "Calibration record"
    if says.get("is_test", False):
        return "Biên bản thử nghiệm", "Test record"
    return "Biên bản kiểm định", "Verification record"


class _Form:
    """One record being laid out."""

    def __init__(self, says: RecordContent, *, blank: bool, line: float) -> None:
        self._says = says
        self._is_test = says.get("is_test", False)
        self._calibrated = self._is_test or says.get("is_calibration", False)
        self._blank = blank
        english = is_bilingual(says)
        self._look = look_of("sans", 9.4, english=english)
        small = look_of("sans", 8.7, english=english)
        self._readings = Readings(self._look, small, blank=blank, line=line)

    def blocks(self) -> list[Block]:
        """Return everything from the letterhead to the signatures."""
        says = self._says
        return [
            letterhead(says["body"], self._look),
            Gap(2),
            title(
                _name(says).upper(),
                _named(says)[1],
                says["number"],
                self._look,
                size=1.75,
            ),
            *self._fields(),
            *self._standards(),
            *self._environment(),
            *[
                block
                for number, stage in enumerate(says["stages"], start=1)
                for block in self._readings.stage(number, stage)
            ],
            Kept(self._conclusion()),
            signatures(
                says, self._look, blank=self._blank, calibrated=self._calibrated
            ),
        ]

    def _field(
        self, vi: str, en: str, value: str, *, value_en: str = "", second: bool = False
    ) -> Field:
        return Field(
            vi,
            en,
            value or ("" if self._blank else "—"),
            self._look,
            value_en=value_en,
            label_width=_SECOND if second else LABEL_WIDTH,
            blank=self._blank,
        )

    def _later(self, value: str) -> str:
        """Return what is known only after the measurements."""
        return "" if self._blank else value

    def _pair(self, left: Block, right: Block) -> Block:
        return Row([left, right], (54, 46))

    def _fields(self) -> list[Block]:
        says = self._says
        one = says["instrument"]
        owner = says["owner"]
        made = ", ".join(filter(None, (one["maker"], one.get("made_in", ""))))
        user = "\n".join(filter(None, (owner["name"], owner["address"])))
        use = says.get("place_of_use", "")
        method = ": ".join(
            filter(None, (says["method"]["number"], says["method"]["title"]))
        )
        fields: list[Block] = [
            self._field(
                "Tên phương tiện đo",
                "Measuring instrument",
                one["name_vi"],
                value_en=one.get("name_en", ""),
            ),
            self._pair(
                self._field("Kiểu", "Type", one["model"]),
                self._field("Số chế tạo", "Serial No.", one["serial"], second=True),
            ),
            self._pair(
                self._field("Cơ sở sản xuất", "Manufacturer", made),
                self._field(
                    "Năm sản xuất", "Year", one.get("made_year", ""), second=True
                ),
            ),
            self._field(
                "Đặc trưng kỹ thuật\nđo lường",
                "Metrological characteristics",
                joined(one["characteristics"]),
            ),
            *(
                [self._field("Số phê duyệt mẫu", "Type approval", approval)]
                if (approval := one.get("type_approval", ""))
                else []
            ),
            self._field("Cơ sở sử dụng", "User", user),
            *([self._field("Nơi sử dụng", "Place of use", use)] if use else []),
            self._field("Nơi thực hiện", "Place of work", says["place"]),
            self._field("Phương pháp thực hiện", "Method", method),
            self._pair(
                self._field("Yêu cầu", "Asked for", "thử nghiệm")
                if self._is_test
                else self._field("Thỏa thuận", "Agreed", says["reason_vi"])
                if self._calibrated
                else self._field(
                    "Chế độ kiểm định", "Kind of verification", says["reason_vi"]
                ),
                self._field(
                    "Ngày thực hiện",
                    "Date",
                    self._later(day(says["performed_on"])),
                    second=True,
                ),
            ),
        ]
        return [Stack(fields, gap=2.5), Gap(2)]

    def _standards(self) -> list[Block]:
        rows = [
            [
                one["inventory_number"] or "—",
                one["name"],
                one["serial"] or "—",
                ", ".join(filter(None, (one["certificate_number"], one["issuer"])))
                or "—",
                day(one["due_on"]) or "—",
            ]
            for one in self._says["standards"]
        ]
        if self._blank and not rows:
            rows = [[""] * 5] * self._says.get("standard_lines", 3)
        if not rows:
            return []
        return [
            self._readings.heading("Chuẩn đo lường được sử dụng", "Standards used"),
            self._readings.table(
                [
                    Column("Mã", 11, heading_en="Code"),
                    Column("Tên chuẩn", 33, heading_en="Standard"),
                    Column("Số chế tạo", 15, heading_en="Serial No."),
                    Column("Giấy chứng nhận", 27, heading_en="Certificate, issuer"),
                    Column("Có giá trị đến", 14, "right", heading_en="Valid until"),
                ],
                rows,
                by_hand=not self._says["standards"],
            ),
        ]

    def _environment(self) -> list[Block]:
        conditions = self._says["environment"]
        if not conditions:
            return []
        return [
            self._readings.heading("Điều kiện môi trường", "Environmental conditions"),
            self._readings.table(
                [
                    Column("Đại lượng", 34, heading_en="Quantity"),
                    Column("Yêu cầu", 26, heading_en="Required"),
                    Column("Bắt đầu", 20, heading_en="Begin"),
                    Column("Kết thúc", 20, heading_en="End"),
                ],
                [
                    [
                        one["name_vi"],
                        one.get("required", "") or "—",
                        self._later(one["begin"]),
                        self._later(one["end"]),
                    ]
                    for one in conditions
                ],
                by_hand=True,
            ),
        ]

    def _conclusion(self) -> Block:
        says = self._says
        look = self._look
        passed = self._blank or FAILED not in says["conclusion_vi"].lower()
        large = look.strong.scaled(1.15).but(colour=ACCENT if passed else WARNING)
        conclusion = says["conclusion_vi"]
        if self._blank and not self._calibrated:
            conclusion = "☐ Đạt   ☐ Không đạt yêu cầu kỹ thuật đo lường"
        certificate = says.get("certificate_number", "")
        return Panel(
            Stack(
                [
                    Spans(
                        [
                            (
                                "Kết quả: " if self._calibrated else "Kết luận: ",
                                look.text,
                            ),
                            (conclusion, large),
                        ]
                    ),
                    Text(self._later(says.get("conclusion_en", "")), look.english),
                    *([] if self._calibrated else [self._evidence()]),
                    self._field(
                        *(
                            ("Giấy chứng nhận số", "Certificate No.")
                            if passed
                            else ("Thông báo số", "Notice No.")
                        ),
                        self._later(certificate),
                    ),
                    *(
                        [self._field("Ghi chú", "Note", note)]
                        if (note := self._later(says.get("note", ""))) or self._blank
                        else []
                    ),
                ],
                gap=3,
            )
        )

    def _evidence(self) -> Block:
        says = self._says
        return self._pair(
            self._field(
                "Tem kiểm định số", "Stamp No.", self._later(says["stamp_number"])
            ),
            self._field(
                "Dấu, niêm phong",
                "Mark, seals",
                self._later(says.get("mark", "")),
                second=True,
            ),
        )
