"""What was decided stays: the database itself refuses, whoever asks."""

import pytest
import sqlalchemy as sa

from labms.db import Model, db
from labms.jobs.rules import JobState
from tests.factories import PAST
from tests.invariants.visiting import Ground
from tests.supply.stating import Stated
from tests.tasks.work import Work

#: A row of each that is frozen: the table, and a column that must not change.
FROZEN = {
    "audit_event": "actor_name",
    "budget_step": "document",
    "calibration": "number",
    "certificate": "content",
    "certificate_correction": "changes",
    "certificate_file": "details",
    "certificate_hold": "reason",
    "certificate_signing": "way",
    "criteria_score": "evidence",
    "evidence_ending": "note",
    "frozen_cell": "due",
    "frozen_figure": "definition",
    "frozen_report": "title",
    "frozen_row": "row_table",
    "job": "verdict",
    "job_standard": "need",
    "log_checkpoint": "root",
    "log_entry": "entry",
    "log_key": "name",
    "log_node": "hash",
    "own_revision": "content",
    "picture": "hash",
    "problem_report": "text",
    "reading": "typed",
    "received_dcc": "identifier",
    "reported_work": "serial",
    "review": "reason",
    "signing_choice": "way",
    "stamp": "serial",
    "twin_choice": "reach",
}


def triggers():
    """Return the name of every trigger that there is."""
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(db.session.connection().exec_driver_sql(query).scalars())


@pytest.fixture
def rows(app, make):
    """A frozen row of each table: the condition that finds it."""
    ground = Ground(make, app)
    job = ground.jobs[JobState.APPROVED]
    own = make.own_revision(
        ground.body, confirmed_on=PAST, confirmed_by_id=ground.verifier.id
    )
    connection = db.session.connection()
    insert(connection, "reading", job_id=job.id, key="1", typed="10.0")
    insert(
        connection,
        "review",
        job_id=job.id,
        is_approval=True,
        reason="seen",
        reviewed_at=job.submitted_at,
        reviewed_by_id=job.reviewed_by_id,
    )
    insert(
        connection,
        "evidence_ending",
        instrument_id=ground.instrument.id,
        reason="repaired",
        ended_at=job.submitted_at,
        ended_on=PAST,
        note="seen",
        recorded_by_id=job.reviewed_by_id,
    )
    insert(
        connection,
        "signing_choice",
        body_id=ground.body.id,
        way="server",
        chosen_at=job.submitted_at,
    )
    insert(
        connection,
        "certificate_file",
        certificate_id=ground.certificate.id,
        body_id=ground.body.id,
        owner_id=ground.certificate.owner_id,
        kind="scan",
        file_hash="ab" * 32,
        media_type="image/png",
        added_at=job.submitted_at,
        details="{}",
    )
    insert(
        connection,
        "certificate_correction",
        certificate_id=ground.certificate.id,
        corrects_id=ground.certificate.id,
        reason="place",
        explanation="seen",
        changes="[]",
    )
    insert(
        connection,
        "certificate_hold",
        certificate_id=ground.certificate.id,
        kind="suspended",
        reason="other",
        explanation="seen",
        held_on=PAST,
        held_at=job.submitted_at,
        held_by_id=job.reviewed_by_id,
    )
    insert(
        connection,
        "certificate_signing",
        certificate_id=ground.certificate.id,
        way="server",
        awaits="nothing",
    )
    insert(
        connection,
        "twin_choice",
        body_id=ground.body.id,
        reach="all",
        chosen_at=job.submitted_at,
    )
    insert(connection, "picture", hash="ab" * 32, data=b"PNG")
    event = connection.scalar(sa.text("SELECT max(id) FROM audit_event"))
    stated = Stated(make)
    reported, report = stated.report(), stated.frozen()
    tasks = Work(make)
    _, line = tasks.funded()
    assessment = tasks.assessment()
    return {
        "audit_event": f"id = {event}",
        "budget_step": f"line_id = {line}",
        "calibration": f"id = {make._calibration_id(ground.standard)}",
        "certificate": f"id = {ground.certificate.id}",
        "certificate_correction": f"certificate_id = {ground.certificate.id}",
        "certificate_file": f"certificate_id = {ground.certificate.id}",
        "certificate_hold": f"certificate_id = {ground.certificate.id}",
        "certificate_signing": f"certificate_id = {ground.certificate.id}",
        "criteria_score": f"assessment_id = {assessment}",
        "evidence_ending": f"instrument_id = {ground.instrument.id}",
        "frozen_cell": f"report_id = {report}",
        "frozen_figure": f"report_id = {report}",
        "frozen_report": f"id = {report}",
        "frozen_row": f"report_id = {report}",
        "job": f"id = {job.id}",
        "job_standard": f"job_id = {job.id}",
        "log_checkpoint": "size = 1",
        "log_entry": "position = 0",
        "log_key": "first_size = 0",
        "log_node": "height = 1 AND position = 0",
        "own_revision": f"id = {own.id}",
        "picture": f"hash = '{'ab' * 32}'",
        "problem_report": f"id = {ground.problem.id}",
        "reading": f"job_id = {job.id}",
        "received_dcc": f"id = {ground.received.id}",
        "reported_work": f"report_id = {reported.id}",
        "review": f"job_id = {job.id}",
        "signing_choice": f"body_id = {ground.body.id}",
        "stamp": f"id = {ground.stamp.id}",
        "twin_choice": f"body_id = {ground.body.id}",
    }


