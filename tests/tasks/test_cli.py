"""The work on a plan, without a screen."""

import json

from click.testing import CliRunner

from labms.reports.cli import command as report
from labms.tasks.cli import command as tasks


def test_work_is_listed_as_lines_and_as_json(work):
    work.funded()
    work.item(title="Khảo sát")

    lines = CliRunner().invoke(tasks, ["--year", "2030"]).output.splitlines()
    rows = json.loads(CliRunner().invoke(tasks, ["--json"]).output)

    assert len(lines) == 2
    assert "150000000" in lines[0]
    assert [row["approved"] for row in rows] == ["150000000", None]
    assert CliRunner().invoke(tasks, ["--year", "2029"]).output == ""


def test_a_report_is_written_to_a_file(work, tmp_path):
    work.funded()
    path = tmp_path / "r.xlsx"
    given = ["--year", "2030", "--part", "year", "--format", "xlsx"]

    answer = CliRunner().invoke(report, [*given, "--output", str(path)])

    assert answer.exit_code == 0
    assert answer.output.strip() == str(path)
    assert path.read_bytes().startswith(b"PK")
