r"""Units as the digital SI (D-SI) writes them, and exact conversion into those.

Source: D-SI 2.2.1 (PTB, 2024): units are the names of the SI brochure with a backslash,
prefixes likewise, exponents `\tothe{n}`. Mass is written in the kilogram, the unit of
the SI; all others keep the unit that the certificate prints, so that both show the same
digits. A unit that D-SI has no name for is named beside the quantity (`nonSIUnit`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

#: Wide enough for any reading times any factor here; what would round is an error.
_EXACT = Context(prec=120, traps=[Inexact])
ONE = r"\one"


@dataclass(frozen=True, slots=True)
class DigitalUnit:
    """How a unit is written, and by what a value is multiplied for it."""

    name: str
    factor: Decimal | None = None
    """None: the value stays as it is."""
    beside: str = ""
    """The unit, where D-SI has no name for it and `name` is the number one."""


def _mass(factor: str) -> DigitalUnit:
    return DigitalUnit(r"\kilogram", Decimal(factor))


_NAMES: Mapping[str, str] = {
    "": ONE,
    "1": ONE,
    "kg": r"\kilogram",
    "m": r"\metre",
    "mm": r"\milli\metre",
    "µm": r"\micro\metre",
    "cm": r"\centi\metre",
    "km": r"\kilo\metre",
    "L": r"\litre",
    "mL": r"\milli\litre",
    "µL": r"\micro\litre",
    "m³": r"\metre\tothe{3}",
    "L/min": r"\litre\minute\tothe{-1}",
    "L/h": r"\litre\hour\tothe{-1}",
    "m³/h": r"\metre\tothe{3}\hour\tothe{-1}",
    "s": r"\second",
    "min": r"\minute",
    "h": r"\hour",
    "m/s": r"\metre\second\tothe{-1}",
    "mm/s": r"\milli\metre\second\tothe{-1}",
    "km/h": r"\kilo\metre\hour\tothe{-1}",
    "mm/mV": r"\milli\metre\milli\volt\tothe{-1}",
    "Pa": r"\pascal",
    "kPa": r"\kilo\pascal",
    "MPa": r"\mega\pascal",
    "hPa": r"\hecto\pascal",
    "bar": r"\bar",
    "mbar": r"\milli\bar",
    "mmHg": r"\mmHg",
    "°C": r"\degreecelsius",
    "%": r"\percent",
    "%RH": r"\percent",
    "V": r"\volt",
    "mV": r"\milli\volt",
    "kV": r"\kilo\volt",
    "A": r"\ampere",
    "mA": r"\milli\ampere",
    "kA": r"\kilo\ampere",
    "Ω": r"\ohm",
    "mΩ": r"\milli\ohm",
    "kΩ": r"\kilo\ohm",
    "MΩ": r"\mega\ohm",
    "W": r"\watt",
    "mW": r"\milli\watt",
    "kW": r"\kilo\watt",
    "Wh": r"\watt\hour",
    "kWh": r"\kilo\watt\hour",
    "MWh": r"\mega\watt\hour",
    "kvarh": r"\kilo\volt\ampere\hour",
    "imp/kWh": r"\kilo\watt\tothe{-1}\hour\tothe{-1}",
    "imp/km": r"\kilo\metre\tothe{-1}",
    "Hz": r"\hertz",
    "kHz": r"\kilo\hertz",
    "min⁻¹": r"\minute\tothe{-1}",
    "N": r"\newton",
    "kN": r"\kilo\newton",
    "N·m": r"\newton\metre",
    "kg/m³": r"\kilogram\metre\tothe{-3}",
    "mg/L": r"\milli\gram\litre\tothe{-1}",
    "mg/m³": r"\milli\gram\metre\tothe{-3}",
    "m/s²": r"\metre\second\tothe{-2}",
    "dB": r"\decibel",
    "lx": r"\lux",
    "cd/m²": r"\candela\metre\tothe{-2}",
    "mW/cm²": r"\milli\watt\centi\metre\tothe{-2}",
    "V/m": r"\volt\metre\tothe{-1}",
    "D": r"\metre\tothe{-1}",
    "″": r"\arcsecond",
}
#: Source of kgf/cm²: ISO 80000-4:2019 (conventional value, exact).
DIGITAL: Mapping[str, DigitalUnit] = {
    **{symbol: DigitalUnit(name) for symbol, name in _NAMES.items()},
    "g": _mass("0.001"),
    "mg": _mass("0.000001"),
    "µg": _mass("0.000000001"),
    "t": _mass("1000"),
    "kgf/cm²": DigitalUnit(r"\pascal", Decimal("98066.5")),
}


def digital(symbol: str) -> DigitalUnit:
    """Return how D-SI writes a unit; one that it lacks is named beside."""
    return DIGITAL.get(symbol) or DigitalUnit(ONE, beside=symbol)


def written(value: Decimal, unit: DigitalUnit) -> str:
    """Return a value in a D-SI unit with all its digits: exact, never rounded."""
    if unit.factor is not None:
        value = _EXACT.multiply(value, unit.factor)
    return format(value, "f")


#: Which we use for differences of temperature only; the scale is the Celsius one.
KELVIN = "K"
#: Other ways in which the units that we know are written by others.
_ALSO: Mapping[str, str] = {
    r"\gram": "g",
    r"\milli\gram": "mg",
    r"\micro\gram": "µg",
    r"\kilo\gram": "kg",
    r"\tonne": "t",
    r"\kelvin": KELVIN,
    r"\degreeCelsius": "°C",
    r"\deci\metre\tothe{3}": "L",
    r"\centi\metre\tothe{3}": "mL",
    r"\milli\metre\tothe{3}": "µL",
}
_SYMBOLS: Mapping[str, str] = {
    **{name: symbol for symbol, name in reversed(tuple(_NAMES.items())) if symbol},
    **_ALSO,
}
_PER = re.compile(r"\\per((?:\\[a-z]+)*?\\[a-z]+)(?:\\tothe\{([0-9]+)\})?(?=\\|$)")


def symbol_of(name: str) -> str | None:
    """Return our symbol for a D-SI unit; None for one that we don't know."""
    plain = "".join(name.split())
    return _SYMBOLS.get(plain) or _SYMBOLS.get(_without_per(plain))


def _without_per(name: str) -> str:
    r"""Return a unit without `\per`, which D-SI has given up, but with powers."""
    return _PER.sub(lambda found: rf"{found[1]}\tothe{{-{found[2] or 1}}}", name)
