from labms.paper.fonts import current_fonts
from labms.paper.typesetting import Style, balanced, day, day_in_words, wrapped

STYLE = Style("serif", 10)
TEXT = "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng tỉnh Vĩnh Long"


def test_no_line_is_wider_than_it_may_be_and_no_word_is_lost() -> None:
    lines = wrapped(TEXT, STYLE, 90)

    assert " ".join(lines) == TEXT
    assert all(current_fonts().width(line, "serif", 10) <= 90 for line in lines)


def test_a_word_wider_than_the_line_is_broken_and_not_cut_off() -> None:
    number = "ABC-12345/67890/KĐ-2026-XYZ-000000000001"
    lines = wrapped(number, STYLE, 70)

    assert "".join(lines) == number
    assert len(lines) > 2
    assert lines[0].endswith(("/", "-"))


def test_a_no_break_space_holds() -> None:
    assert wrapped("aaa 30\u00a0kg", STYLE, 40) == ("aaa", "30\u00a0kg")


def test_centred_lines_are_of_nearly_equal_length() -> None:
    lines = balanced(TEXT, STYLE, 250)
    widths = [current_fonts().width(line, "serif", 10) for line in lines]

    assert len(lines) == len(wrapped(TEXT, STYLE, 250)) == 2
    assert min(widths) > 0.7 * max(widths)


def test_days_are_written_as_vietnamese_documents_do() -> None:
    assert day("2026-03-01") == "01/03/2026"
    assert day("") == ""
    assert day_in_words("2026-02-07") == "ngày 07 tháng 02 năm 2026"
    assert day_in_words("2026-11-24") == "ngày 24 tháng 11 năm 2026"
