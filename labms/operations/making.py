"""Making an instance: its folder, its settings, its tables, its first rows."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.models import Instance
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db, transaction
from labms.operations import schema
from labms.operations.rules import DatabaseNotEmpty, InstanceExists
from labms.places.services import load_places
from labms.policy import SYSTEM
from labms.proof.keys import keys_folder
from labms.proof.services import check_ready
from labms.settings import Settings
from labms.signing.authority import trial_authority

SETTINGS_FILE = "settings.toml"
#: Never leave the instance: not in a backup, not in what `check` prints.
SECRETS = frozenset({"instance", "secret_key", "database_url", "signing_secrets"})


def check_free(folder: Path) -> None:
    """Raise InstanceExists unless the folder is empty or not there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InstanceExists(place=folder)


def check_empty(engine: sa.Engine) -> None:
    """Raise DatabaseNotEmpty if there are tables."""
    if sa.inspect(engine).get_table_names():
        raise DatabaseNotEmpty


def write_settings(folder: Path, given: Mapping[str, Any]) -> None:
    """Make the folder of an instance and its settings, with a new secret key.

    Only its owner may read them.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    lines = [
        "# Settings of this instance. The README explains each one; environment",
        "# variables (LABMS_PUBLIC_URL …) win over what is written here.",
        f'secret_key = "{secrets.token_urlsafe(48)}"',
        *(f"{name} = {_as_toml(value)}" for name, value in given.items()),
    ]
    descriptor = os.open(
        folder / SETTINGS_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
    )
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _as_toml(value: Any) -> str:
    """Numbers, switches, texts and lists of them are written as in JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def telling(settings: Settings) -> dict[str, Any]:
    """Return the settings that may leave the instance, those that aren't defaults."""
    told = {}
    for name, field in Settings.__dataclass_fields__.items():
        value = getattr(settings, name)
        if name not in SECRETS and value != field.default:
            told[name] = list(value) if isinstance(value, tuple) else value
    return told


def lay_foundation() -> Instance:
    """Make the tables of a new instance, and the rows that every one begins with.

    And an authority of its own, so that signing can be tried. Needs the application's
    context. Raises DatabaseNotEmpty.
    """
    check_empty(db.engine)
    schema.upgrade(db.engine)
    with transaction():
        load_places()
        instance = Instance(id=1, made_at=clock.now())
        db.session.add(instance)
        db.session.flush()
        record(EventType.INSTANCE_MADE, instance, actor=SYSTEM)
        check_ready()  # makes the key of the public log
    trial_authority(keys_folder(), at=clock.now())
    return instance
