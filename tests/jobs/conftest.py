"""What the tests of jobs share."""

import pytest

from tests.factories import Make
from tests.jobs.laboratory import Laboratory, laboratory


@pytest.fixture
def lab(make: Make) -> Laboratory:
    """A body where everything is in order for verifying spring scales."""
    return laboratory(make)
