"""Bodies that work without labms, and what they state."""

import pytest

from tests.supply.stating import Stated


@pytest.fixture
def stated(make):
    return Stated(make)
