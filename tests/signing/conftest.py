"""An instance folder with keys of its own."""

import pytest

from labms import clock
from labms.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def instance(tmp_path):
    """Settings of a new instance, without a database."""
    with clock.at(NOW):
        yield lambda **given: Settings(
            instance=tmp_path,
            secret_key="for-tests-only-0123456789abcdefghij",
            public_url="http://localhost",
            **given,
        )
