"""Every figure of fifty days and both areas equals a recount in plain SQL."""

from datetime import date

import pytest

from labms.db import db
from labms.indicators.figures import Count, figures_on
from labms.places.rules import AREAS
from labms.plan.data import definitions
from labms.plan.rules import RAISED_INDICATORS, Unit
from tests.indicators import recounted_bodies
from tests.indicators.by_chance import LAST, Province
from tests.indicators.conftest import PLAN, PUMP
from tests.indicators.recounted_bodies import bodies
from tests.indicators.recounted_daily import daily, pace
from tests.indicators.recounted_in_sql import Recount

WITHIN = {
    "ben-tre-old": {"ben-tre-old"},
    "vinh-long-new": {"ben-tre-old", "vinh-long-new"},
}
#: Taken out of the words about bodies, one at a time.
CONDITIONS = (
    ("SOMEBODY", "AND r.role = 'body'", "AND r.role <> 'authority'"),
    ("SOMEBODY", "b.entered_on < :shut", "1 = 1"),
    ("SOMEBODY", "b.struck_on >= :shut", "1 = 1"),
    ("SOMEBODY", "COALESCE(b.struck_on >= :shut, {yes})", "b.struck_on IS NULL"),
    ("SOMEBODY", "b.area IN ({areas})", "1 = 1"),
    ("SOMEBODY", "AND b.achieved_on >= :beginning", ""),
    ("SOMEBODY", "AND b.achieved_on <= :day", ""),
    ("SOMEBODY", "home.former_province_code = '83' OR", "1 = 1 OR"),
    ("SOMEBODY", "b.area = 'vinh-long-new' AND", ""),
    ("SOCIALISED", "'authority' NOT IN", "'nobody' NOT IN"),
    ("UPGRADED", "a.entered_on < :shut", "1 = 1"),
    ("UPGRADED", "AND COALESCE(a.struck_on >= :shut, {yes})", ""),
    ("UPGRADED", "COALESCE(a.struck_on >= :shut, {yes})", "a.struck_on IS NULL"),
    ("UPGRADED", "AND NOT a.issued_on > :day", ""),
    ("UPGRADED", "AND NOT a.valid_until < b.achieved_on", ""),
    ("ASSESSED", "conclusion = 'meets'", "1 = 1"),
    ("ASSESSED", "AND entered_on < :shut", ""),
    ("ASSESSED", "(struck_on IS NULL OR struck_on >= :shut)", "1 = 1"),
    ("ASSESSED", "OR struck_on >= :shut", ""),
    ("ASSESSED", "NOT a.entered_on >= :shut", "1 = 1"),
    ("ASSESSED", "AND NOT COALESCE(a.struck_on < :shut, {no})", ""),
    ("ASSESSED", "AND a.issued_on <= :day", ""),
    ("ASSESSED", "AND r.achieved_on <= a.valid_until", ""),
    ("ASSESSED", "SELECT key FROM commune WHERE district_code = '829' UNION", ""),
    ("ASSESSED", "s.old_key = c.key", "s.old_key = c.key AND s.is_whole"),
    ("ASSESSED", "WHERE c.district_code = '829'", ""),
    ("DECISIONS", "NOT d.issued_on > :day AND", ""),
    ("DECISIONS", "AND e.at >= :closed", "AND 1 = 0"),
    ("DECISIONS", "d.valid_until,", "'9' AS valid_until,"),
    ("DECISIONS", "d.suspended_from", "NULL AS suspended_from"),
)


def both(area, day):
    """Every figure as the program counts it, and as plain SQL does."""
    found = figures_on(PLAN, area.code, day)
    recount = _recount(area, day)
    shares = recount.shares()
    passed, late = daily(recount)
    half, nine_tenths, closed, on_time, in_work = pace(recount)
    program = {code: _said(found[code]) for code in definitions()}
    plain = (
        shares
        | bodies(recount)
        | {
            "pass-share": passed,
            "enterprises-served": recount.turns(),
            "persons-trained": recount.persons(),
            "overdue-instruments": (None, late),
            "turnaround-median": (half, closed),
            "turnaround-90": (nine_tenths, closed),
            "on-time-share": on_time,
            "workload": (in_work, None),
        }
    )
    return program, plain


def _said(figure):
    """Above and below the line, or days and jobs, or both counts."""
    if figure.share is not None:
        return figure.share.numerator, figure.share.denominator
    if figure.measured is not None or figure.definition.unit is Unit.DAYS:
        return figure.measured, figure.turns
    return figure.turns, figure.distinct


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_of_fifty_days_and_both_areas_every_figure_equals_a_plain_recount(
    make, count, seed
):
    province = Province(make, count, seed=seed, size=40)
    seen = set()
    for _ in range(25):
        day = province.day(date(2028, 3, 1))
        for area in AREAS.values():
            program, plain = both(area, day)
            assert program == plain, (area.code, day)
            seen |= {code for code, value in plain.items() if any(value)}

    assert seen == set(program), "each figure was something at least once"


@pytest.mark.long
def test_a_small_province_counts_the_same_both_ways(make, count):
    Province(make, count, seed=7, size=3)

    for area in AREAS.values():
        program, plain = both(area, LAST)
        assert program == plain


@pytest.mark.long
def test_a_row_that_one_of_them_does_not_see_is_found(make, count):
    """The control: what is wrong with one way shows."""
    Province(make, count, seed=7, size=4)
    program, _ = both(AREAS["ben-tre-old"], LAST)
    count.instrument(PUMP)

    _, plain = both(AREAS["ben-tre-old"], LAST)

    assert program != plain


@pytest.mark.long
@pytest.mark.parametrize("said", [True, False])
def test_what_was_surveyed_decides_every_share(make, count, monkeypatch, said):
    """The control: who takes all for surveyed, or nothing, finds other shares."""
    province = Province(make, count, seed=1, size=40)
    days = [province.day(date(2028, 3, 1)) for _ in range(6)]
    monkeypatch.setattr(Recount, "_is_full", lambda *_: said)

    for code in ("designated-share", "capacity-share", "verified-share"):
        found = [both(AREAS["ben-tre-old"], day) for day in days]
        assert any(program[code] != plain[code] for program, plain in found), code


@pytest.mark.long
def test_each_condition_of_the_words_about_bodies_decides_a_figure(
    make, count, monkeypatch
):
    """The control: a broken rule is found, whichever it is."""
    province = Province(make, count, seed=3, size=0)
    for _ in range(800):
        province.raised.record()
    days = [province.day(date(2028, 3, 1)) for _ in range(30)]
    asked = [(area, day) for area in AREAS.values() for day in days]
    program = [_bodies_by_program(area, day) for area, day in asked]

    assert [bodies(_recount(area, day)) for area, day in asked] == program
    for name, words, instead in CONDITIONS:
        query = getattr(recounted_bodies, name)
        assert words in query
        with monkeypatch.context() as broken:
            broken.setattr(recounted_bodies, name, query.replace(words, instead))
            found = [bodies(_recount(area, day)) for area, day in asked]
        assert found != program, f"nobody misses {words}"


def _recount(area, day):
    connection = db.session.connection()
    return Recount(connection, area.old_province_codes, WITHIN[area.code], day)


def _bodies_by_program(area, day):
    count = Count(PLAN, area.code, day)
    return {code: _said(count.figure(code)) for code in RAISED_INDICATORS}
