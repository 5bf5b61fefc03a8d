"""What leaves the program: CSV and JSON."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from labms.errors import LabError
from labms.indicators.cli import command
from labms.indicators.evidence import Cell, Column, Evidence
from labms.indicators.export import as_csv
from labms.sheets.writing import harmless
from tests.indicators.conftest import PUMP, SCALE

KEYS = (
    "code",
    "name",
    "value",
    "unit",
    "turns",
    "distinct",
    "target",
    "target_on",
    "comparison",
    "met",
    "on",
)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_a_formula(text):
    assert harmless(text) == f"'{text}"


@given(st.text())
def test_a_text_stays_what_it_is_or_gets_an_apostrophe(text):
    assert harmless(text) in {text, f"'{text}"}
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_rows_are_written_with_their_heading():
    found = Evidence(
        (Column("Day"), Column("Enterprise")),
        [(Cell(date(2031, 3, 4)), Cell('=HYPERLINK("x")'))],
        1,
    )

    lines = as_csv(found).splitlines()

    assert lines[0].startswith("\ufeff")
    assert lines[1] == '2031-03-04,"\'=HYPERLINK(""x"")"'


def run(*arguments):
    return CliRunner().invoke(command, arguments)


def test_the_command_answers_in_json_with_decimal_strings(count):
    count.instrument(PUMP)
    count.passed(count.instrument(SCALE))
    count.instrument(SCALE)
    count.designated(SCALE)

    found = json.loads(run("--json").stdout)

    assert all(set(KEYS) <= set(row) for row in found)
    share = next(r for r in found if r["target_code"] == "2030-1")
    assert (share["comparison"], share["target"], share["target_on"]) == (
        ">",
        "85",
        "2030-12-31",
    )
    extra = next(r for r in found if r["code"] == "verified-share")
    assert (extra["value"], extra["numerator"], extra["denominator"]) == (
        "33.333333",
        "1",
        "3",
    )
    assert (extra["target"], extra["met"], extra["on"]) == (None, None, "2031-03-04")


def test_the_command_prints_one_line_for_each(count):
    lines = run("--on", "2030-06-30").stdout.splitlines()

    assert len(lines) == 17
    assert all(line.count("\t") == 7 for line in lines)
    verdicts = {line.split("\t")[6] for line in lines if "\t2030-12-31\t" in line}
    assert "chưa đạt, còn trong thời hạn" in verdicts
    assert "không đạt" not in verdicts


@pytest.mark.parametrize(
    "arguments",
    [("--plan", "1"), ("--area", "moon"), ("--on", "2031-03-05")],
)
def test_the_command_refuses_what_it_cannot_count(count, arguments):
    result = run(*arguments)

    assert result.exit_code == 1
    assert isinstance(result.exception, LabError)


def test_a_day_that_is_none_is_wrong_usage(count):
    assert run("--on", "yesterday").exit_code == 2
