"""Works a procedure's points and limits out for one instrument after another.

What each of its formulas divides by is noted, and which of them have no value there.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from labms.catalogue.characteristics import (
    Characteristics,
    Given,
    read_characteristics,
)
from labms.catalogue.entries import (
    Check,
    GroupLimit,
    LimitOption,
    LimitUse,
    Procedure,
)
from labms.catalogue.entries.uncertainty import UncertaintyModel
from labms.catalogue.files.uncertainty import (
    OF_READINGS,
    OF_STANDARDS,
    environment_name,
)
from labms.catalogue.trial.reckoning import Row, Trial, Work, parts_of
from labms.errors import LabError
from labms.metrology.divisors import may_fail
from labms.metrology.expressions import Expression, Value
from labms.metrology.limits import Limit

#: The formulas of an input of a model.
OF_INPUTS = (
    "value", "half_width", "standard_uncertainty", "expanded", "coverage_factor",
    "degrees_of_freedom", "sensitivity", "when", "at",
)  # fmt: skip
#: What the accuracy of a standard is judged by.
OF_A_STANDARD = ("accuracy", "uncertainty", "tolerance", "capacity", "mpe")


def of_readings(check: Check) -> Iterator[tuple[str, Expression]]:
    """Yield the formulas that work with what is read, by the keys where they stand."""
    if check.error:
        yield "error", check.error
    for number, rule in enumerate(check.requires, start=1):
        yield f"requires[{number}].rule", rule.rule
    for name in ("spread", "hysteresis", "shift", "one_sign"):
        group: GroupLimit | None = getattr(check, name)
        for key in ("limit", "value"):
            formula = getattr(group, key, None)
            if formula:
                yield f"{name}.{key}", formula
    if check.uncertainty:
        yield from _of_model(check.uncertainty)


def _of_model(model: UncertaintyModel) -> Iterator[tuple[str, Expression]]:
    for name, formula in model.values.items():
        yield f"uncertainty.values.{name}", formula
    yield "uncertainty.model", model.model
    for each in model.inputs:
        for name in OF_INPUTS:
            if formula := getattr(each, name):
                key = {"degrees_of_freedom": "dof"}.get(name, name)
                yield f"uncertainty.input[{each.key}].{key}", formula


@dataclass(frozen=True, slots=True)
class Formulas:
    """A check with formulas that may be without a value."""

    check: Check
    stage: str
    names: frozenset[str]
    """The figures of the plate that they depend on."""


@dataclass(slots=True)
class Probe:
    """The formulas of a procedure that may be without a value."""

    procedure: Procedure
    file: str
    options: Mapping[str, str]
    checks: list[Formulas] = field(init=False)
    moved: frozenset[str] = frozenset()
    """The figures that are moved: checks that do without them are as they were.

    None of them: all checks.
    """

    def __post_init__(self) -> None:
        self.checks = [
            Formulas(check, stage.slug, self._figures(check))
            for stage in self.procedure.stages
            for check in stage.checks
            if any(map(may_fail, self._worked_out(check)))
        ]

    def _figures(self, check: Check) -> frozenset[str]:
        planned = [each.planned for each in check.columns if each.planned]
        names = {
            name
            for each in (*self._expressions(check), *planned)
            for name in each.names
        }
        for name, value in reversed(tuple(self.procedure.values.items())):
            names |= value.names if name in names else set()
        for each in self.procedure.characteristics:
            if each.key in names and each.default:
                names |= each.default.names
        return frozenset(names)

    def _worked_out(self, check: Check) -> Iterator[Expression]:
        """Yield its formulas, and those of the procedure's values that it needs."""
        yield from self._expressions(check)
        names = self._figures(check)
        yield from (
            value for name, value in self.procedure.values.items() if name in names
        )

    def _expressions(self, check: Check) -> Iterator[Expression]:
        yield from (each.at for each in check.points)
        yield from (each.when for each in check.points if each.when)
        yield from filter(None, (check.when, check.keep))
        for use in check.limits:
            yield from use.given.values()
            limit = self._limit(use)
            yield from (each for _, each in parts_of(limit)) if limit else ()
        yield from (each for _, each in of_readings(check))
        for needed in self.procedure.standards:
            if check.slug in needed.checks:
                own = (needed.tolerance, needed.accuracy, needed.reach)
                yield from filter(None, own)

    def _limit(self, use: LimitUse) -> Limit | None:
        option = self._option(use)
        return option.limit if option else use.formula

    def _option(self, use: LimitUse) -> LimitOption | None:
        if not use.table:
            return None
        return self.procedure.tables[use.table].option(self.options[use.table])

    def covered(self, given: Given) -> Characteristics | None:
        """Return an instrument of these figures; None if the scope leaves it out."""
        try:
            instrument = read_characteristics(self.procedure.characteristics, given)
            for rule in self.procedure.scope:
                if not rule.rule.holds(self._values(instrument, rule.unit)):
                    return None
        except LabError:
            return None
        return instrument

    def tried(self, given: Given, *, row: Row | None = None) -> Trial | None:
        """Return what these figures come to; None if the scope leaves them out.

        With `row` at one point of one check alone.
        """
        if (instrument := self.covered(given)) is None:
            return None
        trial = Trial()
        for each in self.checks:
            still = self.moved and not self.moved & each.names
            if still or (row and row[0] != each.check.slug):
                continue
            self._try(each, instrument, trial, row)
        return trial

    def _values(self, instrument: Characteristics, unit: str) -> dict[str, Value]:
        values = instrument.taken_in(unit)
        for name, expression in self.procedure.values.items():
            if expression.names <= values.keys():
                with suppress(LabError):  # whoever needs it finds it missing
                    values[name] = expression.evaluate(values)
        return values

    def _try(
        self,
        formulas: Formulas,
        instrument: Characteristics,
        trial: Trial,
        row: Row | None,
    ) -> None:
        check = formulas.check
        key = f"stage[{formulas.stage}].check[{check.slug}]."
        unit = check.unit_on(instrument.values)
        work = Work(trial, self.file, Row(check.slug, 0))
        values = instrument.taken_in(unit)
        for name, expression in self.procedure.values.items():
            if expression.names <= values.keys():
                value = work.value(f"values.{name}", expression, values)
                values |= {} if value is None else {name: value}
        if work.value(f"{key}when", check.when, values, True) is not True:
            return
        for number in range(1, len(check.points) + 1):
            if row and row.number and row.number != number:
                continue
            work.row = Row(check.slug, number)
            if at := self._at(work, key, check, values):
                self._try_limits(work, key, check, at)
                self._try_readings(work, key, check, at)

    def _at(
        self, work: Work, key: str, check: Check, values: Mapping[str, Value]
    ) -> dict[str, Value] | None:
        """Return what is known at a point; None if there is no such point here."""
        point = check.points[work.row.number - 1]
        here = f"{key}points[{work.row.number}]."
        if work.value(f"{here}when", point.when, values, True) is not True:
            return None
        nominal = work.value(f"{here}at", point.at, values)
        if nominal is None:
            return None
        at = {**values, "nominal": nominal}
        if work.value(f"{key}keep", check.keep, at, True) is not True:
            return None
        for column in check.columns:
            if column.planned and column.planned.names <= at.keys():
                planned = work.value(f"{key}columns", column.planned, at)
                at |= {} if planned is None else {column.key: planned}
        return at

    def _try_limits(
        self, work: Work, key: str, check: Check, at: Mapping[str, Value]
    ) -> None:
        for number, use in enumerate(check.limits, start=1):
            here = f"{key}limit[{number}]."
            limit = self._limit(use)
            if limit is None:
                continue
            if not use.table:
                work.limit(limit, at, file=self.file, key=here)
                continue
            given = {
                name: work.value(f"{here}given.{name}", each, at)
                for name, each in use.given.items()
                if each.names <= at.keys()
            }
            known = {name: each for name, each in given.items() if each is not None}
            if limit.names <= known.keys():
                file, place = self._place(use)
                work.limit(limit, known, file=file, key=place)

    def _try_readings(
        self, work: Work, key: str, check: Check, at: Mapping[str, Value]
    ) -> None:
        """Try what follows from readings, whatever those are."""
        columns = [each.key for each in check.columns]
        known = {name: each for name, each in at.items() if name not in columns}
        typed = [*columns, *check.uses, "mpe", *self._of_models(check)]
        for place, expression in of_readings(check):
            if may_fail(expression):
                work.reading(f"{key}{place}", expression, known, typed=typed)
        for needed in self.procedure.standards:
            if check.slug not in needed.checks:
                continue
            for name in ("tolerance", "accuracy", "reach"):
                formula: Expression | None = getattr(needed, name)
                if formula and may_fail(formula):
                    place = f"standard[{needed.slug}].{name}"
                    work.reading(place, formula, at, typed=OF_A_STANDARD)

    def _of_models(self, check: Check) -> list[str]:
        """Return what the model of a check names besides readings."""
        if check.uncertainty is None:
            return []
        around = [environment_name(each.key) for each in self.procedure.environment]
        inputs = [each.key for each in check.uncertainty.inputs]
        own = check.uncertainty.values
        return [*OF_READINGS, *OF_STANDARDS, *around, *inputs, *own]

    def _place(self, use: LimitUse) -> tuple[str, str]:
        """Return where the option of a table stands: its file, or this procedure."""
        inside = f"option[{self.options[use.table]}]."
        own = {each.get("slug") for each in self.procedure.raw.get("table", ())}
        if use.table in own:
            return self.file, f"table[{use.table}].{inside}"
        return f"limits/{use.table}.toml", inside
