"""Figures that are kept are those that the rows give, whatever happened since."""

import pytest

from labms import clock
from tests.indicators.test_recounting_in_sql import Province
from tests.summaries.happening import Happening


def test_what_is_built_is_what_the_rows_say(make, count, summaries):
    Province(make, count, seed=7, size=3)

    summaries.build()

    summaries.check()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_after_anything_that_happens_it_still_is(make, count, summaries, seed):
    happening = Happening(Province(make, count, seed=seed, size=3), seed=seed)
    summaries.build()

    for _ in range(30):
        event = happening.step()
        with clock.at(happening.today):
            summaries.catch_up()
            summaries.check(event)
