"""No audited row is committed without an event about it."""

import pytest
import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.audit.rules import EventType
from labms.audit.services import UnrecordedChange, record
from labms.db import Audited, Model, db, transaction
from labms.organisations import services
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.policy import SYSTEM, Role

AUDITED = sorted(
    (
        mapper.class_
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Audited)
    ),
    key=lambda kind: kind.__name__,
)
#: Change often, by themselves, or with a row that is audited.
NOT_AUDITED = {
    "audit_event": "the trail itself",
    "audit_head": "the trail itself",
    "commune": "data that comes with labms",
    "commune_succession": "data that comes with labms",
    "district": "data that comes with labms",
    "log_checkpoint": "a log of its own",
    "log_entry": "a log of its own",
    "log_head": "a log of its own",
    "log_key": "a log of its own",
    "log_node": "a log of its own",
    "login_session": "its events are security events",
    "picture": "it never changes, and what names it has its event",
    "number_series": "each number has the event of its document",
    "security_event": "a log of its own",
    "summary_cell": "counted from rows, and again at any time",
    "summary_commune": "counted from rows, and again at any time",
    "summary_day": "counted from rows, and again at any time",
    "summary_mark": "counted from rows, and again at any time",
    "summary_pace": "counted from rows, and again at any time",
    "summary_served": "counted from rows, and again at any time",
    "summary_state": "counted from rows, and again at any time",
    "summary_told": "counted from rows, and again at any time",
    "summary_type": "counted from rows, and again at any time",
    "throttle": "counts tries",
}


def test_every_table_is_audited_or_says_why_not():
    """Parts of another row have that row's event: they are deleted along with it."""
    audited = {kind.__tablename__ for kind in AUDITED}
    parts = {
        key.parent.table.name
        for table in Model.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in audited and key.parent.nullable is False
    }
    unexplained = {
        name
        for name in Model.metadata.tables
        if name not in audited and name not in NOT_AUDITED and name not in parts
    }
    assert unexplained == set()


def test_a_change_without_an_event_is_not_committed(app, make):
    key = make.organisation(name="Before").id

    with pytest.raises(UnrecordedChange), transaction():
        db.session.get(Organisation, key).name = "After"

    assert db.session.get(Organisation, key).name == "Before"


def test_an_event_about_another_row_does_not_count(app, make):
    key, other = make.organisation(name="Before").id, make.organisation().id

    with pytest.raises(UnrecordedChange), transaction():
        db.session.get(Organisation, key).name = "After"
        row = db.session.get(Organisation, other)
        record(EventType.ORGANISATION_CHANGED, row, actor=SYSTEM)


def test_a_row_cannot_be_deleted_in_silence(app, make):
    key = make.organisation().id

    with pytest.raises(UnrecordedChange), transaction():
        db.session.delete(db.session.get(Organisation, key))


def test_a_new_row_needs_its_event_too(app):
    with pytest.raises(UnrecordedChange), transaction():
        db.session.add(Organisation(kind="enterprise", name="New", folded="new"))


def test_with_its_event_it_is(app, make):
    key = make.organisation(name="Before").id

    with transaction():
        row = db.session.get(Organisation, key)
        row.name = "After"
        record(EventType.ORGANISATION_CHANGED, row, actor=SYSTEM)

    event = db.session.scalars(
        sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
    ).one()
    assert event.subject_id == key
    assert '"name":["Before","After"]' in event.changes


def test_the_guard_is_what_refuses(app, make):
    """Without it the change of the first test would be committed."""
    key = make.organisation(name="Before").id

    with transaction():
        db.session.get(Organisation, key).name = "After"
        db.session.flush()
        db.session.info.clear()

    assert db.session.get(Organisation, key).name == "After"


def test_a_service_that_forgot_its_event_would_be_seen(app, make, monkeypatch):
    monkeypatch.setattr(services, "record", lambda *_args, **_given: None)
    person = make.user(Role.RECEPTIONIST)

    with pytest.raises(UnrecordedChange), transaction():
        services.add_organisation(
            services.Details(kind=OrganisationKind.ENTERPRISE, name="Công ty"),
            actor=person,
        )
