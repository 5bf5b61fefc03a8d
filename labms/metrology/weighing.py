"""What OIML R 76 asks of a weighing instrument, besides the limits of its error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from labms.errors import Invalid
from labms.i18n import N_, Message
from labms.metrology.rounding import as_decimal

#: From a sixth decimal of a gram downwards: what “d < 0.1 mg” is measured against.
_SMALL_D = Fraction("0.0001")
_MILLIGRAM = Fraction("0.001")


class NotAnInterval(Invalid):
    """A scale interval has to be above zero."""

    code = "metrology.not_an_interval"
    message = N_("The scale intervals have to be above zero.")


def before_rounding(
    indication: Fraction, *, added: Fraction, interval: Fraction
) -> Fraction:
    """Return P = I + ½ d - ΔL, what a digital scale would show without rounding.

    `added` is the load put on until the indication changed. The standard writes e; for
    d < e it is d that is rounded to. Source: OIML R 76-1:2006, A.4.4.3.
    """
    return indication + interval / 2 - added


def eccentric_load(
    capacity: Fraction,
    *,
    additive_tare: Fraction = Fraction(0),
    supports: int = 4,
    is_special: bool = False,
) -> Fraction:
    """Return the load for the test with the load off the centre.

    (Max + additive tare) / 3; / (n - 1) for more than four supports; / 10 for receptors
    where the load can hardly be off the centre. Source: OIML R 76-1:2006, 3.6.2.
    """
    share = 10 if is_special else supports - 1 if supports > 4 else 3
    return (capacity + additive_tare) / share


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One row of the classes of accuracy; e in grams, Min in e."""

    accuracy_class: str
    e_from: Fraction
    e_to: Fraction | None
    n_min: int
    n_max: int | None
    min_in_e: int


#: Source: OIML R 76-1:2006, 3.2, table 3.
CLASSES = (
    ClassRow("I", Fraction("0.001"), None, 50_000, None, 100),
    ClassRow("II", Fraction("0.001"), Fraction("0.05"), 100, 100_000, 20),
    ClassRow("II", Fraction("0.1"), None, 5_000, 100_000, 50),
    ClassRow("III", Fraction("0.1"), Fraction(2), 100, 10_000, 20),
    ClassRow("III", Fraction(5), None, 500, 10_000, 20),
    ClassRow("IIII", Fraction(5), None, 100, 1_000, 10),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Whether capacity, e, d and Min belong to a class."""

    intervals: Fraction
    """n = Max / e."""
    min_required: Fraction | None
    """In the unit of e; None if no row of the class fits e."""
    problems: tuple[Message, ...]

    @property
    def is_valid(self) -> bool:
        """Whether nothing stands against it."""
        return not self.problems


def classify(
    accuracy_class: str,
    *,
    e: Fraction,
    d: Fraction,
    capacity: Fraction,
    least: Fraction,
) -> Classification:
    """Return what stands against a weighing instrument's class; all in grams.

    Sources: OIML R 76-1:2006, 3.2 and 3.4; Directive 2014/31/EU, annex I.
    """
    if e <= 0 or d <= 0:
        raise NotAnInterval
    intervals = capacity / e
    row = _row(accuracy_class, e)
    problems = list(_interval_problems(accuracy_class, e, d))
    if row is None:
        problems.append(
            Message(N_("e = {e} g does not occur in this class"), {"e": as_decimal(e)})
        )
    else:
        problems += _row_problems(row, intervals, least / e, d)
    return Classification(
        intervals=intervals,
        min_required=None if row is None else row.min_in_e * e,
        problems=tuple(problems),
    )


def _row(accuracy_class: str, e: Fraction) -> ClassRow | None:
    for row in CLASSES:
        fits = row.e_from <= e and (row.e_to is None or e <= row.e_to)
        if row.accuracy_class == accuracy_class and fits:
            return row
    return None


def _row_problems(
    row: ClassRow, intervals: Fraction, least_in_e: Fraction, d: Fraction
) -> Iterator[Message]:
    is_fine_class_i = row.accuracy_class == "I" and d < _SMALL_D
    if intervals < row.n_min and not is_fine_class_i:
        yield Message(
            N_("e >= {bound} g needs n >= {number}"),
            {"bound": as_decimal(row.e_from), "number": row.n_min},
        )
    if row.n_max is not None and intervals > row.n_max:
        yield Message(N_("n > {number}"), {"number": row.n_max})
    if least_in_e < row.min_in_e:
        yield Message(N_("Min < {number} e"), {"number": row.min_in_e})


def _interval_problems(
    accuracy_class: str, e: Fraction, d: Fraction
) -> Iterator[Message]:
    """Yield why e may not differ from d as it does."""
    if e == d:
        return
    if accuracy_class not in ("I", "II"):
        yield Message(N_("e has to equal d in class {name}"), {"name": accuracy_class})
        return
    if accuracy_class == "I" and d < _SMALL_D and e == _MILLIGRAM:
        return
    powered = is_power_of_ten(e)
    if e < d:
        yield Message(N_("e < d"))
    elif e > 10 * d:
        text = N_("e = {ratio} d > 10 d") if powered else _BOTH
        yield Message(text, {"ratio": as_decimal(e / d)})
    elif not powered:
        yield Message(N_("e is not a power of ten"))


_BOTH = N_("e = {ratio} d > 10 d and not a power of ten")


def is_power_of_ten(value: Fraction) -> bool:
    """Return whether a value is 10^k, whatever the whole k."""
    digits = value.numerator * value.denominator
    return (
        value > 0
        and 1 in (value.numerator, value.denominator)
        and (str(digits).strip("0") == "1")
    )


def spread(readings: Sequence[Fraction]) -> Fraction:
    """Return the largest less the smallest. Source: OIML R 76-1:2006, 3.6.1."""
    return max(readings) - min(readings)
