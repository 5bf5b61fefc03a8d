"""A recount from the rows finds what was not marked, and names it."""

import json
from datetime import date, datetime, time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from labms import clock
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db, transaction
from labms.jobs.rules import JobState
from labms.registry.models import EvidenceEnding
from labms.registry.rules import EndingReason, InstrumentState
from labms.summaries import cli, counting
from labms.summaries.folding import state
from labms.summaries.models import SummaryCell, SummaryDay, SummaryMark, SummaryState
from labms.summaries.recounting import differences
from tests.indicators.conftest import METER, PUMP, TODAY
from tests.world import HERE


def run(*arguments):
    found = CliRunner().invoke(cli.group, arguments)
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def skip_marks():
    """The sabotage: what happened is not marked."""
    with transaction():
        db.session.execute(sa.delete(SummaryMark))


@pytest.fixture
def cells_counted(monkeypatch):
    """The days and keys of cells that are counted from the rows."""
    found, before = [], counting.cells

    def cells(count, **given):
        kept = before(count, **given)
        found.extend((count.area, count.on, cell.key) for cell in kept)
        return kept

    monkeypatch.setattr(counting, "cells", cells)
    return found


@pytest.mark.long
def test_a_change_that_nobody_marked_is_named_with_its_cell(make, count, summaries):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    make.demand_figure(type_slug=METER, in_use_count=10)
    instrument = count.instrument()
    summaries.build()
    assert not list(differences())
    count.passed(instrument)
    skip_marks()

    found = run("recount", "--json")

    assert found.exit_code == 1
    cells = [
        each
        for each in json.loads(found.stdout)["differences"]
        if each["what"] == "cell" and each["area"] == "ben-tre-old"
    ]
    (cell,) = cells
    assert cell["of"] == [PUMP, HERE]
    assert cell["day"] == TODAY.isoformat()
    assert "passed 0" in cell["kept"]
    assert "passed 1" in cell["counted"]


@pytest.mark.long
def test_of_the_figures_of_a_day_only_what_differs_is_told(make, count, summaries):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    count.passed(performed_on=date(2030, 12, 1))
    summaries.build()
    with transaction():
        day = db.session.scalars(
            sa.select(SummaryDay).where(SummaryDay.day == date(2030, 12, 31))
        ).first()
        figures, facts = json.loads(day.figures), json.loads(day.facts)
        figures["designated-share"]["share"]["numerator"] += 7
        facts["persons"] = [1, 1, 1]
        day.figures, day.facts = json.dumps(figures), json.dumps(facts)

    found = {each.of: (each.kept, each.counted) for each in differences()}

    assert found == {
        ("facts",): ("persons [1, 1, 1]", "persons [0, 0, 0]"),
        ("figures",): tuple(
            f"designated-share.share.numerator {number}" for number in (7, 0)
        ),
    }


@pytest.mark.long
def test_what_differs_is_mended_when_that_is_asked_for(make, count, summaries):
    summaries.build()
    count.passed()
    skip_marks()

    assert run("recount", "--mend").exit_code == 1

    assert run("recount").exit_code == 0
    summaries.check()
    state = db.session.scalars(sa.select(SummaryState)).one()
    assert (state.differing, state.recounted_at) == (0, clock.now())


@pytest.mark.long
@pytest.mark.parametrize("column", ["in_use", "turns", "overdue", "in_work"])
def test_a_number_that_was_altered_is_found(make, count, summaries, column):
    make.demand_figure(type_slug=PUMP)
    count.passed()
    summaries.build()
    with transaction():
        db.session.execute(
            sa.update(SummaryCell).values({column: getattr(SummaryCell, column) + 1})
        )

    assert {each.what for each in differences()} == {"cell"}


@pytest.mark.long
def test_what_waits_is_no_difference(make, count, summaries):
    summaries.build()
    count.passed()

    assert run("fold").exit_code == 0
    assert run("recount").exit_code == 0
    assert run("build").exit_code == 0


