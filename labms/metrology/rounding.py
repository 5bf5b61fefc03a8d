"""From exact fractions to the decimals that are shown and stored."""

from decimal import Decimal
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


def round_beside(
    value: Fraction, *, plus: Fraction | None, minus: Fraction | None, places: int
) -> Decimal:
    """Return `value` rounded for show, never to the other side of its limits.

    0.3004 beside a limit of 0.3 would read as 0.30 and look allowed: then one more
    digit is shown, until what is printed and the verdict agree.
    """
    allowed = _allowed(value, plus, minus)
    more = places
    while more < places + STORED_PLACES:
        shown = Fraction(round_to(value, places=more))
        if _allowed(shown, plus, minus) is allowed:
            break
        more += 1
    return round_to(value, places=more)


def _allowed(value: Fraction, plus: Fraction | None, minus: Fraction | None) -> bool:
    return (plus is None or value <= plus) and (minus is None or value >= -minus)
