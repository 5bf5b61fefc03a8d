"""Everything that an operator wants to know about an instance, without its secrets."""

import json
import platform
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import labms
from labms import clock, filestore
from labms.audit.comparing import tampering
from labms.audit.models import Instance
from labms.audit.queries import checkpoint, verify_trail
from labms.catalogue.files.checking import check_folder
from labms.catalogue.shipped import shipped_folder
from labms.certificates.account import number_accounts
from labms.certificates.examination.comparing import differing_from_log
from labms.certificates.models import Certificate, CertificateFile, Signing
from labms.certificates.rules import CertificateState, SigningStep, is_fenced
from labms.db import SQLITE_HAS_SAFE_WAL, db
from labms.errors import LabError
from labms.i18n import N_, Message, gettext
from labms.operations import schema
from labms.operations.making import SETTINGS_FILE
from labms.organisations.queries import bodies
from labms.proof.checking import MOST_LOOKED_AT, log_faults
from labms.proof.keys import LOG_KEY, is_private
from labms.proof.queries import current_key, log_size
from labms.proof.services import check_ready
from labms.settings import Settings
from labms.signing.keys import looked_at
from labms.signing.queries import way_of
from labms.signing.rules import SigningWay
from labms.summaries.folding import MANY, state

#: Less than this, and the disk is full before anybody has noticed.
FREE_BYTES = 500 * 1024 * 1024
#: A backup that is older protects too little.
BACKUP_AGE = timedelta(hours=26)
LAST_BACKUP = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    value: Any
    #: What is wrong, or None if nothing is.
    problem: Message | None = None
    #: Why something that looks wrong is not.
    note: Message | None = None


