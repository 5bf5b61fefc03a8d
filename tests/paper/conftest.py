from pathlib import Path

import pytest

from labms.paper.fonts import Fonts, prepare_fonts


@pytest.fixture(scope="session")
def font_folder(request: pytest.FixtureRequest) -> Path:
    """A folder that the faces are cached in, from one run of the tests to the next."""
    cache = request.config.cache
    assert cache is not None
    return cache.mkdir("fonts")


@pytest.fixture(scope="session", autouse=True)
def fonts(font_folder: Path) -> Fonts:
    """The faces, made once for all tests."""
    return prepare_fonts(font_folder)
