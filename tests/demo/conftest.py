"""A small demo province in an instance of its own, made once for these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from labms import clock
from labms.app import create_app
from labms.db import Model, db, scoped, transaction
from labms.demo.filling import Filled, fill
from labms.places.services import load_places
from labms.policy import EVERYTHING
from labms.settings import Settings
from tests.conftest import NOW


def province(folder: Path, *, fonts: Path, seed: int, scale: float) -> Flask:
    """Make an instance with a demo province of this size."""
    cache = folder / "cache"
    cache.mkdir(parents=True)
    (cache / "fonts").symlink_to(fonts, target_is_directory=True)
    app = create_app(
        Settings(
            instance=folder,
            secret_key="for-tests-only-0123456789abcdefghij",
            public_url="http://127.0.0.1:8000",
            demo=True,
        )
    )
    with app.app_context(), clock.at(NOW):
        Model.metadata.create_all(db.engine)
        with transaction():
            load_places()
        app.config["FILLED"] = fill(app, seed=seed, scale=scale, side_by_side=False)
    return app


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of fonts for all instances of these tests."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory, fonts: Path) -> Flask:
    return province(tmp_path_factory.mktemp("small"), fonts=fonts, seed=1, scale=0.02)


@pytest.fixture
def small(_small: Flask) -> Iterator[Flask]:
    """The small province, on the day on which it was made."""
    with _small.app_context(), clock.at(NOW), scoped(EVERYTHING):
        yield _small
        db.session.remove()


@pytest.fixture
def filled(small: Flask) -> Filled:
    """What was made."""
    found: Filled = small.config["FILLED"]
    return found
