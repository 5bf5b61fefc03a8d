"""What a person reads on the sheet and types in the unit of its column."""

import re
from decimal import Decimal

_LOAD = re.compile(r"(?P<number>\d+(?:\s\d{3})*(?:,\d+)?)\s*(?P<unit>kg|g)\b")
_IN_GRAMS = {"g": 1, "kg": 1000}


def grams(label: str) -> str:
    """Return the load that stands before a row, as a scale would show it in grams.

    Loads from ten kilograms on are called in kilograms; readings are always in grams.
    """
    found = _LOAD.match(label)
    assert found is not None, label
    number = "".join(found["number"].split()).replace(",", ".")
    load = Decimal(number) * _IN_GRAMS[found["unit"]]
    assert load == load.to_integral_value(), label
    return str(int(load))
