"""Spreadsheets of demand: looked at first, then entered as a whole or not at all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from labms import clock, filestore
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demand.columns import (
    COLUMNS,
    Known,
    NewFigure,
    ReadRow,
    RowState,
    read,
)
from labms.demand.doubts import beside_all, check_doubts, with_check
from labms.demand.models import DemandFigure, DemandImport
from labms.demand.rules import ImportState
from labms.errors import Conflict, NotFound
from labms.i18n import N_
from labms.places.finding import CommuneFinder
from labms.policy import Actor, Permission, authorize
from labms.registry.queries import standard_kinds
from labms.sheets.columns import places_of
from labms.sheets.reading import rows_of
from labms.text import fold

#: So many figures go into the database at once.
_BATCH = 500


class AlreadyEntered(Conflict):
    """The same file was entered before."""

    code = "demand.already_entered"
    message = N_("This very file was entered before. Nothing was entered again.")


class RowsWrong(Conflict):
    """A file is entered when all of it is right."""

    code = "demand.rows_wrong"
    message = N_(
        "{count} rows are wrong, so nothing was entered. Correct them and send the "
        "file again."
    )


class NothingNew(Conflict):
    """All of it is known."""

    code = "demand.nothing_new"
    message = N_("All rows of this file are known already.")


@dataclass(frozen=True)
class Checked:
    """What the rows of a file come to."""

    rows: Sequence[ReadRow]

    @cached_property
    def counts(self) -> Mapping[RowState, int]:
        """How many rows are new, known and wrong."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in RowState}

    @cached_property
    def doubtful(self) -> int:
        """How many new rows look wrong."""
        return sum(bool(row.doubts) for row in self.rows)

    @property
    def can_be_entered(self) -> bool:
        """Whether something is new and nothing wrong."""
        return not self.counts[RowState.WRONG] and self.counts[RowState.NEW] > 0


def send_file(
    file_name: str, data: bytes, *, actor: Actor, folder: Path
) -> DemandImport:
    """Keep a spreadsheet and have it looked at; no figure is entered yet.

    The same file again is the same import. Refuses with NotAllowed, NotASheet,
    TooMuch, EmptySheet or ColumnsMissing, and keeps nothing then.
    """
    authorize(actor, Permission.DEMAND_EDIT)
    places_of(COLUMNS, rows_of(data)[0])
    digest = filestore.hash_of(data)
    known = db.session.scalars(
        sa.select(DemandImport).where(DemandImport.file_hash == digest)
    ).one_or_none()
    if known is not None:
        return known
    sent = DemandImport(
        file_name=file_name,
        file_hash=filestore.store(folder, data),
        state=ImportState.CHECKED,
        sent_at=clock.now(),
        sent_by_id=actor.id,
    )
    db.session.add(sent)
    db.session.flush()
    record(EventType.DEMAND_FILE_SENT, sent, actor=actor)
    return sent


def check_rows(data: bytes) -> Checked:
    """Return what each row of a file comes to, as things stand. Changes nothing."""
    rows = rows_of(data)
    return Checked(read(rows, _known()))


def enter_file(
    sent: DemandImport, *, actor: Actor, folder: Path, checked: str = ""
) -> int:
    """Enter all new figures of a file, and return how many; or none at all.

    Rows are looked at again, as things stand now. `checked` says why figures that look
    wrong are right, and is kept with how they were counted. Refuses with NotAllowed,
    AlreadyEntered, RowsWrong, NothingNew or Doubtful.
    """
    authorize(actor, Permission.DEMAND_EDIT)
    if sent.state is ImportState.ENTERED:
        raise AlreadyEntered
    found = check_rows(filestore.read(folder, sent.file_hash))
    if wrong := found.counts[RowState.WRONG]:
        raise RowsWrong(count=wrong)
    figures = [
        replace(row.figure, method=with_check(row.figure.method, checked))
        if row.doubts
        else row.figure
        for row in found.rows
        if row.figure is not None and row.state is RowState.NEW
    ]
    if not figures:
        raise NothingNew
    check_doubts(found.doubtful, checked=checked)
    _insert(figures, import_id=sent.id, actor=actor)
    sent.state = ImportState.ENTERED
    sent.entered_at = clock.now()
    sent.figure_count = len(figures)
    db.session.flush()
    record(EventType.DEMAND_FILE_ENTERED, sent, actor=actor)
    return len(figures)


def _insert(figures: Sequence[NewFigure], *, import_id: int, actor: Actor) -> None:
    """Add figures in bulk: the file, its hash and its event tell what they are."""
    common = {
        "import_id": import_id,
        "entered_on": clock.today(),
        "entered_by_id": actor.id,
    }
    rows = []
    for figure in figures:
        told = {
            name: getattr(figure, name)
            for name in NewFigure.__dataclass_fields__
            if name != "about"
        }
        rows.append(told | asdict(figure.about) | common)
    for start in range(0, len(rows), _BATCH):
        db.session.execute(sa.insert(DemandFigure), rows[start : start + _BATCH])


def import_by_id(import_id: int) -> DemandImport:
    """Return one import. Raises NotFound."""
    if (found := db.session.get(DemandImport, import_id)) is None:
        raise NotFound
    return found


def imports() -> sa.Select[DemandImport]:
    """Return the query of all imports, newest first."""
    return sa.select(DemandImport).order_by(DemandImport.id.desc())


def example_rows(today: date) -> list[tuple[object, ...]]:
    """Return one row for the template, which shows how each column is filled."""
    day = today.replace(day=1)
    own = {"year": today.year, "counted_on": day}
    return [tuple(own.get(column.key, column.example) for column in COLUMNS)]


def _known() -> Known:
    return Known(
        types=names_of_types(),
        standards=names_of_standards(),
        communes=CommuneFinder(),
        told=frozenset(_told()),
        today=clock.today(),
        beside=beside_all(clock.today()),
    )


def names_of_types() -> dict[str, str]:
    """Return the slug of each type by slug and by folded name."""
    types = shipped_catalogue().types
    found = {slug: slug for slug in types}
    for slug, each in types.items():
        found.setdefault(fold(each.name_vi), slug)
        found.setdefault(fold(each.name_en), slug)
    return found


def names_of_standards() -> dict[str, str]:
    """Return the slug of each kind of standard by slug and by folded name."""
    kinds = standard_kinds()
    found = {slug: slug for slug in kinds}
    for slug, names in kinds.items():
        for name in names:
            found.setdefault(fold(name), slug)
    return found


def _told() -> Iterable[tuple[object, ...]]:
    columns = (
        DemandFigure.type_slug,
        DemandFigure.commune_key,
        DemandFigure.year,
        DemandFigure.source,
        DemandFigure.subject,
        DemandFigure.purpose,
        DemandFigure.holder,
        DemandFigure.in_use_count,
        DemandFigure.counted_on,
        DemandFigure.document,
    )
    return (tuple(row) for row in db.session.execute(sa.select(*columns)))
