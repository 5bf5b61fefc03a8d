"""Work on a task."""

import pytest

from tests.tasks.work import Work


@pytest.fixture
def work(make):
    return Work(make)
