"""An application on a database of its own, whose commits are real."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from labms import clock
from labms.app import create_app
from labms.db import Model, db, scoped
from labms.policy import EVERYTHING
from labms.settings import Settings
from tests.conftest import NOW
from tests.databases import an_empty_database
from tests.world import lay_the_ground


@contextmanager
def an_application(folder: Path) -> Iterator[tuple[Flask, Settings]]:
    """Yield it within its context, on the engine that the tests run on."""
    with an_empty_database(folder) as url:
        settings = Settings(
            instance=folder,
            secret_key="for-tests-only-0123456789abcdefghij",
            database_url=url,
            public_url="https://kiemdinh.example.vn",
        )
        app = create_app(settings)
        with app.app_context(), scoped(EVERYTHING), clock.at(NOW):
            Model.metadata.create_all(db.engine)
            lay_the_ground()
            yield app, settings
            db.session.remove()
            db.engine.dispose()
