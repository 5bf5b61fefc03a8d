"""What standards can do, and which of them make a load."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import LimitTable, StandardRequirement, StandardUse
from labms.errors import LabError
from labms.metrology.expressions import Value
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert

#: How often each standard is part of a load.
Pieces = list[tuple["StandardOffer", int]]
#: The first figures of the nominal values of a set of weights.
_FIGURES = (5, 2, 1)
#: A milligram in grams: the least weight there is.
LEAST = Fraction(1, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardOffer:
    """What a standard can do; everything is in `unit`."""

    unit: str
    range_from: Decimal
    range_to: Decimal
    mpe: Decimal | None = None
    """The limit of its error, as of its class."""
    error: Decimal | None = None
    """Its error by the last calibration, where no limit is stated."""
    uncertainty: Decimal | None = None
    """Expanded."""
    coverage_factor: Decimal = Decimal(2)
    accuracy_class: str = ""
    count: int = 1
    """How many of them there are, as 20 weights of 20 kg."""

    @property
    def accuracy(self) -> Decimal | None:
        """The most it may be wrong by at its nominal value; None if nothing is stated.

        Its limit, else its error with its uncertainty, else its uncertainty.
        """
        if self.mpe is not None:
            return self.mpe
        if self.error is not None:
            return abs(self.error) + (self.uncertainty or 0)
        return self.uncertainty

    def accuracy_in(self, use: StandardUse) -> Decimal | None:
        """Return what is left to be wrong: with corrections, only the uncertainty."""
        return self.uncertainty if use is StandardUse.CORRECTED else self.accuracy


def at_size(
    needed: StandardRequirement, offer: StandardOffer, size: Fraction
) -> StandardOffer:
    """Return what the weights of one size in a set of a class can do.

    A set states what holds for its largest weight. The smaller ones have the limits of
    their class, and an uncertainty that is the same share of them.
    """
    table, largest = needed.class_limits, _size(needed, offer)
    if table is None or not offer.accuracy_class or size == largest:
        return offer
    try:
        at_largest = _class_limit(table, offer, largest)
        here = _class_limit(table, offer, size)
    except LabError:
        return offer  # not a class of this table, or no such weight
    own = offer.uncertainty
    return replace(
        offer,
        mpe=as_decimal(convert(here, unit=table.unit, into=offer.unit)),
        error=None,
        uncertainty=None if own is None else own * as_decimal(here / at_largest),
    )


def _size(needed: StandardRequirement, offer: StandardOffer) -> Fraction:
    return convert(offer.range_to, unit=offer.unit, into=needed.unit)


def _class_limit(table: LimitTable, offer: StandardOffer, load: Fraction) -> Fraction:
    """Return the sum of the limits of the weights of a class that make a load."""
    limit, total = table.options[0].limit, Fraction(0)
    for part in _decades(load):
        given: dict[str, Value] = {"nominal": part, "class": offer.accuracy_class}
        total += limit.limits(given).plus
    return total


def _decades(size: Fraction) -> list[Fraction]:
    """Return the weights of a set that make a load: 3.7 is 2, 1, 0.5 and 0.2."""
    found: list[Fraction] = []
    rest, step = size, Fraction(1)
    while step * 10 <= rest:
        step *= 10
    while rest > 0 and step >= LEAST:
        for figure in _FIGURES:
            while figure * step <= rest:
                found.append(figure * step)
                rest -= figure * step
        step /= 10
    return found


def load_of(
    needed: StandardRequirement, nominal: Fraction, offers: Sequence[StandardOffer]
) -> Pieces:
    """Return which weights make a load, the largest first; sets give what is left."""

    rest = abs(nominal)
    found: Pieces = []
    by_size = sorted(offers, key=lambda offer: _size(needed, offer), reverse=True)
    for offer in by_size:
        size = _size(needed, offer)
        times = min(offer.count, int(rest // size)) if size > 0 else 0
        if times:
            found.append((offer, times))
            rest -= times * size
    if rest > 0:
        fitting = [offer for offer in by_size if _size(needed, offer) >= rest]
        last = fitting[-1] if fitting else by_size[0]
        found.append((at_size(needed, last, min(rest, _size(needed, last))), 1))
    return found


def times_repeated(
    needed: StandardRequirement, nominal: Fraction, offers: Sequence[StandardOffer]
) -> Fraction:
    """Return how often the weights stand in a load, if a substitution load helps."""
    total = sum((_size(needed, each) * each.count for each in offers), Fraction(0))
    return max(Fraction(1), abs(nominal) / total) if total else Fraction(1)


def summed(
    pieces: Pieces, value: Callable[[StandardOffer], Decimal | None], *, into: str
) -> Fraction | None:
    """Return the sum over a load, at the worst all wrong alike; None if one lacks."""
    total = Fraction(0)
    for offer, times in pieces:
        own = value(offer)
        if own is None:
            return None
        total += convert(own, unit=offer.unit, into=into) * times
    return total
