"""Works out the uncertainty of what was read: a budget for each point of a check."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import inf, sqrt

from labms.catalogue.entries import Check
from labms.catalogue.entries.uncertainty import Span, UncertaintyInput, UncertaintyModel
from labms.catalogue.sheet.at_hand import standard_values
from labms.catalogue.sheet.budgets import (
    Around,
    BudgetLine,
    Measured,
    NotStated,
    PointBudget,
)
from labms.catalogue.sheet.planning import Row, Sheet
from labms.errors import LabError
from labms.i18n import N_
from labms.metrology.budget import (
    Budget,
    Contribution,
    Quantity,
    combined_standard_uncertainty,
    effective_degrees_of_freedom,
    make_budget,
)
from labms.metrology.coverage import by_student, fixed
from labms.metrology.distributions import (
    TypeA,
    from_expanded,
    from_half_width,
    from_readings,
)
from labms.metrology.expressions import CannotEvaluate, Expression, Value, parse
from labms.metrology.limits import Limits
from labms.metrology.modelling import evaluate_float
from labms.metrology.rounding import round_result
from labms.metrology.tree import Node

#: Policy of printing: the probability of every interval.
PROBABILITY = 0.9545


def sheet_budgets(
    sheet: Sheet, *, measured: Mapping[str, Measured], around: Around
) -> dict[str, PointBudget]:
    """Return the budget of each point of a sheet whose readings are all there.

    `measured` holds the readings of the whole sheet, by the keys of their rows.
    """
    found: dict[str, PointBudget] = {}
    scatters: dict[str, TypeA | None] = {}
    for check in (one for stage in sheet.stages for one in stage.checks):
        spec = sheet.check(check.slug)
        for budget in _budgets(sheet, spec, check.rows, measured, around, scatters):
            found[budget.key] = budget
    return found


def _budgets(
    sheet: Sheet,
    check: Check,
    rows: Sequence[Row],
    measured: Mapping[str, Measured],
    around: Around,
    scatters: dict[str, TypeA | None],
) -> Iterator[PointBudget]:
    model = check.uncertainty
    if model is None:
        return
    for key, together in _grouped(rows, model.span).items():
        if not all(row.key in measured for row in together):
            continue
        found = [measured[row.key] for row in together]
        value = sum((each.error for each in found), Fraction(0)) / len(found)
        plain = PointBudget(
            key=key,
            stage=together[0].stage,
            check=check.slug,
            rows=tuple(row.key for row in together),
            nominal=together[0].nominal,
            value=value,
            limits=_narrowest(found),
        )
        place = _Place(
            sheet, check, model, together, found, measured, around, value, scatters
        )
        try:
            yield place.budget(plain)
        except LabError as error:
            yield replace(plain, problem=error.text)


def _narrowest(found: Sequence[Measured]) -> Limits | None:
    limits = [each.limits for each in found if each.limits is not None]
    if len(limits) < len(found):
        return None
    return Limits(min(one.plus for one in limits), min(one.minus for one in limits))


def _grouped(rows: Sequence[Row], span: Span) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    names: dict[Decimal | None, str] = {}
    for row in rows:
        key = row.point_key
        if span is Span.NOMINAL:
            plain = f"{row.stage}-{row.check}-{len(names) + 1}"
            key = names.setdefault(row.nominal, plain)
        found[key] = (*found.get(key, ()), row)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """One point, with everything that its formulas may name."""

    sheet: Sheet
    check: Check
    model: UncertaintyModel
    rows: tuple[Row, ...]
    found: list[Measured]
    measured: Mapping[str, Measured]
    around: Around
    value: Fraction
    scatters: dict[str, TypeA | None]
    """What other checks showed, found once for the sheet."""

    def budget(self, plain: PointBudget) -> PointBudget:
        values = self._values()
        inputs = [
            each
            for each in self.model.inputs
            if each.when is None or each.when.holds(values)
        ]
        known = {each.key: self._quantity(each, values) for each in inputs}
        budget = self._modelled(known, values)
        lines = tuple(self._line(each, known[each.key], budget) for each in inputs)
        contributions = [
            Contribution(
                line.key,
                line.standard_uncertainty,
                line.sensitivity,
                line.degrees_of_freedom,
            )
            for line in lines
        ]
        u = combined_standard_uncertainty(contributions)
        if u == 0:
            raise NotStated(N_("Nothing contributes to the uncertainty."))
        dof = effective_degrees_of_freedom(contributions)
        factor = self.model.coverage_factor
        coverage = (
            by_student(u, dof=dof, probability=PROBABILITY)
            if factor is None
            else fixed(u, factor=float(factor))
        )
        expanded = Fraction(coverage.uncertainty)
        value_shown, shown = round_result(self.value, expanded)
        small = self._is_small_enough(expanded)
        return replace(
            plain,
            lines=lines,
            standard_uncertainty=u,
            degrees_of_freedom=dof,
            coverage=coverage,
            value_shown=value_shown,
            uncertainty_shown=shown,
            is_small_enough=small,
            is_refused=small is False and self.model.excess == "refuse",
            warnings=() if _is_linear(self.model.model.source) else budget.warnings(),
        )

    def _is_small_enough(self, uncertainty: Fraction) -> bool | None:
        mpe = self._mpe()
        if self.model.max_share is None or mpe is None:
            return None
        return uncertainty <= self.model.max_share * mpe

    def _mpe(self) -> Fraction | None:
        limits = [each.mpe for each in self.found if each.mpe is not None]
        return min(limits) if limits else None

    def _values(self) -> dict[str, Value]:
        """Return what formulas may name here, inputs and standards aside."""
        values: dict[str, Value] = {**self.rows[0].values, **self.around.environment}
        count = len(self.found)
        for column in self.rows[0].columns:
            numbers = [Fraction(each.numbers[column.key]) for each in self.found]
            values[column.key] = sum(numbers, Fraction(0)) / count
        values |= self.found[0].used
        values |= {"error": self.value, "n": Fraction(count)}
        values |= {"hysteresis": self._hysteresis(), "spread": self._spread()}
        if (mpe := self._mpe()) is not None:
            values["mpe"] = mpe
        for name, expression in self.model.values.items():
            values[name] = Fraction(_amount(expression, values))
        return values

    def _hysteresis(self) -> Fraction:
        """Return how far the means of both directions lie apart, at the worst."""
        by_way: dict[tuple[str, str], list[Fraction]] = {}
        for row, each in zip(self.rows, self.found, strict=True):
            by_way.setdefault((row.position_vi, row.direction or ""), []).append(
                each.error
            )
        means = {way: sum(x, Fraction(0)) / len(x) for way, x in by_way.items()}
        apart = [
            abs(means[position, "up"] - means[position, "down"])
            for position, direction in means
            if direction == "up" and (position, "down") in means
        ]
        return max(apart, default=Fraction(0))

    def _spread(self) -> Fraction:
        """Return how far repetitions lie apart, at the worst."""
        groups: dict[str, list[Fraction]] = {}
        for row, each in zip(self.rows, self.found, strict=True):
            groups.setdefault(row.point_key, []).append(each.error)
        return max(max(each) - min(each) for each in groups.values())

    def _quantity(self, each: UncertaintyInput, values: dict[str, Value]) -> Quantity:
        if each.standard:
            values = values | standard_values(
                self.sheet.procedure.standard(each.standard),
                self.rows[0],
                self.around.standards.get(each.standard, ()),
                load=None if each.at is None else each.at.number(values),
            )
        estimate = values.get(each.key, Fraction(0))
        if each.value is not None:
            estimate = Fraction(_amount(each.value, values))
        half_width, dof = None, inf
        if each.degrees_of_freedom is not None:
            dof = float(_amount(each.degrees_of_freedom, values))
        if each.repeats:
            u, dof = self._scatter(each.repeats)
        elif each.half_width is not None:
            half_width = float(_amount(each.half_width, values))
            u = from_half_width(half_width, each.distribution)
        elif each.expanded is not None and each.coverage_factor is not None:
            factor = float(_amount(each.coverage_factor, values))
            expanded = float(_amount(each.expanded, values))
            u = from_expanded(expanded, coverage_factor=factor)
        else:
            assert each.standard_uncertainty is not None  # noqa: S101 (one of four)
            u = float(_amount(each.standard_uncertainty, values))
        return Quantity(
            name=each.key,
            value=estimate if isinstance(estimate, Fraction) else Fraction(0),
            standard_uncertainty=abs(u),
            degrees_of_freedom=dof,
            distribution=each.distribution,
            half_width=half_width,
        )

    def _scatter(self, slug: str) -> tuple[float, float]:
        """Return u of a mean by the largest scatter of a check, and its ν."""
        if slug == self.check.slug:
            worst = self._largest(slug, self.rows)
        else:
            if slug not in self.scatters:
                self.scatters[slug] = self._largest(slug, self.sheet.rows)
            worst = self.scatters[slug]
        if worst is None:
            raise NotStated(N_("The readings that show the repeatability are missing."))
        u = worst.standard_deviation / sqrt(len(self.found))
        return u, worst.degrees_of_freedom

    def _largest(self, slug: str, rows: Sequence[Row]) -> TypeA | None:
        groups: dict[str, list[Fraction]] = {}
        for row in rows:
            if row.check == slug and row.key in self.measured:
                groups.setdefault(row.point_key, []).append(
                    self.measured[row.key].error
                )
        several = [from_readings(each) for each in groups.values() if len(each) > 1]
        return max(several, key=lambda each: each.standard_deviation, default=None)

    def _modelled(
        self, known: Mapping[str, Quantity], values: Mapping[str, Value]
    ) -> Budget:
        """Return the model's own budget; what is no input of it is exact."""
        model, quantities = self.model.model, []
        left_out = {each.key for each in self.model.inputs} - known.keys()
        for name in sorted(model.names):
            if name in known:
                quantities.append(known[name])
                continue
            value = values.get(name)
            if value is None and name in left_out:
                value = Fraction(0)
            if isinstance(value, Fraction):
                quantities.append(
                    Quantity(name=name, value=value, standard_uncertainty=0.0)
                )
        return make_budget(model, quantities)

    def _line(
        self, each: UncertaintyInput, known: Quantity, budget: Budget
    ) -> BudgetLine:
        if each.sensitivity is not None:
            slope = float(_amount(each.sensitivity, self._values()))
        else:
            slope = next(
                one.sensitivity for one in budget.contributions if one.name == each.key
            )
        return BudgetLine(
            key=each.key,
            name_vi=each.name_vi,
            name_en=each.name_en,
            distribution=each.distribution,
            standard_uncertainty=known.standard_uncertainty,
            sensitivity=slope,
            degrees_of_freedom=known.degrees_of_freedom,
        )


def _amount(expression: Expression, values: Mapping[str, Value]) -> Fraction | float:
    """Return a number: exact where there is an exact one, else in floats."""
    missing = expression.names - values.keys() - {"pi"}
    if missing:
        raise NotStated(N_("A standard's value or a condition is not stated."))
    try:
        return expression.number(values)
    except CannotEvaluate:
        numbers = {
            name: float(value)
            for name, value in values.items()
            if isinstance(value, Fraction)
        }
        return evaluate_float(expression, numbers)


@cache
def _is_linear(source: str) -> bool:
    """Whether a model adds and subtracts only, so that first order is all."""

    def plain(node: Node) -> bool:
        if node.what == "*":
            numbers = [part for part in node.parts if part.what == "number"]
            return bool(numbers) and all(plain(part) for part in node.parts)
        if node.what == "/":
            return node.parts[1].what == "number" and plain(node.parts[0])
        if node.what in ("+", "-", "negative"):
            return all(plain(part) for part in node.parts)
        return node.what in ("name", "number")

    return plain(parse(source).root)
