"""A small reader of DCCs of its own, to compare what was written with what was frozen.

It shares nothing with `labms.dcc`: ElementTree, and units by a list of its own.
"""

from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree as ET

DCC = "{https://ptb.de/dcc}"
SI = "{https://ptb.de/si}"
IN_SI = {
    "bar": (r"\bar", 0),
    "°C": (r"\degreecelsius", 0),
    "%RH": (r"\percent", 0),
    "%": (r"\percent", 0),
    "g": (r"\kilogram", -3),
    "mg": (r"\kilogram", -6),
    "kg": (r"\kilogram", 0),
}


@dataclass(frozen=True)
class Value:
    """One value of a list, as the XML has it: decimals, unit, U and k if it has any."""

    value: Decimal
    unit: str
    uncertainty: Decimal | None = None
    factor: Decimal | None = None
    conformity: str = ""


def root_of(data: bytes) -> ET.Element:
    """Return the document."""
    return ET.fromstring(data)


def columns(root: ET.Element) -> dict[str, list[Value]]:
    """Return the quantities of all results by their English names."""
    found = {}
    for each in root.iterfind(f".//{DCC}result/{DCC}data/{DCC}list/{DCC}quantity"):
        listed = each.find(f"{SI}realListXMLList")
        if listed is not None:
            found[called(each)] = _values(each, listed)
    return found


def called(each: ET.Element) -> str:
    """Return the English name of something, or the only one that it has."""
    texts = each.findall(f"{DCC}name/{DCC}content")
    english = [one.text for one in texts if one.get("lang") == "en"]
    return (english or [texts[0].text])[0] or ""


def _values(each: ET.Element, listed: ET.Element) -> list[Value]:
    def items(tag: str) -> list[str]:
        return (listed.findtext(f".//{SI}{tag}") or "").split()

    values, (unit,) = items("valueXMLList"), items("unitXMLList")
    n = len(values)
    uncertainty = list(map(Decimal, items("valueExpandedMUXMLList"))) or [None] * n
    factors = list(map(Decimal, items("coverageFactorXMLList"))) or [None] * n
    said = (each.findtext(f".//{DCC}conformityXMLList") or "").split() or [""] * n
    return [
        Value(Decimal(value), unit, u, k, word)
        for value, u, k, word in zip(values, uncertainty, factors, said, strict=True)
    ]


def printed(cell: str, unit: str) -> tuple[Decimal, str]:
    """Return a printed cell in the unit that a DCC has it in, by digits alone."""
    name, shift = IN_SI[unit]
    sign, digits, exponent = Decimal(
        cell.replace("\u2212", "-").replace(",", ".")
    ).as_tuple()
    return Decimal((sign, digits, int(exponent) + shift)), name


def same(one: Decimal, other: Decimal) -> bool:
    """Return whether two decimals agree in value and in every digit."""
    return one.as_tuple() == other.as_tuple()
