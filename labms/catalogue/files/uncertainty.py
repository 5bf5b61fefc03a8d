"""Reads the uncertainty model of a check."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from labms.catalogue.entries.uncertainty import (
    Excess,
    Span,
    Stated,
    UncertaintyInput,
    UncertaintyModel,
)
from labms.catalogue.files.faults import Table, check_kind, check_unique
from labms.catalogue.files.types import NAME
from labms.errors import LabError
from labms.metrology.distributions import Distribution
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.signs import Sign, sign_of
from labms.metrology.tree import WORDS

#: What an input with `standard` may name besides.
OF_STANDARDS = (
    "standard_U", "standard_k", "standard_u",
    "standard_error", "standard_mpe", "standard_accuracy",
)  # fmt: skip
#: What every formula of a model may name besides the readings.
OF_READINGS = ("error", "hysteresis", "spread", "n")
_BOUNDED = (Distribution.RECTANGULAR, Distribution.TRIANGULAR, Distribution.ARCSINE)
#: What formulas name that may lie on either side of zero.
_SIGNED = frozenset({"error", "nominal"})
_WAYS = ("half_width", "standard_uncertainty", "expanded", "repeats")
Kinds = Mapping[str, Kind]


class Around(NamedTuple):
    """What a procedure names beside its checks."""

    environment: frozenset[str] = frozenset()
    """As formulas write it."""
    standards: frozenset[str] = frozenset()
    repetitions: Mapping[str, int] = MappingProxyType({})
    """How often the checks with readings read each point."""


def around_of(data: Mapping[str, Any]) -> Around:
    """Return what a procedure's file names, before it is read with care."""
    keys = _texts_at(data, "environment", "key")
    return Around(
        environment=frozenset(environment_name(key) for key in keys),
        standards=frozenset(_texts_at(data, "standard", "slug")),
        repetitions={
            check["slug"]: check.get("repetitions", 1)
            for stage in _tables_at(data, "stage")
            for check in _tables_at(stage, "check")
            if check.get("kind") == "reading"
            and isinstance(check.get("slug"), str)
            and isinstance(check.get("repetitions", 1), int)
        },
    )


def _tables_at(data: Mapping[str, Any], where: str) -> list[Mapping[str, Any]]:
    found = data.get(where)
    tables = found if isinstance(found, list) else []
    return [each for each in tables if isinstance(each, dict)]


def _texts_at(data: Mapping[str, Any], where: str, key: str) -> list[str]:
    values = [each.get(key) for each in _tables_at(data, where)]
    return [value for value in values if isinstance(value, str)]


def read_uncertainty(
    table: Table,
    *,
    names: Kinds,
    around: Around,
    columns: Sequence[str],
    has_limit: bool,
) -> UncertaintyModel | None:
    """Return the model of a check if there is one, noting its faults.

    `names` are those of the check's readings.
    """
    found = None
    for inner in table.table("uncertainty", None):
        kinds = {**names, **dict.fromkeys(OF_READINGS, Kind.NUMBER)}
        if has_limit:
            kinds["mpe"] = Kind.NUMBER
        for name in around.environment:
            if name in kinds:
                inner.fault("model", f"“{name}” is a condition and a name of the check")
            kinds[name] = Kind.NUMBER
        found = _model(inner, kinds, around.repetitions)
        for column in found.shows:
            if column not in columns:
                inner.fault("shows", f"“{column}” is no column of the check")
        for each in found.inputs:
            if each.standard and each.standard not in around.standards:
                inner.fault(
                    f"input[{each.key}].standard",
                    f"there is no need for standards “{each.standard}”",
                )
        if found.max_share is not None and not has_limit:
            inner.fault("max_share", "the check has no limit to compare with")
    return found


def environment_name(key: str) -> str:
    """Return the name in formulas of something about the surroundings."""
    return key.replace("-", "_")


def _model(table: Table, names: Kinds, repeated: Mapping[str, int]) -> UncertaintyModel:
    values = _values(table, names)
    names = {**names, **dict.fromkeys(values, Kind.NUMBER)}
    inputs = tuple(_input(each, names, repeated) for each in table.tables("input"))
    keys = [each.key for each in inputs]
    check_unique(table, "input", keys)
    if not inputs:
        table.fault("input", "a model needs at least one input")
    model = table.expression("model")
    known = {**names, **dict.fromkeys(keys, Kind.NUMBER)}
    check_kind(table, "model", model, names=known, is_exact=False)
    for each in inputs:
        is_named = model is None or each.key in model.names
        if not is_named and each.sensitivity is None:
            table.fault(f"input[{each.key}]", "is not named by the model")
        if is_named and each.sensitivity is not None and model is not None:
            table.fault(f"input[{each.key}].sensitivity", "the model gives it already")
    max_share = _share(table, "max_share")
    excess = table.word("excess", Excess, "warn")
    if max_share is None and "excess" in table.data:
        table.fault("excess", "goes with max_share")
    return UncertaintyModel(
        model=model or parse("0"),
        inputs=inputs,
        source=table.source(),
        values=values,
        span=table.word("per", Span, "point"),
        coverage_factor=_share(table, "coverage_factor"),
        max_share=max_share,
        excess=excess,
        stated=table.word("states", Stated, "error"),
        name_vi=table.text("name_vi", ""),
        name_en=table.text("name_en", ""),
        shows=table.texts("shows", ()),
    )


