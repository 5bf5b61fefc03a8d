"""What goes into the database comes out again, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labms.accounts.models import SecurityEvent
from labms.accounts.rules import SecurityEventKind
from labms.db import apart, db, transaction
from labms.jobs.rules import JobState
from labms.registry.models import Standard

decimals = st.decimals(
    allow_nan=False, allow_infinity=False, min_value="-1e15", max_value="1e15"
).map(lambda value: Decimal(format(value, "f")))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=decimals)
def test_a_decimal_keeps_every_digit_and_every_zero(make, value):
    standard = make.standard(range_from=value)
    db.session.expire_all()

    found = db.session.scalar(
        sa.select(Standard.range_from).where(Standard.id == standard.id)
    )

    assert str(found) == str(value)


def test_10_00_comes_back_as_10_00_and_not_as_10(make):
    standard = make.standard(range_to=Decimal("10.00"))
    db.session.expire_all()

    assert str(standard.range_to) == "10.00"


def test_an_instant_comes_back_in_utc(app):
    vietnam = timezone(timedelta(hours=7))
    with transaction():
        db.session.add(
            SecurityEvent(
                at=datetime(2031, 3, 4, 6, 30, tzinfo=vietnam),
                kind=SecurityEventKind.LOGGED_IN,
                login="x",
                address="x",
            )
        )

    found = db.session.scalar(sa.select(SecurityEvent.at))
    assert found == datetime(2031, 3, 3, 23, 30, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(app):
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        db.session.execute(
            sa.select(SecurityEvent).where(SecurityEvent.at == datetime(2031, 3, 4))  # noqa: DTZ001
        )


def test_the_database_knows_the_words_of_an_enum(make):
    job = make.job(JobState.REGISTERED)

    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(
            sa.text("UPDATE job SET state = 'finished' WHERE id = :id"), {"id": job.id}
        )


def test_a_session_apart_never_waits_for_the_transaction_it_is_called_in(app):
    refused = pytest.raises(RuntimeError, match="inside a transaction")
    with refused, transaction(), apart():
        pass


def test_what_is_written_apart_survives_a_refusal(app):
    with apart() as session:
        session.add(
            SecurityEvent(
                at=datetime(2031, 3, 4, tzinfo=UTC),
                kind=SecurityEventKind.LOGIN_FAILED,
                login="x",
                address="x",
            )
        )
    with pytest.raises(ZeroDivisionError), transaction():
        _ = 1 / 0

    assert db.session.scalar(sa.select(sa.func.count()).select_from(SecurityEvent)) == 1
