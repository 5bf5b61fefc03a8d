"""Figures that are kept are those that the rows give, whatever happened since."""

import shutil
from pathlib import Path

import pytest

import labms
from labms import clock
from labms.indicators.figures import Count
from labms.program import code_of
from labms.summaries import building, counting, reading
from labms.summaries.folding import is_behind
from labms.summaries.reading import KeptCount, kept
from tests.indicators.by_chance import Province
from tests.indicators.conftest import PLAN
from tests.summaries.happening import Happening


@pytest.mark.long
def test_what_is_built_is_what_the_rows_say(make, count, summaries):
    Province(make, count, seed=7, size=3)

    summaries.build()

    summaries.check(is_whole=True)


@pytest.mark.long
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


@pytest.mark.long
def test_what_other_rules_counted_is_not_read_and_counted_anew(
    make, count, summaries, monkeypatch
):
    Province(make, count, seed=7, size=1)
    summaries.build()

    for module in (reading, building.counting):
        monkeypatch.setattr(module, "counted_by", lambda: "0.1.0-otherwise")

    assert not isinstance(kept(Count(PLAN, "ben-tre-old", clock.today())), KeptCount)
    assert is_behind()
    summaries.catch_up()
    summaries.check()


@pytest.mark.parametrize(
    "file", ["indicators/rules.py", "plan/data/indicators.toml", "demand/queries.py"]
)
def test_rules_that_are_other_ones_count_under_another_name(tmp_path, file):
    own = Path(labms.__file__).parent
    for folder in {pattern.split("/", 1)[0] for pattern in counting.SOURCES}:
        shutil.copytree(own / folder, tmp_path / folder)
    before = code_of(tmp_path, counting.SOURCES)
    assert before == code_of(own, counting.SOURCES)

    with (tmp_path / file).open("a", encoding="utf-8") as written:
        written.write("# otherwise\n")

    assert code_of(tmp_path, counting.SOURCES) != before
