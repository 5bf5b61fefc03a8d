"""Frozen figures stay; counting again names what changed, and why."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db, transaction
from labms.demand.rules import DemandSource
from labms.demand.services import correct_figure
from labms.errors import NotAllowed
from labms.indicators.models import FrozenFigure, FrozenReport, FrozenRow
from labms.indicators.recounting import recount, report_by_id
from labms.indicators.rules import DayToCome
from labms.indicators.services import SameReport, TitleMissing, freeze_figures
from labms.jobs.rules import JobState
from labms.places.models import Commune
from labms.plan.rules import BeforeThePlan
from labms.plan.services import strike_out
from labms.policy import Role
from labms.supply.rules import Limit
from labms.supply.services import state_capacity
from tests.indicators.conftest import METER, PLAN, PUMP, SCALE, TODAY

LAST_YEAR = date(2030, 12, 31)
CALLED = {"title": "Báo cáo năm 2030", "area": "ben-tre-old"}


@pytest.fixture
def manager(make):
    return make.user(Role.MANAGER)


def freeze(manager, on=LAST_YEAR):
    with transaction():
        return freeze_figures(PLAN, on=on, actor=manager, **CALLED).id


def again(report_id):
    db.session.expire_all()
    return recount(report_by_id(report_id), known_on=clock.today())


def kept(report_id):
    rows = db.session.execute(
        sa.select(FrozenFigure.code, FrozenFigure.numerator, FrozenFigure.denominator)
        .where(FrozenFigure.report_id == report_id)
        .order_by(FrozenFigure.code)
    )
    return [tuple(row) for row in rows]


def reasons(found, came):
    return [str(row.why) for row in found.rows if row.came is came]


def passed_last_year(count, day=date(2030, 11, 3), **given):
    job = count.passed(state=JobState.CERTIFIED, performed_on=day, **given)
    return job, count.certificate(job, number=f"V30.{job.id:05}")


def revoke(certificate):
    """As its own people would, today."""
    db.session.execute(
        sa.update(Certificate)
        .where(Certificate.id == certificate.id)
        .values(
            state=CertificateState.REVOKED,
            revocation_reason=RevocationReason.WRONG_RESULT,
            revocation_text="Sai số",
            revoked_on=TODAY,
        )
    )


def test_counted_again_at_once_nothing_has_changed(count, make, manager):
    passed_last_year(count)
    count.designated(PUMP)
    make.demand_figure(year=2030, counted_on=date(2030, 3, 1))
    make.training(held_on=date(2030, 4, 1))
    make.support(supported_on=date(2030, 4, 1))

    found = again(freeze(manager))

    assert not found.has_changed
    assert [figure.has_changed for figure in found.figures].count(True) == 0


@pytest.mark.long
def test_a_revocation_leaves_last_years_report_and_the_recount_names_it(count, manager):
    passed_last_year(count)
    _, certificate = passed_last_year(count)
    report = freeze(manager)
    before = kept(report)

    revoke(certificate)
    found = again(report)

    assert kept(report) == before
    assert ("verified-share", 2, 2) in before
    share = next(f for f in found.figures if f.was.code == "verified-share")
    assert (share.was.numerator, share.now.share.numerator) == (2, 1)
    verdict, gone = found.rows
    assert (verdict.code, verdict.came) == ("pass-share", False)
    assert (gone.code, gone.came) == ("verified-share", False)
    assert certificate.number == gone.name
    assert certificate.number in str(gone.why)
    assert "04/03/2031" in str(gone.why)
    assert gone.arguments == {"certificate_id": certificate.id}


def test_what_is_added_late_is_named_with_its_day(count, manager):
    count.instrument(PUMP)
    report = freeze(manager)
    with clock.at(datetime.combine(date(2031, 3, 20), time(9), tzinfo=clock.ZONE)):
        job = count.passed(
            count.instrument(PUMP),
            performed_on=date(2030, 11, 1),
            submitted_at=clock.now(),
        )
        found = again(report)

    [come] = [row for row in found.rows if row.code == "verified-share"]
    assert (come.came, come.id) == (True, job.id)
    assert "20/03/2031" in str(come.why)


def test_a_survey_that_was_replaced_is_named_by_the_one_that_did_it(
    count, make, manager
):
    wrong = make.demand_figure(year=2030, counted_on=date(2030, 3, 1), in_use_count=40)
    report = freeze(manager)
    with transaction():
        correct_figure(
            wrong,
            in_use_count=50,
            source=DemandSource.SURVEY,
            document="Đính chính số 8",
            method="",
            counted_on=date(2030, 3, 2),
            reason="Đếm sót một chợ",
            actor=manager,
        )

    found = again(report)

    assert "Đính chính số 8" in reasons(found, came=False)[0]
    [cell] = found.cells
    assert cell.in_use == (40, 50)


def test_a_record_that_was_struck_out_says_why(make, manager):
    training = make.training(held_on=date(2030, 4, 1))
    report = freeze(manager)
    with transaction():
        strike_out(training, reason="Nhập hai lần một lớp", actor=manager)

    assert "Nhập hai lần một lớp" in reasons(again(report), came=False)[0]


def test_every_row_that_was_counted_is_kept(count, make, manager):
    job, _ = passed_last_year(count)
    body = count.designated(PUMP)
    with clock.at(date(2031, 1, 20)), transaction():
        state_capacity(
            organisation_id=body.id,
            type_slug=PUMP,
            per_year=5,
            from_on=date(2030, 1, 1),
            limited_by=Limit.PERSON,
            basis="1 người × 5 ngày",
            document="Công văn số 3",
            actor=manager,
        )
    report = freeze(manager)

    rows = {
        (row.code, row.row_table): row.row_id
        for row in db.session.scalars(
            sa.select(FrozenRow).where(FrozenRow.report_id == report)
        )
    }
    assert rows["verified-share", "job"] == job.id
    assert rows["enterprises-served", "order"] == job.order_id
    assert rows["pass-share", "job"] == job.id
    assert ("designated-share", "designation_scope") in rows
    assert ("capacity-share", "body_capacity") in rows


def test_figures_of_a_report_cannot_be_changed_in_the_database(manager):
    report = freeze(manager)

    for table, column in (("frozen_figure", "value"), ("frozen_report", "title")):
        key = "id" if table == "frozen_report" else "report_id"
        nested = db.session.begin_nested()
        with pytest.raises(sa.exc.DBAPIError, match="is frozen"):
            db.session.execute(
                sa.text(f"UPDATE {table} SET {column} = '9' WHERE {key} = {report}")
            )
        nested.rollback()


def test_only_a_manager_freezes_figures(make):
    with pytest.raises(NotAllowed):
        freeze_figures(PLAN, on=TODAY, actor=make.user(Role.SIGNATORY), **CALLED)


def test_a_report_needs_a_title_and_a_day_of_the_plan_that_has_come(manager):
    with pytest.raises(TitleMissing):
        freeze_figures(PLAN, area="ben-tre-old", on=TODAY, title=" ", actor=manager)
    with pytest.raises(DayToCome):
        freeze_figures(PLAN, on=date(2031, 3, 5), actor=manager, **CALLED)
    with pytest.raises(BeforeThePlan):
        freeze_figures(PLAN, on=date(1999, 1, 1), actor=manager, **CALLED)
    assert db.session.scalars(sa.select(FrozenReport)).all() == []


def test_one_title_is_not_frozen_twice_for_one_day(manager):
    freeze(manager)
    with pytest.raises(SameReport) as refused:
        freeze_figures(
            PLAN,
            on=LAST_YEAR,
            actor=manager,
            **CALLED | {"title": f" {CALLED['title'].upper()} "},
        )
    assert "31/12/2030" in str(refused.value.text)
    freeze(manager, on=TODAY)


def test_what_changed_is_named_by_type_title_and_commune(make, manager):
    figure = make.demand_figure(year=2030, counted_on=date(2030, 3, 1))
    training = make.training(held_on=date(2030, 4, 1), title="Lớp kiểm định cân")
    report = freeze(manager)
    with transaction():
        strike_out(training, reason="Nhập hai lần một lớp", actor=manager)
        correct_figure(
            figure,
            in_use_count=50,
            source=DemandSource.SURVEY,
            document="Đính chính số 8",
            method="",
            counted_on=date(2030, 3, 2),
            reason="Đếm sót một chợ",
            actor=manager,
        )

    names = {row.table: row.name for row in again(report).rows if not row.came}

    assert "Lớp kiểm định cân" in names["training"]
    assert "Cân đồng hồ lò xo" in names["demand_figure"]
    assert db.session.get(Commune, figure.commune_key).name in names["demand_figure"]


def test_types_without_demand_keep_nothing(count, manager):
    count.designated(METER, SCALE)
    report = freeze(manager)

    codes = db.session.scalars(
        sa.select(FrozenRow.code).where(FrozenRow.report_id == report)
    ).all()
    assert codes == []
