"""The calibration certificate: who, what and how on page 1, the results after it.

Source of what it has to say: ISO/IEC 17025:2017, 7.8.2 and 7.8.4. Its words don't
follow the language of a screen. No last day of validity, no stamp, no verdict of a
verification: how long its values hold is for the customer to judge.
"""

from collections.abc import Mapping
from typing import Any, cast

from labms.paper.blocks import Block, Field, Look, Stack, Text
from labms.paper.content import CalibrationContent, check_content
from labms.paper.following import Form, form_pdf, titled, values_table
from labms.paper.particulars import (
    environment_fields,
    instrument_fields,
    method_text,
    owner_field,
    place_and_day,
    standards_block,
    supersedes_fields,
)
from labms.paper.tables import Column
from labms.paper.typesetting import day


def calibration_pdf(content: Mapping[str, Any], **given: Any) -> bytes:
    """Return the certificate as PDF. See CalibrationContent for what it needs.

    `given` as for `form_pdf`. Refuses with NotPrintable or TooMuchForOnePage.
    """
    check_content(content, schema="calibration-1")
    return form_pdf(FORM, cast("CalibrationContent", content), **given)


class _Calibration(Form):
    """The words and rows of a calibration certificate."""

    def fields(
        self, says: CalibrationContent, look: Look, *, listed: int
    ) -> list[Block]:
        """Return the particulars of page 1."""
        return [
            *instrument_fields(says["instrument"], look),
            owner_field("Khách hàng", "Customer", says["owner"], look),
            Field(
                "Phương pháp",
                "Calibration method",
                method_text(says["method"]),
                look,
            ),
            place_and_day(
                says,
                look,
                place_en="Place of calibration",
                day_vi="Ngày hiệu chuẩn",
                day_en="Date of calibration",
            ),
            *environment_fields(says["environment"], look),
            *_standards(says, look, listed=listed),
            *supersedes_fields(says.get("supersedes", ""), look),
        ]

    def beside(self, says: CalibrationContent, look: Look) -> Block | None:
        """Return the day of the next calibration, if the customer asked for it."""
        again = day(says.get("recalibration_on", ""))
        if not again:
            return None
        return Stack(
            [
                Text("Ngày hiệu chuẩn tiếp theo:", look.text),
                Text("Recalibration, as asked by the customer", look.english),
                Text(again, look.strong.scaled(1.08)),
            ]
        )

    def results(self, says: CalibrationContent, look: Look, small: Look) -> list[Block]:
        """Return a table of values for each quantity."""
        blocks: list[Block] = []
        for table in says["results"]:
            blocks.append(titled(table["title_vi"], table.get("title_en", ""), look))
            blocks.append(values_table(table, small))
        return blocks


FORM = _Calibration(
    name=("Giấy chứng nhận hiệu chuẩn", "Calibration certificate"),
    heading=("Kết quả hiệu chuẩn", "Calibration results"),
    outcome=(
        "Kết quả hiệu chuẩn: xem trang sau",
        "Calibration results: see the following page",
    ),
    end=("Hết giấy chứng nhận.", "End of the certificate."),
    #: Source: ISO/IEC 17025:2017, 7.8.2.1, note 2, and 7.8.2.2.
    relates=(
        "Kết quả chỉ có giá trị đối với phương tiện đo nêu trong giấy này, ở tình "
        "trạng khi hiệu chuẩn. Chỉ được sao chép toàn bộ giấy này, trừ khi được cơ sở "
        "hiệu chuẩn đồng ý bằng văn bản.",
        "The results relate to the item described, in the state in which it was "
        "calibrated. Reproduced in full only, unless the laboratory agrees in writing.",
    ),
)


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
