"""`labms catalogue check` and `show` at a terminal."""

import json

import pytest
from click.testing import CliRunner

from labms.catalogue.cli import group
from labms.i18n import speaking


def run(*words):
    return CliRunner().invoke(group, words)


@pytest.mark.long  # its own step of `make check` does the same
def test_a_catalogue_without_faults_exits_with_zero():
    assert run("check").exit_code == 0


def test_faults_are_printed_with_file_key_and_message(folder):
    path = folder / "limits/oiml-r-76.toml"
    path.write_text(
        path.read_text("utf-8").replace('by = "class"', 'by = "x"'), "utf-8"
    )
    result = run("check", str(folder))
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("limits/oiml-r-76.toml\toption[r-76-1-2006].by\t")


def test_show_answers_by_the_day():
    before = json.loads(run("show", "can-o-to", "--on", "2026-04-14", "--json").output)
    after = json.loads(run("show", "can-o-to", "--on", "2026-04-15", "--json").output)
    assert before["entry"]["cycle_months"] == 12
    assert after["entry"]["cycle_months"] == 24
    assert after["entry"]["confidence"] == "transcription"


def test_show_names_both_limits_where_the_sources_disagree():
    answer = json.loads(run("show", "cot-do-xang-dau", "--json").output)
    (table,) = answer["procedures"][0]["limits"]
    assert [option["slug"] for option in table["options"]] == [
        "dlvn-10-2013",
        "dlvn-10-2011",
    ]
    assert answer["procedures"][0]["unchecked"]


def test_show_speaks_both_languages():
    assert "chu kỳ 24 tháng" in run("show", "can-dong-ho-lo-xo").output
    with speaking("en"):
        assert "every 24 months" in run("show", "can-dong-ho-lo-xo").output


def test_show_says_what_the_page_of_the_type_says():
    answer = json.loads(run("show", "can-dong-ho-lo-xo", "--json").output)
    procedure = answer["procedures"][0]

    assert [each["cycle_months"] for each in answer["lists"]] == [24, 24]
    assert answer["lists"][1]["in_force"] is True
    assert procedure["from_memory"]["figures"] < procedure["from_memory"]["of"]
    limits = procedure["example_limits"][0]
    assert limits["points"][-1] == {"at": "30000", "plus": "150", "minus": "150"}
    assert "30000: ±150" in run("show", "can-dong-ho-lo-xo").output


def test_an_unknown_name_is_refused():
    assert run("show", "can").exit_code == 1
    assert run("show").exit_code == 2


def test_what_is_neither_type_nor_procedure_is_called_a_type():
    answer = run("show", "nope")
    assert answer.exit_code == 1
    assert "loại phương tiện đo “nope”" in answer.output
