"""What is kept beside what is counted."""

import pytest

from labms.db import transaction
from labms.indicators.figures import Count, standings_of
from labms.outlook.heading import headings
from labms.outlook.planning import gaps
from labms.places.rules import AREAS
from labms.summaries.folding import build, catch_up
from labms.summaries.reading import KeptCount, kept
from labms.summaries.recounting import differences
from tests.indicators.conftest import PLAN
from tests.indicators.conftest import Count as Counting


def told(count):
    """Everything that the dashboard shows of a count."""
    return {
        "standings": standings_of(count),
        "lines": count.lines,
        "communes": sorted(gaps(count), key=lambda gap: gap.commune_key),
        "of a type": {
            line.type_slug: gaps(count, type_slug=line.type_slug)
            for line in count.lines
        },
        "headings": headings(count),
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
        from labms import clock

        found = kept(Count(PLAN, area, clock.today()))
        assert isinstance(found, KeptCount), "nothing is kept"
        return found

    def check(self, what=""):
        """Say what of any area is not what the rows say."""
        assert list(differences()) == [], what
        for area in AREAS:
            here = self.kept(area)
            read, counted = told(here), told(Count(PLAN, area, here.on))
            for name in counted:
                assert read[name] == counted[name], (what, area, name)


@pytest.fixture
def summaries(app):
    return Summaries()


@pytest.fixture
def count(make):
    return Counting(make)
