"""Spreadsheets of demand: each row is looked at; all are entered or none."""

from datetime import date

import pytest

from labms.audit.models import AuditEvent
from labms.db import db, transaction
from labms.demand.columns import COLUMNS, RowState
from labms.demand.importing import (
    AlreadyEntered,
    NothingNew,
    RowsWrong,
    check_rows,
    enter_file,
    example_rows,
    import_by_id,
    send_file,
)
from labms.demand.models import DemandFigure, DemandImport
from labms.demand.rules import Purpose, Subject
from labms.errors import NotAllowed
from labms.i18n import gettext, speaking
from labms.organisations.rules import ORGANISATION_KINDS, OrganisationKind
from labms.policy import Role
from labms.sheets.columns import ColumnsMissing
from labms.sheets.writing import csv_of, xlsx_of
from tests.factories import SPRING_SCALE

KEYS = [column.key for column in COLUMNS]
RIGHT = {
    "type": SPRING_SCALE,
    "commune": "28756",
    "year": 2031,
    "in_use": "1.200",
    "source": "Khảo sát",
    "document": "Báo cáo số 5",
    "counted_on": date(2031, 3, 1),
}


def sheet(*rows, keys=KEYS, of=xlsx_of):
    """A file whose rows are right but for what is said."""
    made = of(keys, [[(RIGHT | row).get(key, "") for key in keys] for row in rows])
    return made.encode() if isinstance(made, str) else made


def states(data):
    return [row.state for row in check_rows(data).rows]


def problems(**wrong):
    [row] = check_rows(sheet(wrong)).rows
    return [problem.text for problem in row.problems]


@pytest.fixture
def manager(make):
    return make.user(Role.MANAGER)


def enter(data, actor, files):
    with transaction():
        sent = send_file("khao-sat.xlsx", data, actor=actor, folder=files).id
    with transaction():
        return enter_file(import_by_id(sent), actor=actor, folder=files)


@pytest.mark.parametrize("of", [xlsx_of, csv_of])
def test_a_right_file_becomes_figures_with_their_source(app, manager, files, of):
    rows = [
        {"holder": "enterprise", "initial": 7, "after_repair": 2},
        {"type": "weights", "subject": "standard", "purpose": "Hiệu chuẩn"},
    ]

    assert enter(sheet(*rows, of=of), manager, files) == 2

    first, second = db.session.scalars(
        db.select(DemandFigure).order_by(DemandFigure.id)
    )
    assert (first.in_use_count, first.document) == (1200, "Báo cáo số 5")
    assert first.holder is OrganisationKind.ENTERPRISE
    assert (first.initial_count, first.after_repair_count) == (7, 2)
    assert (second.subject, second.purpose) == (Subject.STANDARD, Purpose.CALIBRATION)
    assert first.import_id == second.import_id is not None
    assert first.entered_by_id == manager.id


def test_the_trail_has_the_file_and_that_it_was_entered(app, manager, files):
    enter(sheet({}), manager, files)

    events = db.session.scalars(db.select(AuditEvent.event_type)).all()
    assert events == ["demand_file:sent", "demand_file:entered"]


def test_looking_at_a_file_enters_nothing(app, manager, files):
    with transaction():
        send_file("a.xlsx", sheet({}), actor=manager, folder=files)

    assert db.session.scalars(db.select(DemandFigure)).all() == []


def test_one_wrong_row_keeps_the_whole_file_out(app, manager, files):
    with pytest.raises(RowsWrong):
        enter(sheet({}, {"year": 2032, "commune": "28756"}), manager, files)

    assert db.session.scalars(db.select(DemandFigure)).all() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"type": "luck"}, "knows no"),
        ({"commune": "99999"}, "on the day of counting"),
        ({"year": "soon"}, "no whole number"),
        ({"in_use": ""}, "is empty"),
        ({"in_use": "-3"}, "no whole number from 0 to"),
        ({"in_use": "1000000000000"}, "no whole number from 0 to"),
        ({"subject": "standard"}, "is a type of instrument"),
        ({"type": "weights"}, "is a kind of standard"),
        ({"source": "hearsay"}, "none of the choices"),
        ({"document": ""}, "is empty"),
        ({"counted_on": "31/02/2031"}, "is no day"),
        ({"counted_on": "05/03/2031"}, "cannot be entered"),
        ({"holder": "everybody"}, "none of the choices"),
        ({"interval_months": 12}, "cannot be entered"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(app, wrong, said):
    [problem] = problems(**wrong)

    assert said in problem


def test_a_word_that_is_none_of_the_choices_is_told_which_there_are(app):
    with speaking("vi"):
        [row] = check_rows(sheet({"holder": "cá nhân"})).rows
        told = str(row.problems[0])

    for kind in ORGANISATION_KINDS.values():
        with speaking("vi"):
            assert gettext(kind) in told


def test_a_row_says_everything_that_is_wrong_at_once(app):
    assert len(problems(type="luck", year="soon", document="")) == 3


def test_two_rows_for_one_cell_contradict_each_other(app):
    assert states(sheet({}, {"in_use": 7}, {"holder": "person"})) == [
        RowState.NEW,
        RowState.WRONG,
        RowState.NEW,
    ]


def test_what_was_entered_before_is_known_and_left_out(app, manager, files):
    enter(sheet({}), manager, files)

    assert enter(sheet({}, {"holder": "person"}), manager, files) == 1
    with pytest.raises(NothingNew):
        enter(sheet({}, of=csv_of), manager, files)


def test_a_file_is_entered_once(app, manager, files):
    enter(sheet({}, of=csv_of), manager, files)

    with pytest.raises(AlreadyEntered):
        enter(sheet({}, of=csv_of), manager, files)
    assert len(db.session.scalars(db.select(DemandImport)).all()) == 1


def test_a_commune_is_found_by_its_name_as_on_the_day(app, make):
    name = make.commune().name
    old = make.commune(name=name, valid_from=None, valid_until=date(2025, 6, 30))
    rows = (
        {"commune": name},
        {"commune": name.upper(), "year": 2025, "counted_on": "01/03/2025"},
    )

    found = check_rows(sheet(*rows)).rows

    assert found[0].figure.commune_key != old.key == found[1].figure.commune_key


def test_a_name_that_several_communes_bear_is_asked_back(app, make):
    name = make.commune().name
    make.commune(name=name)

    [problem] = problems(commune=name)

    assert "use the code" in problem


def test_without_its_columns_a_file_is_not_looked_at(app, manager, files):
    with pytest.raises(ColumnsMissing, match="Năm"):
        send_file("a.csv", sheet({}, keys=KEYS[:2]), actor=manager, folder=files)


def test_the_template_is_right_itself(app):
    data = xlsx_of(KEYS, example_rows(date(2031, 3, 4)))

    assert states(data) == [RowState.NEW]


def test_only_who_may_enter_figures_sends_files(make, files):
    with pytest.raises(NotAllowed):
        send_file("a.xlsx", sheet({}), actor=make.user(Role.VERIFIER), folder=files)
