"""Figures held against targets: on which day, and with what result."""

from datetime import date

import pytest
from click.testing import CliRunner

from labms.i18n import gettext
from labms.indicators.cli import command
from labms.indicators.figures import standings
from labms.indicators.rules import JUDGEMENTS, AreaNotYet, DayToCome, Judgement
from labms.places.rules import UnknownPlace
from labms.plan.data import definitions
from labms.policy import Role
from tests.indicators.conftest import PLAN, PUMP, SCALE, TODAY

LAST = date(2025, 12, 31)
RAISED_2025 = "annex-2.3"


def test_every_target_has_a_standing_and_every_indicator_a_figure(count):
    found = count.standings()

    assert [s.target.code for s in found if s.target] == [t.code for t in PLAN.targets]
    assert {s.figure.code for s in found} == set(definitions())
    assert [s.figure.code for s in found if not s.target][:2] == [
        "capacity-share",
        "verified-share",
    ]


@pytest.mark.long
def test_a_closed_target_is_frozen_on_its_day_although_later_rows_exist(count, make):
    make.support(supported_on=LAST)
    before = count.target("2025-4")
    for _ in range(60):
        make.support(supported_on=date(2026, 1, 1))

    after = count.target("2025-4")

    assert after.is_closed
    assert (after.figure, after.met) == (before.figure, False)
    assert (after.figure.on, after.figure.turns) == (LAST, 1)
    assert count.target("2030-3").figure.turns == 61


def test_later_demand_and_designations_leave_a_closed_share_alone(count, make):
    count.instrument(PUMP, registered_on=date(2025, 3, 1))
    before = count.target("2025-1").figure
    count.instrument(SCALE, registered_on=date(2026, 1, 1))
    make.demand_figure(type_slug=SCALE, year=2025, counted_on=date(2026, 2, 1))
    count.designated(PUMP, issued_on=date(2026, 1, 1))

    assert count.target("2025-1").figure == before
    assert before.share.denominator == 1


@pytest.mark.long
def test_a_target_that_is_reached_before_its_day_is_open_and_not_met(count, make):
    for _ in range(100):
        make.support(supported_on=date(2026, 5, 1))

    early = count.target("2030-3", on=date(2026, 9, 30))
    late = count.target("2030-3", on=date(2031, 1, 1))

    assert (early.met, early.judgement) == (True, Judgement.ABOVE)
    assert (late.met, late.judgement) == (True, Judgement.MET)


@pytest.mark.parametrize(
    ("today", "judgement"),
    [(LAST, Judgement.BELOW), (date(2026, 1, 1), Judgement.MISSED)],
)
def test_the_figure_of_the_very_day_is_judged_once_the_day_is_over(
    app, today, judgement
):
    found = standings(PLAN, area="ben-tre-old", on=LAST, today=today)
    (raised,) = (s for s in found if s.target and s.target.code == RAISED_2025)

    assert raised.judgement is judgement


def test_command_page_and_report_say_the_same_of_a_figure(client, make, app):
    words = gettext(JUDGEMENTS[Judgement.MISSED])
    lines = CliRunner().invoke(command, ["--on", "2025-12-31"])
    page = make.sign_in(client, make.user(Role.MANAGER)).get(
        "/indicators/?on=2025-12-31"
    )

    (line,) = (x for x in lines.output.splitlines() if x.startswith("bodies-raised"))
    assert line.split("\t")[6] == words
    article = page.text.partition(f'id="{RAISED_2025}"')[2].partition("</article>")[0]
    assert words in article


def test_an_open_target_shows_the_day_asked_for(count, make):
    make.support(supported_on=date(2029, 5, 1))

    found = count.target("2030-3", on=date(2029, 6, 1))

    assert not found.is_closed
    assert (found.figure.on, found.figure.turns) == (date(2029, 6, 1), 1)


@pytest.mark.long
@pytest.mark.parametrize(("turns", "met"), [(49, False), (50, True)])
def test_at_least_is_met_by_the_number_itself(count, make, turns, met):
    for _ in range(turns):
        make.support(supported_on=LAST)

    assert count.target("2025-4").met is met


@pytest.mark.long
def test_fifty_turns_by_forty_three_enterprises_count_fifty_and_forty_three(
    count, make
):
    for _ in range(42):
        make.support(supported_on=LAST)
    again = make.organisation().id
    make.support(supported_on=LAST, enterprise_id=again)
    for _ in range(7):
        make.support(supported_on=LAST, enterprise_id=again)

    found = count.target("2025-4")

    assert (found.figure.turns, found.figure.distinct) == (50, 43)
    assert found.met is True


@pytest.mark.long
def test_exactly_three_quarters_do_not_meet_more_than_75_percent(count):
    for slug in (PUMP, PUMP, PUMP, SCALE):
        count.instrument(slug, registered_on=LAST)
    count.designated(PUMP, issued_on=LAST)

    found = count.target("2025-1")

    assert (found.figure.value, found.met) == (75, False)
    count.instrument(PUMP, registered_on=LAST)
    assert count.target("2025-1").met is True


def test_about_has_no_met_however_many_came(count, make):
    make.training(turns=5000, distinct_count=10, held_on=LAST)

    found = count.target("2025-3")

    assert (found.figure.value, found.met) == (5000, None)


def test_the_share_actually_verified_stands_beside_the_plans_share(count):
    beside = count.target("2025-1").beside

    assert [each.code for each in beside] == ["capacity-share", "verified-share"]
    assert {each.on for each in beside} == {LAST}


def test_new_vinh_long_has_figures_and_no_targets(count):
    found = count.standings(area="vinh-long-new")

    assert [s.target for s in found] == [None] * len(definitions())
    assert all(s.met is None for s in found)


def test_what_cannot_be_counted_is_refused(count):
    with pytest.raises(UnknownPlace):
        count.standings(area="moon")
    with pytest.raises(DayToCome):
        count.standings(on=date(2031, 3, 5))
    with pytest.raises(AreaNotYet):
        count.standings(area="vinh-long-new", on=LAST.replace(year=2024))


@pytest.mark.long
def test_the_number_of_queries_does_not_grow(count, make, selects):
    count.passed()
    count.designated(PUMP)
    make.demand_figure()
    make.support()
    selects.clear()
    count.standings(on=TODAY)
    few = len(selects)
    for _ in range(4):
        count.passed(count.instrument(commune_key=make.commune().key))
        count.designated(SCALE)
        make.support()
    selects.clear()
    count.standings(on=TODAY)

    assert len(selects) == few <= 3 * 20
