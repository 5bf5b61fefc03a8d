"""Numbers close: every one from 1 to n is given out once, and none is lost."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.db import transaction
from labms.organisations.numbering import next_number
from labms.organisations.rules import (
    BadNumberPattern,
    NotABody,
    NumberKind,
    PatternTwice,
    check_pattern,
    check_patterns,
    format_number,
)

CERTIFICATE = NumberKind.CERTIFICATE


def test_a_series_counts_from_1_without_gaps(make):
    body = make.body(certificate_pattern="V{yy}.{n:05}")

    numbers = [next_number(body.id, CERTIFICATE, year=2031) for _ in range(3)]

    assert numbers == [(1, "V31.00001"), (2, "V31.00002"), (3, "V31.00003")]


def test_each_body_kind_and_year_has_its_own_series(make):
    here, there = make.body(), make.body()
    next_number(here.id, CERTIFICATE, year=2031)

    assert next_number(there.id, CERTIFICATE, year=2031)[0] == 1
    assert next_number(here.id, NumberKind.NOTICE, year=2031)[0] == 1
    assert next_number(here.id, CERTIFICATE, year=2032)[0] == 1
    assert next_number(here.id, CERTIFICATE, year=2031)[0] == 2


def test_a_pattern_without_a_year_never_gives_the_same_number_again(make):
    body = make.body(certificate_pattern="GCN {n:04}")

    old = next_number(body.id, CERTIFICATE, year=2031)
    new = next_number(body.id, CERTIFICATE, year=2032)

    assert (old, new) == ((1, "GCN 0001"), (2, "GCN 0002"))


def test_a_rollback_gives_the_number_back(make):
    body = make.body()
    body_id = body.id
    with suppress(ZeroDivisionError), transaction():
        next_number(body_id, CERTIFICATE, year=2031)
        _ = 1 / 0

    with transaction():
        assert next_number(body_id, CERTIFICATE, year=2031)[0] == 1


def test_only_a_body_has_numbers(make):
    with pytest.raises(NotABody):
        next_number(make.organisation().id, CERTIFICATE, year=2031)


@pytest.mark.parametrize(
    "pattern",
    [
        "V{yy}",
        "{n}{n}",
        "{yy}{yyyy}{n}",
        "V{n:5}",
        "V{m}",
        "V{n",
        "V<{n}>",
        " {n}",
        "{n!r}",
        "{n:010}",
        "",
        "V" * 40 + "{n}",
    ],
)
def test_a_pattern_that_gives_no_closed_series_is_refused(pattern):
    with pytest.raises(BadNumberPattern):
        check_pattern(pattern)


def test_two_kinds_of_numbers_cannot_look_the_same():
    with pytest.raises(PatternTwice):
        check_patterns(["V{yy}.{n}", "T{yy}.{n}", "V{yy}.{n}"])


@given(
    st.sampled_from(["V{yy}.{n:05}", "{n}{yy}", "{yyyy}{n}", "{n}/KĐ-{yyyy}", "1{n}"]),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
)
def test_different_counts_are_written_differently(pattern, one, other):
    same = format_number(pattern, one, year=2031) == format_number(
        pattern, other, year=2031
    )

    assert same == (one == other)
