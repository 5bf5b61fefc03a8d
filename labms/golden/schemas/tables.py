"""Limits of the catalogue for golden examples, by one description for each check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from labms.catalogue.shipped import shipped_catalogue
from labms.golden.reading import BadExample, number, optional
from labms.i18n import N_
from labms.metrology.expressions import Value
from labms.metrology.limits import Limits, NoLimit
from labms.metrology.units import convert
from labms.metrology.verdicts import judge_between

Given = Mapping[str, Any]

#: What an example may be about, and which limits that means.
_STAGES = {
    **dict.fromkeys(
        ("initial", "subsequent", "periodic", "after_repair", "verification"),
        "verification",
    ),
    "in_service": "in_service",
}


def stage_of(told: Given) -> str:
    """Return whether an example is about a verification or about use in service."""
    named = str(told.get("stage", "initial"))
    if named not in _STAGES:
        raise BadExample(problem=N_("no such stage:") + " " + named)
    return _STAGES[named]


def limits_of(
    slug: str,
    values: Mapping[str, Value],
    *,
    stage: str = "verification",
    option: int = 0,
) -> Limits | None:
    """Return the limits that a table of the catalogue sets, or None if it sets none."""
    chosen = shipped_catalogue().table(slug).options[option]
    try:
        found = chosen.limit.limits(values)
    except NoLimit:
        return None
    return found.times(Fraction(chosen.factors.get(stage, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One kind of example: which table it asks, with what, and what it calls things."""

    slug: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    """What the table has to be told as a number, and where the example says it."""
    texts: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Value] = field(default_factory=dict)
    may_lack: frozenset[str] = frozenset()
    """Numbers of the table that an example need not tell: then they are zero."""
    unit: str = ""
    """The unit of the table, where an example may name another one of the quantity."""
    by_stage: str = ""
    """The table's own input for the stage, where it isn't a factor."""
    reference: str = "reference"
    indication: str = "indication"
    error: str = "error"
    mpe: str = "mpe"
    outside: str = "out_of_range"
    """The verdict where there is no limit."""

    def work_out(self, told: Given) -> dict[str, Any]:
        """Return the limits, the error and the verdict of an example."""
        limits = self.limits(told)
        error = self.error_of(told)
        verdict = self.outside
        if limits is not None:
            verdict = judge_between(error, plus=limits.plus, minus=limits.minus).value
        back = Fraction(1)
        if self.unit and told.get("unit") is not None:
            back = convert(back, unit=self.unit, into=str(told["unit"]))
        plus = None if limits is None else limits.plus * back
        return {
            self.mpe: plus,
            "upper": plus,
            "lower": None if limits is None else -limits.minus * back,
            self.error: error * back,
            "verdict": verdict,
        }

    def limits(self, told: Given) -> Limits | None:
        """Return the limits for an example, or None."""
        values: dict[str, Value] = dict(self.fixed)
        for name, key in self.numbers.items():
            values[name] = Fraction(0)
            if optional(told, key) is not None:
                values[name] = self._in_unit(told, key)
            elif name not in self.may_lack:
                raise BadExample(problem=N_("this is missing:") + " " + key)
        for name, key in self.texts.items():
            values[name] = str(told[key])
        if self.by_stage:
            values[self.by_stage] = stage_of(told)
        return limits_of(self.slug, values, stage=stage_of(told))

    def error_of(self, told: Given) -> Fraction:
        """Return the error, from the readings where there are any."""
        stated = optional(told, self.error)
        if (
            told.get(self.indication) is not None
            and told.get(self.reference) is not None
        ):
            error = self._in_unit(told, self.indication)
            error -= self._in_unit(told, self.reference)
            if stated is not None and self._in_unit(told, self.error) != error:
                raise BadExample(problem=N_("the error does not go with the readings"))
            return error
        if stated is None:
            raise BadExample(problem=N_("this is missing:") + " " + self.error)
        return self._in_unit(told, self.error)

    def _in_unit(self, told: Given, key: str) -> Fraction:
        """Return a figure of the example in the unit of the table."""
        value = number(told[key])
        if not self.unit or told.get("unit") is None:
            return value
        return convert(value, unit=str(told["unit"]), into=self.unit)
