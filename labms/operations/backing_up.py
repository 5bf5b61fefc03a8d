"""Backups: taken while people work, proved before they count, loaded on either engine.

A backup is one tar file: every row at one moment as JSON lines, every file under its
hash, and a manifest with counts and hashes of all of them. The key that signs cookies
and the password of the database stay where they are.
"""

import hashlib
import io
import json
import os
import re
import secrets
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import labms
from labms import filestore
from labms.db import engine_options
from labms.errors import LabError
from labms.operations import schema
from labms.operations.dumping import (
    DumpedTable,
    count_on,
    dump_table,
    load_table,
    snapshot,
    tables_of,
)
from labms.operations.rules import (
    BackupDamaged,
    BackupExists,
    BackupTooNew,
    FilesMissing,
    SchemaOutdated,
)

FORMAT = "labms-backup-1"
MANIFEST = "manifest.json"
_MEMBER = re.compile(r"tables/[a-z_]+\.jsonl|files/[0-9a-f]{64}|manifest\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is in a backup, and the hashes that prove it."""

    format: str
    version: str
    schema: str
    made_at: str
    settings: dict[str, Any]
    tables: tuple[DumpedTable, ...]
    files: dict[str, int]

    @property
    def row_count(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        """Return the text that is stored."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read a manifest. Raises BackupDamaged."""
        try:
            told = json.loads(data)
            if told["format"] != FORMAT:
                raise BackupDamaged(problem=f"format {told['format']}")
            told["tables"] = tuple(
                DumpedTable(**table | {"columns": tuple(table["columns"])})
                for table in told["tables"]
            )
            return cls(**told)
        except (ValueError, TypeError, KeyError) as error:
            raise BackupDamaged(problem=f"{MANIFEST}: {error}") from error


def back_up(
    engine: sa.Engine,
    *,
    files_dir: Path,
    settings: dict[str, Any],
    target: Path,
    at: datetime,
) -> Manifest:
    """Write a backup to `target`, prove that it can be restored, then give it its name.

    Refuses with BackupExists, SchemaOutdated, FilesMissing or BackupDamaged; what was
    written until then is removed. Nobody has to stop working.
    """
    if target.exists():
        raise BackupExists(place=target)
    versions = schema.schema_of(engine)
    if versions.found is None or not versions.is_current:
        raise SchemaOutdated(found=versions.found, needed=versions.needed)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".labms-") as folder:
            manifest = _write(
                engine,
                files_dir=files_dir,
                aside=aside,
                work=Path(folder),
                settings=settings,
                version=versions.found,
                at=at,
            )
            if verify(aside, work=Path(folder)) != manifest:
                raise BackupDamaged(problem=MANIFEST)
        os.link(aside, target)  # unlike a rename, never over another file
    except FileExistsError as error:
        raise BackupExists(place=target) from error
    finally:
        aside.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return manifest


def _write(
    engine: sa.Engine,
    *,
    files_dir: Path,
    aside: Path,
    work: Path,
    settings: dict[str, Any],
    version: str,
    at: datetime,
) -> Manifest:
    with snapshot(engine) as connection:
        tables = tables_of(connection)
        paths = {table.name: work / f"{table.name}.jsonl" for table in tables}
        dumped = [dump_table(connection, one, paths[one.name]) for one in tables]
        named = _files_named(connection, tables)
    # A file is stored before the row that names it is committed, and never changes:
    # so those that the rows of that moment name are all there now.
    wanted = sorted(named | set(filestore.stored(files_dir)))
    files: dict[str, int] = {}
    descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
            for name, path in paths.items():
                tar.add(path, f"tables/{name}.jsonl", filter=_anonymous)
            missing = []
            for digest in wanted:
                try:
                    data = filestore.read(files_dir, digest)
                except LabError:
                    missing += [digest] if digest in named else []
                    continue
                files[digest] = len(data)
                _add(tar, f"files/{digest}", data)
            if missing:
                raise FilesMissing(files=", ".join(missing[:5]))
            manifest = Manifest(
                format=FORMAT,
                version=labms.__version__,
                schema=version,
                made_at=at.isoformat(),
                settings=settings,
                tables=tuple(dumped),
                files=files,
            )
            _add(tar, MANIFEST, manifest.as_json())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _files_named(connection: sa.Connection, tables: list[sa.Table]) -> set[str]:
    """Return the hash of every file that a row names."""
    return {
        digest
        for table in tables
        if "file_hash" in table.columns
        for digest in connection.scalars(
            sa.select(table.columns["file_hash"]).where(
                table.columns["file_hash"].is_not(None)
            )
        )
    }


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = _anonymous(tarfile.TarInfo(name))
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:gz") as tar:
            yield tar
    except (OSError, EOFError, tarfile.TarError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise BackupDamaged(problem=error) from error


def unpack(
    path: Path, *, tables_dir: Path, keep: Callable[[str, bytes], None]
) -> Manifest:
    """Read a backup once: tables into a folder, each file to `keep`, all compared.

    Raises BackupDamaged when anything is missing, is too much or has another hash.
    """
    seen: dict[str, str] = {}
    manifest = None
    with _opened(path) as tar:
        for member in tar:
            if not member.isreg() or not _MEMBER.fullmatch(member.name):
                raise BackupDamaged(problem=member.name)
            content = tar.extractfile(member)
            if content is None or member.name in seen:
                raise BackupDamaged(problem=member.name)
            kind, _, name = member.name.rpartition("/")
            if kind == "tables":
                seen[member.name] = _copy(content, tables_dir / name)
                continue
            data = content.read()
            seen[member.name] = hashlib.sha256(data).hexdigest()
            if kind == "files":
                if seen[member.name] != name:
                    raise BackupDamaged(problem=member.name)
                keep(name, data)
            else:
                manifest = Manifest.from_json(data)
    if manifest is None:
        raise BackupDamaged(problem=MANIFEST)
    seen.pop(MANIFEST)
    told = {f"tables/{table.name}.jsonl": table.sha256 for table in manifest.tables}
    told |= {f"files/{digest}": digest for digest in manifest.files}
    if wrong := sorted(set(told.items()) ^ set(seen.items())):
        raise BackupDamaged(problem=", ".join(sorted({name for name, _ in wrong})[:5]))
    return manifest


def _copy(content: Any, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        while data := content.read(1 << 20):
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def verify(path: Path, *, work: Path) -> Manifest:
    """Prove that a backup can be restored: load it into a database aside."""
    tables_dir = work / "proof"
    tables_dir.mkdir()
    manifest = unpack(path, tables_dir=tables_dir, keep=lambda _name, _data: None)
    url = f"sqlite:///{work / 'proof.sqlite3'}"
    engine = sa.create_engine(url, **engine_options(url))
    try:
        load(engine, manifest, tables_dir)
        with engine.connect() as connection:
            for pragma, good in (
                ("integrity_check", ["ok"]),
                ("foreign_key_check", []),
            ):
                told = [
                    row[0] for row in connection.exec_driver_sql(f"PRAGMA {pragma}")
                ]
                if told != good:
                    raise BackupDamaged(problem=f"{pragma}: {told[:3]}")
    finally:
        engine.dispose()
    return manifest


def load(
    engine: sa.Engine,
    manifest: Manifest,
    tables_dir: Path,
    *,
    finish: Callable[[sa.Connection], None] = lambda _connection: None,
) -> None:
    """Make the tables of the backup's time, fill them, then upgrade: all or nothing.

    `finish` is done in the transaction that fills them. Raises BackupTooNew when this
    program has never heard of that version.
    """
    if manifest.schema not in schema.known_versions():
        raise BackupTooNew(version=manifest.version)
    schema.upgrade(engine, manifest.schema)
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        there = {table.name: table for table in tables_of(connection)}
        dumped = {table.name: table for table in manifest.tables}
        if set(there) != set(dumped):
            raise BackupDamaged(problem=", ".join(sorted(set(there) ^ set(dumped))))
        for name, table in there.items():
            path = tables_dir / f"{name}.jsonl"
            loaded = load_table(connection, table, dumped[name], path)
            if loaded != dumped[name].rows:
                raise BackupDamaged(problem=f"{name}: {loaded} rows")
            count_on(connection, table)
        finish(connection)
    schema.upgrade(engine)
