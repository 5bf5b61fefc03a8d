"""Reports that look like slips of the keys."""

from datetime import date

import pytest

from labms.supply.doubts import Beside, DoubtfulReport, doubts, doubts_of
from tests.supply.stating import LAST_YEAR, PUMP, THIS_YEAR, total


@pytest.mark.parametrize(
    ("turns", "beside", "count"),
    [
        (50_000, Beside(), 0),
        (50_001, Beside(), 1),
        (249, Beside(in_use=50), 0),
        (250, Beside(in_use=50), 1),
        (0, Beside(in_use=5000, per_year=5000, before=(5000, 365)), 0),
        (1000, Beside(per_year=200), 1),
        (999, Beside(per_year=200), 0),
        (70, Beside(per_year=0), 1),
        (1000, Beside(before=(200, 365)), 1),
        (1000, Beside(before=(200, 59)), 0),
        (9_999_999, Beside(in_use=50, per_year=50, before=(50, 365)), 3),
    ],
)
def test_far_more_than_is_in_use_can_be_done_or_was_done_looks_wrong(
    turns, beside, count
):
    assert len(doubts(turns, days=365, beside=beside)) == count


def test_a_report_is_held_against_demand_capacity_and_the_last_one(stated, make):
    body = stated.body()
    make.demand_figure(type_slug=PUMP, in_use_count=20)
    stated.capacity(30, body)
    stated.report(total(25), body=body, **LAST_YEAR)

    found = doubts_of(body.id, {PUMP: 900}, **THIS_YEAR)

    assert [slug for slug, _ in found] == [PUMP] * 3
    assert doubts_of(body.id, {PUMP: 25}, **THIS_YEAR) == []


def test_who_says_why_enters_it_and_who_does_not_is_refused(stated):
    for checked in ("", "đúng"):
        with pytest.raises(DoubtfulReport):
            stated.report(total(60_000), checked=checked)

    assert stated.report(total(60_000), checked="Có danh sách kèm theo").id
    assert stated.report(total(6), checked="", first_on=date(2031, 2, 1)).id
