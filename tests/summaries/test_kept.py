"""Figures that are kept are those that the rows give, whatever happened since."""

import pytest

from labms import clock
from tests.indicators.test_recounting_in_sql import Province
from tests.summaries.happening import Happening


@pytest.mark.long
def test_what_is_built_is_what_the_rows_say(make, count, summaries):
    Province(make, count, seed=7, size=3)

    summaries.build()

    summaries.check(is_whole=True)


def test_a_few_things_that_happen_leave_it_so(make, count, summaries):
    happening = Happening(Province(make, count, seed=7, size=1), seed=7)
    summaries.build()
    for event in ("result", "move", "demand", "meter_list"):
        happening.step(event)

    with clock.at(happening.today):
        summaries.catch_up()
        summaries.check()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_after_anything_that_happens_it_still_is(make, count, summaries, seed):
    happening = Happening(Province(make, count, seed=seed, size=3), seed=seed)
    summaries.build()

    for _ in range(30):
        event = happening.step()
        with clock.at(happening.today):
            summaries.catch_up()
            summaries.check(event, is_whole=event == "time")
