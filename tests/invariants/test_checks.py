"""What the database checks of entered work is said before, in words."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.db import Model, transaction
from labms.demand.rules import About, Purpose
from labms.errors import LabError
from labms.plan.rules import RaisedKind
from labms.tasks import services
from labms.tasks.queries import item_by_id
from labms.tasks.rules import ItemState, Listed
from tests.demand.test_demand import enter
from tests.plan.test_undertakings import train
from tests.supply.stating import Stated, total
from tests.tasks.work import Work

PARTS = ("plan", "tasks", "supply", "demand")
#: Both are set by the one service that strikes out, which takes no empty reason.
SET_TOGETHER = {"reason_if_struck", "moment_if_entered"}


def checked():
    """Every CHECK of these parts that is not that of an enum: table and name."""
    for mapper in Model.registry.mappers:
        if mapper.class_.__module__.split(".")[1] in PARTS:
            table = mapper.local_table
            each = [*table.constraints, *(c for x in table.c for c in x.constraints)]
            for constraint in each:
                if isinstance(constraint, sa.CheckConstraint):
                    yield table.name, constraint


def is_of_enum(constraint):
    return constraint._type_bound or " IN (" in str(constraint.sqltext)


@pytest.fixture
def attempts(make):
    """For each check, what would break it if it were let through."""
    work, stated = Work(make), Stated(make)
    backwards = {"issued_on": date(2030, 2, 1), "valid_until": date(2030, 1, 1)}

    def progress(percent):
        with transaction():
            services.report_progress(
                item_by_id(work.item()),
                reported_on=date(2030, 2, 1),
                state=ItemState.UNDER_WAY,
                percent=percent,
                result="",
                document="",
                actor=work.manager,
            )

    def accreditation():
        with transaction():
            services.enter_accreditation(
                make.body_raised(RaisedKind.CAPABILITY),
                number="1",
                issued_by="BoA",
                scope="",
                actor=work.manager,
                **backwards,
            )

    def listed(occasions):
        with transaction():
            row = Listed(full_name="An Ba", birth_year=1990, occasions=occasions)
            services.list_participants(make.training(), [row], actor=work.manager)

    def figure(count=1, **about):
        enter(work.manager, in_use_count=count, about=About(**about))

    return {
        ("training", "turns_not_fewer"): [
            lambda: train(work.manager, turns=1, distinct_count=2),
            lambda: train(work.manager, turns=-1, distinct_count=-1),
        ],
        ("task_item", "ends_after_it_begins"): [
            lambda: work.item(begins_on=date(2030, 2, 1), ends_on=date(2030, 1, 1))
        ],
        ("item_progress", "part_of_a_hundred"): [
            lambda: progress(-1),
            lambda: progress(101),
        ],
        ("purchase", "at_least_one"): [
            lambda: work.purchase(work.item(), quantity=0),
            lambda: work.purchase(work.item(), quantity=-1),
        ],
        ("accreditation", "ends_after_it_begins"): [accreditation],
        ("training_participant", "came_at_least_once"): [lambda: listed(0)],
        ("stated_scope", "ends_after_it_begins"): [lambda: stated.scope(**backwards)],
        ("body_capacity", "not_negative"): [lambda: stated.capacity(-1)],
        ("activity_report", "ends_after_it_begins"): [
            lambda: stated.report(first_on=date(2031, 2, 1), last_on=date(2031, 1, 1))
        ],
        ("reported_work", "passed_of_turns"): [
            lambda: stated.report(total(7, turns=6)),
            lambda: stated.report(total(-1)),
        ],
        ("reported_work", "distinct_of_passed"): [
            lambda: stated.report(total(7, distinct=8))
        ],
        ("reported_work", "one_of_each_serial"): [
            lambda: stated.report(total(7, serial="A1"))
        ],
        ("demand_figure", "not_negative"): [lambda: figure(-1)],
        ("demand_figure", "initial_count"): [lambda: figure(initial_count=-1)],
        ("demand_figure", "after_repair_count"): [
            lambda: figure(after_repair_count=-1)
        ],
        ("demand_figure", "interval_months"): [
            lambda: figure(purpose=Purpose.CALIBRATION, interval_months=0)
        ],
    }


def test_every_check_of_entered_work_refuses_in_words_first(attempts):
    named = {
        (table, str(check.name).removeprefix(f"ck_{table}_"))
        for table, check in checked()
        if not is_of_enum(check)
    }
    of_each = {each for each in named if each[1] not in SET_TOGETHER}

    assert set(attempts) == of_each
    for name, tries in attempts.items():
        for attempt in tries:
            with pytest.raises(LabError):
                attempt()
                pytest.fail(f"nobody stopped {name}")
