"""`labms frozen` and `labms demand`: what the pages do, for scripts."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from labms.demand import cli as demand
from labms.demand.columns import COLUMNS
from labms.demand.importing import example_rows
from labms.indicators import frozen_cli as frozen
from labms.policy import Role
from labms.sheets.writing import csv_of
from tests.indicators.conftest import TODAY


def run(group, *arguments):
    return CliRunner().invoke(group, arguments)


@pytest.fixture
def manager(make):
    return make.user(Role.MANAGER)


@pytest.mark.long
def test_figures_are_frozen_listed_and_counted_again(count, manager):
    count.passed()
    number = run(frozen.group, "freeze", "Quý I", "--as", manager.login).stdout.strip()

    assert "Quý I" in run(frozen.group, "list").stdout
    assert run(frozen.group, "recount", number).exit_code == 0

    late = count.passed(performed_on=TODAY)
    again = run(frozen.group, "recount", number, "--json")
    assert again.exit_code == 1
    told = json.loads(again.stdout)
    assert "verified-share" in told["changed"]
    assert late.id in {row["id"] for row in told["rows"] if row["table"] == "job"}
    assert "+\tverified-share" in run(frozen.group, "recount", number).stdout


def test_nobody_unknown_freezes_figures(app):
    assert run(frozen.group, "freeze", "Quý I", "--as", "nobody").exit_code == 1


def test_a_spreadsheet_is_checked_and_entered_by_command(app, manager, tmp_path):
    heading = [column.key for column in COLUMNS]
    [row] = example_rows(date(2031, 3, 4))
    right, wrong = tmp_path / "right.csv", tmp_path / "wrong.csv"
    right.write_text(csv_of(heading, [row]), "utf-8")
    wrong.write_text(csv_of(heading, [("luck", *row[1:])]), "utf-8")

    assert run(demand.group, "check", str(right)).stdout.startswith("new\t1")
    checked = run(demand.group, "check", str(wrong))
    assert (checked.exit_code, "luck" in checked.stdout) == (1, True)
    entered = run(demand.group, "import", str(right), "--as", manager.login)
    assert "1" in entered.stdout
    assert run(demand.group, "import", str(wrong), "--as", "nobody").exit_code == 1
