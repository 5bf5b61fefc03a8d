"""Finding a job, and what it is about, by what people call it."""

from collections.abc import Iterable

import sqlalchemy as sa

from labms.db import db
from labms.errors import Conflict, NotFound
from labms.i18n import N_
from labms.jobs.models import Job, Order
from labms.registry.models import Instrument
from labms.registry.rules import identity_key


class SeveralInstruments(Conflict):
    """More than one instrument is called so."""

    code = "job.several_instruments"
    message = N_("Several instruments are called {called}. Name one by #id: {ids}.")


class NoInstrument(NotFound):
    """No instrument is called so."""

    code = "job.no_instrument"
    message = N_("No instrument has the serial number or id {called}.")


def instruments_called(called: Iterable[str]) -> list[int]:
    """Return the ids of instruments by serial number or id ("#12" is an id alone).

    Raises NoInstrument, or SeveralInstruments where it isn't sure which is meant.
    """
    return [_instrument_called(each.strip()) for each in called]


def _instrument_called(called: str) -> int:
    number = called.removeprefix("#")
    is_id = number.isascii() and number.isdecimal() and len(number) < 10
    rows = sa.select(Instrument.id).order_by(Instrument.id).limit(5)
    by_id = Instrument.id == (int(number) if is_id else 0)
    by_serial = Instrument.serial_key == identity_key(called)
    found = db.session.scalars(
        rows.where(by_id if called.startswith("#") else by_id | by_serial)
    ).all()
    if not found:
        raise NoInstrument(called=called)
    if len(found) > 1:
        ids = ", ".join(f"#{each}" for each in found)
        raise SeveralInstruments(called=called, ids=ids)
    return found[0]


def job_called(called: str, *, body_id: int | None) -> int:
    """Return the id of a job by its number ("P26.0013/1") or id.

    Raises NotFound, also where several bodies have that number and none is named.
    """
    if called.isdecimal():
        return int(called)
    number, _, position = called.rpartition("/")
    rows = (
        sa.select(Job.id)
        .join(Order, Order.id == Job.order_id)
        .where(
            Order.number == number,
            Job.position == (int(position) if position.isdecimal() else 0),
        )
    )
    if body_id is not None:
        rows = rows.where(Order.body_id == body_id)
    found = db.session.scalars(rows.limit(2)).all()
    if len(found) != 1:
        raise NotFound
    return found[0]
