"""What bodies state is entered with its document, and struck out when it was wrong."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.catalogue.rules import VerificationReason
from labms.db import db, transaction
from labms.errors import EnteredBefore, NotAllowed
from labms.policy import Role
from labms.sheets.writing import csv_of
from labms.supply.data import deadlines, deadlines_for
from labms.supply.lists import COLUMNS, read_work
from labms.supply.models import ReportedWork, StatedScope
from labms.supply.queries import capacities, newer_capacities, owed
from labms.supply.rules import (
    AlreadyStruckOut,
    BadStatement,
    CapacityEntered,
    PeriodReported,
    ReportForm,
)
from labms.supply.services import Work, strike_statement
from tests.supply.stating import LAST_YEAR, METER, PUMP, total

TODAY = date(2031, 3, 4)


def test_a_report_keeps_its_lines_and_document(stated):
    report = stated.report(total(7), total(1, METER, serial="NT 01"))

    lines = db.session.scalars(sa.select(ReportedWork).order_by("id")).all()
    assert [(x.type_slug, x.passed, x.serial_key) for x in lines] == [
        (PUMP, 7, ""),
        (METER, 1, "nt01"),
    ]
    assert report.document == "Báo cáo số 4"


@pytest.mark.parametrize(
    "work",
    [
        {"turns": 3, "passed": 4},
        {"turns": 4, "passed": 3, "distinct": 4},
        {"turns": 2, "passed": 2, "serial": "A1"},
        {"turns": 10_000_001, "passed": 1},
        {"turns": 1, "passed": 1, "performed_on": date(2030, 12, 31)},
    ],
)
def test_a_line_that_contradicts_itself_is_refused(stated, work):
    with pytest.raises(BadStatement):
        stated.report(Work(type_slug=PUMP, **work))


@pytest.mark.parametrize(
    "wrong",
    [
        {"document": " "},
        {"last_on": date(2031, 3, 5)},
        {"received_on": date(2031, 3, 5)},
        {"last_on": date(2030, 12, 31)},
    ],
)
def test_a_report_that_cannot_have_been_made_is_refused(stated, wrong):
    with pytest.raises(BadStatement):
        stated.report(total(1), **wrong)


def test_the_same_days_and_types_are_reported_once(stated):
    body = stated.body()
    first = stated.report(total(7), body=body)

    with pytest.raises(PeriodReported):
        stated.report(total(9), body=body)
    stated.report(total(9, METER), body=body)
    with transaction():
        strike_statement(first, reason="Gửi nhầm số liệu", actor=stated.manager)
    stated.report(total(9), body=body)


def test_a_scope_is_entered_once_whatever_the_spelling(stated):
    body = stated.body()
    first = stated.scope(body, range_text="đến 50 kg", document="Quyết định số 1")

    with pytest.raises(EnteredBefore) as refused:
        stated.scope(body, range_text="Đến  50 KG", document="Quyết định số 2")

    assert refused.value.details == {"number": first.id, "table": "stated_scope"}
    assert db.session.scalars(sa.select(StatedScope)).all() == [first]


@pytest.mark.parametrize(
    "other",
    [
        {"type_slug": METER},
        {"class_text": "cấp 2"},
        {"issued_on": date(2029, 1, 1)},
        {"valid_until": date(2034, 1, 1)},
        {"reasons": [VerificationReason.AFTER_REPAIR]},
    ],
)
def test_another_scope_of_a_body_is_no_double(stated, other):
    body = stated.body()
    stated.scope(body, reasons=[VerificationReason.PERIODIC])

    stated.scope(body, **{"reasons": [VerificationReason.PERIODIC]} | other)


def test_a_body_states_one_capacity_of_a_type_from_a_day(stated):
    body = stated.body()
    first = stated.capacity(500, body)

    with pytest.raises(CapacityEntered) as refused:
        stated.capacity(800, body)

    assert refused.value.details["number"] == first.id
    stated.capacity(800, body, from_on=date(2031, 1, 1))
    stated.capacity(800, body, type_slug=METER)
    with transaction():
        strike_statement(first, reason="Ghi nhầm số lượng", actor=stated.manager)
    stated.capacity(800, body)


@pytest.mark.parametrize("per_year", [-1, 10_000_001, 10**12])
def test_a_capacity_that_nobody_can_have_is_refused(stated, per_year):
    with pytest.raises(BadStatement):
        stated.capacity(per_year)


def test_the_statement_that_begins_last_counts_from_its_day(stated):
    body = stated.body()
    old = stated.capacity(500, body, from_on=date(2029, 1, 1))
    new = stated.capacity(800, body, from_on=date(2031, 1, 1))
    middle = stated.capacity(600, body, from_on=date(2030, 1, 1))
    other = stated.capacity(9, body, type_slug=METER)

    assert newer_capacities([old, new, middle, other]) == {
        old.id: middle,
        middle.id: new,
    }
    for day, per_year in ((2029, 500), (2030, 600), (2031, 800)):
        found = capacities("ben-tre-old", on=date(day, 6, 1))
        assert {c.type_slug: c.per_year for c in found}[PUMP] == per_year


def test_who_may_not_enter_is_not_told_what_was(stated, make):
    body = stated.body()
    stated.capacity(500, body)
    stated.manager = make.user(Role.SIGNATORY)

    with pytest.raises(NotAllowed):
        stated.capacity(500, body)


def test_a_statement_is_struck_out_once_with_a_reason(stated):
    capacity = stated.capacity(5)
    with pytest.raises(BadStatement):
        strike_statement(capacity, reason="sai", actor=stated.manager)
    with transaction():
        strike_statement(capacity, reason="Ghi nhầm loại", actor=stated.manager)

    with pytest.raises(AlreadyStruckOut):
        strike_statement(capacity, reason="Ghi nhầm loại", actor=stated.manager)


def test_only_a_manager_enters_statements(stated, make):
    stated.manager = make.user(Role.SIGNATORY)
    with pytest.raises(NotAllowed):
        stated.capacity(5)


def sheet(*rows):
    keys = [column.key for column in COLUMNS]
    return csv_of(keys, [[row.get(key, "") for key in keys] for row in rows]).encode()


def test_totals_and_lists_are_read_from_a_spreadsheet(app):
    found = read_work(
        sheet(
            {"type": PUMP, "turns": "1.200", "passed": 1180, "commune": "28756"},
            {"type": METER, "serial": "NT01", "performed_on": "03/02/2031"},
            {"type": METER, "serial": "NT02", "verdict": "Không đạt"},
        ),
        on=TODAY,
    )

    assert found.problems == ()
    assert [(w.turns, w.passed, w.serial) for w in found.work] == [
        (1200, 1180, ""),
        (1, 1, "NT01"),
        (1, 0, "NT02"),
    ]


def test_each_wrong_row_of_a_report_is_told_with_its_number(app):
    found = read_work(
        sheet(
            {"type": "luck", "turns": 1},
            {"type": PUMP},
            {"type": PUMP, "turns": 3, "passed": 4},
            {"type": METER, "serial": "NT01"},
            {"type": METER, "serial": "NT01"},
        ),
        on=TODAY,
    )

    assert [number for number, _ in found.problems] == [2, 3, 4, 0]


def test_the_days_that_the_law_names_are_data():
    days = {(d.month, d.day) for d in deadlines()}

    assert days == {(1, 31), (3, 31), (5, 30)}
    assert all(d.basis and d.name.vi and d.name.en for d in deadlines())
    assert deadlines_for(2010) == ()


def test_a_body_owes_reports_until_they_come(stated):
    body = stated.body()
    stated.scope(body)
    stated.report(total(3), body=body, form=ReportForm.MAU_05, **LAST_YEAR)

    found = {one.deadline.code: one for one in owed(2030)}

    assert set(found) == {"mau-05", "mau-04", "designated"}
    assert found["mau-05"].received_on == date(2031, 3, 1)
    assert found["mau-05"].is_late(TODAY)
    assert not found["mau-04"].is_late(date(2031, 3, 31))
    assert found["mau-04"].is_late(date(2031, 4, 1))
