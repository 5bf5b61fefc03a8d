"""A province of millions of jobs, made by the database itself in minutes.

`fill` makes it in an application context whose database has its tables (`prepare`) and
nothing else. A few statements write all rows; what is chosen by chance is chosen by
multiplying row numbers, so that the same size is the same province on both engines.

Skewed as a province is: of some sixty types the meters make more than half; eight
utilities own a quarter of all instruments, in lots of four hundred; communes and
customers differ by powers; each year has more jobs than the last one; a tenth of the
instruments is not brought back in time. Old communes keep some instruments and the
surveys of their last year.

Job ids have gaps. Rows carry 100 bytes in place of the snapshots of a real job.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from labms.catalogue.rules import VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db, transaction
from labms.operations import schema
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.places.models import Commune
from labms.places.services import load_places
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.supply.models import ActivityReport, BodyCapacity, StatedScope
from labms.supply.rules import Limit, ReportForm
from tests.benchmarks.province_choices import Size, Ways
from tests.benchmarks.province_sql import write
from tests.factories import Make

#: The day on which figures are asked for: eleven months of a year count.
TODAY = date(2030, 11, 30)
#: Types of which half of all instruments are.
METERS = (
    "cong-to-dien-xoay-chieu-1-pha-kieu-dien-tu",
    "dong-ho-do-nuoc-lanh-co-khi",
    "cong-to-dien-xoay-chieu-1-pha-kieu-cam-ung",
    "cong-to-dien-xoay-chieu-3-pha-kieu-dien-tu",
)
#: Types that come next, the most frequent first.
COMMON = (
    *("can-dong-ho-lo-xo", "can-ban", "cot-do-xang-dau", "huyet-ap-ke-lo-xo"),
    *("can-dia", "ap-ke-lo-xo", "huyet-ap-ke-dien-tu", "taximet", "can-o-to"),
    *("can-phan-tich", "can-ky-thuat", "xi-tec-o-to", "phuong-tien-do-dien-tim"),
)
TYPES = 60
BODIES, OUTSIDE_BODIES = 5, 6


def prepare() -> None:
    """Make the tables of an instance and its places."""
    schema.upgrade(db.engine)
    with transaction():
        load_places()
    db.session.remove()


def types() -> list[str]:
    """Return the types that are in use, the most frequent first."""
    first = [*METERS, *COMMON]
    rest = [slug for slug in shipped_catalogue().types if slug not in first]
    return (first + rest)[:TYPES]


def by_weight(things: list[str], total: int, power: float) -> list[str]:
    """Return so many of these, each at least once, as they follow a power law."""
    weights = [(n + 1) ** -power for n in range(len(things))]
    spare, each = total - len(things), sum(weights)
    found: list[str] = []
    passed = 0.0
    for n, thing in enumerate(things):
        passed += weights[n] / each
        found += [thing] * (n + 1 + round(spare * passed) - len(found))
    return found


def fill(
    *, jobs: int = 1_000_000, cells: int = 120_000, years: int = 5, today: date = TODAY
) -> None:
    """Fill an empty instance with about so many jobs and so many figures of demand.

    The schema stays as it was: indexes that are in the way are made anew. Nothing is
    analysed; PostgreSQL would do it by itself, SQLite never does.
    """
    make = Make()
    names = _choices(years, today)
    _people(make, names, today)
    size = Size(
        jobs=jobs,
        cells=cells,
        step=years * 365 // 7,
        first_id=_highest(Organisation) + 1,
        first_year=today.year - years + 1,
        last_year=today.year,
        entered_by=make.user(Role.MANAGER).id,
    )
    _reports(names, years, today, size)
    db.session.remove()
    with _alone(db.engine) as connection:
        write(connection, size, names)
    with transaction():
        _small_records(size, today)
    db.session.remove()


def _choices(years: int, today: date) -> Ways:
    communes = list(
        db.session.execute(
            sa.select(Commune.key, Commune.valid_until).order_by(Commune.key)
        )
    )
    new = [key for key, until in communes if until is None]
    old = [key for key, until in communes if until is not None]
    slugs = types()
    half = by_weight(slugs[: len(METERS)], 500, 0.7)
    catalogue = shipped_catalogue()
    entries = {slug: catalogue.entry_on(slug, today) for slug in slugs}
    step = years * 365 // 7
    return Ways(
        types=half + by_weight(slugs[len(METERS) :], 500, 1.1),
        meters=frozenset(METERS),
        cycles={slug: (e.cycle_months if e else None) for slug, e in entries.items()},
        places=by_weight(new, 900, 0.6) + (old * 100)[:100],
        old=old,
        first_day=today - timedelta(days=9 * step + 30),
        today=today,
    )


def _people(make: Make, names: Ways, today: date) -> None:
    """Add bodies with somebody at each desk, and what they may do."""
    slugs = types()
    for n in range(BODIES):
        body = make.body()
        make.designation(
            body,
            *[slug for place, slug in enumerate(slugs) if place % 7 != n][:45],
            issued_on=today - timedelta(days=900 + n),
            valid_until=today + timedelta(days=900 - 300 * n),
            suspended_from=today - timedelta(days=9) if n == 1 else None,
        )
        release = make.procedure_release(body)
        verifier, reviewer, receptionist = (
            make.user(role, body=body).id
            for role in (Role.VERIFIER, Role.REVIEWER, Role.RECEPTIONIST)
        )
        names.bodies.append((n, body.id, verifier, reviewer, receptionist, release.id))
        db.session.execute(
            sa.update(Organisation)
            .where(Organisation.id == body.id)
            .values(commune_key=names.places[n * 150])
        )
        db.session.commit()
    for n in range(OUTSIDE_BODIES):
        given = {"commune_key": names.places[n * 100] if n % 2 else None}
        outside = make.organisation(kind=OrganisationKind.ORGANISATION, **given)
        names.outside.append(outside.id)


def _highest(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.max(model.id))) or 0


def _reports(names: Ways, years: int, today: date, size: Size) -> None:
    """Add what bodies state of themselves, and their reports without any work yet."""
    said: dict[str, Any] = {
        "document": "Báo cáo số 7",
        "entered_by_id": size.entered_by,
        "struck_on": None,
        "struck_reason": None,
    }
    reports, scopes, capacities = [], [], []
    for n, body in enumerate(names.outside):
        for month in range(12 * years - 1):
            first = date(size.first_year + month // 12, month % 12 + 1, 1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            if last > today:
                continue
            reports.append(
                said
                | {
                    "organisation_id": body,
                    "entered_on": min(last + timedelta(days=9), today),
                    "form": ReportForm.METER_LIST if n == 0 else ReportForm.MAU_04,
                    "first_on": first,
                    "last_on": last,
                    "received_on": min(last + timedelta(days=9), today),
                    "area": "vinh-long-new",
                    "file_hash": None,
                }
            )
        scopes += [
            said
            | {
                "organisation_id": body,
                "entered_on": today - timedelta(days=400),
                "type_slug": slug,
                "range_text": "",
                "class_text": "",
                "reasons": [reason.value for reason in VerificationReason],
                "issued_on": today - timedelta(days=500),
                "valid_until": today + timedelta(days=500 - 150 * n),
            }
            for slug in types()[n::3]
        ]
    may = [row[1] for row in names.bodies] + names.outside
    for n, slug in enumerate(types()):
        capacities += [
            said
            | {
                "organisation_id": body,
                "entered_on": today - timedelta(days=days),
                "type_slug": slug,
                "per_year": size.jobs // 40 // (n + 1) + days,
                "from_on": today - timedelta(days=days),
                "limited_by": Limit.PERSON,
                "basis": "1 × 20 × 200",
            }
            for body in may[n % 3 :: 3]
            for days in (800, 100)
        ]
    with transaction():
        for model, rows in (
            (ActivityReport, reports),
            (StatedScope, scopes),
            (BodyCapacity, capacities),
        ):
            db.session.execute(sa.insert(model.__table__), rows)
    names.reports += db.session.scalars(sa.select(ActivityReport.id)).all()


def _small_records(size: Size, today: date) -> None:
    common = {
        "document": "Báo cáo số 9",
        "area": "ben-tre-old",
        "entered_on": today,
        "entered_by_id": size.entered_by,
        "struck_on": None,
        "struck_reason": None,
    }
    number = min(400, size.customers)
    days = [today - timedelta(days=n * 1500 // number) for n in range(number)]
    db.session.execute(
        sa.insert(ProgrammeSupport.__table__),
        [
            common
            | {
                "enterprise_id": size.first_id + n % (number // 2 or 1),
                "supported_on": day,
                "activity": "Tư vấn bảo đảm đo lường",
            }
            for n, day in enumerate(days)
        ],
    )
    held = {"title": "Kiểm định", "organiser": "Sở", "turns": 20, "distinct_count": 18}
    db.session.execute(
        sa.insert(Training.__table__),
        [common | held | {"held_on": day} for day in days[::4]],
    )
    db.session.execute(
        sa.insert(BodyRaised.__table__),
        [
            common
            | {
                "organisation_id": size.first_id + n,
                "kind": list(RaisedKind)[n % len(RaisedKind)],
                "achieved_on": day,
                "achievement": "TCVN ISO/IEC 17025:2017",
            }
            for n, day in enumerate(days[::16])
        ],
    )


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that writes fast and checks no keys, in one transaction."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            before = [
                (name, driver.execute(f"PRAGMA {name}").fetchone()[0])
                for name in (
                    "synchronous",
                    "foreign_keys",
                    "cache_size",
                    "journal_mode",
                )
            ]
            for pragma in (
                "journal_mode = OFF",
                "synchronous = OFF",
                "foreign_keys = OFF",
                "cache_size = -1500000",
            ):
                driver.execute(f"PRAGMA {pragma}")
            yield connection
            connection.commit()
            for name, value in before:
                driver.execute(f"PRAGMA {name} = {value}")
        else:
            for setting in (
                "session_replication_role = replica",
                "maintenance_work_mem = '1GB'",
                "work_mem = '256MB'",
            ):
                connection.exec_driver_sql(f"SET LOCAL {setting}")
            yield connection
            connection.commit()