def insert(connection, table, **values):
    """Add a row to a table as its columns are."""
    known = Model.metadata.tables[table]
    connection.execute(sa.insert(known).values(values))


def attempt(statement):
    """Try something, and undo it; return whether the database took it."""
    connection = db.session.connection()
    nested = connection.begin_nested()
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        return "is frozen" not in str(error)
    else:
        return True
    finally:
        nested.rollback()


def change(table, condition):
    return f"UPDATE {table} SET {FROZEN[table]} = 'fail' WHERE {condition}"


def removal(table, condition):
    return f"DELETE FROM {table} WHERE {condition}"


def replacement(table, condition):
    return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {condition}"


@pytest.mark.long
def test_a_frozen_row_is_not_changed_deleted_or_replaced(rows):
    statements = []
    for table in FROZEN:
        statements += [change(table, rows[table]), removal(table, rows[table])]
        if db.engine.dialect.name == "sqlite":
            statements.append(replacement(table, rows[table]))
        else:
            statements.append(f"TRUNCATE {table} CASCADE")

    assert [statement for statement in statements if attempt(statement)] == []
    assert len(statements) == 3 * len(FROZEN)


@pytest.mark.long
def test_without_its_triggers_it_would_be(rows):
    connection = db.session.connection()
    for table in FROZEN:
        on = f" ON {table}" if db.engine.dialect.name == "postgresql" else ""
        for event in ("update", "delete", "truncate"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")

    kept = [table for table in FROZEN if not attempt(change(table, rows[table]))]
    assert kept == []


def test_every_table_with_triggers_is_tried(app):
    ending = "_no_update"
    frozen = {name.removesuffix(ending) for name in triggers() if name.endswith(ending)}

    assert frozen == set(FROZEN)


@pytest.mark.long
def test_what_is_set_once_is_not_set_again(rows):
    later = f"UPDATE certificate SET file_hash = 'other' WHERE {rows['certificate']}"
    back = f"UPDATE certificate SET state = 'reserved' WHERE {rows['certificate']}"

    assert not attempt(later)
    assert not attempt(back)


@pytest.mark.long
def test_what_may_still_happen_to_a_certificate_may(rows):
    assert attempt(
        f"UPDATE certificate SET signed_on = '2031-03-04' WHERE {rows['certificate']}"
    )
