"""What a reviewer is told has changed since the last time."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.catalogue.shipped import shipped_catalogue
from labms.jobs.comparing import Side, biggest_error_change, differences
from labms.jobs.laying import laid_out
from labms.jobs.rules import end_of_validity
from labms.jobs.sheets import rows_of
from labms.organisations.rules import ValidityRule

SHEET = plan_sheet(
    shipped_catalogue().procedure("can-dong-ho-lo-xo"),
    characteristics={"Max": "60", "e": "200", "class": "IIII"},
    reason=VerificationReason.PERIODIC,
    options={},
)
MAX_UP = "metrological-loads-5-up-1"


def laid(**readings):
    entries = {}
    for row in SHEET.rows:
        answer = "yes" if row.nominal is None else f"{row.nominal:f}"
        entries[row.entry_keys[0]] = answer
    entries |= {f"{key}.indication": text for key, text in readings.items()}
    return laid_out(SHEET, evaluate(SHEET, entries))


def side(evaluation=None, **changed):
    snapshot = {"owner_name": "A", "serial": "1", "place_of_use": "Sạp 1"} | changed
    return Side(
        snapshot=snapshot,
        evaluation=evaluation or laid(),
        procedure="can-dong-ho-lo-xo@2026-1",
        performed_on=date(2031, 3, 4),
        verdict="pass",
    )


def test_only_what_differs_is_told():
    assert differences(side(), side()) == []
    [found] = differences(side(), side(owner_name="B"))
    assert (found.before, found.now) == ("A", "B")


def test_a_changed_characteristic_is_told_with_its_unit():
    maximum = {"key": "Max", "name_vi": "Max", "name_en": "Max", "unit": "kg"}
    before = laid() | {"characteristics": [maximum | {"value": "60"}]}
    now = laid() | {"characteristics": [maximum | {"value": "100"}]}

    [found] = differences(side(before), side(now))

    assert (found.before, found.now) == ("60 kg", "100 kg")


def test_the_change_that_is_largest_beside_its_limit_is_told():
    now = laid(**{MAX_UP: "60200", "metrological-loads-1-up-1": "2090"})

    found = biggest_error_change(side(), side(now))

    assert found.row["key"] == "metrological-loads-1-up-1"
    assert (found.before, found.now, found.change) == ("0 g", "+90 g", "+90 g")
    assert found.share == 90


def test_without_a_common_point_nothing_is_compared():
    assert biggest_error_change(side({"stages": []}), side()) is None


@given(st.integers(59_000, 61_000))
def test_a_reading_fails_exactly_when_it_uses_more_than_its_limit(read):
    row = {row["key"]: row for row in rows_of(laid(**{MAX_UP: str(read)}))}[MAX_UP]

    assert (
        (row["verdict"] == "fail") == (row["share"] > 100) == (abs(read - 60000) > 300)
    )


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_validity_ends_in_the_month_the_cycle_ends(day, months):
    last = end_of_validity(day, months, rule=ValidityRule.END_OF_MONTH)
    exact = end_of_validity(day, months, rule=ValidityRule.EXACT_DAY)

    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert (exact.year, exact.month) == (last.year, last.month)
    assert day < exact <= last
