"""The trail is complete, and tampering with it shows."""

import pytest
import sqlalchemy as sa

from labms.audit.comparing import tampering
from labms.audit.models import AuditEvent, AuditHead
from labms.audit.queries import Checkpoint, checkpoint, verify_trail
from labms.audit.rules import EventType
from labms.audit.services import UnrecordedChange, record
from labms.db import db, transaction
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.policy import SYSTEM, Role


def change(organisation, name):
    """Rename an organisation, and say so."""
    with transaction():
        row = db.session.merge(organisation)
        row.name = name
        record(EventType.ORGANISATION_CHANGED, row, actor=SYSTEM, reason="renamed")


@pytest.fixture
def trail(make):
    """Three events."""
    organisation = make.organisation(name="Cũ")
    for name in ("Một", "Hai", "Ba"):
        change(organisation, name)
    return organisation


def tamper(statement, *given):
    """Change rows behind the program's back, past the triggers."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_event_no_update")
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_event_no_delete")
    else:
        connection.exec_driver_sql("ALTER TABLE audit_event DISABLE TRIGGER ALL")
    db.session.execute(sa.text(statement), *given)
    db.session.expire_all()


def test_a_change_is_written_with_who_what_before_and_after(trail):
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id)).all()[1]

    assert event.event_type == "organisation:changed"
    assert event.subject_id == trail.id
    assert event.actor_name == "labms"
    assert event.reason == "renamed"
    assert '"name":["Một","Hai"]' in event.changes


def test_an_untouched_trail_verifies(trail):
    assert verify_trail() is None
    assert verify_trail(checkpoint()) is None


def test_a_change_without_an_event_is_not_committed(make):
    organisation = make.organisation(name="Trước")

    with pytest.raises(UnrecordedChange), transaction():
        db.session.merge(organisation).name = "Sau"

    db.session.expire_all()
    assert organisation.name == "Trước"


def test_an_event_and_its_change_are_rolled_back_together(make):
    organisation = make.organisation(name="Trước")
    before = checkpoint()

    with pytest.raises(ZeroDivisionError), transaction():
        db.session.merge(organisation).name = "Sau"
        record(EventType.ORGANISATION_CHANGED, organisation, actor=SYSTEM)
        _ = 1 / 0

    db.session.expire_all()
    assert (organisation.name, checkpoint()) == ("Trước", before)


@pytest.mark.parametrize(
    "column", ["reason", "actor_name", "changes", "event_type", "subject_type"]
)
def test_an_altered_event_is_named(trail, column):
    tamper(f"UPDATE audit_event SET {column} = 'khác' WHERE id = 2")

    assert verify_trail().event_id == 2


def test_a_removed_event_is_named(trail):
    tamper("DELETE FROM audit_event WHERE id = 2")

    assert verify_trail().event_id == 2


def test_a_cut_tail_is_seen_by_the_trails_own_record(trail):
    tamper("DELETE FROM audit_event WHERE id = 3")

    assert verify_trail().event_id == 3


def rewrite_from(first):
    """Tamper with an event and chain everything after it anew, as an insider could."""
    from labms.audit.queries import _chain
    from labms.audit.rules import ORIGIN, chained_hash

    tamper("UPDATE audit_event SET reason = 'khác' WHERE id = :id", {"id": first})
    previous = ORIGIN
    for entry, _, _ in list(_chain()):
        digest = chained_hash(entry, previous)
        db.session.execute(
            sa.text(
                "UPDATE audit_event SET hash = :hash, previous_hash = :previous "
                "WHERE id = :id"
            ),
            {"hash": digest, "previous": previous, "id": entry.id},
        )
        previous = digest
    db.session.execute(sa.update(AuditHead).values(hash=previous))
    db.session.expire_all()


def test_a_trail_that_was_written_anew_is_seen_with_a_checkpoint_kept_outside(trail):
    outside = checkpoint()

    rewrite_from(2)

    assert verify_trail(outside).event_id == outside.size


def test_without_a_checkpoint_the_same_rewriting_is_not_seen(trail):
    """The control: it is the checkpoint that finds it, not the chain."""
    rewrite_from(2)

    assert verify_trail() is None


def test_an_old_backup_is_seen_with_a_checkpoint_kept_outside(trail):
    later = Checkpoint(checkpoint().size + 5, "0" * 64)

    assert verify_trail(later) is not None


def test_the_database_refuses_to_change_an_event(trail):
    with pytest.raises(sa.exc.DBAPIError, match="frozen"):
        db.session.execute(sa.text("UPDATE audit_event SET reason = 'x'"))


def test_passwords_never_reach_the_trail(make):
    user = make.user(Role.VERIFIER)

    with transaction():
        row = db.session.merge(user)
        row.password_hash = "$argon2id$secret"
        record(EventType.USER_PASSWORD_SET, row, actor=SYSTEM)

    told = db.session.scalars(sa.select(AuditEvent.changes)).all()
    assert not any("secret" in changes for changes in told)


@pytest.fixture
def recorded(make):
    """A row that came and changed through the program alone."""
    with transaction():
        row = Organisation(
            kind=OrganisationKind.ENTERPRISE, name="Cũ", folded="cu", address="Ấp 1"
        )
        db.session.add(row)
        db.session.flush()
        record(EventType.ORGANISATION_ADDED, row, actor=SYSTEM)
    change(row, "Mới")
    return row.id


def past(table="organisation"):
    """What was done past the program to a table, in words."""
    return [each.told(each.text) for each in tampering() if each.what.startswith(table)]


def test_rows_that_the_program_changed_are_what_the_trail_says(recorded):
    assert f"organisation {recorded} " not in " ".join(past())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE organisation SET name = 'Khác' WHERE id = :id", "changed past"),
        ("DELETE FROM organisation WHERE id = :id", "removed past"),
        (
            "DELETE FROM audit_event WHERE subject_id = :id "
            "AND subject_type = 'organisation'",
            "added past",
        ),
    ],
)
def test_what_is_done_past_the_program_is_named(recorded, statement, told):
    tamper(statement, {"id": recorded})

    assert any(
        line.startswith(f"organisation {recorded} was {told}") for line in past()
    )


def test_a_dropped_trigger_is_missed(make):
    on = " ON stamp" if db.engine.dialect.name == "postgresql" else ""
    assert past("stamp") == []

    db.session.connection().exec_driver_sql(f"DROP TRIGGER stamp_no_delete{on}")

    assert past("stamp") == ["the protection of “stamp” in the database is gone"]
