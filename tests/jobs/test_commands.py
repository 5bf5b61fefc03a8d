"""Everything on the pages can be done by commands too, by the same services."""

import json

import pytest
from click.testing import CliRunner

from labms import clock
from labms.jobs.calibrating import RecalibrationTooEarly
from labms.jobs.cli import group
from labms.jobs.conformity import AgreedRule
from labms.jobs.naming import (
    NoInstrument,
    SeveralInstruments,
    instruments_called,
)
from labms.jobs.queries import job_by_id, jobs_of_instrument
from labms.jobs.rules import FailureNotConfirmed, JobState


def run(*words):
    result = CliRunner().invoke(group, [str(word) for word in words])
    if result.exception:
        raise result.exception
    return result.output


@pytest.mark.long
def test_a_job_is_done_from_beginning_to_approval(lab, tmp_path):
    instrument = lab.make.instrument()
    number = run("register", instrument.id, "--as", lab.receptionist.login).strip()
    [job] = jobs_of_instrument(instrument.id)
    assert job.order.number == number
    run("assign", f"{number}/1", lab.verifier.login, "--as", lab.receptionist.login)
    run("start", job.id, "--as", lab.verifier.login)
    typed = lab.typed(job_by_id(job.id))
    file = tmp_path / "readings.json"
    told = {
        "performed_on": clock.today().isoformat(),
        "environment": typed.environment,
        "standards": typed.standards,
        "readings": typed.readings,
        "stamp": "31V.00300",
    }
    file.write_text(json.dumps(told), "utf-8")
    run("save", job.id, file, "--as", lab.verifier.login)
    assert run("submit", job.id, "--as", lab.verifier.login) == "pass\n"
    why = "Đọc lại mức tải lớn nhất."
    run("return", job.id, "--reason", why, "--as", lab.reviewer.login)
    run("submit", job.id, "--as", lab.verifier.login)
    run("approve", job.id, "--as", lab.reviewer.login)

    assert job_by_id(job.id).state is JobState.APPROVED
    [shown] = json.loads(run("list", "--json"))
    assert (shown["number"], shown["state"]) == (f"{number}/1", "approved")
    assert json.loads(run("show", f"{number}/1"))["evaluation"]["verdict"] == "pass"


def test_a_cancelled_job_is_listed_as_such(lab):
    job = lab.job()
    run(
        "cancel",
        job.id,
        "--reason",
        "Khách xin rút lại.",
        "--as",
        lab.receptionist.login,
    )

    assert "cancelled" in run("list", "--state", "cancelled")
    assert run("list", "--state", "registered") == ""


def test_a_command_submits_a_failure_only_when_told_that_it_fails(lab):
    job = lab.saved(readings={"metrological-loads-5-up-1.indication": "60400"})

    with pytest.raises(FailureNotConfirmed, match="60\u00a0000 g"):
        run("submit", job.number, "--as", lab.verifier.login)
    assert run("submit", job.number, "--fails", "--as", lab.verifier.login) == "fail\n"


def test_instruments_are_called_by_serial_number_or_id(lab):
    one, other = (lab.make.instrument(serial=name) for name in ("SN-77 / B", "SN-78"))
    lookalike = lab.make.instrument(serial=str(other.id))

    found = instruments_called(["sn-77/b", f"#{other.id}", "SN-78"])
    assert found == [one.id, other.id, other.id]
    with pytest.raises(SeveralInstruments) as refused:
        instruments_called([str(other.id)])
    assert f"#{lookalike.id}" in str(refused.value.text)
    with pytest.raises(NoInstrument):
        instruments_called(["SN-79"])
    run("register", "SN-78", "--as", lab.receptionist.login)
    assert len(jobs_of_instrument(other.id)) == 1


def test_the_rule_of_a_calibration_is_agreed(lab):
    lab.make.instrument(serial="AK-5", type_slug="ap-ke-lo-xo")
    words = ("register", "AK-5", "--calibrate", "none", "--as", lab.receptionist.login)
    number = run(*words).strip()
    agree = ("agree", f"{number}/1", "--as", lab.receptionist.login, "--rule")

    run(*agree, "guarded", "--recalibration-on", "2032-02-03")

    [told] = json.loads(run("list", "--json"))
    job = job_by_id(told["id"])
    assert job.agreed_rule is AgreedRule.GUARDED
    assert job.recalibration_on.isoformat() == "2032-02-03"
    with pytest.raises(RecalibrationTooEarly):
        run(*agree, "simple", "--recalibration-on", "2001-02-03")


def test_no_blank_record_is_offered_where_nothing_is_released(lab, client):
    lab.make.instrument(serial="AK-6", type_slug="ap-ke-lo-xo")
    run("register", "AK-6", "--calibrate", "none", "--as", lab.receptionist.login)
    [told] = json.loads(run("list", "--json"))
    lab.make.sign_in(client, lab.verifier)

    assert "blank.pdf" not in client.get(f"/jobs/{told['id']}").text
    assert "blank.pdf" in client.get(f"/jobs/{lab.job().id}").text
