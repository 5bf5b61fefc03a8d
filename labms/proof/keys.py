"""The key that signs for the log: one file in the instance, loaded once.

It is no part of a backup: whoever has it can say what they like in the log's name.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from labms.proof.notes import PrivateKey
from labms.proof.rules import LogKeyMissing
from labms.settings import Settings

LOG_KEY = "log.key"
_loaded: dict[Path, PrivateKey] = {}


def _settings() -> Settings:
    settings: Settings = current_app.extensions["labms"]
    return settings


def keys_folder() -> Path:
    """Return where the instance that is open keeps its keys."""
    return _settings().keys_dir


def log_name() -> str:
    """Return what a new log is called: where it is served, without the scheme.

    Source: C2SP tlog-tiles, "Parameters": the origin should be a prefix of its URLs.
    """
    parts = urlsplit(_settings().public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


def load_key(folder: Path, *, anew: bool = False) -> PrivateKey:
    """Return the log's key, read once in each process. Raises LogKeyMissing."""
    path = folder / LOG_KEY
    if anew or path not in _loaded:
        try:
            _loaded[path] = PrivateKey.read(path.read_text("ascii"))
        except FileNotFoundError as error:
            _loaded.pop(path, None)
            raise LogKeyMissing(place=f"{folder.name}/{LOG_KEY}") from error
    return _loaded[path]


def keep_key(folder: Path, key: PrivateKey, *, replacing: bool = False) -> PrivateKey:
    """Write a key where only its owner may read it, and return the one that is there.

    Another process may be faster: then its key is the one. A key that is replaced
    keeps its file beside, under its own id.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / LOG_KEY
    aside = folder / f".{LOG_KEY}.{key.public.key_id.hex()}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.secret_text())
        file.flush()
        os.fsync(file.fileno())
    try:
        if replacing and path.exists():
            old = load_key(folder, anew=True)
            path.rename(folder / f"{LOG_KEY}.{old.public.key_id.hex()}")
        os.link(aside, path)  # never over another one
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return load_key(folder, anew=True)


def is_private() -> bool:
    """Whether nobody but its owner can read the log's key."""
    return not (keys_folder() / LOG_KEY).stat().st_mode & 0o077
