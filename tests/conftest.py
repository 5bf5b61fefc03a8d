"""A real database that forgets everything after each test, on either engine.

SQLite unless LABMS_TEST_DATABASE_URL names a PostgreSQL database.
"""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as examples
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from labms import clock
from labms.app import create_app
from labms.db import Model, db, scoped
from labms.policy import EVERYTHING
from labms.settings import Settings
from tests.databases import the_shared_database
from tests.factories import Make
from tests.jobs.laboratory import Laboratory
from tests.keeping import kept_fonts, kept_templates
from tests.standing import Standing
from tests.world import lay_the_ground

#: "Now" in every test that does not say otherwise: a Tuesday in 2031.
NOW = datetime(2031, 3, 4, 2, 30, tzinfo=UTC)


# Tests hold on to little, and looking for rings in all that is loaded takes long.
gc.set_threshold(100_000, 20, 50)

#: Markers of tests that `make check` runs, each kind in a step of its own.
DEEP = ("browser", "demo", "faults", "long", "matrix", "operator")

# How many examples show a property: few each day, many before a merge. How fast a
# machine is says nothing about what the program does.
examples.register_profile("daily", max_examples=25, deadline=None)
examples.register_profile("thorough", max_examples=200, deadline=None)
examples.load_profile("daily")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as deep whatever takes long, so that one word leaves it out.

    And as properties those that `make check` shows with many more examples.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in DEEP):
            item.add_marker("deep")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("property")


class Browser(FlaskClient):
    """A browser: each request has a context of its own, as on a server."""

    def open(self, *args: Any, **given: Any) -> Any:
        """Send a request; what the test itself was reading ends before.

        What it holds is read anew afterwards: the request may have changed it.
        """
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **given)
        db.session.expire_all()
        return answer


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of an instance that lives as long as the tests."""
    instance = tmp_path_factory.mktemp("instance")
    (instance / "cache").mkdir()
    (instance / "cache" / "fonts").symlink_to(kept_fonts())
    with the_shared_database() as url:
        yield Settings(
            instance=instance,
            secret_key="for-tests-only-0123456789abcdefghij",
            database_url=url,
            public_url="https://kiemdinh.example.vn",
            page_size=20,
        )


_standing = Standing()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave no laboratory standing where a test does not ask for one."""
    if "lab" not in getattr(item, "fixturenames", ()):
        _standing.leave()


@pytest.fixture(scope="session")
def _app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(kept_templates()))
    with app.app_context():
        Model.metadata.drop_all(db.engine)
        Model.metadata.create_all(db.engine)
        lay_the_ground()
    yield app
    _standing.leave()


@pytest.fixture
def app(
    _app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application, on a database that forgets everything after the test."""
    with _app.app_context(), clock.at(NOW), scoped(EVERYTHING):
        stands = True
        if "lab" in request.fixturenames:
            connection, stands = _standing.enter(db.engine)
        else:
            connection = db.engine.connect()
            connection.begin()
        monkeypatch.setitem(db.engines, None, connection)  # type: ignore[arg-type]
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        if not stands:
            _standing.build()
        outer = connection.begin_nested()
        yield _app
        db.session.remove()
        outer.rollback()
        if "lab" not in request.fixturenames:
            connection.close()


@pytest.fixture
def lab(make: Make) -> Laboratory:
    """A body where everything is in order for verifying spring scales."""
    return _standing.laboratory(make)


@pytest.fixture
def make(app: Flask) -> Make:
    """Rows with sensible defaults: say only what the test is about."""
    return Make()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser on which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def selects(app: Flask) -> Iterator[list[str]]:
    """The SELECTs that ran so far: `selects.clear()`, act, then count them."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def files(settings: Settings) -> Path:
    """Where the instance keeps its files."""
    return settings.files_dir
