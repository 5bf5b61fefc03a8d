"""Whoever corrects a procedure on a page is told its faults in their language."""

import pytest

from labms.catalogue.correction.fault_words import in_words
from labms.i18n import speaking

SAID = [
    ("missing", "còn thiếu"),
    (
        "“Max / x”, character 7: no such name here: x",
        "“Max / x”, ký tự 7: không có tên này: x",
    ),
    ("“Max / 0” has no value here: division by zero", "chia cho số không"),
    ("periodic: “a” has no value here: division by zero", "Kiểm định định kỳ: “a”"),
    ("0 limits for in_service verification", "có 0 giới hạn cho: Trong sử dụng"),
    ("should be a number in quotes, not 'abc'", "phải là một số, không phải 'abc'"),
    ("what nobody has translated", "what nobody has translated"),
]


@pytest.mark.parametrize(("message", "vietnamese"), SAID)
def test_a_fault_is_told_in_both_languages(message, vietnamese):
    with speaking("vi"):
        assert vietnamese in in_words(message)
    with speaking("en"):
        assert in_words(message)[:1] in (message[:1], "0", "P", "t")