@pytest.mark.long
def test_a_correction_in_the_past_counts_only_its_own_cell_anew(
    make, count, summaries, cells_counted
):
    for slug in (PUMP, METER):
        for _ in range(3):
            make.demand_figure(
                type_slug=slug, commune_key=make.commune().key, in_use_count=9
            )
    job = count.passed(
        state=JobState.CERTIFIED, performed_on=date(2030, 10, 5), standards=[]
    )
    certificate = count.certificate(job)
    summaries.build()
    cells_counted.clear()

    certificate.state = CertificateState.REVOKED
    certificate.revoked_on = date(2030, 12, 20)
    certificate.revocation_reason = RevocationReason.WRONG_RESULT
    certificate.revocation_text = "Sai số"
    make._add(certificate)
    summaries.catch_up()

    assert {key for *_, key in cells_counted} == {(PUMP, HERE)}
    days = {day for area, day, _ in cells_counted if area == "ben-tre-old"}
    assert days == {date(2030, 12, 31), TODAY}, "what month ends ask is not touched"
    summaries.check()


@pytest.mark.long
def test_what_ends_evidence_makes_its_instrument_overdue(make, count, summaries):
    """By a revocation, and by what is told of an instrument."""
    certificate = count.certificate(count.passed(state=JobState.CERTIFIED))
    other = count.instrument()
    early = datetime.combine(TODAY, time(6), tzinfo=clock.ZONE)
    count.passed(other, evidence_at=early)
    summaries.build()
    certificate.state, certificate.revoked_on = CertificateState.REVOKED, TODAY
    certificate.revocation_reason = RevocationReason.WRONG_RESULT
    certificate.revocation_text = "Sai số"
    make._add(certificate)
    summaries.catch_up()
    assert summaries.kept().overdue == 1

    make._add(
        EvidenceEnding(
            instrument_id=other.id,
            reason=EndingReason.REPAIRED,
            ended_at=clock.now(),
            ended_on=TODAY,
            recorded_by_id=make.user().id,
        )
    )
    summaries.catch_up()

    assert summaries.kept().overdue == 2
    assert not list(differences())


@pytest.mark.long
def test_a_result_of_today_leaves_closed_days_alone(
    make, count, summaries, cells_counted
):
    instrument = count.instrument()
    summaries.build()
    cells_counted.clear()
    late = datetime.combine(TODAY, time(8), tzinfo=clock.ZONE)
    count.passed(instrument, performed_on=date(2030, 11, 10), submitted_at=late)

    summaries.catch_up()

    days = {day for area, day, _ in cells_counted if area == "ben-tre-old"}
    assert days == {TODAY}
    summaries.check()


@pytest.mark.long
def test_a_month_that_ends_on_the_way_is_kept(make, count, summaries):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    count.passed(valid_until=date(2031, 3, 20))
    summaries.build()

    with clock.at(date(2031, 4, 2)):
        summaries.catch_up()

        days = set(
            db.session.scalars(
                sa.select(SummaryDay.day).where(SummaryDay.area == "ben-tre-old")
            )
        )
        assert {date(2031, 3, 31), date(2031, 4, 2)} <= days
        assert summaries.kept().overdue == 1
        assert not list(differences())


@pytest.mark.long
def test_a_cell_that_says_something_of_its_day_only_is_not_kept_of_a_month_end(
    make, count, summaries
):
    gone = {"out_of_use_on": TODAY, "state": InstrumentState.OUT_OF_USE}
    make.job(JobState.REGISTERED, instrument_id=count.instrument(**gone).id)
    summaries.build()
    assert not list(differences())

    with clock.at(date(2031, 4, 2)):
        summaries.catch_up()

        summaries.check()


@pytest.mark.long
def test_a_new_year_begins_with_nothing_done(make, count, summaries):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    count.passed()
    summaries.build()

    with clock.at(date(2032, 1, 1)):
        summaries.catch_up()

        assert summaries.kept().turns == 0
        summaries.check()


@pytest.mark.long
def test_what_a_recount_found_is_told_until_it_is_mended(make, count, summaries):
    summaries.build()
    count.passed()
    skip_marks()

    run("recount")
    assert state().differing > 0
    run("recount", "--mend")
    assert state().differing == 0
