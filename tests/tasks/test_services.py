"""Planning, paying, buying and counting, with the trail."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.db import db, transaction
from labms.errors import EnteredBefore, NotAllowed
from labms.organisations.rules import OrganisationKind
from labms.plan.models import BodyRaised, ProgrammeSupport
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import (
    AlreadyStruck,
    DocumentMissing,
    NotAnEnterprise,
)
from labms.policy import Role
from labms.tasks import services
from labms.tasks.models import BudgetStep
from labms.tasks.queries import (
    assessment_by_id,
    entry_by_id,
    item_by_id,
    items_of,
    listed_counts,
    persons_listed,
    programme_by_id,
    purchase_by_id,
)
from labms.tasks.rules import (
    BudgetStage,
    Conclusion,
    FundingSource,
    HeadingHasNoWork,
    ItemState,
    Listed,
    OutsideThePlan,
    OutsideTheTask,
    PurchaseStage,
    StepTwice,
    UnknownTask,
    WrongStage,
)
from labms.tasks.standing import money_by_source, standing_of


def events():
    rows = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.id))
    return [event.event_type for event in rows]


def test_work_is_planned_on_a_row_of_the_annex(work):
    item = item_by_id(work.item())

    assert (item.task_code, item.year) == ("2.1", 2030)
    assert events() == ["task_item:added"]


def test_nobody_but_the_department_plans_work(work, make):
    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            work.item(actor=make.user(role))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"task_code": "2"}, HeadingHasNoWork),
        ({"task_code": "9"}, UnknownTask),
        ({"year": 2018}, OutsideThePlan),
        ({"year": 2031}, OutsideThePlan),
        ({"ends_on": date(2031, 1, 1)}, OutsideThePlan),
        ({"task_code": "2.2"}, OutsideTheTask),
        ({"document": " "}, DocumentMissing),
    ],
)
def test_work_that_the_plan_does_not_know_is_refused(work, wrong, error):
    with pytest.raises(error):
        work.item(**wrong)


def test_money_is_kept_to_the_last_dong_through_all_stages(work):
    item, line = work.funded()
    work.decide(line, BudgetStage.PAYMENT, "149999999", date(2030, 9, 1))

    money = standing_of(item_by_id(item)).money
    assert money.approved == Decimal(150_000_000)
    assert money.paid == Decimal(149_999_999)
    by_source = money_by_source(items_of("3446", year=2030))
    assert by_source[FundingSource.PROVINCIAL_SCIENCE] == money
    assert by_source[FundingSource.CENTRAL].estimated is None


def test_a_decision_that_was_struck_out_no_longer_counts(work):
    item = work.item()
    line = work.line(item)
    step = work.decide(line, BudgetStage.ESTIMATE)

    with transaction():
        services.strike_entry(
            entry_by_id("decision", step), reason="Nhập nhầm số", actor=work.manager
        )

    assert standing_of(item_by_id(item)).money.estimated is None
    with pytest.raises(WrongStage):
        work.decide(line, BudgetStage.APPRAISAL)
    with pytest.raises(AlreadyStruck), transaction():
        services.strike_entry(
            entry_by_id("decision", step), reason="Nhập nhầm số", actor=work.manager
        )


def test_the_database_itself_keeps_a_decision_as_it_was(work):
    _, line = work.funded()
    for statement in (
        sa.update(BudgetStep).values(document="khác"),
        sa.delete(BudgetStep).where(BudgetStep.line_id == line),
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="frozen"),
            db.session.begin_nested(),
        ):
            db.session.execute(statement)


def test_a_purchase_is_proposed_contracted_delivered_and_accepted(work):
    purchase = work.purchase(work.item())
    for stage in (
        PurchaseStage.CONTRACTED,
        PurchaseStage.DELIVERED,
        PurchaseStage.ACCEPTED,
    ):
        with transaction():
            services.move_purchase(
                purchase_by_id(purchase),
                stage=stage,
                done_on=date(2030, 6, 1),
                amount=Decimal(140_000_000),
                supplier="Công ty A",
                document="Hợp đồng 5",
                actor=work.manager,
            )
    assert [s.stage for s in purchase_by_id(purchase).steps] == list(PurchaseStage)[:4]


def test_progress_is_reported_until_it_is_done(work):
    item = work.item()
    for percent, state in ((40, ItemState.UNDER_WAY), (100, ItemState.DONE)):
        with transaction():
            services.report_progress(
                item_by_id(item),
                reported_on=date(2030, 6, 1),
                state=state,
                percent=percent,
                result="",
                document="",
                actor=work.manager,
            )
    assert standing_of(item_by_id(item)).state is ItemState.DONE


def do_step(work, programme, code="survey", *, counts=False):
    with transaction():
        return services.do_programme_step(
            programme_by_id(programme),
            step_code=code,
            done_on=date(2030, 6, 1),
            note="",
            document="Biên bản 2",
            counts=counts,
            actor=work.manager,
        ).id


def test_a_step_counts_as_a_turn_only_when_it_is_said_so(work):
    programme = work.programme()
    do_step(work, programme)
    assert db.session.scalars(db.select(ProgrammeSupport)).all() == []

    do_step(work, programme, "verify", counts=True)
    support = db.session.scalars(db.select(ProgrammeSupport)).one()
    assert support.supported_on == date(2030, 6, 1)
    with pytest.raises(StepTwice):
        do_step(work, programme)


def test_the_turn_of_a_step_is_struck_out_with_it(work):
    step = do_step(work, work.programme(), "verify", counts=True)

    with transaction():
        services.strike_entry(
            entry_by_id("programme-step", step),
            reason="Nhập hai lần",
            actor=work.manager,
        )
    assert db.session.scalars(db.select(ProgrammeSupport)).one().struck_on


def test_the_steps_of_a_programme_are_struck_out_with_it(work):
    programme = work.programme()
    do_step(work, programme, "verify", counts=True)
    do_step(work, programme)

    with transaction():
        services.strike_entry(
            entry_by_id("programme", programme),
            reason="Nhập nhầm nơi",
            actor=work.manager,
        )

    assert all(step.struck_on for step in programme_by_id(programme).steps)
    assert db.session.scalars(db.select(ProgrammeSupport)).one().struck_on


def test_a_household_has_no_programme(work, make):
    household = make.organisation(kind=OrganisationKind.PERSON)

    with pytest.raises(NotAnEnterprise):
        work.programme(enterprise_id=household.id)


def test_what_is_sent_again_is_refused(work):
    item = work.item()
    line = work.line(item)
    work.decide(line, BudgetStage.ESTIMATE)
    work.purchase(item)
    enterprise = work.make.organisation().id
    work.programme(enterprise_id=enterprise)
    work.assessment(of=(laboratory := work.make.laboratory()))

    for again in (
        lambda: work.decide(line, BudgetStage.ESTIMATE),
        lambda: work.line(item),
        lambda: work.item(title=item_by_id(item).title.upper()),
        lambda: work.purchase(item, name="bộ quả cân  F1"),
        lambda: work.programme(enterprise_id=enterprise),
        lambda: work.assessment(of=laboratory),
    ):
        with pytest.raises(EnteredBefore):
            again()


def test_a_laboratory_that_meets_the_criteria_counts_until_struck_out(work):
    met = work.assessment(Conclusion.MEETS)
    work.assessment()

    raised = db.session.scalars(db.select(BodyRaised)).one()
    assert raised.kind is RaisedKind.CRITERIA
    assert assessment_by_id(met).total == Decimal("85.0")
    with transaction():
        services.strike_entry(
            entry_by_id("assessment", met), reason="Nhập nhầm nơi", actor=work.manager
        )
    assert db.session.scalars(db.select(BodyRaised)).one().struck_on


def people(*names):
    return [Listed(full_name=name, birth_year=1980) for name in names]


def test_one_person_at_two_trainings_is_one_person(work, make):
    first, second = make.training(), make.training()
    for training, rows in (
        (first, people("Trần Văn An", "Lê Thị Bé")),
        (second, people("Trần Văn An")),
    ):
        with transaction():
            services.list_participants(
                db.session.get_one(type(training), training.id),
                rows,
                actor=work.manager,
            )

    assert listed_counts([first.id, second.id]) == {first.id: (2, 2), second.id: (1, 1)}
    assert persons_listed(
        ["ben-tre-old"], first=date(2031, 1, 1), last=date(2031, 12, 31)
    ) == (2, 2)
    assert events() == ["participants:listed"] * 2


def test_a_new_list_takes_the_place_of_the_one_before(work, make):
    training = make.training()
    for rows in (people("Trần Văn An", "Lê Thị Bé"), people("Trần Văn An")):
        with transaction():
            services.list_participants(
                db.session.get_one(type(training), training.id),
                rows,
                actor=work.manager,
            )
    assert listed_counts([training.id]) == {training.id: (1, 1)}
