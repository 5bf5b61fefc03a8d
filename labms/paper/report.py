"""The report of a test: readings and errors against limits, and what they say.

No certificate of verification: no stamp, no last day, no right to use the instrument.
Source of what it has to say: TT 24/2013/TT-BKHCN, Art. 40 and 41 (form 20);
ISO/IEC 17025:2017, 7.8.2 and 7.8.3.
"""

from collections.abc import Mapping
from typing import Any, cast

from labms.paper.blocks import Block, Field, Look, Row, Stack, Text
from labms.paper.content import TestReportContent, check_content
from labms.paper.following import Form, form_pdf
from labms.paper.particulars import (
    SECOND,
    environment_fields,
    instrument_fields,
    method_text,
    standards_block,
    supersedes_fields,
)
from labms.paper.readings import Readings
from labms.paper.tables import Column
from labms.paper.typesetting import ACCENT, WARNING, day


def report_pdf(content: Mapping[str, Any], **given: Any) -> bytes:
    """Return the report as PDF. See TestReportContent for what it needs.

    `given` as for `form_pdf`. Refuses with NotPrintable or TooMuchForOnePage.
    """
    check_content(content, schema="test-report-1")
    return form_pdf(FORM, cast("TestReportContent", content), **given)


class _TestReport(Form):
    """The words and rows of a test report."""

    def fields(
        self, says: TestReportContent, look: Look, *, listed: int
    ) -> list[Block]:
        """Return the particulars of page 1."""
        owner = says["owner"]
        return [
            *instrument_fields(says["instrument"], look),
            Field(
                "Khách hàng",
                "Customer",
                "\n".join(filter(None, (owner["name"], owner["address"]))),
                look,
            ),
            Field("Phương pháp thử", "Test method", method_text(says["method"]), look),
            Row(
                [
                    Field("Nơi thực hiện", "Place of the test", says["place"], look),
                    Field(
                        "Ngày thử nghiệm",
                        "Date of the test",
                        day(says["performed_on"]),
                        look,
                        label_width=SECOND + 1.4,
                    ),
                ],
                (56, 44),
            ),
            *environment_fields(says["environment"], look),
            *_standards(says, look, listed=listed),
            *supersedes_fields(says.get("supersedes", ""), look),
        ]

    def results(self, says: TestReportContent, look: Look, small: Look) -> list[Block]:
        """Return the statement, then what was examined and measured."""
        large = look.strong.scaled(1.1).but(
            colour=ACCENT if says["is_within"] else WARNING
        )
        readings = Readings(look, small, blank=False)
        stages = [
            block
            for number, stage in enumerate(says["stages"], start=1)
            for block in readings.stage(number, stage)
        ]
        statement = [Text(says["statement_vi"], large)]
        statement.append(Text(says.get("statement_en", ""), look.english))
        return [Stack(statement), *stages]


FORM = _TestReport(
    name=("Phiếu kết quả thử nghiệm", "Test report"),
    heading=("Kết quả thử nghiệm", "Test results"),
    outcome=(
        "Kết quả thử nghiệm: xem trang sau",
        "Test results: see the following page",
    ),
    end=("Hết phiếu kết quả.", "End of the report."),
    #: Source: ISO/IEC 17025:2017, 7.8.2.1, note 2, and 7.8.2.2.
    relates=(
        "Kết quả chỉ có giá trị đối với mẫu nêu trong phiếu này, ở tình trạng khi thử. "
        "Phiếu này không thay giấy chứng nhận kiểm định. Chỉ được sao chép toàn bộ "
        "phiếu này, trừ khi được cơ sở thử nghiệm đồng ý bằng văn bản.",
        "The results relate to the item described, in the state in which it was "
        "tested. This report takes no verification certificate's place. Reproduced in "
        "full only, unless the laboratory agrees in writing.",
    ),
)


def _standards(says: TestReportContent, look: Look, *, listed: int) -> list[Block]:
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
        elsewhere=f"biên bản số {says['record_number']}",
    )