def note_backup(instance: Path, *, at: datetime, name: str, sha256: str) -> None:
    """Remember in the instance when the last backup was made."""
    told = {"at": at.isoformat(), "name": name, "sha256": sha256}
    (instance / LAST_BACKUP).write_text(json.dumps(told), "utf-8")


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, and return what was found. Changes nothing."""
    found = [
        Finding("version", labms.__version__),
        Finding("python", platform.python_version()),
        Finding("now", clock.now().isoformat(timespec="seconds")),
        Finding("public_url", settings.public_url),
        Finding("demo", settings.demo),
        Finding("read_only", settings.read_only),
        _settings_file(settings.instance),
        _free_space(settings.instance),
        _backup_age(settings),
        *_engine(),
        _schema(),
    ]
    if found[-1].problem is None:
        found += [look() for look in _IN_THE_TABLES]
        found.append(_files(settings.files_dir))
        found += [_signing_keys(settings), _time_stamps()]
    found.append(_catalogue())
    return found


def _settings_file(instance: Path) -> Finding:
    path = instance / SETTINGS_FILE
    if not path.exists():
        return Finding("settings_mode", None)
    mode = stat.S_IMODE(path.stat().st_mode)
    problem = N_("Others can read the secret key in {file}: chmod 600")
    return Finding(
        "settings_mode",
        f"{mode:04o}",
        Message(problem, {"file": path.name}) if mode & 0o077 else None,
    )


def _free_space(instance: Path) -> Finding:
    free = shutil.disk_usage(instance).free
    problem = Message(N_("The disk is nearly full.")) if free < FREE_BYTES else None
    return Finding("free_bytes", free, problem)


def _backup_age(settings: Settings) -> Finding:
    try:
        told = json.loads((settings.instance / LAST_BACKUP).read_text("utf-8"))
        made = datetime.fromisoformat(told["at"])
    except (OSError, ValueError, KeyError):
        if settings.demo:
            note = Message(N_("none, and a demo needs none"))
            return Finding("last_backup", None, note=note)
        return Finding("last_backup", None, Message(N_("There is no backup yet.")))
    old = clock.now() - made > BACKUP_AGE and not settings.demo
    problem = Message(N_("The last backup is more than a day old.")) if old else None
    return Finding("last_backup", told["at"], problem)


def _engine() -> Iterator[Finding]:
    yield Finding("engine", db.engine.dialect.name)
    if db.engine.dialect.name != "sqlite":
        yield Finding(
            "engine_version", db.session.scalar(sa.text("SHOW server_version"))
        )
        return
    yield Finding(
        "engine_version", db.session.scalar(sa.text("SELECT sqlite_version()"))
    )
    wanted = {
        "journal_mode": "wal" if SQLITE_HAS_SAFE_WAL else "truncate",
        "synchronous": 2 if SQLITE_HAS_SAFE_WAL else 3,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    for name, right in wanted.items():
        value = db.session.scalar(sa.text(f"PRAGMA {name}"))
        text = N_("{name} is not what keeps data safe.")
        problem = Message(text, {"name": name}) if value != right else None
        yield Finding(name, value, problem)
    told = db.session.scalar(sa.text("PRAGMA quick_check"))
    damaged = Message(N_("The database is damaged. Restore a backup."))
    yield Finding("integrity", told, None if told == "ok" else damaged)


def _schema() -> Finding:
    found = schema.schema_of(db.engine)
    text = N_("The tables are of version {found}, the program needs {needed}.")
    details = {"found": found.found, "needed": found.needed}
    return Finding(
        "schema", found.found, None if found.is_current else Message(text, details)
    )


def _fence() -> Finding:
    row = db.session.get(Instance, 1)
    if row is None:
        return Finding(
            "fenced", False, Message(N_("The instance has no row of its own."))
        )
    fenced = is_fenced(row.restored_at, row.confirmed_at)
    text = N_("Restored from a backup: nothing is issued until `confirm-numbers`.")
    return Finding("fenced", fenced, Message(text) if fenced else None)


def _reserved() -> Finding:
    waiting = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Certificate.reserved_at)).where(
            Certificate.state == CertificateState.RESERVED
        )
    ).one()
    text = N_("{count} numbers were taken and not finished: labms certificates resume")
    late = waiting[1] is not None and clock.now() - waiting[1] > timedelta(minutes=15)
    problem = Message(text, {"count": waiting[0]}) if late else None
    return Finding("reserved", waiting[0], problem)


def _numbers() -> Finding:
    open_ones = [
        f"{one.body_name} {one.kind.value} {one.year}: "
        + ", ".join(map(str, (one.gaps + one.beyond)[:5]))
        for one in number_accounts()
        if not one.closes
    ]
    text = N_("Numbers that are nowhere: {series}")
    problem = Message(text, {"series": "; ".join(open_ones[:5])}) if open_ones else None
    return Finding("numbers_not_closing", open_ones, problem)


def _trail() -> Finding:
    end = checkpoint()
    broken = verify_trail()
    text = N_("The audit trail is broken at event {event}: {what}")
    details = {"event": broken.event_id, "what": broken.what} if broken else {}
    return Finding(
        "trail",
        {"size": end.size, "hash": end.hash},
        Message(text, details) if broken else None,
    )


def _rows() -> Finding:
    past = [each.told(gettext(each.text)) for each in tampering()]
    text = N_("Rows are not what the trail says: {rows}")
    problem = Message(text, {"rows": "; ".join(past[:5])}) if past else None
    return Finding("rows_past_the_trail", past, problem)


def _log_key() -> Finding:
    row = current_key()
    public = row.public_key if row else None
    if row is None:
        return Finding("log_key", None, note=Message(N_("made with the first entry")))
    try:
        check_ready()
    except LabError as error:
        return Finding("log_key", public, error.text)
    text = N_("Others can read the key of the public log, {file}: chmod 600")
    problem = None if is_private() else Message(text, {"file": LOG_KEY})
    return Finding("log_key", public, problem)


def _log() -> Finding:
    wrong = [one.message for one in log_faults(most_signatures=MOST_LOOKED_AT)]
    wrong = wrong or list(differing_from_log())
    text = N_("The public log is not what was signed: {problems}")
    details = {"problems": "; ".join(map(str, wrong[:3]))}
    return Finding(
        "log", {"size": log_size()}, Message(text, details) if wrong else None
    )


def _summaries() -> Finding:
    """Look at how far the figures of the dashboard are; counting them takes long."""
    found = state()
    told = {
        "waiting": found.waiting,
        "recounted_at": found.recounted_at and found.recounted_at.isoformat(),
        "differing": found.differing,
    }
    problem = None
    if found.differing:
        text = N_("Kept figures differed from the rows: labms summaries recount --mend")
        problem = Message(text)
    elif found.waiting > MANY:
        text = N_("{count} changes wait for the dashboard: labms summaries fold")
        problem = Message(text, {"count": found.waiting})
    return Finding("summaries", told, problem)


_IN_THE_TABLES: tuple[Callable[[], Finding], ...] = (
    _fence,
    _reserved,
    _numbers,
    _trail,
    _rows,
    _log_key,
    _log,
    _summaries,
)


def _files(folder: Path) -> Finding:
    """Look for the file of every issued certificate; contents are for `backup`."""
    named = db.session.scalars(
        sa.select(Certificate.file_hash)
        .where(Certificate.file_hash.is_not(None))
        .union(sa.select(CertificateFile.file_hash))
    ).all()
    missing = [
        one for one in named if one and not filestore.path_of(folder, one).exists()
    ]
    text = N_("{count} files of certificates are missing.")
    return Finding(
        "files",
        {"certificates": len(named), "missing": missing[:20]},
        Message(text, {"count": len(missing)}) if missing else None,
    )


def _signing_keys(settings: Settings) -> Finding:
    """Look at the key of each body that signs on this server."""
    told = [
        {"body": body.code} | looked_at(body.code, body.name, settings=settings)
        for body in bodies()
        if way_of(body.id) is SigningWay.SERVER
    ]
    wrong = [one["problem"] for one in told if one["problem"]]
    shown = {one["body"]: f"{one['key']} – {one['until']}" for one in told}
    return Finding(
        "signing_keys",
        shown or None,
        Message(" ".join(wrong).replace("{", "(").replace("}", ")")) if wrong else None,
    )


def _time_stamps() -> Finding:
    waiting, since = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Certificate.issued_at))
        .join(Signing, Signing.certificate_id == Certificate.id)
        .where(Signing.awaits == SigningStep.STAMP)
    ).one()
    text = N_("{count} documents have waited for a time stamp for over a day.")
    late = since is not None and clock.now() - since > timedelta(days=1)
    return Finding(
        "time_stamps_awaited",
        waiting,
        Message(text, {"count": waiting}) if late else None,
    )


def _catalogue() -> Finding:
    faults = len(check_folder(shipped_folder()))
    text = N_("The catalogue has {count} faults: labms catalogue check")
    return Finding(
        "catalogue_faults", faults, Message(text, {"count": faults}) if faults else None
    )
