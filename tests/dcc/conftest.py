import pytest

from labms.certificates.models import Certificate
from tests.jobs.test_calibration import GAUGE, Bench


@pytest.fixture
def gauge(make, settings) -> Certificate:
    """The certificate of a gauge that was calibrated."""
    return Bench(make).issued(settings, GAUGE)
