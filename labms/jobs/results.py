"""The results of a calibration as tables: what is stated at each point, with U and k.

Made once, when a job is submitted, from what was measured; frozen with it, and printed
from there. Texts are of the certificate: both languages at once, decimals as kept.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from labms.catalogue.entries.uncertainty import Span, Stated
from labms.catalogue.sheet import Evaluation, PointBudget, Row, Sheet, SheetCheck
from labms.jobs.conformity import DECISIONS, AgreedRule, decide
from labms.metrology.decimals import decimals_of
from labms.metrology.rounding import as_decimal, round_to

STATED: Mapping[Stated, tuple[str, str]] = {
    Stated.ERROR: ("Sai số", "Error"),
    Stated.CORRECTION: ("Số hiệu chính", "Correction"),
}
WAYS: Mapping[str, tuple[str, str]] = {
    "up": ("chiều tăng", "increasing"),
    "down": ("chiều giảm", "decreasing"),
}


def results_of(
    sheet: Sheet, evaluation: Evaluation, *, rule: AgreedRule
) -> list[dict[str, Any]]:
    """Return a table for each check that states values."""
    return [
        _table(sheet, check, evaluation, rule)
        for stage in sheet.stages
        for check in stage.checks
        if sheet.check(check.slug).uncertainty is not None
    ]


def _table(
    sheet: Sheet, check: SheetCheck, evaluation: Evaluation, rule: AgreedRule
) -> dict[str, Any]:
    budgets = [one for one in evaluation.budgets.values() if one.check == check.slug]
    twins = _twins(check)
    lines = [_Line(sheet, check, one, evaluation, rule, twins) for one in budgets]
    columns = lines[0].columns() if lines else []
    rows = [line.cells() for line in lines]
    kept = [n for n in range(len(columns)) if any(row[n]["vi"] for row in rows)]
    return {
        "title_vi": check.name_vi,
        "title_en": check.name_en,
        "columns": [columns[n] for n in kept],
        "rows": [[row[n] for n in kept] for row in rows],
    }


def _twins(check: SheetCheck) -> frozenset[Decimal]:
    """Return the points of several names, as 200 g and 200 g* of one set."""
    names: dict[Decimal, set[str]] = {}
    for row in check.rows:
        if row.nominal is not None:
            names.setdefault(row.nominal, set()).add(row.point_label)
    return frozenset(nominal for nominal, found in names.items() if len(found) > 1)


def _column(role: str, vi: str, en: str, unit: str = "") -> dict[str, str]:
    """Return a heading; `role` tells machines what the column holds."""
    return {"role": role, "vi": vi, "en": en, "unit": unit}


def _cell(value: str, en: str = "") -> dict[str, str]:
    return {"vi": value, "en": en or value}


class _Line:
    """One point of a table."""

    def __init__(
        self,
        sheet: Sheet,
        check: SheetCheck,
        budget: PointBudget,
        evaluation: Evaluation,
        rule: AgreedRule,
        twins: frozenset[Decimal],
    ) -> None:
        spec = sheet.check(check.slug)
        assert spec.uncertainty is not None  # noqa: S101 (the caller looked)
        self._spec, self._model = spec, spec.uncertainty
        self._check, self._budget, self._rule = check, budget, rule
        self._rows = [row for row in check.rows if row.key in set(budget.rows)]
        self._evaluation, self._twins = evaluation, twins
        self._both_ways = self._model.span is Span.NOMINAL and len(spec.directions) > 1

    def columns(self) -> list[dict[str, str]]:
        first, model = self._rows[0], self._model
        found = [
            _column("nominal", "Điểm đo", "Point", first.unit),
            _column("mark", "Ký hiệu", "Mark"),
            _column("position", "Vị trí", "Position"),
        ]
        if not self._both_ways:
            found.append(_column("direction", "Chiều", "Direction"))
        for column in first.columns:
            if column.key in self._shown():
                found += [
                    _column(
                        "reference" if column.key == "reference" else "reading",
                        ", ".join(filter(None, (column.label_vi, vi))),
                        ", ".join(filter(None, (column.label_en, en))),
                        column.unit,
                    )
                    for vi, en in self._ways().values()
                ]
        vi, en = STATED[model.stated]
        unit = self._check.error_unit
        found += [
            _column("hysteresis", "Hồi sai", "Hysteresis", unit),
            _column(str(model.stated), model.name_vi or vi, model.name_en or en, unit),
            _column("uncertainty", "U", "U", unit),
            _column("coverage_factor", "k", "k"),
            _column("limit", "Giới hạn", "Limit", unit),
            _column("conformity", "Kết luận", "Statement"),
        ]
        return found

    def cells(self) -> list[dict[str, str]]:
        first, budget = self._rows[0], self._budget
        called = first.position_vi, first.position_en
        found = [
            _cell("" if first.nominal is None else format(first.nominal, "f")),
            self._mark(),
            _cell(called[0] if not self._both_ways else "", called[1]),
        ]
        if not self._both_ways:
            found.append(_cell(*WAYS.get(first.direction or "", ("", ""))))
        for column in first.columns:
            if column.key in self._shown():
                found += [_cell(self._mean(column.key, way)) for way in self._ways()]
        stated = budget.value_shown
        if stated is not None and self._model.stated is Stated.CORRECTION:
            stated = -stated
        factor = budget.coverage and f"{budget.coverage.factor:.2f}"
        decision = self._decision()
        return [
            *found,
            _cell(self._hysteresis()),
            _cell(_signed(stated)),
            _cell(_text(budget.uncertainty_shown)),
            _cell(factor or ""),
            _cell(self._limit()),
            _cell(*decision),
        ]

    def _mark(self) -> dict[str, str]:
        """Return what a point is called that the number alone does not tell apart."""
        first = self._rows[0]
        if first.nominal not in self._twins:
            return _cell("")
        return _cell(first.point_label, first.point_label_en)

    def _shown(self) -> tuple[str, ...]:
        """Return the columns to print: as named, else both of two, else none."""
        keys = tuple(each.key for each in self._spec.columns)
        return self._model.shows or (keys if len(keys) <= 2 else ())

    def _ways(self) -> Mapping[str, tuple[str, str]]:
        return WAYS if self._both_ways else {"": ("", "")}

    def _of(self, way: str) -> Iterator[Row]:
        return (row for row in self._rows if not way or row.direction == way)

    def _mean(self, column: str, way: str) -> str:
        numbers = [
            self._evaluation.rows[row.key].numbers[column] for row in self._of(way)
        ]
        if not numbers:
            return "—"
        mean = sum(map(Fraction, numbers), Fraction(0)) / len(numbers)
        typed = max(decimals_of(number) for number in numbers)
        more = 1 if len(numbers) > 1 else 0
        return _text(round_to(mean, places=typed + more))

    def _hysteresis(self) -> str:
        """Return how far both directions lie apart, where both were read."""
        if not self._both_ways:
            return ""
        means = []
        for way in WAYS:
            errors = [self._evaluation.rows[row.key].error for row in self._of(way)]
            known = [Fraction(error) for error in errors if error is not None]
            if known:
                means.append(sum(known, Fraction(0)) / len(known))
        if len(means) < 2:
            return "—"
        shown = self._budget.value_shown  # zero has its places too
        places = 0 if shown is None else decimals_of(shown)
        return _text(round_to(abs(means[0] - means[1]), places=places))

    def _decision(self) -> tuple[str, str]:
        limits, exact = self._budget.limits, self._budget.uncertainty
        if limits is None or exact is None:
            return ("", "")
        decision = decide(
            self._rule,
            self._budget.value,
            plus=as_decimal(limits.plus),
            minus=as_decimal(limits.minus),
            uncertainty=exact,
        )
        return DECISIONS[decision] if decision else ("", "")

    def _limit(self) -> str:
        if self._rule is AgreedRule.NONE or self._budget.limits is None:
            return ""
        plus, minus = (_text(as_decimal(one)) for one in self._budget.limits)
        return f"±{plus}" if plus == minus else f"−{minus} / +{plus}"


def _signed(value: Decimal | None) -> str:
    """Return what may lie on either side of zero with its sign; zero has none."""
    if value is None or value < 0:
        return _text(value)
    return f"+{value:f}" if value else _text(abs(value))


def _text(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")
