"""What an instance is set to: typed, read once, and refused as a whole if wrong.

An instance is one folder: `settings.toml`, the database, the files. Environment
variables win over the file, so that a container needs no file at all.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit


class SettingsError(Exception):
    """Something in the settings is missing or cannot be read."""


def yes_or_no(raw: str) -> bool:
    """Read a switch. Raise ValueError for anything but a clear word."""
    word = raw.strip().lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"0", "no", "false", "off"}:
        return False
    raise ValueError(raw)


def address(raw: str) -> str:
    """Read the address of a site: scheme and host, lower case, no slash at the end."""
    parts = urlsplit(raw.strip())
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        raise ValueError(raw)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".lower().rstrip("/")


def addresses(raw: str) -> tuple[str, ...]:
    """Read several addresses, separated by commas."""
    return tuple(address(part) for part in raw.split(",") if part.strip())


def secret(raw: str) -> str:
    """Read the key that signs cookies; a short or a copied one protects nothing."""
    if len(raw) < 32 or len(set(raw)) < 8:
        raise ValueError("too short")
    return raw


def whole(most: int, *, least: int = 1) -> Callable[[str], int]:
    """Return what reads a whole number from `least` to `most`."""

    def read(raw: str) -> int:
        number = int(raw)
        if not least <= number <= most:
            raise ValueError(raw)
        return number

    return read


def database(raw: str) -> str:
    """Read the address of a database of an engine that labms runs on."""
    if not raw.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise ValueError(raw)
    return raw


def pairs(raw: str) -> tuple[str, ...]:
    """Read "code=what" for several bodies, separated by commas."""
    found = tuple(part.strip() for part in raw.split(",") if part.strip())
    if not all(part.partition("=")[0] and part.partition("=")[2] for part in found):
        raise ValueError(raw)
    return found


def places(raw: str) -> tuple[str, ...]:
    """Read the places of several files, separated by commas."""
    return tuple(part.strip() for part in raw.split(",") if part.strip())


def web_address(raw: str) -> str:
    """Read the address of a service, as it is written."""
    if not raw.startswith(("http://", "https://")):
        raise ValueError(raw)
    return raw


def _setting(read: Any, **given: Any) -> Any:
    return field(metadata={"read": read}, **given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field, one variable: `public_url` is LABMS_PUBLIC_URL."""

    instance: Path
    """The folder of this instance; the others are given inside it, or as variables."""
    secret_key: str = _setting(secret)
    """Signs cookies. Made by `init`; not part of a backup."""
    database_url: str = _setting(database, default="")
    """Empty: SQLite, as `labms.sqlite3` in the instance."""
    public_url: str = _setting(address)
    """Where QR codes lead. Printed on paper, so it must outlive the server."""
    former_urls: tuple[str, ...] = _setting(addresses, default=())
    """Addresses printed in earlier years, which still lead here."""
    page_size: int = _setting(whole(1000), default=50)
    """Rows on one page of a list."""
    session_idle_minutes: int = _setting(whole(1440), default=60)
    """A session that nobody used for so long is over."""
    session_hours: int = _setting(whole(168), default=12)
    """A session is over after so long, used or not."""
    expiring_days: int = _setting(whole(366), default=30)
    """So many days before its last day, a certificate shows as expiring."""
    upload_megabytes: int = _setting(whole(500), default=20)
    """The largest file that is taken."""
    trusted_proxies: int = _setting(whole(10, least=0), default=0)
    """How many proxies in front of the server may say who is asking."""
    signing_keys: tuple[str, ...] = _setting(pairs, default=())
    """Keys that sign on the server, as "code=place" for each body: a PKCS#12 file, or
    a device as RFC 7512 writes it ("pkcs11:token=…;object=…?module-path=…")."""
    signing_secrets: tuple[str, ...] = _setting(pairs, default=())
    """Their passwords and PINs, as "code=secret". Never part of a backup."""
    trust_roots: tuple[str, ...] = _setting(places, default=())
    """Files with the certificates of authorities that are believed (PEM or DER)."""
    timestamp_url: str = _setting(web_address, default="")
    """Where time stamps are asked for (RFC 3161); empty: signatures bear none."""
    dcc_schema: str = _setting(str, default="")
    """A folder with PTB's schema of DCCs (`v3.3.0/dcc.xsd`), to check received ones."""
    demo: bool = _setting(yes_or_no, default=False)
    """A demo prints its logins, and everything it prints is marked as void."""
    read_only: bool = _setting(yes_or_no, default=False)
    """Everything can be looked up, nothing changed."""

    @property
    def dcc_schema_dir(self) -> Path | None:
        """Where the schema of DCCs is, if anywhere."""
        return Path(self.dcc_schema) if self.dcc_schema else None

    @property
    def files_dir(self) -> Path:
        """Certificates and attachments, each under the hash of its content."""
        return self.instance / "files"

    @property
    def keys_dir(self) -> Path:
        """Private keys. No backup takes them, and nothing prints them."""
        return self.instance / "keys"

    @property
    def cache_dir(self) -> Path:
        """What can be made again: fonts."""
        return self.instance / "cache"

    @property
    def engine_url(self) -> str:
        """The address of the database."""
        if self.database_url.startswith("postgresql://"):
            return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]
        return self.database_url or f"sqlite:///{self.instance / 'labms.sqlite3'}"

    @property
    def is_secure(self) -> bool:
        """Whether people reach this instance over TLS."""
        return self.public_url.startswith("https://")

    @classmethod
    def load(cls, instance: Path, env: Mapping[str, str]) -> Self:
        """Read the instance's file, then the variables, which win.

        Raises SettingsError naming everything that is wrong.
        """
        path = instance / "settings.toml"
        try:
            written = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path.name}: {error}") from error
        return cls.read(instance, written, env)

    @classmethod
    def read(
        cls, instance: Path, written: Mapping[str, Any], env: Mapping[str, str]
    ) -> Self:
        """Make settings of what was written and what the environment says."""
        known = {f.name: f for f in fields(cls) if f.name != "instance"}
        problems = [f"{name}: no such setting" for name in written if name not in known]
        given: dict[str, Any] = {}
        for name, known_field in known.items():
            variable = f"LABMS_{name.upper()}"
            raw = env.get(variable) or written.get(name)
            if raw is None or raw == "":
                if name in {"secret_key", "public_url"}:
                    problems.append(f"{name} ({variable}) is not set")
                continue
            try:
                given[name] = known_field.metadata["read"](_as_text(raw))
            except ValueError:
                secret_ones = {"secret_key", "signing_secrets"}
                shown = "its value" if name in secret_ones else repr(raw)
                problems.append(f"{name} ({variable}): cannot use {shown}")
        if problems:
            raise SettingsError("; ".join(problems))
        return cls(instance=instance.absolute(), **given)


def _as_text(raw: object) -> str:
    if isinstance(raw, list):
        return ",".join(map(str, raw))
    return str(raw)
