"""The rows behind what managers ask every day."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import User
from labms.db import db
from labms.i18n import N_, gettext, language
from labms.indicators import daily
from labms.indicators.evidence.rows import (
    Asked,
    Cell,
    Column,
    Evidence,
    TypeName,
    succession_of,
)
from labms.indicators.lasting import why_over
from labms.jobs.models import Job, Order
from labms.jobs.rules import JOB_STATES
from labms.metrology.decimals import show_decimal
from labms.organisations.models import Organisation
from labms.places.models import Commune
from labms.registry.models import Instrument


def closed(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each closed job with the days that it took, the newest first."""
    return _closed(asked, type_name, is_promised=False)


def promised(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each closed job for which a day was promised, the newest first."""
    return _closed(asked, type_name, is_promised=True)


def _closed(asked: Asked, type_name: TypeName, *, is_promised: bool) -> Evidence:
    body = sa.orm.aliased(Organisation)
    rows = (
        daily.closed_jobs(asked.area, first=asked.first, last=asked.on)
        .with_only_columns(
            Job.id,
            Job.position,
            Job.closed_at,
            Order.number,
            Order.received_at,
            Order.promised_on,
            Instrument.type_slug,
            Instrument.serial,
            body.name.label("body"),
            maintain_column_froms=True,
        )
        .join(body, body.id == Job.body_id)
        .outerjoin(*succession_of(Instrument.commune_key))
        .order_by(Job.closed_at.desc(), Job.id.desc())
    )
    if is_promised:
        rows = rows.where(Order.promised_on.is_not(None))
    found, total = asked.page_of(
        asked.narrowed(
            rows,
            type_slug=Instrument.type_slug,
            commune=Instrument.commune_key,
            words=(Instrument.folded, body.folded),
        )
    )
    columns = (
        Column(N_("Job")),
        Column(N_("Type of instrument")),
        Column(N_("Serial number")),
        Column(N_("Body")),
        Column(N_("Taken in on")),
        Column(N_("Promised for")),
        Column(N_("Closed on")),
        Column(N_("Days"), is_number=True),
    )
    return Evidence(columns, [_job(row, type_name) for row in found], total)


def _job(row: Any, type_name: TypeName) -> tuple[Cell, ...]:
    received, ended = clock.day_of(row.received_at), clock.day_of(row.closed_at)
    return (
        Cell(f"{row.number}/{row.position}", "jobs.show", {"job_id": row.id}),
        Cell(type_name(row.type_slug)),
        Cell(row.serial),
        Cell(row.body),
        Cell(received),
        Cell(row.promised_on or "–"),
        Cell(ended),
        Cell((ended - received).days),
    )


def share_text(passed: int, number: int) -> str:
    """Return a share in percent with one decimal, rounded down as all shares are."""
    tenths = Decimal(1000 * passed // number) / 10
    return f"{show_decimal(tenths.quantize(Decimal('0.1')), language=language())} %"


def verdicts(asked: Asked, type_name: TypeName) -> Evidence:
    """Return how many passed of each type, what failed most first."""
    found = daily.verdicts_by_type(asked.area, **asked.days)
    by_failure = sorted(found.items(), key=lambda one: (one[1][0] - one[1][1], one[0]))
    rows = [
        (
            Cell(type_name(slug)),
            Cell(number),
            Cell(passed),
            Cell(number - passed),
            Cell(share_text(passed, number)),
        )
        for slug, (passed, number) in by_failure
        if asked.type_slug in ("", slug)
    ]
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("Verified"), is_number=True),
        Column(N_("Passed"), is_number=True),
        Column(N_("Failed"), is_number=True),
        Column(N_("Share that passed"), is_number=True),
    )
    return asked.found_in(columns, rows)


def overdue(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each overdue instrument with its owner and commune, the longest first."""
    last = daily.last_days(asked.area, on=asked.on)
    rows = (
        sa.select(
            Instrument.id,
            Instrument.type_slug,
            Instrument.serial,
            Organisation.id.label("owner_id"),
            Organisation.name.label("owner"),
            Commune.name.label("commune"),
            last.c.valid_until,
        )
        .join(last, last.c.id == Instrument.id)
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .join(Commune, Commune.key == Instrument.commune_key)
        .outerjoin(*succession_of(Instrument.commune_key))
        .where(last.c.valid_until < asked.on)
        .order_by(last.c.valid_until, Instrument.id)
    )
    found, total = asked.page_of(
        asked.narrowed(
            rows,
            type_slug=Instrument.type_slug,
            commune=Instrument.commune_key,
            words=(Instrument.folded, Organisation.folded, Commune.folded),
        )
    )
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("Serial number")),
        Column(N_("Used by")),
        Column(N_("Commune")),
        Column(N_("Valid until")),
        Column(N_("Days overdue"), is_number=True),
        Column(N_("Why")),
    )
    why = why_over({row.id: row.valid_until for row in found})
    rows_ = [_late(row, str(why[row.id]), asked, type_name) for row in found]
    return Evidence(columns, rows_, total)


