"""What is kept beside what is counted."""

import pytest

from labms import clock
from labms.db import transaction
from labms.indicators.days import month_ends
from labms.indicators.figures import Count, standings_of
from labms.outlook.heading import headings
from labms.outlook.planning import gaps
from labms.places.rules import AREAS
from labms.summaries import building
from labms.summaries.folding import build, catch_up
from labms.summaries.reading import KeptCount, kept
from labms.summaries.recounting import differences
from tests.indicators.conftest import PLAN
from tests.indicators.conftest import Count as Counting


def told(count, *, is_whole):
    """Everything that the dashboard shows of a count; the trend takes long."""
    trend = {"headings": headings(count)} if is_whole else {}
    return trend | {
        "standings": standings_of(count),
        "lines": count.lines,
        "communes": sorted(gaps(count), key=lambda gap: gap.commune_key),
        "of a type": {
            line.type_slug: gaps(count, type_slug=line.type_slug)
            for line in count.lines
        },
        "surveyed": count.known,
    }


class Summaries:
    """What is kept, held against the rows."""

    def build(self):
        with transaction():
            build()

    def catch_up(self):
        with transaction():
            catch_up()

    def kept(self, area="ben-tre-old"):
        found = kept(Count(PLAN, area, clock.today()))
        assert isinstance(found, KeptCount), "nothing is kept"
        return found

    def check(self, what="", *, is_whole=False):
        """Say what of any area is not what the rows say."""
        assert list(differences()) == [], what
        for area in AREAS:
            here = self.kept(area)
            read = told(here, is_whole=is_whole)
            counted = told(Count(PLAN, area, here.on), is_whole=is_whole)
            for name in counted:
                assert read[name] == counted[name], (what, area, name)


@pytest.fixture(autouse=True)
def fewer_days(request, monkeypatch):
    """Keep one month end, unless a test may take long."""
    if not request.node.get_closest_marker("long"):

        def days(_plan, _area, on):
            return [*month_ends(on, count=1), on]

        monkeypatch.setattr(building, "days_looked_at", days)


@pytest.fixture
def summaries(app):
    return Summaries()


@pytest.fixture
def count(make):
    return Counting(make)
