"""Worked examples of the literature: all agree, and a changed one does not."""

import copy
import json
from functools import cache
from importlib import import_module

import pytest
from click.testing import CliRunner

from labms.golden.cli import group
from labms.golden.comparing import SHOWN_ONLY, Standing, Tolerance, tolerance_of
from labms.golden.reading import Told
from labms.golden.running import SCHEMAS, read_file, run_file, run_vector
from labms.golden.shipped import DATA, shipped_files
from labms.i18n import speaking

#: Millions of draws.
LONG = ("montecarlo.json",)
NAMES = [
    pytest.param(path.name, marks=[pytest.mark.long] if path.name in LONG else [])
    for path in shipped_files()
]


@cache
def worked_out(name):
    """Each vector of a file, with what was computed from its inputs, once."""
    told = read_file(DATA / name)
    module, function = SCHEMAS[told["schema"]]
    evaluate = getattr(import_module(f"labms.golden.schemas.{module}"), function)
    found = []
    for vector in told["vectors"]:
        kept = {}

        def keep(inputs, kept=kept):
            kept["computed"] = evaluate(inputs)
            return kept["computed"]

        outcome = run_vector(vector, evaluate=keep, outer=Tolerance())
        found.append((vector, kept.get("computed"), outcome))
    return found


def again(vector, computed):
    """Compare a vector with what was computed for it before."""

    def evaluate(inputs):
        use_all(inputs)
        return computed

    return run_vector(vector, evaluate=evaluate, outer=Tolerance())


def use_all(told):
    """Ask for everything that an example gives, as if all of it was worked with."""
    for each in told.values() if isinstance(told, Told) else told:
        if isinstance(each, Told | list):
            use_all(each)


def leaves(expected, path=()):
    """Every value under `expected` that is compared, and where it stands."""
    items = expected.items() if isinstance(expected, dict) else enumerate(expected)
    for key, value in items:
        if key in SHOWN_ONLY or key in ("abs_tol", "rel_tol", "tolerance"):
            continue
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def changed(value, tolerance):
    """Return another value than this, by more than the tolerance allows."""
    if value is None:
        return "1"
    if isinstance(value, list):
        return ["one more"]
    try:
        number = float(value)
    except ValueError:
        return value + "x"
    if number in (float("inf"), 0):
        return "77"
    if tolerance.absolute and tolerance.absolute > 1:
        return repr(number + 4 * float(tolerance.absolute))
    far = 1.001 if tolerance.absolute is None else 1.0
    return repr(number * far + 4 * float(tolerance.absolute or 0))


def put(expected, path, value):
    for key in path[:-1]:
        expected = expected[key]
    expected[path[-1]] = value


def where_expected(vector):
    """The tables of a vector that hold what is expected of it."""
    if "expected" in vector:
        return vector["expected"], ("expected",)
    own = {key: value for key, value in vector.items() if key.endswith("_computed")}
    return own, ()


@pytest.mark.parametrize("name", NAMES)
def test_every_example_agrees(name):
    for vector, _, outcome in worked_out(name):
        assert outcome.agrees, (vector["id"], outcome.failure, outcome.differing)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_that_is_expected_is_compared(name):
    for vector, _, outcome in worked_out(name):
        expected, _ = where_expected(vector)
        assert outcome.compared == len(list(leaves(expected))), vector["id"]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_value_is_noticed(name):
    for vector, computed, _ in worked_out(name):
        assert again(vector, computed).agrees
        expected, root = where_expected(vector)
        outer = tolerance_of(vector, Tolerance())
        for path, value in leaves(expected):
            cell = expected
            for key in path[:-1]:
                cell = cell[key]
            inner = tolerance_of(cell, outer) if isinstance(cell, dict) else outer
            mutant = copy.deepcopy(vector)
            put(mutant, (*root, *path), changed(value, inner))
            assert not again(mutant, computed).agrees, (vector["id"], path, value)


