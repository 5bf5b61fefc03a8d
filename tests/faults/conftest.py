"""An instance as an operator has it, with jobs that wait for their certificates."""

from datetime import UTC, datetime

import pytest

from labms import clock
from labms.cli import opened
from labms.operations.making import lay_foundation, write_settings
from labms.paper.fonts import prepare_fonts
from labms.policy import Role
from tests.factories import SPRING_SCALE, Make
from tests.faults.issue_one import SIGNATORY
from tests.keeping import kept_fonts

NOW = datetime(2031, 3, 4, 2, 30, tzinfo=UTC)
JOBS = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An instance with approved jobs, to be copied for each fault."""
    folder = tmp_path_factory.mktemp("faults") / "instance"
    write_settings(folder, {"public_url": "https://kiemdinh.example.vn"})
    fonts = kept_fonts()
    prepare_fonts(fonts)
    (folder / "cache").mkdir()
    (folder / "cache" / "fonts").symlink_to(fonts)
    with opened(folder), clock.at(NOW):
        lay_foundation()
        make = Make()
        body = make.body()
        verifier = make.user(Role.VERIFIER, body=body)
        make.card(verifier, SPRING_SCALE)
        make.user(Role.SIGNATORY, body=body, login=SIGNATORY)
        jobs = [make.job(body=body, performed_by=verifier).id for _ in range(JOBS)]
    return folder, jobs
