from pathlib import Path

import pytest

from labms.paper.fonts import Fonts, prepare_fonts


@pytest.fixture(scope="session")
def font_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the faces are cached in, from one run of the tests to the next."""
    return tmp_path_factory.getbasetemp().parent / "labms-fonts"


@pytest.fixture(scope="session", autouse=True)
def fonts(font_folder: Path) -> Fonts:
    """The faces, made once for all tests."""
    return prepare_fonts(font_folder)
