"""The tables of an instance, brought to the version that this program needs."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

_PACKAGE = Path(__file__).resolve().parents[1]


def migrations_folder() -> Path:
    """Return where the migrations are: beside the package, or inside it."""
    beside = _PACKAGE.parent / "migrations"
    return beside if beside.is_dir() else _PACKAGE / "_migrations"


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    folder = str(migrations_folder())
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", folder)  # versions share `protecting`
    config.attributes["connection"] = connection
    return config


def history() -> ScriptDirectory:
    """Return the versions of the schema, with what they share within reach."""
    return ScriptDirectory.from_config(_config())


@dataclass(frozen=True, slots=True)
class Schema:
    """Which version the tables have, and which one the program needs."""

    found: str | None
    needed: str

    @property
    def is_current(self) -> bool:
        """Whether the program can work with these tables."""
        return self.found == self.needed


def newest() -> str:
    """Return the version that this program needs."""
    head = history().get_current_head()
    if head is None:
        raise RuntimeError("the program came without its migrations")
    return head


def known_versions() -> frozenset[str]:
    """Return every version that this program can bring up to date."""
    script = history()
    return frozenset(revision.revision for revision in script.walk_revisions())


def schema_of(engine: sa.Engine) -> Schema:
    """Return the versions of a database and of the program."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return Schema(found, newest())


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Bring the tables to a version, in one transaction: all the way or not at all."""
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: sa.Engine, to: str) -> None:
    """Take the tables back to an earlier version; what it has no place for is lost."""
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        command.downgrade(_config(connection), to)
