"""A copy of the shipped catalogue that a test may write into."""

import shutil

import pytest

from labms.catalogue.shipped import shipped_catalogue, shipped_folder


@pytest.fixture(scope="session")
def catalogue():
    return shipped_catalogue()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(shipped_folder(), tmp_path / "catalogue")
