"""Instances in folders of their own, as an operator has them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from labms.cli import opened
from labms.db import db
from labms.operations.making import lay_foundation, write_settings
from tests.databases import an_empty_database


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """Where a new instance keeps its rows: empty means SQLite in its folder."""
    if not os.environ.get("LABMS_TEST_DATABASE_URL"):
        yield ""
        return
    with an_empty_database(tmp_path) as url:
        yield url


@pytest.fixture
def another_database_url(tmp_path: Path) -> Iterator[str]:
    """A second one, to restore into."""
    if not os.environ.get("LABMS_TEST_DATABASE_URL"):
        yield ""
        return
    with an_empty_database(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def new_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance on SQLite, made once, to be copied."""
    folder = tmp_path_factory.mktemp("new") / "instance"
    _make(folder, "")
    return folder


def _make(folder: Path, database_url: str) -> None:
    given = {"public_url": "https://kiemdinh.example.vn"}
    write_settings(
        folder, given | ({"database_url": database_url} if database_url else {})
    )
    with opened(folder):
        lay_foundation()


@pytest.fixture
def instance(tmp_path: Path, database_url: str, new_instance: Path) -> Path:
    """A new instance, as `labms init` makes it."""
    folder = tmp_path / "instance"
    if database_url:
        _make(folder, database_url)
    else:
        shutil.copytree(new_instance, folder)
    return folder


@pytest.fixture
def open_instance(instance: Path) -> Iterator[Flask]:
    """The application of the new instance."""
    with opened(instance) as app:
        yield app
        db.session.rollback()
