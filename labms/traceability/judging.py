"""Whether a calibration counts on a day, and what is wrong with one step of a chain.

Each rule has the number under which an assessor knows it; all are decided for the day
on which somebody relied on the calibration, never for today.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from labms.catalogue.rules import Both
from labms.i18n import N_, Message
from labms.metrology.decimals import show_decimal
from labms.metrology.units import convert, convertible
from labms.traceability.facts import CalibrationFacts, Scope, StandardFacts
from labms.traceability.rules import DOCUMENTED_KINDS, IssuerKind

#: What each rule says when it is broken. Source: ISO/IEC 17025:2017, 6.5 and annex A;
#: ILAC-P10:07/2020; for T12 the rule of one third, OIML R 76-1:2006, 3.7.1.
PROBLEMS: Mapping[str, str] = {
    "T01": N_("{standard} has never been calibrated."),
    "T02": N_(
        "The chain of {standard} ends with {number}, before a national standard."
    ),
    "T03": N_("{standard} depends on itself: {number} rests on {number}."),
    "T04": N_("The calibration {number} of {standard} ran out on {due}, before {on}."),
    "T05": N_("{number} of {standard} states no uncertainty with its coverage factor."),
    "T06": N_("Nothing shows that the issuer of {number} of {standard} is competent."),
    "T07": N_(
        "The issuer of {number} of {standard} was not accredited or designated on "
        "the day of the calibration, {on}."
    ),
    "T08": N_("{number} of {standard} lies outside what its issuer is accredited for."),
    "T09": N_(
        "{number} of {standard} states a smaller uncertainty than its issuer is "
        "accredited for."
    ),
    "T10": N_(
        "{number} of {standard} states a smaller uncertainty than that of the standard "
        "it was calibrated against."
    ),
    "T11": N_("{number} of {standard} does not cover {value}."),
    "T12": N_(
        "The uncertainty of {standard} by {number} is more than 1/{ratio} of the "
        "limit of error."
    ),
    "T13": N_(
        "{standard} is of class {own}, which is not better than {other}, the class "
        "it was used for."
    ),
    "T14": N_("{standard} was not to be used on {on}: suspended, damaged or retired."),
    "T14/withdrawn": N_("The calibration {number} of {standard} has been withdrawn."),
    "T15": N_("{standard} was calibrated only after {on}."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One way in which a chain is broken, by its rule."""

    code: str
    standard: str
    standard_key: Hashable
    calibration_key: Hashable | None
    text: Message

    def __str__(self) -> str:
        return str(self.text)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, the text in the language in use."""
        return {"rule": self.code, "standard": self.standard, "text": str(self)}

    @classmethod
    def about(
        cls,
        rule: str,
        standard: StandardFacts,
        calibration: CalibrationFacts | None = None,
        **details: object,
    ) -> Self:
        """Return the problem of a rule about a standard or one of its calibrations."""
        number = calibration.number if calibration else ""
        told = {"standard": standard.name, "number": number, **details}
        return cls(
            code=rule.partition("/")[0],
            standard=standard.name,
            standard_key=standard.key,
            calibration_key=calibration.key if calibration else None,
            text=Message(PROBLEMS[rule], told),
        )


def _dmy(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def latest(known: Iterable[CalibrationFacts], *, on: date) -> CalibrationFacts | None:
    """Return the last calibration made by a day, whether or not it still counts.

    One that was withdrawn was wrong: it counts for no day, not even an earlier one.
    """
    made = [c for c in known if c.calibrated_on <= on and not c.is_withdrawn]
    return max(made, key=lambda c: (c.calibrated_on, c.due_on), default=None)


def in_force(known: Iterable[CalibrationFacts], *, on: date) -> CalibrationFacts | None:
    """Return the calibration that counts on a day; both its days are included."""
    last = latest(known, on=on)
    return last if last and on <= last.due_on else None


def unsupported(
    standard: StandardFacts, known: Iterable[CalibrationFacts], *, on: date
) -> Problem:
    """Return why no calibration of a standard counts on a day: T01, T04, T14 or T15."""
    known = tuple(known)
    for one in known:
        if one.is_withdrawn and one.calibrated_on <= on <= one.due_on:
            return Problem.about("T14/withdrawn", standard, one)
    if last := latest(known, on=on):
        return Problem.about("T04", standard, last, due=_dmy(last.due_on), on=_dmy(on))
    later = [c for c in known if not c.is_withdrawn]
    if later:
        first = min(later, key=lambda c: c.calibrated_on)
        return Problem.about("T15", standard, first, on=_dmy(on))
    return Problem.about("T01", standard)


def outage_problems(standard: StandardFacts, *, on: date) -> Iterator[Problem]:
    """Yield T14 if a standard was not to be used on a day."""
    for begin, end in standard.outages:
        if begin <= on and (end is None or on <= end):
            yield Problem.about("T14", standard, on=_dmy(on))
            return


def competence_problems(
    standard: StandardFacts, calibration: CalibrationFacts
) -> Iterator[Problem]:
    """Yield T06 and T07: the issuer's competence counts on the day of calibration."""
    if calibration.issuer_kind is IssuerKind.OTHER:
        yield Problem.about("T06", standard, calibration)
    if calibration.issuer_kind not in DOCUMENTED_KINDS:
        return
    day, until = calibration.calibrated_on, calibration.accreditation_until
    begin = calibration.accreditation_from
    if not calibration.accreditation_number:
        yield Problem.about("T06", standard, calibration)
    elif until is None or until < day or (begin is not None and day < begin):
        yield Problem.about("T07", standard, calibration, on=_dmy(day))


