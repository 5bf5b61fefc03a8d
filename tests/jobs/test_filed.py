"""`labms jobs save` says in one sentence what is wrong with a file, keeping nothing."""

import json

import pytest
from click.testing import CliRunner

from labms.jobs.cli import group as jobs
from labms.jobs.filed import BadFile, UnknownInFile, check_known, read_file
from labms.jobs.queries import job_by_id


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff", "UTF-8"),
        (b"[]", "đối tượng JSON"),
        (b'{"environment":5}', "environment"),
        (b'{"environment":{"temperature":5}}', "environment.temperature"),
        (b'{"readings":{"x.y":1}}', "readings.x.y"),
        (b'{"reading":{}}', "reading"),
        (b'{"performed_on":"31/03/2026"}', "performed_on"),
        (b'{"performed_on":5}', "performed_on"),
        (b'{"standards":{"weights":["1"]}}', "standards.weights"),
        (b'{"evidence":"nothing"}', "evidence"),
        (b'{"evidence":[]}', "evidence"),
        (b'{"stamp_mistyped":1}', "stamp_mistyped"),
    ],
)
def test_a_file_that_is_none_is_refused(content, said):
    with pytest.raises(BadFile) as refused:
        read_file(content)
    told = str(refused.value.text)
    assert said in told
    assert "{" not in told


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("readings", "x.y", "1"),
        ("environment", "noise", {"begin": "1"}),
        ("environment", "temperature", {"middle": "1"}),
        ("standards", "hammer", [1]),
    ],
)
def test_what_the_sheet_does_not_have_is_refused_and_nothing_kept(
    lab, tmp_path, part, key, value
):
    job = lab.saved()
    version, kept = job.version, {each.key: each.typed for each in job.readings}
    first = next(iter(kept))
    file = tmp_path / "readings.json"
    told = {"readings": {first: "999"}}
    told.setdefault(part, {})[key] = value
    file.write_text(json.dumps(told), "utf-8")
    words = ["save", str(job.id), str(file), "--as", lab.verifier.login]

    refused = CliRunner().invoke(jobs, words)

    assert isinstance(refused.exception, UnknownInFile)
    assert part in str(refused.exception.text)
    after = job_by_id(job.id)
    assert after.version == version
    assert {each.key: each.typed for each in after.readings} == kept
    # the same file without it is kept
    file.write_text(json.dumps({"readings": kept | {first: "999"}}), "utf-8")
    assert CliRunner().invoke(jobs, words).exit_code == 0
    assert job_by_id(job.id).version == version + 1


def test_what_the_page_would_send_is_all_known(lab):
    job = lab.saved()
    check_known(job, lab.typed(job))
