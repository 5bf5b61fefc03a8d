"""A revocation counts from its own day on, and pages say which reading they show."""

from datetime import date, timedelta

import pytest

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.rules import CertificateState, RevocationReason
from labms.indicators.counting_in import figures_with
from labms.indicators.evidence import Asked, evidence
from labms.indicators.figures import Count as Counted
from labms.jobs.rules import JobState
from labms.plan.data import definition
from labms.policy import Role
from tests.indicators.conftest import PLAN, TODAY

EVE = date(2030, 12, 31)
LATER = "thu hồi ngày 04/03/2031, sau ngày này: vẫn được tính ở đây"
AREA = "ben-tre-old"


@pytest.fixture
def revoked(count):
    """One that was revoked today, of last year's work."""
    return make_revoked(count)


def make_revoked(count, **given):
    day = given.pop("performed_on", date(2030, 11, 3))
    job = count.passed(state=JobState.CERTIFIED, performed_on=day, **given)
    return count.certificate(
        job,
        CertificateState.REVOKED,
        revoked_on=TODAY,
        revocation_reason=RevocationReason.WRONG_RESULT,
        revocation_text="Sai số",
    )


def rows_of(code, known_on=None):
    asked = Asked(PLAN, AREA, EVE, code, known_on=known_on)
    return [
        [str(cell.value) for cell in row]
        for row in evidence(asked, type_name=shipped_catalogue().type).rows
    ]


def told(certificate, code, area=AREA):
    (one,) = (
        each
        for each in figures_with(certificate, PLAN, today=TODAY)
        if (each.code, each.area.code) == (code, area)
    )
    return one.counts, "; ".join(str(why) for why in one.why)


def test_the_row_of_an_earlier_day_names_the_certificate_and_the_revocation(revoked):
    (row,) = rows_of("verified-share")

    assert row[-1].startswith(revoked.number)
    assert LATER in row[-1]


def test_the_rows_of_a_recount_are_those_of_the_number_that_it_shows(count, revoked):
    count.passed(performed_on=date(2030, 5, 2))

    assert count.share("verified-share", on=EVE) == (2, 2)
    again = Counted(PLAN, AREA, EVE, TODAY).figure("verified-share").share
    assert (again.numerator, again.denominator) == (1, 2)
    assert len(rows_of("verified-share")) == 2
    assert len(rows_of("verified-share", known_on=TODAY)) == again.numerator


def test_its_own_page_says_that_it_still_counts_and_why(revoked):
    counts, why = told(revoked, "verified-share")

    assert counts
    assert LATER in why


def test_a_revoked_pass_has_no_verdict_from_the_day_of_the_revocation_on(count):
    count.passed(performed_on=date(2031, 1, 5))
    certificate = make_revoked(count, performed_on=date(2031, 1, 6))

    assert count.share("pass-share", on=TODAY - timedelta(days=1)) == (2, 2)
    assert count.share("pass-share", on=TODAY) == (1, 1)
    assert told(certificate, "pass-share") == (False, "giấy chứng nhận đã bị thu hồi")
    assert "revoked" in definition("pass-share").definition.en


@pytest.mark.parametrize("code", ["on-time-share", "turnaround-median", "pass-share"])
def test_every_figure_that_counts_a_certificate_stands_on_its_page(count, code):
    job = count.passed(
        state=JobState.CERTIFIED,
        order_id=count.promised(TODAY).id,
        closed_at=clock.now(),
    )
    certificate = count.certificate(job)

    assert told(certificate, code)[0]
    assert not told(certificate, "overdue-instruments")[0]


def test_where_more_passed_than_are_due_the_page_says_how_many_count(count, make):
    commune = make.commune().key
    for n in range(3):
        gone = {"out_of_use_on": TODAY, "state": "out_of_use"} if n else {}
        instrument = count.instrument("can-ban", commune_key=commune, **gone)
        job = count.passed(instrument, state=JobState.CERTIFIED)
    certificate = count.certificate(job)

    counts, why = told(certificate, "verified-share")

    assert counts
    assert (
        "một trong 3 phương tiện đo cùng loại đã đạt tại xã, phường; ở đó tính 1" in why
    )


@pytest.mark.long
def test_pages_show_the_reading_that_they_name(client, make, revoked):
    manager = make.sign_in(client, make.user(Role.MANAGER))
    address = "/indicators/verified-share?on=2030-12-31"

    assert LATER in manager.get(address).text
    page = manager.get(f"{address}&known=2031-03-04").text
    assert "Đếm lại cho ngày 31/12/2030" in page
    assert revoked.number not in page
    assert LATER in manager.get(f"/indicators/certificates/{revoked.id}").text
    assert manager.get(f"{address}&known=2031-03-05").status_code == 422
    typed = {"title": "B", "plan": "3446", "area": AREA, "counted_for": "31/12/2030"}
    again = manager.post("/indicators/frozen/freeze", data=typed).location
    assert "on=2030-12-31&amp;known=2031-03-04" in manager.get(again).text