def scope_problems(
    standard: StandardFacts, calibration: CalibrationFacts
) -> Iterator[Problem]:
    """Yield T08 and T09: range and uncertainty lie within the accreditation."""
    if calibration.scope is None or calibration.issuer_kind not in DOCUMENTED_KINDS:
        return
    own = (calibration.range_from, calibration.range_to)
    fitting = []
    for line in calibration.scope:
        low, high = (_into(x, unit=calibration.unit, into=line.unit) for x in own)
        if low is None or high is None:
            continue
        if Fraction(line.range_from) <= low and high <= Fraction(line.range_to):
            fitting.append(line)
    if not fitting:
        yield Problem.about("T08", standard, calibration)
    elif calibration.uncertainty is not None and all(
        _is_less(calibration.uncertainty, calibration.unit, line) for line in fitting
    ):
        yield Problem.about("T09", standard, calibration)


def _is_less(uncertainty: Decimal, unit: str, line: Scope) -> bool:
    stated = _into(uncertainty, unit=unit, into=line.unit)
    best = line.best_uncertainty
    return best is not None and stated is not None and stated < Fraction(best)


#: From the best to the coarsest. Source: OIML R 111-1:2004, 1.3.
WEIGHT_CLASSES = ("E1", "E2", "F1", "F2", "M1", "M1-2", "M2", "M2-3", "M3")


def class_problems(
    standard: StandardFacts, calibration: CalibrationFacts, *, used_for: str
) -> Iterator[Problem]:
    """Yield T13 unless a weight's class is better than the class it was used for.

    Source: OIML R 111-1:2004, 1.3.
    """
    own = calibration.accuracy_class
    if own not in WEIGHT_CLASSES or used_for not in WEIGHT_CLASSES:
        return
    if WEIGHT_CLASSES.index(own) >= WEIGHT_CLASSES.index(used_for):
        yield Problem.about("T13", standard, calibration, own=own, other=used_for)


def uncertainty_problems(
    standard: StandardFacts,
    calibration: CalibrationFacts,
    above: Iterable[CalibrationFacts],
) -> Iterator[Problem]:
    """Yield T05 and T10: U is stated, and not below what it was compared with."""
    stated = calibration.uncertainty
    factor = calibration.coverage_factor
    if calibration.is_root:
        return
    if stated is None or stated <= 0 or factor is None or factor <= 0:
        yield Problem.about("T05", standard, calibration)
        return
    for one in above:
        if one.uncertainty is None:
            continue
        least = _into(one.uncertainty, unit=one.unit, into=calibration.unit)
        if least is not None and Fraction(stated) < least:
            yield Problem.about("T10", standard, calibration)
            return


def use_problems(
    standard: StandardFacts,
    calibration: CalibrationFacts,
    *,
    value: Decimal | None,
    mpe: Decimal | None,
    ratio: Decimal,
    unit: str,
) -> Iterator[Problem]:
    """Yield T11 and T12: range and uncertainty fit what it was used for.

    `value` and `mpe` are in `unit`; equality passes.
    """
    if value is not None:
        at = _into(value, unit=unit, into=calibration.unit)
        low, high = Fraction(calibration.range_from), Fraction(calibration.range_to)
        if at is None or not low <= at <= high:
            shown = [f"{show_decimal(value, language=x)} {unit}" for x in ("vi", "en")]
            yield Problem.about("T11", standard, calibration, value=Both(*shown))
    if mpe is not None and calibration.uncertainty is not None:
        limit = _into(mpe, unit=unit, into=calibration.unit)
        if limit is None or Fraction(calibration.uncertainty) * Fraction(ratio) > limit:
            yield Problem.about("T12", standard, calibration, ratio=ratio)


def _into(value: Decimal, *, unit: str, into: str) -> Fraction | None:
    return convert(value, unit=unit, into=into) if convertible(unit, into) else None
