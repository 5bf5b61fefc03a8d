"""Units of measurement, and exact conversion between those of one quantity.

Source: BIPM, The International System of Units, 9th edition (2019); for mmHg and
kgf/cm² NĐ 86/2012/NĐ-CP and ISO 80000-4:2019 (conventional values).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from labms.errors import Invalid
from labms.i18n import N_


class NoConversion(Invalid):
    """Between these units there is nothing to convert."""

    code = "metrology.no_conversion"
    message = N_("{unit} cannot be converted into {into}.")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a symbol measures, and how many of the quantity's first unit it is."""

    quantity: str
    factor: Fraction


_FACTORS: Mapping[str, Mapping[str, str]] = {
    "mass": {"g": "1", "µg": "0.000001", "mg": "0.001", "kg": "1000", "t": "1000000"},
    "length": {"mm": "1", "µm": "0.001", "cm": "10", "m": "1000", "km": "1000000"},
    "volume": {"L": "1", "mL": "0.001", "µL": "0.000001", "m³": "1000"},
    "flow": {"L/min": "1", "L/h": "1/60", "m³/h": "50/3"},
    "time": {"s": "1", "min": "60", "h": "3600"},
    "speed": {"m/s": "1", "mm/s": "0.001", "km/h": "5/18"},
    "deflection": {"mm/mV": "1"},
    "pressure": {
        "kPa": "1",
        "Pa": "0.001",
        "MPa": "1000",
        "mbar": "0.1",
        "hPa": "0.1",
        "bar": "100",
        "mmHg": "0.133322387415",
        "kgf/cm²": "98.0665",
    },
    "temperature": {"°C": "1"},
    "humidity": {"%RH": "1"},
    "ratio": {"%": "1"},
    "voltage": {"V": "1", "mV": "0.001", "kV": "1000"},
    "current": {"A": "1", "mA": "0.001", "kA": "1000"},
    "resistance": {"Ω": "1", "mΩ": "0.001", "kΩ": "1000", "MΩ": "1000000"},
    "power": {"W": "1", "mW": "0.001", "kW": "1000"},
    "energy": {"kWh": "1", "Wh": "0.001", "MWh": "1000"},
    "reactive energy": {"kvarh": "1"},
    "meter constant": {"imp/kWh": "1"},
    "turns constant": {"imp/km": "1"},
    "frequency": {"Hz": "1", "kHz": "1000", "min⁻¹": "1/60"},
    "force": {"N": "1", "kN": "1000"},
    "torque": {"N·m": "1"},
    "density": {"kg/m³": "1"},
    "mass concentration": {"mg/L": "1"},
    "dust concentration": {"mg/m³": "1"},
    "acceleration": {"m/s²": "1"},
    "sound level": {"dB": "1"},
    "illuminance": {"lx": "1"},
    "luminance": {"cd/m²": "1"},
    "irradiance": {"mW/cm²": "1"},
    "field strength": {"V/m": "1"},
    "refractive power": {"D": "1"},
    "acidity": {"pH": "1"},
    "sugar": {"°Z": "1"},
    "sugar content": {"°Brix": "1"},
    "absorbance": {"Abs": "1"},
    "plane angle": {"″": "1"},
    "money": {"VND": "1"},
    "number": {"1": "1"},
}

UNITS: Mapping[str, Unit] = {
    symbol: Unit(quantity, Fraction(factor))
    for quantity, units in _FACTORS.items()
    for symbol, factor in units.items()
}


#: Quantities that are counted in whole units: nothing stands behind a decimal mark.
#: Source: the smallest amount in which a price is stated in Vietnam is one dong.
WHOLE_QUANTITIES = frozenset({"money"})


def is_whole(unit: str) -> bool:
    """Return whether amounts in this unit are always whole."""
    return unit in UNITS and UNITS[unit].quantity in WHOLE_QUANTITIES


def convertible(unit: str, into: str) -> bool:
    """Return whether both are units of the same quantity."""
    return unit == into or (
        unit in UNITS and into in UNITS and UNITS[unit].quantity == UNITS[into].quantity
    )


def convert(value: Decimal | Fraction, *, unit: str, into: str) -> Fraction:
    """Return the value of the same quantity in another unit, exactly."""
    if unit == into:
        return Fraction(value)
    if not convertible(unit, into):
        raise NoConversion(unit=unit, into=into)
    return Fraction(value) * UNITS[unit].factor / UNITS[into].factor
