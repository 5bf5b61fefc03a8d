"""Documents in Vietnamese alone, or in both languages, hold together."""

from hashlib import sha256
from typing import Any

import pytest

from labms.organisations.logos import plain_logo
from labms.paper.calibration import calibration_pdf
from labms.paper.certificate import certificate_pdf
from labms.paper.notice import notice_pdf
from labms.paper.report import report_pdf
from tests.organisations.test_letterheads import drawn
from tests.paper.examples import (
    ABOVE,
    LONG_NAME,
    URL,
    calibration,
    certificate,
    notice,
    report,
)
from tests.paper.reading import (
    assert_nothing_overlaps,
    codes_in,
    picture,
    text_of,
)

pytestmark = pytest.mark.long

#: What a body sent in, made plain.

LOGO = plain_logo(drawn())
ISSUED = [
    (certificate_pdf, certificate),
    (notice_pdf, notice),
    (calibration_pdf, calibration),
    (report_pdf, report),
]


ENGLISH = (
    "Manufacturer",
    "Scan to see",
    "Performed by",
    "(No.)",
    "Page 1",
    "Serial No.",
)


@pytest.mark.parametrize(("draw", "content"), ISSUED)
def test_a_body_that_speaks_vietnamese_alone_prints_no_english(
    draw: Any, content: Any
) -> None:
    both = text_of(draw(content()))
    alone = text_of(draw(content(language="vi", test_print=True)))

    assert any(word in both for word in ENGLISH)
    for word in (*ENGLISH, "End of", "NOT VALID", "results", "periodic", "temperature"):
        assert word not in alone
    assert "Vĩnh Long, ngày 24 tháng 11 năm 2026" in alone


@pytest.mark.long
@pytest.mark.parametrize(("draw", "content"), ISSUED)
@pytest.mark.parametrize("language", ["", "vi"])
def test_a_full_form_holds_together(draw: Any, content: Any, language: str) -> None:
    says = content(**({"language": language} if language else {}))
    says["instrument"]["maker"] = LONG_NAME
    says["instrument"]["characteristics"] *= 3
    says["owner"] = {"name": LONG_NAME, "address": LONG_NAME}
    says["body"]["logo"] = sha256(LOGO).hexdigest()
    if "standards" in says:
        one = says["standards"][0]
        says["standards"] = [
            one
            | {"above": ABOVE, "inventory_number": f"KL-{n}", "name": f"{LONG_NAME}"}
            for n in range(3)
        ]
    pdf = draw(says, pictures={sha256(LOGO).hexdigest(): LOGO})

    assert_nothing_overlaps(pdf)
    text = text_of(pdf).replace(" ", "")
    assert text.count(LONG_NAME.replace(" ", "")) >= 3
    if "standards" in says:
        assert "KL-0,KL-1,KL-2→ViệnĐolườngViệtNam→chuẩnđolườngquốcgia" in text
    assert codes_in(picture(pdf)) == [URL]


def test_words_within_tables_follow_the_language_too() -> None:
    says = calibration(language="vi")
    says["results"][0]["columns"][-1] = {"vi": "Kết luận", "en": "Result", "unit": ""}
    for row in says["results"][0]["rows"]:
        row[-1] = "đạt / pass"
    told = notice(language="vi")
    told["exceeded"][0]["what_en"] = "At 15 kg, loading"

    assert "đạt" in text_of(calibration_pdf(says))
    assert "pass" not in text_of(calibration_pdf(says))
    assert "đạt / pass" in text_of(calibration_pdf(says | {"language": ""}))
    assert "loading" not in text_of(notice_pdf(told))
