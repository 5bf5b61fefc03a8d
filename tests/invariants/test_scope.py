"""Whose rows are asked for is never left open."""

import pytest
import sqlalchemy as sa

from labms.db import Model, Owned, UnscopedQuery, db, scoped, set_scope
from labms.jobs.models import Order
from labms.policy import EVERYTHING, NOTHING, Scope

OWNED = sorted(
    (
        mapper.class_
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Owned)
    ),
    key=lambda kind: kind.__name__,
)


@pytest.fixture
def nobody_said(app):
    """No scope was set, as in code that forgot it."""
    before = set_scope(None)
    yield
    set_scope(before)


@pytest.mark.parametrize("kind", OWNED)
def test_rows_without_a_scope_cannot_be_asked_for(nobody_said, kind):
    with pytest.raises(UnscopedQuery):
        db.session.scalars(sa.select(kind)).all()


@pytest.mark.parametrize("kind", OWNED)
def test_counting_them_needs_a_scope_too(nobody_said, kind):
    with pytest.raises(UnscopedQuery):
        db.session.scalar(sa.select(sa.func.count()).select_from(kind))


@pytest.mark.parametrize("kind", OWNED)
def test_a_person_with_no_body_sees_none(app, make, kind):
    """But for what is the nation's: its standards, and what calibrated them."""
    make.job()
    with scoped(NOTHING):
        seen = db.session.scalars(sa.select(kind)).all()
    assert {getattr(row, "body_id", None) for row in seen} <= {None}


def test_another_bodys_rows_are_not_there(app, make):
    own, other = make.body(), make.body()
    make.order(other)
    kept = make.order(own).id

    with scoped(Scope(body_id=own.id)):
        assert db.session.scalars(sa.select(Order.id)).all() == [kept]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1


def test_without_the_hook_they_would_be(app, make):
    """What the tests above would see if rows were not narrowed."""
    make.order(make.body())
    with scoped(NOTHING):
        rows = db.session.connection().exec_driver_sql('SELECT id FROM "order"')
        assert len(rows.all()) >= 1


def test_tables_that_belong_to_a_body_are_owned():
    """A table with a body's key is owned, or listed here with the reason."""
    free = {
        "body": "its own",
        "designation": "published by the authority",
        "investment_option": "proposed by the Department, for everybody to see",
        "letterhead": "printed on what anybody sees",
        "lost_numbers": "for the operator",
        "number_series": "counters, read by services",
        "registration": "published by the authority",
        "signing_choice": "seen in every file that is issued",
        "twin_choice": "seen in every file that is issued",
        "verifier_card": "published by the authority",
    }
    found = {
        mapper.local_table.name
        for mapper in Model.registry.mappers
        if "body_id" in mapper.columns and not issubclass(mapper.class_, Owned)
    }
    assert found - set(free) == set()


def test_commands_see_everything(app, make):
    make.order(make.body())
    with scoped(EVERYTHING):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) >= 1
