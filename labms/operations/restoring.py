"""Restoring a backup elsewhere, and lifting the fence around a restored instance.

A backup is older than the papers outside: numbers may have been given out since. So
a restored instance issues nothing until an operator has said how far each series got.
"""

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from labms import clock, filestore
from labms.audit.models import Instance
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db, engine_options
from labms.operations.backing_up import Manifest, load, unpack
from labms.operations.making import check_empty, check_free, write_settings
from labms.operations.rules import (
    BackupDamaged,
    NoSuchSeries,
    NotRestored,
    SeriesUnconfirmed,
)
from labms.organisations.models import Body, LostNumbers, NumberSeries
from labms.organisations.numbering import number_kind, series_word
from labms.organisations.rules import NumberKind
from labms.policy import SYSTEM, Actor
from labms.settings import Settings


def restore(path: Path, folder: Path, *, database_url: str, at: datetime) -> Manifest:
    """Make an instance in `folder` of a backup: whole, or nothing is left of it.

    Without a database's address it is SQLite in the folder. The instance is fenced from
    its first moment. Refuses with InstanceExists, DatabaseNotEmpty, BackupDamaged or
    BackupTooNew.
    """
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".labms-") as work:
            tables_dir = Path(work)
            files_dir = aside / "files"

            def keep(digest: str, data: bytes) -> None:
                if filestore.store(files_dir, data) != digest:
                    raise BackupDamaged(problem=digest)

            aside.mkdir(mode=0o750)
            manifest = unpack(path, tables_dir=tables_dir, keep=keep)
            write_settings(
                aside,
                manifest.settings
                | ({"database_url": database_url} if database_url else {}),
            )

            def fence(connection: sa.Connection) -> None:
                fenced = {"restored_at": at, "confirmed_at": None}
                connection.execute(sa.update(Instance).values(fenced))

            with _engine(Settings.load(aside, {}).engine_url) as engine:
                check_empty(engine)
                load(engine, manifest, tables_dir, finish=fence)
        aside.rename(folder)  # over an empty folder too
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, **engine_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


def record_restoring(manifest: Manifest, *, actor: Actor = SYSTEM) -> None:
    """Say in the trail that this instance was restored, and from what."""
    instance = db.session.get(Instance, 1)
    record(
        EventType.INSTANCE_RESTORED,
        instance,
        actor=actor,
        reason=f"backup of {manifest.made_at}, version {manifest.version}",
    )


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """The highest number of one series that is known outside."""

    body_code: str
    kind: NumberKind
    year: int
    highest: int

    @property
    def series(self) -> str:
        """The series, as an operator writes it."""
        return f"{self.body_code}:{series_word(self.kind)}:{self.year}"


_KNOWN = re.compile(r"([a-z0-9-]+):([a-z]+):(\d{1,4})=(\d{1,9})")


def known_number(text: str) -> Known:
    """Read CODE:KIND:YEAR=NUMBER; the year is 0 where a series never begins again."""
    found = _KNOWN.fullmatch(text.strip())
    kind = number_kind(found[2]) if found else None
    if found is None or kind is None:
        raise NoSuchSeries(series=text)
    return Known(found[1], kind, int(found[3]), int(found[4]))


def open_series() -> list[Known]:
    """Return how far this database has counted in the series that may have gone on.

    Those of the year in which it was restored and of the year before; those that never
    begin again; and those that the new year must have begun since.
    """
    instance = _restored_instance()
    this_year = clock.day_of(instance.restored_at or clock.now()).year
    counted = {
        (row.code, NumberKind(row.kind), row.year): row.last
        for row in db.session.execute(
            sa.select(
                Body.code, NumberSeries.kind, NumberSeries.year, NumberSeries.last
            ).join(Body, Body.id == NumberSeries.body_id)
        )
    }
    going_on = {
        key: last
        for key, last in counted.items()
        if key[2] in {0, this_year - 1, this_year}
    }
    for code, kind, year in list(going_on):
        if year:
            going_on.setdefault((code, kind, this_year), 0)
    return sorted(Known(*key, last) for key, last in going_on.items())


def _restored_instance() -> Instance:
    instance = db.session.get(Instance, 1, with_for_update=True)
    if instance is None or instance.restored_at is None:
        raise NotRestored
    if instance.confirmed_at and instance.confirmed_at >= instance.restored_at:
        raise NotRestored
    return instance


def confirm_numbers(known: Sequence[Known], *, actor: Actor) -> list[LostNumbers]:
    """Take note of how far each series got outside, and let issuing go on after that.

    Numbers that are known outside and stand nowhere here are noted as lost, so that the
    account of numbers closes. Returns those. Refuses with NotRestored, NoSuchSeries or
    SeriesUnconfirmed.
    """
    instance = _restored_instance()
    told = {one.series: one for one in known}
    if silent := [one.series for one in open_series() if one.series not in told]:
        raise SeriesUnconfirmed(series=", ".join(silent))
    lost = [found for one in sorted(known) if (found := _move_up(one))]
    for found in lost:
        db.session.add(found)
        db.session.flush()
        record(EventType.NUMBERS_LOST, found, actor=actor, reason=found.reason)
    instance.confirmed_at = clock.now()
    record(
        EventType.INSTANCE_CONFIRMED,
        instance,
        actor=actor,
        reason=", ".join(f"{one.series}={one.highest}" for one in sorted(known)),
    )
    return lost


def _move_up(known: Known) -> LostNumbers | None:
    body_id = db.session.scalar(sa.select(Body.id).where(Body.code == known.body_code))
    if body_id is None:
        raise NoSuchSeries(series=known.series)
    key = (body_id, known.kind.value, known.year)
    row = db.session.get(NumberSeries, key, with_for_update=True)
    if row is None:
        row = NumberSeries(body_id=key[0], kind=key[1], year=key[2], last=0)
        db.session.add(row)
    if known.highest <= row.last:
        return None
    lost = LostNumbers(
        body_id=body_id,
        kind=known.kind.value,
        year=known.year,
        first=row.last + 1,
        last=known.highest,
        reason="restored from a backup",
        noted_on=clock.today(),
    )
    row.last = known.highest
    return lost
