"""What nobody surveyed is told, and counts in no share."""

from datetime import date, timedelta

import pytest

from labms.db import transaction
from labms.i18n import speaking
from labms.indicators.counting_in import figures_with
from labms.indicators.evidence import Asked, evidence
from labms.indicators.recounting import recount
from labms.indicators.services import freeze_figures
from labms.jobs.rules import JobState
from labms.organisations.rules import OrganisationKind
from labms.policy import Role
from tests.indicators.conftest import PLAN, PUMP, TODAY
from tests.supply.stating import Stated, total
from tests.world import HERE

AREA = "ben-tre-old"


@pytest.fixture
def alone(count):
    """A pump that was verified, and that only the register knows."""
    return count.passed(count.instrument(is_surveyed=False), JobState.CERTIFIED)


def column(code, name):
    found = evidence(Asked(PLAN, AREA, TODAY, code), type_name=str)
    (place,) = (n for n, one in enumerate(found.columns) if one.text == name)
    return [str(row[place].value) for row in found.rows]


def test_the_rows_say_what_does_not_count_and_why(count, make, alone):
    Stated(make).report(total(4, PUMP, commune_key=HERE), total(2, PUMP))
    count.passed(count.instrument(commune_key=make.commune().key))
    with speaking("en"):
        why = column("verified-share", "Does not count")

    assert sorted(map(bool, why)) == [False, False, True, True]
    assert {*why} == {"", "never surveyed"}
    make.demand_figure(
        type_slug=PUMP, in_use_count=0, holder=OrganisationKind.ENTERPRISE
    )
    with speaking("en"):
        why = column("verified-share", "Does not count")
    assert "surveyed in part" in why


def test_of_what_is_due_the_rows_say_how_much_was_surveyed(count, make, alone):
    count.designated(PUMP)
    count.instrument(commune_key=make.commune().key)

    assert column("designated-share", "Due in the year") == ["2"]
    assert column("designated-share", "Of it surveyed") == ["1"]
    assert column("designated-share", "Inside a designated scope") == ["1"]


@pytest.mark.long
def test_a_certificate_says_that_its_commune_was_never_surveyed(count, make, alone):
    certificate = count.certificate(alone)

    def told():
        found = figures_with(certificate, PLAN, today=TODAY)
        return next(each for each in found if each.code == "verified-share")

    with speaking("en"):
        assert not told().counts
        assert "never surveyed" in str(told().why[0])
    make.demand_figure(type_slug=PUMP, in_use_count=0)
    assert told().counts


def test_a_later_survey_is_what_a_recount_names(make, alone):
    with transaction():
        report = freeze_figures(
            PLAN, area=AREA, on=TODAY, title="Quý I", actor=make.user(Role.MANAGER)
        )
    tomorrow = TODAY + timedelta(days=1)
    make.demand_figure(type_slug=PUMP, in_use_count=0, counted_on=tomorrow)

    found = recount(report, known_on=date(2031, 4, 1))

    (cell,) = found.cells
    assert (cell.is_surveyed, cell.due) == ((False, True), (1, 1))
    changed = {one.was.code for one in found.figures if one.has_changed}
    assert changed == {"verified-share"}


def test_the_page_of_a_share_says_what_does_not_count(client, make, alone):
    make.sign_in(client, make.user(Role.MANAGER))

    page = client.get("/indicators/verified-share").text

    assert "không tính vào tử số: 1 phương tiện đo đến hạn" in page
    assert "1 trong số đó đã kiểm định đạt, không được tính" in page
