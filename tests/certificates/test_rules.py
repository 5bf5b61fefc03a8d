"""What a document is worth, its secret code, and what the words allow."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.certificates.rules import (
    ALPHABET,
    CertificateState,
    DocumentKind,
    ReasonTooShort,
    check_explained,
    is_fenced,
    new_lookup_token,
    read_token,
)
from labms.certificates.serials import knows_serial
from labms.registry.standings import Standing, standing

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
maybe_days = st.none() | days
shown = st.sampled_from(
    [CertificateState.ISSUED, CertificateState.REVOKED, CertificateState.SUPERSEDED]
)
kinds = st.sampled_from(DocumentKind)
GOOD = {Standing.VALID, Standing.EXPIRING}


def worth(state, kind=DocumentKind.VERIFICATION, **given):
    defaults = {
        "valid_until": None,
        "ended_on": None,
        "on": date(2031, 3, 4),
        "expiring_days": 30,
    }
    return standing(state, kind, **defaults | given)


@given(shown, kinds, maybe_days, maybe_days, days)
def test_nothing_revoked_superseded_ended_or_failed_is_ever_good(
    state, kind, valid_until, ended_on, on
):
    found = worth(state, kind, valid_until=valid_until, ended_on=ended_on, on=on)

    if (
        state is not CertificateState.ISSUED
        or kind is DocumentKind.NOTICE
        or (ended_on is not None and ended_on <= on)
    ):
        assert found not in GOOD


@given(days, days)
def test_it_is_good_up_to_its_last_day_and_not_a_day_longer(valid_until, on):
    found = worth(CertificateState.ISSUED, valid_until=valid_until, on=on)

    assert (found in GOOD) == (on <= valid_until)


@given(days, days, st.integers(0, 4000))
def test_what_has_expired_never_becomes_good_again(valid_until, on, later):
    issued = CertificateState.ISSUED
    before = worth(issued, valid_until=valid_until, on=on)
    after = worth(
        issued, valid_until=valid_until, on=min(on, date(2040, 1, 1)) + timedelta(later)
    )

    if before is Standing.EXPIRED and later:
        assert after is Standing.EXPIRED or on > date(2040, 1, 1)


@given(days)
def test_a_kind_without_cycle_does_not_expire(on):
    assert worth(CertificateState.ISSUED, on=on) is Standing.VALID


def test_codes_are_long_unlike_each_other_and_easy_to_type():
    codes = {new_lookup_token() for _ in range(5000)}

    assert len(codes) == 5000
    assert {len(code) for code in codes} == {18}
    assert set("".join(codes)) == set(ALPHABET)


@given(st.text(ALPHABET, min_size=18, max_size=18))
def test_a_code_is_read_as_people_type_it(code):
    typed = f" {code[:6].lower()}-{code[6:12]}-{code[12:]} "
    misread = code.replace("0", "o").replace("1", "l")

    assert read_token(typed) == read_token(misread) == code


@given(st.text(max_size=40))
def test_anything_else_is_no_code(text):
    found = read_token(text)

    assert found is None or (len(found) == 18 and set(found) <= set(ALPHABET))


@pytest.mark.parametrize(
    ("typed", "serial", "knows"),
    [
        ("0715", "NH-20240715", True),
        ("nh-20240715", "NH-20240715", True),
        ("07-15", "NH-2024.0715", True),
        ("715", "NH-20240715", False),
        ("", "NH-20240715", False),
        ("12", "12", True),
        ("2", "12", False),
        ("", "", False),
        ("----", "----", False),
    ],
)
def test_the_end_of_a_serial_opens_a_document(typed, serial, knows):
    assert knows_serial(typed, serial) is knows


def test_a_reason_has_at_least_ten_characters():
    with pytest.raises(ReasonTooShort):
        check_explained("   sai số   ")
    assert check_explained(" Nhầm phương tiện ") == "Nhầm phương tiện"


def test_a_later_restore_fences_again():
    first, second = (date(2031, 3, day) for day in (1, 2))

    assert not is_fenced(None, None)
    assert is_fenced(first, None)
    assert is_fenced(second, first)
    assert not is_fenced(first, second)
