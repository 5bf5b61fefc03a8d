"""From exact fractions to the decimals that are shown and stored."""

import math
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

#: Where a fraction that never ends is cut when it has to be stored.
STORED_PLACES = 20


def round_to(value: Fraction, *, places: int) -> Decimal:
    """Return `value` to so many decimal places; a tie goes to the even digit.

    Source: ISO 80000-1:2009, B.3, rule A.
    """
    scaled = round(value * 10**places)  # Python rounds fractions half to even
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -places))


def round_to_step(value: Fraction, *, step: Fraction) -> Fraction:
    """Return the multiple of `step` nearest to `value`; a tie goes to the even one."""
    return round(value / step) * step


def round_up_to_step(value: Fraction, *, step: Fraction) -> Fraction:
    """Return the smallest multiple of `step` that is not below `value`."""
    return -((-value) // step) * step


def as_decimal(value: Fraction) -> Decimal:
    """Return `value` exactly if its digits end, else to `STORED_PLACES`."""
    places, rest = 0, value.denominator
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    needed = places + max(twos, fives)
    return round_to(value, places=needed if rest == 1 else STORED_PLACES)


#: So many digits more of a value that lies on a limit like 59/9.
_CUT = 2


def round_beside(
    value: Fraction, *, plus: Fraction | None, minus: Fraction | None, places: int
) -> Decimal:
    """Return `value` rounded for show, never to the other side of its limits.

    0.3004 beside a limit of 0.3 would read as 0.30 and look allowed: then one more
    digit is shown, until what is printed and the verdict agree.
    """
    allowed = _allowed(value, plus, minus)
    for more in range(places, places + STORED_PLACES):
        shown = round_to(value, places=more)
        if _allowed(Fraction(shown), plus, minus) is allowed:
            return shown
    # it lies on a limit whose digits never end: they are cut off on the side it is on
    for way in (math.floor, math.ceil):
        cut = Fraction(way(value * 10 ** (places + _CUT)), 10 ** (places + _CUT))
        if _allowed(cut, plus, minus) is allowed:
            return round_to(cut, places=places + _CUT)
    return round_to(value, places=places + STORED_PLACES)


def _allowed(value: Fraction, plus: Fraction | None, minus: Fraction | None) -> bool:
    return (plus is None or value <= plus) and (minus is None or value >= -minus)


class ReportRule(StrEnum):
    """How a result and its uncertainty are rounded; stored with the result."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    UP = "up"
    EA_5_PERCENT = "ea5"


#: What rounding down may take off an uncertainty. Source: EA-4/02 M:2022, 6.3.
MOST_LOST = Fraction(5, 100)


def round_result(
    value: Decimal | Fraction,
    uncertainty: Decimal | Fraction,
    *,
    digits: int = 2,
    rule: ReportRule = ReportRule.HALF_EVEN,
) -> tuple[Decimal, Decimal]:
    """Return value and U as they are reported: U to so many digits, both to one place.

    A carry keeps the number of digits (0.0995 becomes 0.10). U is the unrounded one.

    Sources: JCGM 100:2008, 7.2.6; ISO 80000-1:2009, B.3, rules A and B; EA-4/02
    M:2022, 6.3.
    """
    exact = Fraction(uncertainty)
    places = _places(exact, digits)
    rounded = _round_uncertainty(exact, places, rule)
    if rounded and _places(rounded, digits) < places:
        places -= 1
        rounded = _round_uncertainty(exact, places, rule)
    away = rule is not ReportRule.HALF_EVEN
    shown = _nearest(Fraction(value), places, away=away)
    return _as_places(shown, places), _as_places(rounded, places)


def _places(value: Fraction, digits: int) -> int:
    """Return the decimal places that leave so many significant digits."""
    if value == 0:
        return digits - 1
    size = abs(value)
    order = len(str(int(size))) - 1 if size >= 1 else 0
    while size < Fraction(10) ** order:
        order -= 1
    return digits - 1 - order


def _nearest(value: Fraction, places: int, *, away: bool) -> Fraction:
    unit = Fraction(10) ** -places
    if not away:
        return round(value / unit) * unit
    steps = (abs(value) / unit + Fraction(1, 2)).__floor__()
    return steps * unit * (-1 if value < 0 else 1)


def _round_uncertainty(value: Fraction, places: int, rule: ReportRule) -> Fraction:
    unit = Fraction(10) ** -places
    if rule is ReportRule.UP:
        return round_up_to_step(value, step=unit)
    nearest = _nearest(value, places, away=rule is not ReportRule.HALF_EVEN)
    if rule is ReportRule.EA_5_PERCENT and nearest < value * (1 - MOST_LOST):
        return round_up_to_step(value, step=unit)
    return nearest


def _as_places(value: Fraction, places: int) -> Decimal:
    return round_to(value, places=max(places, 0))