def _late(row: Any, why: str, asked: Asked, type_name: TypeName) -> tuple[Cell, ...]:
    return (
        Cell(type_name(row.type_slug)),
        Cell(row.serial, "registry.instrument", {"instrument_id": row.id}),
        Cell(row.owner, "organisations.show", {"organisation_id": row.owner_id}),
        Cell(row.commune),
        Cell(row.valid_until),
        Cell((asked.on - row.valid_until).days),
        Cell(why),
    )


def in_work(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each job in work with its body and verifier, the oldest first."""
    body = sa.orm.aliased(Organisation)
    rows = (
        sa.select(
            Job.id,
            Job.position,
            Job.state,
            Job.registered_at,
            Order.number,
            Instrument.type_slug,
            body.name.label("body"),
            User.full_name,
        )
        .join(Order, Order.id == Job.order_id)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .join(body, body.id == Job.body_id)
        .outerjoin(User, User.id == Job.assigned_to_id)
        .outerjoin(*succession_of(Instrument.commune_key))
        .where(daily.in_work(asked.area, on=asked.on))
        .order_by(Job.registered_at, Job.id)
    )
    found, total = asked.page_of(
        asked.narrowed(
            rows,
            type_slug=Instrument.type_slug,
            commune=Instrument.commune_key,
            words=(Instrument.folded, body.folded),
        )
    )
    columns = (
        Column(N_("Job")),
        Column(N_("Type of instrument")),
        Column(N_("Body")),
        Column(N_("Given to")),
        Column(N_("Taken in on")),
        Column(N_("State today")),
    )
    made = [
        (
            Cell(f"{row.number}/{row.position}", "jobs.show", {"job_id": row.id}),
            Cell(type_name(row.type_slug)),
            Cell(row.body),
            Cell(row.full_name or gettext(N_("nobody yet"))),
            Cell(clock.day_of(row.registered_at)),
            Cell(gettext(JOB_STATES[row.state])),
        )
        for row in found
    ]
    return Evidence(columns, made, total)


def overdue_by(asked: Asked, *, owner: bool) -> list[tuple[str, int]]:
    """Return how many instruments are overdue by owner or by commune, most first."""
    last = daily.last_days(asked.area, on=asked.on)
    name = Organisation.name if owner else Commune.name
    rows = (
        sa.select(name, sa.func.count())
        .select_from(Instrument)
        .join(last, last.c.id == Instrument.id)
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .join(Commune, Commune.key == Instrument.commune_key)
        .where(last.c.valid_until < asked.on)
        .group_by(Organisation.id if owner else Commune.key, name)
        .order_by(sa.func.count().desc(), name)
        .limit(10)
    )
    return [(called, number) for called, number in db.session.execute(rows)]
