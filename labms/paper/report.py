"""The report of a test: readings and errors against limits, and what they say.

No certificate of verification: no stamp, no last day, no right to use the instrument.
Source of what it has to say: TT 24/2013/TT-BKHCN, Art. 40 and 41 (form 20);
ISO/IEC 17025:2017, 7.8.2 and 7.8.3.
"""

from collections.abc import Mapping
from typing import Any, cast

from labms.paper.blocks import Block, Field, Look, Stack, Text
from labms.paper.content import TestReportContent, check_content
from labms.paper.following import Form, form_pdf
from labms.paper.particulars import (
    environment_fields,
    instrument_fields,
    method_text,
    owner_field,
    place_and_day,
    supersedes_fields,
    valid_standards,
)
from labms.paper.readings import Readings
from labms.paper.typesetting import ACCENT, WARNING


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
        return [
            *instrument_fields(says["instrument"], look),
            owner_field("Khách hàng", "Customer", says["owner"], look),
            Field("Phương pháp thử", "Test method", method_text(says["method"]), look),
            place_and_day(
                says,
                look,
                place_en="Place of the test",
                day_vi="Ngày thử nghiệm",
                day_en="Date of the test",
            ),
            *environment_fields(says["environment"], look),
            *valid_standards(
                says,
                look,
                listed=listed,
                elsewhere=f"biên bản số {says['record_number']}",
            ),
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
