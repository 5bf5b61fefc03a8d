"""A type that nobody programmed: data alone takes it from the counter to approval."""

import shutil
from decimal import Decimal

import pytest

from labms.catalogue.files.loading import load_catalogue
from labms.catalogue.shipped import shipped_folder, use_catalogue
from labms.db import transaction
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import JobState
from labms.jobs.services import approve_job, save_readings, submit_job
from labms.metrology.verdicts import Verdict
from tests.jobs.laboratory import laboratory

TYPE = """
field = "do-dai"
field_vi = "Độ dài"
field_en = "Length"

[[type]]
slug = "thuoc-thu"
code = "99.9"
name_vi = "Thước thử"
name_en = "Trial rule"
unit = "mm"
source = "written for a test"
confidence = "seen"

[[type.characteristic]]
key = "L"
name_vi = "Chiều dài"
name_en = "Length"
kind = "decimal"
unit = "m"
required = true
"""

LIST = """
slug = "tt-thu"
title = "TT thử"
in_force_from = 2030-01-01
checked_by = []

[[entry]]
type = "thuoc-thu"
code = "99.9"
controls = ["initial", "periodic"]
controls_source = "written for a test"
controls_confidence = "seen"
cycle_months = 6
source = "written for a test"
confidence = "seen"
checked_by = []
"""

PROCEDURE = """
slug = "thuoc-thu"
revision = "2031-1"
types = ["thuoc-thu"]
document = "ĐLVN thử"
title_vi = "Thước thử"
title_en = "Trial rule"
record_title_vi = "Biên bản kiểm định thước thử"
record_title_en = "Verification record of a trial rule"
reasons = ["initial", "periodic"]
source = "written for a test"
confidence = "seen"
checked_by = []
on_pass_vi = "Dán tem."
on_pass_en = "Stick the stamp."
on_fail_vi = "Gỡ tem."
on_fail_en = "Remove the stamp."

[evidence]
allowed = ["stamp"]
default = "stamp"
source = "written for a test"
confidence = "seen"
checked_by = []

[[standard]]
slug = "rule"
name_vi = "Thước chuẩn"
name_en = "Standard rule"
quantity = "length"
unit = "mm"
required = true
checks = ["length"]
accuracy = "accuracy <= tolerance / 3"
text_vi = "Không quá 1/3."
text_en = "Within one third."
source = "written for a test"
confidence = "seen"
checked_by = []

[[stage]]
slug = "look"
name_vi = "Bên ngoài"
name_en = "Outside"

[[stage.check]]
slug = "straight"
kind = "yes_no"
name_vi = "Thẳng"
name_en = "Straight"
source = "written for a test"
confidence = "seen"
checked_by = []

[[stage]]
slug = "measure"
name_vi = "Đo lường"
name_en = "Measurement"

[[stage.check]]
slug = "length"
kind = "reading"
name_vi = "Chiều dài"
name_en = "Length"
unit = "mm"
points = [{ at = "L / 2", label_vi = "½ L", label_en = "½ L" }, { at = "L" }]
error = "indication - nominal"
source = "written for a test"
confidence = "seen"
checked_by = []

[[stage.check.limit]]
plus = "0.3 + 0.0002 * nominal"
source = "written for a test"
confidence = "seen"
checked_by = []
"""


@pytest.fixture
def _catalogue(tmp_path):
    folder = tmp_path / "catalogue"
    shutil.copytree(shipped_folder(), folder)
    (folder / "types" / "thu.toml").write_text(TYPE, "utf-8")
    (folder / "lists" / "tt-thu.toml").write_text(LIST, "utf-8")
    (folder / "procedures" / "thuoc-thu-2031-1.toml").write_text(PROCEDURE, "utf-8")
    with use_catalogue(load_catalogue(folder)):
        yield


@pytest.mark.long
@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    ("read", "verdict"), [("1000,5", Verdict.PASS), ("1000,51", Verdict.FAIL)]
)
def test_a_type_written_as_toml_alone_runs_to_its_end(make, client, read, verdict):
    lab = laboratory(make, type_slug="thuoc-thu")
    make.procedure_release(lab.body, procedure_slug="thuoc-thu", revision="2031-1")
    make.cycle_release(lab.body, list_slug="tt-thu")
    rule = make.traceable_standard(
        lab.body,
        kind_slug="rule",
        unit="mm",
        range_from=Decimal(0),
        range_to=Decimal(1000),
        mpe=Decimal("0.1"),
        accuracy_class="",
    )
    instrument = make.instrument(type_slug="thuoc-thu", characteristics={"L": "1"})
    job = lab.started(instrument)
    typed = lab.typed(
        job,
        environment={},
        standards={"rule": [rule.id]},
        readings={"measure-length-2-1.indication": read},
        stamp="31V.7",
    )
    for step in (
        lambda one: save_readings(one, typed, actor=lab.verifier),
        lambda one: submit_job(one, actor=lab.verifier, confirmed=True),
        lambda one: approve_job(one, actor=lab.reviewer),
    ):
        with transaction():
            step(job_to_change(job.id))

    done = job_by_id(job.id)
    assert done.verdict is verdict
    if verdict is Verdict.PASS:
        assert done.state is JobState.EVIDENCED
        assert (done.cycle_months, done.valid_until.isoformat()) == (6, "2031-09-30")
    else:
        assert done.state is JobState.APPROVED
    page = make.sign_in(client, lab.reviewer).get(f"/jobs/{job.id}?lang=en")
    assert "Trial rule" in page.text
    assert client.get(f"/certificates/record/{job.id}.pdf").data.startswith(b"%PDF")
