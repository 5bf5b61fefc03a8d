"""Read the numbers that people type, and show them, without losing a digit."""

import re
from decimal import Decimal

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.units import is_whole

#: Longer than any reading; keeps hostile input away from the arithmetic.
LONGEST = 30

_SPACES = "\u0020\u00a0\u202f\u2009"
_SIGN = r"(?P<sign>[+\-\u2212]?)"
_PLAIN = re.compile(_SIGN + r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?")
#: Grouped in threes. With spaces that is always plain; with points or commas only if
#: the decimal mark is the other one, or if there is more than one group.
_GROUPED = tuple(
    re.compile(_SIGN + whole + part)
    for whole, part in (
        (r"(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+)", r"(?:[.,](?P<part>[0-9]+))?"),
        (r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)", r",(?P<part>[0-9]+)"),
        (r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)", r"\.(?P<part>[0-9]+)"),
        (r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})", r"(?P<part>)"),
        (r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3}){2,})", r"(?P<part>)"),
    )
)
_WHOLE = tuple(
    re.compile(_SIGN + whole)
    for whole in (
        "(?P<whole>[0-9]+)",
        r"(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+)",
        r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)",
        "(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)",
    )
)


class NotADecimal(Invalid):
    """This cannot be read as a number without guessing."""

    code = "metrology.not_a_decimal"
    message = N_("“{typed}” cannot be read as a number. Type for example 12.50.")


class NotWhole(NotADecimal):
    """An amount in a unit that has no parts was not typed as a whole number."""

    code = "metrology.not_whole"
    message = N_(
        "“{typed}” is not a whole number of {unit}. Type for example 15300 or 15.300; "
        "a point or comma only separates thousands here."
    )


class TwoReadings(NotADecimal):
    """A number of a plate was typed so that it may be whole thousands, or not."""

    code = "metrology.two_readings"
    message = N_(
        "“{typed}” may mean {parts} or {thousands}. Type {parts} or {thousands}."
    )


#: What may be thousands where a language groups with this mark: 10.000, never 0.500.
_MAY_BE_THOUSANDS = {
    language: re.compile(_SIGN + rf"[1-9][0-9]{{0,2}}{mark}[0-9]{{3}}")
    for language, mark in (("vi", r"\."), ("en", ","))
}


def read_plainly(text: str, *, language: str) -> Decimal:
    """Return the number that was typed, as `read_decimal`, unless it may be thousands.

    For what is typed once and decides much, as Max on a plate: "10.000" on a Vietnamese
    page is 10 to one and ten thousand to another. Raises TwoReadings, which says both.
    """
    number = read_decimal(text)
    typed = text.strip(_SPACES + "\t\r\n")
    if _MAY_BE_THOUSANDS[language].fullmatch(typed):
        parts = number.to_integral_value() if number == int(number) else number
        raise TwoReadings(
            typed=typed,
            parts=show_decimal(parts, language=language),
            thousands=show_decimal(number.scaleb(3), language=language),
        )
    return number


def read_in(text: str, unit: str) -> Decimal:
    """Return the number that was typed where this unit is printed beside it.

    In a unit that has no parts, as VND, "15.300" and "15,300" are thousands, and a mark
    that cannot separate thousands is refused with NotWhole; else as `read_decimal`.
    """
    if not is_whole(unit):
        return read_decimal(text)
    typed = text.strip(_SPACES + "\t\r\n")
    spaced = re.sub(f"[{_SPACES}]", " ", typed)
    for pattern in _WHOLE if len(typed) <= LONGEST else ():
        if match := pattern.fullmatch(spaced):
            number = Decimal(re.sub(r"[^0-9]", "", match["whole"]))
            is_below = match["sign"] in ("-", "\u2212") and number
            return number.copy_negate() if is_below else number
    read_decimal(text)  # what is no number at all is told as everywhere
    raise NotWhole(typed=typed, unit=unit)


def read_decimal(text: str) -> Decimal:
    """Return the number that was typed, with its trailing zeros: they say something.

    Comma and point are both the decimal mark, so a lone "1.234" is one and a bit.
    Grouping is read only where it can mean nothing else ("1.234,5", "1 234"). Refuses
    with NotADecimal whatever a person would not type: exponents, NaN, other digits.
    """
    typed = text.strip(_SPACES + "\t\r\n")
    if len(typed) > LONGEST:
        raise NotADecimal(typed=typed[:LONGEST] + "…")
    spaced = re.sub(f"[{_SPACES}]", " ", typed)
    for pattern in (_PLAIN, *_GROUPED):
        if match := pattern.fullmatch(spaced):
            whole = re.sub(r"[^0-9]", "", match["whole"])
            number = Decimal(f"{whole}.{match['part']}" if match["part"] else whole)
            is_below = match["sign"] in ("-", "\u2212") and number
            return number.copy_negate() if is_below else number  # -number would round
    raise NotADecimal(typed=typed)


def show_decimal(value: Decimal, *, language: str) -> str:
    """Return `value` with all its digits, as people of that language write it."""
    if not value.is_finite():
        raise NotADecimal(typed=str(value))
    text = format(value, "f")
    if text.startswith("-"):
        text = text[1:] if value == 0 else "\u2212" + text[1:]
    return text.replace(".", ",") if language == "vi" else text


#: Of a number that stands alone: a fuel is called 0,05S in every language.
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9]+(?![0-9A-Za-z]))")


def in_english(text: str) -> str:
    """Return words of a Vietnamese paper with decimals as English has them."""
    return _COMMA.sub(".", text)


def decimals_of(value: Decimal) -> int:
    """Return how many digits stand after the decimal mark."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
