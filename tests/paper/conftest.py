from pathlib import Path

import pytest

from labms.paper.fonts import Fonts, prepare_fonts
from tests.keeping import kept_fonts


@pytest.fixture(scope="session")
def font_folder() -> Path:
    """A folder that the faces are cached in, from one run of the tests to the next."""
    return kept_fonts()


@pytest.fixture(scope="session", autouse=True)
def fonts(font_folder: Path) -> Fonts:
    """The faces, made once for all tests."""
    return prepare_fonts(font_folder)
