"""Decision rules: what a value with its uncertainty says about conformity.

The rule is chosen before measuring, stored and printed (ISO/IEC 17025:2017, 7.1.3 and
7.8.6). All comparisons are exact; a value on a limit counts as inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.verdicts import Number

#: One-sided 5 % of the normal distribution, as ISO 14253-1:2017 rounds it.
ISO_14253_MULTIPLE = Fraction("1.65")


class Rule(StrEnum):
    """How a decision is taken."""

    SIMPLE = "simple"
    GUARDED = "guarded"
    NON_BINARY = "nonbinary"
    ISO_14253 = "iso14253"
    R_111 = "r111"


RULES: Mapping[Rule, str] = {
    Rule.SIMPLE: N_("Simple acceptance"),
    Rule.GUARDED: N_("Acceptance with a guard band"),
    Rule.NON_BINARY: N_("Non-binary statement with a guard band"),
    Rule.ISO_14253: N_("Proof of conformity by ISO 14253-1"),
    Rule.R_111: N_("Weights: within the limit less the uncertainty"),
}


class Decision(StrEnum):
    """What a rule says. The conditional ones are never printed as a plain pass."""

    PASS = "pass"
    CONDITIONAL_PASS = "conditional_pass"
    CONDITIONAL_FAIL = "conditional_fail"
    FAIL = "fail"
    PROVEN = "conformity_proven"
    DISPROVEN = "nonconformity_proven"
    INCONCLUSIVE = "inconclusive"
    TOO_UNCERTAIN = "uncertainty_too_large"


class BadTolerance(Invalid):
    """There is nothing to conform to, or the limits contradict each other."""

    code = "metrology.bad_tolerance"
    message = N_("Give a lower or an upper limit, the lower one below the upper.")


class NothingAccepted(Invalid):
    """The guard bands leave no value that could be accepted."""

    code = "metrology.nothing_accepted"
    message = N_(
        "With a guard band of {width} nothing between {lower} and {upper} could ever "
        "be accepted: choose another rule, or measure better."
    )


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is allowed, both limits included; one of them may be absent."""

    lower: Fraction | None
    upper: Fraction | None

    @classmethod
    def between(cls, lower: Number | None, upper: Number | None) -> "Tolerance":
        """Return the tolerance, or raise BadTolerance."""
        low = None if lower is None else Fraction(lower)
        high = None if upper is None else Fraction(upper)
        if (low is None and high is None) or (
            low is not None and high is not None and low > high
        ):
            raise BadTolerance
        return cls(low, high)

    def holds(self, value: Number) -> bool:
        """Return whether a value is allowed."""
        exact = Fraction(value)
        return (self.lower is None or self.lower <= exact) and (
            self.upper is None or exact <= self.upper
        )

    def narrowed(self, width: Number) -> "Tolerance":
        """Return it with guard bands inside; below zero, with bands outside."""
        by = Fraction(width)
        return Tolerance(
            None if self.lower is None else self.lower + by,
            None if self.upper is None else self.upper - by,
        )

    @property
    def is_empty(self) -> bool:
        """Whether no value at all is allowed."""
        return (
            self.lower is not None
            and self.upper is not None
            and self.lower > self.upper
        )


def check_guard_band(tolerance: Tolerance, *, width: Number) -> None:
    """Raise NothingAccepted if a rule with this guard band could never accept.

    To be asked when the rule is agreed, so that it does not fail every item silently.
    """
    if tolerance.narrowed(width).is_empty:
        raise NothingAccepted(
            width=Decimal(str(float(width))),
            lower=tolerance.lower,
            upper=tolerance.upper,
        )


def simple(value: Number, tolerance: Tolerance) -> Decision:
    """Decide by the value alone. Source: ILAC-G8:09/2019, 4.2.1."""
    return Decision.PASS if tolerance.holds(value) else Decision.FAIL


def guarded(value: Number, tolerance: Tolerance, *, width: Number) -> Decision:
    """Accept only what lies inside by a guard band. Source: ILAC-G8:09/2019, 4.2.2."""
    return simple(value, tolerance.narrowed(width))


def non_binary(value: Number, tolerance: Tolerance, *, width: Number) -> Decision:
    """Say how sure a pass or a fail is. Source: ILAC-G8:09/2019, 4.2.3."""
    if tolerance.narrowed(width).holds(value):
        return Decision.PASS
    if tolerance.holds(value):
        return Decision.CONDITIONAL_PASS
    if tolerance.narrowed(-Fraction(width)).holds(value):
        return Decision.CONDITIONAL_FAIL
    return Decision.FAIL


def iso_14253(
    value: Number, tolerance: Tolerance, *, standard_uncertainty: Number
) -> Decision:
    """Say whether conformity or nonconformity is proven, at 95 %.

    The zone between has 1.65 u on either side of a limit.

    Source: ISO 14253-1:2017, 5.2 and 5.3, with its default probability.
    """
    width = ISO_14253_MULTIPLE * Fraction(standard_uncertainty)
    if tolerance.narrowed(width).holds(value):
        return Decision.PROVEN
    if tolerance.narrowed(-width).holds(value):
        return Decision.INCONCLUSIVE
    return Decision.DISPROVEN


@dataclass(frozen=True, slots=True)
class WeightDecision:
    """What OIML R 111 says of one weight."""

    is_certain_enough: bool
    is_within: bool

    @property
    def decision(self) -> Decision:
        """A weight that is measured too coarsely can neither pass nor fail."""
        if not self.is_certain_enough:
            return Decision.TOO_UNCERTAIN
        return Decision.PASS if self.is_within else Decision.FAIL


def r_111(deviation: Number, *, mpe: Number, uncertainty: Number) -> WeightDecision:
    """Judge a weight's deviation from its nominal value; U is expanded with k = 2.

    U ≤ MPE / 3, and |deviation| ≤ MPE - U. Source: OIML R 111-1:2004, 5.2 and 5.3.
    """
    limit, spread = Fraction(mpe), Fraction(uncertainty)
    return WeightDecision(
        is_certain_enough=3 * spread <= limit,
        is_within=abs(Fraction(deviation)) <= limit - spread,
    )
