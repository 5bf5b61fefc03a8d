"""A database of a test's own, beside the one that all tests share."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

_numbers = itertools.count(1)


@contextmanager
def the_shared_database() -> Iterator[str]:
    """Yield the address of what all tests of this process share; empty means SQLite.

    When several processes run the tests, each has a database of its own.
    """
    shared = os.environ.get("LABMS_TEST_DATABASE_URL", "")
    if not shared or "PYTEST_XDIST_WORKER" not in os.environ:
        yield shared
        return
    with an_empty_database(Path()) as url:
        yield url


@contextmanager
def an_empty_database(folder: Path) -> Iterator[str]:
    """Yield the address of a new database on the engine that the tests run on."""
    shared = os.environ.get("LABMS_TEST_DATABASE_URL", "")
    if not shared:
        yield f"sqlite:///{folder / f'own-{next(_numbers)}.sqlite3'}"
        return
    url = make_url(shared).set(drivername="postgresql+psycopg")
    name = f"own_{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()
