"""Migrations and models make the same database, on either engine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from labms.db import Model, engine_options
from labms.operations import schema
from tests.databases import an_empty_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with nothing in it, on the engine that the tests run on."""
    with an_empty_database(tmp_path) as url:
        engine = sa.create_engine(url, **engine_options(url))
        yield engine
        engine.dispose()


def described(engine: sa.Engine) -> set[str]:
    """Return every table, index, constraint and trigger, as comparable words."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return _of_sqlite(connection)
        return _of_postgresql(connection)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w.']+|[^\w\s]", text.replace('"', "")))


def _of_sqlite(connection: sa.Connection) -> set[str]:
    made = set()
    for name, sql in connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    ):
        if sql.lstrip().startswith("CREATE TABLE"):
            # the order of columns and constraints is of no consequence
            made.add(f"{name}: " + " / ".join(sorted(map(_words, _parts(sql)))))
        else:
            made.add(f"{name}: {_words(sql)}")
    return made


def _parts(sql: str) -> list[str]:
    """Split what stands between the outer brackets at its commas."""
    parts, depth = [""], 0
    for character in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _of_postgresql(connection: sa.Connection) -> set[str]:
    made = set()
    for query in (
        "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || "
        "is_nullable || ' ' || coalesce(column_default, '') || ' ' || "
        "coalesce(character_maximum_length::text, '') "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass || ' ' || conname || ' ' || "
        "pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace",
    ):
        made |= {_words(text) for text in connection.execute(sa.text(query)).scalars()}
    return {text for text in made if "alembic_version" not in text}


@pytest.mark.long
def test_migrations_make_what_the_models_say(database):
    """Checks and triggers included, which a comparison of metadata does not see."""
    schema.upgrade(database)
    migrated = described(database)
    schema.downgrade(database, "base")
    with database.begin() as connection:
        Model.metadata.create_all(connection)
    modelled = described(database)
    with database.begin() as connection:
        Model.metadata.drop_all(connection)

    assert migrated - modelled == set(), "only migrations make these"
    assert modelled - migrated == set(), "no migration makes these"
    assert any("_no_update" in text for text in migrated), "the triggers were seen"


@pytest.mark.long
def test_alembic_finds_nothing_to_add(database):
    schema.upgrade(database)

    with database.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Model.metadata) == []


@pytest.mark.long
def test_the_way_back_leaves_nothing_behind(database):
    schema.upgrade(database)
    schema.downgrade(database, "base")

    assert described(database) == set()


@pytest.mark.long
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database):
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE stamp (id INTEGER PRIMARY KEY)")

    with pytest.raises(sa.exc.DBAPIError):
        schema.upgrade(database)

    assert sa.inspect(database).get_table_names() == ["stamp"]


def test_the_history_of_migrations_is_one_line():
    script = schema.history()
    names = [revision.revision for revision in script.walk_revisions()]

    assert len(script.get_heads()) == 1
    assert sorted(names, reverse=True) == names
    assert [int(name) for name in reversed(names)] == list(range(1, len(names) + 1))


def test_no_migration_imports_the_program():
    texts = [
        path.read_text("utf-8")
        for path in (schema.migrations_folder() / "versions").glob("*.py")
    ]
    assert texts
    assert not [
        text
        for text in texts
        if re.search(r"^\s*(from|import) labms", text, re.MULTILINE)
    ]