def _values(table: Table, names: Kinds) -> dict[str, Expression]:
    """Return the names that a model gives to what it needs several times."""
    values: dict[str, Expression] = {}
    for inner in table.table("values", None):
        for name in inner.data:
            known = {**names, **dict.fromkeys(values, Kind.NUMBER)}
            if name in known or not NAME.fullmatch(name) or name in WORDS:
                inner.fault(name, "cannot be a new name in formulas")
            expression = inner.expression(name)
            check_kind(inner, name, expression, names=known, is_exact=False)
            if expression is not None:
                values[name] = expression
    return values


def _share(table: Table, key: str) -> Fraction | None:
    """Return a number above zero, which may be written as a quotient."""
    expression = table.expression(key, None)
    if expression is None:
        return None
    try:
        number = expression.number({})
    except LabError:
        number = Fraction(0)
    if number <= 0:
        table.fault(key, "should be a number above zero")
        return None
    return number


def _input(table: Table, names: Kinds, repeated: Mapping[str, int]) -> UncertaintyInput:
    key, standard = table.text("key"), table.text("standard", "")
    if key and (not NAME.fullmatch(key) or key in WORDS):
        table.fault("key", f"“{key}” cannot be a name in formulas")
    known = dict(names)
    if standard:
        known |= dict.fromkeys(OF_STANDARDS, Kind.NUMBER)
    formulas: dict[str, Expression | None] = {}
    for name in (
        *("value", "half_width", "standard_uncertainty", "expanded"),
        *("coverage_factor", "dof", "sensitivity"),
    ):
        formulas[name] = table.expression(name, None)
        check_kind(table, name, formulas[name], names=known, is_exact=False)
        _check_sign(table, name, formulas[name])
    when, at = table.expression("when", None), table.expression("at", None)
    check_kind(table, "when", when, names=names, wanted=Kind.TRUTH)
    check_kind(table, "at", at, names=names)
    if at is not None and not standard:
        table.fault("at", "goes with standard")
    distribution, repeats = _way(table, repeated)
    return UncertaintyInput(
        key=key,
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        distribution=distribution,
        value=formulas["value"],
        half_width=formulas["half_width"],
        standard_uncertainty=formulas["standard_uncertainty"],
        expanded=formulas["expanded"],
        coverage_factor=formulas["coverage_factor"],
        repeats=repeats,
        standard=standard,
        at=at,
        degrees_of_freedom=formulas["dof"],
        sensitivity=formulas["sensitivity"],
        when=when,
    )


def _check_sign(table: Table, key: str, formula: Expression | None) -> None:
    """Note a fault for a width or number that can only be below zero."""
    if formula is None or key in ("value", "sensitivity"):
        return
    if sign_of(formula, signed=_SIGNED) is Sign.BELOW:
        table.fault(key, "cannot be below zero")


def _way(table: Table, repeated: Mapping[str, int]) -> tuple[Distribution, str]:
    """Return how the standard uncertainty is found, if it is said in one way only."""
    repeats = table.text("repeats", "")
    ways = [way for way in _WAYS if way in table.data]
    if len(ways) != 1:
        table.fault("half_width", f"says {len(ways)} of: {', '.join(_WAYS)}")
    bounded = "half_width" in ways
    default = "rectangular" if bounded else "normal"
    distribution = table.word("distribution", Distribution, default)
    if bounded != (distribution in _BOUNDED):
        table.fault("distribution", f"“{distribution}” does not go with {ways}")
    if ("expanded" in ways) != ("coverage_factor" in table.data):
        table.fault("coverage_factor", "goes with expanded, and always")
    if repeats:
        if repeats not in repeated:
            table.fault("repeats", f"“{repeats}” is no check with readings")
        elif repeated[repeats] < 2:
            table.fault("repeats", f"“{repeats}” reads each point once")
        if "dof" in table.data:
            table.fault("dof", "follows from the number of readings")
    return distribution, repeats
