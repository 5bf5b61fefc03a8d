"""A copy of the shipped catalogue that a test may write into."""

import shutil

import pytest

from labms.catalogue.shipped import shipped_catalogue, shipped_folder

#: The copy has these procedures only: reading all of them takes its time.
COPIED = ("can-dong-ho-lo-xo", "cot-do-xang-dau")


@pytest.fixture(scope="session")
def catalogue():
    return shipped_catalogue()


@pytest.fixture
def folder(tmp_path):
    copy = shutil.copytree(shipped_folder(), tmp_path / "catalogue")
    for path in (copy / "procedures").glob("*.toml"):
        if not path.name.startswith(COPIED):
            path.unlink()
    return copy
