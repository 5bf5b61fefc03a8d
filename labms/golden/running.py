"""Runs golden files: every vector from its inputs alone, every result compared."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from labms.errors import Invalid, LabError
from labms.golden.comparing import (
    Comparison,
    Refused,
    Standing,
    Tolerance,
    compare,
    tolerance_of,
)
from labms.golden.reading import (
    BadExample,
    Told,
    UnknownKeys,
    check_sizes,
    unknown_keys,
)
from labms.golden.shipped import shipped_files
from labms.i18n import N_, gettext

Evaluator = Callable[[Mapping[str, Any]], dict[str, Any]]

#: What works out each form of file, imported when it is met.
SCHEMAS: Mapping[str, tuple[str, str]] = {
    "budget-v1": ("budgets", "work_out"),
    "kfactor-v1": ("factors", "work_out_factor"),
    "ws-v1": ("factors", "work_out_dof"),
    "mc-v1": ("simulations", "work_out"),
    "decision-v1": ("decisions", "work_out"),
    "interval-v1": ("intervals", "work_out"),
    "regression-v1": ("lines", "work_out"),
    "rounding-v1": ("rounding", "work_out"),
    "mpe-vectors-v1": ("limits", "work_out"),
    "trace-v1": ("chains", "work_out"),
}


class BadFile(Invalid):
    """This is no file of golden numbers."""

    code = "golden.bad_file"
    message = N_("“{name}” is no file of golden numbers: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One vector, and how each of its results stands."""

    vector: Mapping[str, Any]
    comparisons: tuple[Comparison, ...]
    failure: str = ""
    """Why nothing was computed; "" if something was."""

    @property
    def name(self) -> str:
        """What the file calls it."""
        return str(self.vector.get("id", "?"))

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """What differs, or was not computed."""
        wrong = (Standing.DIFFERS, Standing.NOT_COMPUTED)
        return tuple(one for one in self.comparisons if one.standing in wrong)

    @property
    def compared(self) -> int:
        """How many values were compared."""
        return sum(one.standing is not Standing.SHOWN for one in self.comparisons)

    @property
    def agrees(self) -> bool:
        """Whether all of it agrees, and there was something to compare."""
        return not self.failure and not self.differing and self.compared > 0


def read_file(path: Path) -> dict[str, Any]:
    """Return a golden file. Raises BadFile."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadFile(name=path.name, problem=str(error)) from error
    if not isinstance(told, dict) or told.get("schema") not in SCHEMAS:
        raise BadFile(name=path.name, problem=N_("its schema is not known"))
    if not isinstance(told.get("vectors"), list) or not told["vectors"]:
        raise BadFile(name=path.name, problem=N_("it has no vectors"))
    return told


def run_file(told: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield the outcome of each vector of a file, in its order."""
    module, function = SCHEMAS[told["schema"]]
    evaluate = getattr(import_module(f"labms.golden.schemas.{module}"), function)
    outer = tolerance_of(told, Tolerance())
    known = known_keys(told["schema"])
    for vector in told["vectors"]:
        yield run_vector(vector, evaluate=evaluate, outer=outer, known=known)


@cache
def known_keys(schema: str) -> frozenset[str]:
    """Return every key that the files of the program use in this form."""
    files = map(read_file, shipped_files())
    found = [_keys(each["vectors"]) for each in files if each["schema"] == schema]
    return frozenset().union(*found)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
    for each in value.values() if isinstance(value, Mapping) else value:
        if isinstance(each, Mapping | list):
            yield from _keys(each)


def run_vector(
    vector: Mapping[str, Any],
    *,
    evaluate: Evaluator,
    outer: Tolerance,
    known: Collection[str] = (),
) -> Outcome:
    """Work out one vector from its inputs alone, and compare what it expects."""
    try:
        check_sizes(vector)
        expected = _expected(vector)
        tolerance = tolerance_of(vector, outer)
        computed: Any = _computed(inputs_of(vector), evaluate, known)
    except BadExample as error:
        return Outcome(vector=vector, comparisons=(), failure=str(error.text))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return Outcome(vector=vector, comparisons=(), failure=_in_words(error))
    return Outcome(
        vector=vector,
        comparisons=tuple(compare(expected, computed, tolerance=tolerance)),
    )


def _in_words(error: Exception) -> str:
    """Return why an example cannot be worked out, in the language in use."""
    if isinstance(error, ZeroDivisionError):
        problem = gettext(N_("something is divided by zero"))
    elif isinstance(error, KeyError):
        told = gettext(N_("this is missing or not known:"))
        problem = f"{told} {error.args[0]}"
    elif isinstance(error, ArithmeticError):
        problem = gettext(N_("a number is too large, too small or none at all"))
    elif isinstance(error, ValueError):
        problem = gettext(N_("a value is not of the form that is needed"))
    else:
        problem = gettext(N_("a value is of another kind than is needed"))
    return str(BadExample(problem=problem).text)


def inputs_of(vector: Mapping[str, Any]) -> Told:
    """Return what an example gives, without what it expects."""
    beside = ("_computed", "_published")
    return Told(
        {
            key: value
            for key, value in vector.items()
            if key != "expected" and not key.endswith(beside)
        }
    )


def _computed(inputs: Told, evaluate: Evaluator, known: Collection[str]) -> Any:
    """Return what inputs come to. Raises UnknownKeys where some mean nothing here."""
    computed: Any
    try:
        computed = evaluate(inputs)
    except BadExample:
        raise
    except LabError as refusal:
        computed = Refused(refusal)
    names = unknown_keys(inputs, known)
    if isinstance(computed, Refused):
        # What is asked of the result isn't looked at once there is none.
        names = [name for name in names if not name.startswith("outputs")]
    if names:
        raise UnknownKeys(names=", ".join(names))
    return computed


def _expected(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected; some forms write it beside the inputs."""
    if "expected" in vector:
        expected = vector["expected"]
        if not isinstance(expected, dict):
            raise BadExample(problem=N_("what is expected is not a table"))
        return expected
    beside = {key: value for key, value in vector.items() if key.endswith("_computed")}
    published = {
        key.removesuffix("_published"): value
        for key, value in vector.items()
        if key.endswith("_published")
    }
    return {
        key: {"computed": value, "published": published[name]}
        if (name := key.removesuffix("_computed")) in published
        else value
        for key, value in beside.items()
    }