@pytest.mark.parametrize("name", NAMES)
def test_a_result_that_is_not_known_is_noticed(name):
    for vector, computed, _ in worked_out(name):
        _, root = where_expected(vector)
        mutant = copy.deepcopy(vector)
        put(mutant, (*root, "unheard_of_computed"), "1")

        outcome = again(mutant, computed)

        assert not outcome.agrees, vector["id"]
        standings = {one.standing for one in outcome.differing}
        assert standings == {Standing.NOT_COMPUTED}


def test_inputs_decide_and_not_what_stands_beside_them():
    vector = {
        "contributions": ["3", "4"],
        "dof": ["inf", "inf"],
        "p": "0.9545",
        "expected": {"u": "5", "U": "10"},
    }
    _, function = SCHEMAS["ws-v1"]
    evaluate = getattr(import_module("labms.golden.schemas.factors"), function)
    assert run_vector(vector, evaluate=evaluate, outer=Tolerance()).agrees
    vector["contributions"] = ["3", "4.1"]
    assert not run_vector(vector, evaluate=evaluate, outer=Tolerance()).agrees


def run(*arguments):
    return CliRunner().invoke(group, ["run", *map(str, arguments)])


def test_the_command_prints_a_line_for_each_vector_and_a_count(tmp_path):
    found = run(DATA / "rounding.json", DATA / "coverage_factors.json")

    lines = found.output.splitlines()
    assert found.exit_code == 0
    assert lines[0].split("\t")[:3] == ["rounding.json", "RND-01", "agrees"]
    assert len(lines) == 11 + 90 + 1


def test_the_command_ends_with_1_when_one_differs(tmp_path):
    told = json.loads((DATA / "rounding.json").read_text(encoding="utf-8"))
    told["vectors"][3]["expected"]["y"] = "2.345"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(told), encoding="utf-8")

    found = run(other)

    assert found.exit_code == 1
    assert "RND-07\tDIFFERS\ty: 2.345 ≠ 2.346" in found.output


def test_what_is_no_golden_file_is_wrong_usage(tmp_path):
    path = tmp_path / "x.json"
    for text in ("{", "[]", '{"schema": "other"}', '{"schema": "ws-v1"}'):
        path.write_text(text, encoding="utf-8")
        assert run(path).exit_code == 2


def test_a_vector_that_cannot_be_worked_out_differs_and_does_not_stop_the_rest(
    tmp_path,
):
    told = json.loads((DATA / "decision.json").read_text(encoding="utf-8"))
    del told["vectors"][0]["given"]["u"]
    told["vectors"][1]["group"] = "unheard of"
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(told), encoding="utf-8")

    found = run(path, "--json")

    document = json.loads(found.output)
    assert found.exit_code == 1
    assert document["total"] - document["agreeing"] == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"e": "1e999999999"}, "số mũ của 10"),
        ({"e": "1e-1000"}, "số mũ của 10"),
        ({"e": "0"}, "chia cho số không"),
        ({"e": None}, "còn thiếu hoặc không biết"),
        ({"e": ["1"]}, "Không tính được ví dụ này"),
    ],
)
def test_what_cannot_be_worked_out_is_told_in_words_and_ends(change, said):
    told = read_file(DATA / "mpe.json")
    first = told["vectors"][0]
    given = {key: each for key, each in {**first["given"], **change}.items() if each}
    broken = {**first, "given": given}

    with speaking("vi"):
        one, two = run_file(told | {"vectors": [broken, first]})

    assert not one.agrees
    assert said in one.failure
    assert not any(word in one.failure for word in ("Error", "Fraction", "KeyError"))
    assert two.agrees


@pytest.mark.parametrize(
    "change",
    [
        {"abs_tol": "inf"},
        {"abs_tol": "-1"},
        {"stage": "lunch"},
    ],
)
def test_an_example_that_cannot_be_meant_is_no_agreement(change):
    told = read_file(DATA / "mpe.json")
    first = next(each for each in told["vectors"] if "stage" in each or "given" in each)
    if "stage" in change and "given" in first:
        change = {"given": first["given"] | change}

    outcomes = list(run_file(told | {"vectors": [first, first | change, first]}))

    assert [one.agrees for one in outcomes] == [True, False, True]
