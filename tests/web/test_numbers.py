"""Every way to type a number is read as written down, or refused and kept."""

import tomllib
from html import unescape
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from labms.metrology.decimals import (
    NotADecimal,
    NotWhole,
    TwoReadings,
    read_decimal,
    read_in,
    read_plainly,
    show_decimal,
)
from labms.policy import Role
from labms.web.forms import DecimalField
from tests.factories import SPRING_SCALE

FILE = tomllib.loads(Path(__file__).with_name("numbers.toml").read_text("utf-8"))
TYPED = {typed: (vi, en) for typed, vi, en in FILE["typed"]}
LONG = [typed * times for typed, times in FILE["long"]]
REFUSED = [typed for typed, shown in TYPED.items() if shown == ("refused", "refused")]


def read(typed, unit=None):
    """What is shown of it in Vietnamese and in English."""
    try:
        number = read_decimal(typed) if unit is None else read_in(typed, unit)
    except NotADecimal:
        return "refused", "refused"
    return tuple(show_decimal(number, language=language) for language in ("vi", "en"))


def test_each_way_to_type_a_number_is_read_as_written_down():
    assert len(TYPED) >= 120
    assert {typed: read(typed) for typed in TYPED} == TYPED
    assert {read(typed) for typed in LONG} == {("refused", "refused")}


def test_an_amount_in_dong_is_whole_and_its_marks_separate_thousands():
    whole = {typed: (vi, en) for typed, vi, en in FILE["whole"]}
    assert {typed: read(typed, unit="VND") for typed in whole} == whole


def test_other_units_read_a_lone_mark_as_the_decimal_mark():
    for unit in ("km", "s", "", "no such unit"):
        assert {typed: read(typed, unit=unit) for typed in TYPED} == TYPED


def read_of_a_plate(typed, language):
    try:
        number = read_plainly(typed, language=language)
    except TwoReadings:
        return "asked"
    except NotADecimal:
        return "refused"
    return show_decimal(number, language=language)


def test_a_number_of_a_plate_that_may_be_thousands_is_asked_back():
    plates = {typed: [vi, en] for typed, vi, en in FILE["plates"]}
    read = {
        typed: [read_of_a_plate(typed, language) for language in ("vi", "en")]
        for typed in plates
    }
    assert read == plates


def test_who_is_asked_back_reads_both_meanings(make, client):
    browser = make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))
    page = browser.post(
        f"/instruments/new?type={SPRING_SCALE}",
        data={"c_class": "IIII", "c_Max": "10.000", "c_e": "12.345"},
    )
    shown = unescape(page.text)
    assert "“10.000” có thể là 10 hoặc 10000" in shown
    assert "“12.345” có thể là 12,345 hoặc 12345" in shown
    assert 'value="10.000"' in shown


def test_a_part_of_a_dong_is_refused_in_words_of_its_own():
    with pytest.raises(NotWhole, match="not a whole number of VND"):
        read_in("15,3", "VND")


def test_what_was_read_is_read_again_from_what_is_shown():
    for vi, en in set(TYPED.values()) - {("refused", "refused")}:
        assert read(vi) == read(en) == (vi, en)


class Asked(Form):
    """A form that asks for a number."""

    number = DecimalField()


def test_a_refused_number_stays_in_its_field_as_it_was_typed():
    for typed in filter(str.strip, (*REFUSED, *LONG)):
        form = Asked(MultiDict({"number": typed}))
        assert not form.validate(), typed
        assert form.number.errors
        assert f'value="{typed.strip()}"' in unescape(form.number())


def test_a_page_says_no_and_loses_nothing_in_either_language(make, client):
    browser = make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))
    data = {"c_class": "IIII", "c_Max": "1e5", "c_e": "١٢٣", "c_d": "1.234.5"}
    for language, refusal in (
        ("vi", "Không đọc được"),
        ("en", "cannot be read as a number"),
    ):
        browser.get(f"/language/{language}")
        page = browser.post(f"/instruments/new?type={SPRING_SCALE}", data=data)
        shown = unescape(page.text)
        assert all(f'value="{data[key]}"' in shown for key in ("c_Max", "c_e", "c_d"))
        assert shown.count(refusal) == 3
