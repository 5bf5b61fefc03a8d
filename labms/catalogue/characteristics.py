"""What an instrument's own characteristics are worth in a formula."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import Characteristic, CharacteristicKind
from labms.catalogue.rules import (
    Both,
    CharacteristicMissing,
    CharacteristicUnusable,
)
from labms.errors import LabError
from labms.i18n import Message
from labms.metrology.decimals import read_in
from labms.metrology.expressions import Value
from labms.metrology.units import convert, convertible

Given = Mapping[str, str | Decimal]


@dataclass(frozen=True, slots=True)
class Characteristics:
    """The characteristics of one instrument, read and completed by their defaults."""

    values: Mapping[str, Value]
    units: Mapping[str, str]

    def taken_in(self, unit: str) -> dict[str, Value]:
        """Return all values; those of the quantity of `unit` are converted into it.

        So a formula in grams may name a Max that the plate gives in kilograms.
        """
        return {
            key: convert(value, unit=self.units[key], into=unit)
            if isinstance(value, Fraction) and convertible(self.units[key], unit)
            else value
            for key, value in self.values.items()
        }


def read_characteristics(
    expected: Iterable[Characteristic], given: Given
) -> Characteristics:
    """Return what an instrument's characteristics are worth.

    Raises CharacteristicMissing or CharacteristicUnusable, naming the first.
    """
    expected = tuple(expected)
    values: dict[str, Value] = {}
    units = {each.key: each.unit for each in expected}
    for each in expected:
        written = given.get(each.key, "")
        if isinstance(written, str) and not written.strip():
            if each.is_required:
                raise CharacteristicMissing(name=_name(each))
            continue
        values[each.key] = _read(each, written)
        if convertible(each.unit_of(given), each.unit):
            units[each.key] = each.unit_of(given)
    for each in expected:
        if each.key not in values and each.default is not None:
            known = Characteristics(values, units).taken_in(each.unit)
            if each.default.names <= known.keys():
                values[each.key] = each.default.evaluate(known)
    return Characteristics(values, units)


def characteristic_problems(
    expected: Iterable[Characteristic], given: Given
) -> dict[str, Message]:
    """Return what is wrong with each characteristic that was entered, by its key."""
    problems = {}
    for each in expected:
        try:
            read_characteristics([each], given)
        except LabError as error:
            problems[each.key] = error.text
    return problems


def _read(expected: Characteristic, written: str | Decimal) -> Value:
    if expected.kind is CharacteristicKind.DECIMAL:
        if isinstance(written, Decimal):
            return Fraction(written)
        return Fraction(read_in(written, expected.unit))
    text = str(written).strip()
    if expected.choices and text not in expected.choices:
        raise CharacteristicUnusable(value=text, name=_name(expected))
    return text


def _name(expected: Characteristic) -> Both:
    return Both(expected.name_vi, expected.name_en)
