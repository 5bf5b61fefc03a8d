"""Prepackages: what a package may lack, how many are taken, what the lot comes to.

The tolerable deficiency is a table of the catalogue; here are the plans and the rules.
Sources: OIML R 87:2004, 2.3 and 4; TT 21/2014/TT-BKHCN; Directive 76/211/EEC, annex II.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from statistics import stdev

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.quantiles import student_quantile


class NoPlan(Invalid):
    """For a lot of this size, or a sample of that, there is no plan."""

    code = "metrology.no_sampling_plan"
    message = N_(
        "There is no sampling plan for a lot of {lot} with a sample of {sample}."
    )


class LotVerdict(StrEnum):
    """What becomes of an inspection lot."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """How many packages of a lot are taken, and how the sample is judged."""

    lot_from: int
    lot_to: int | None
    sample: int
    factor: Fraction
    """Of the sample's standard deviation, in the correction of the mean."""
    allowed: int
    """How many may lack more than the tolerable deficiency."""


#: Source: OIML R 87:2004, 4.2.2, table 1.
PLANS_2004 = (
    SamplingPlan(
        lot_from=100, lot_to=500, sample=50, factor=Fraction("0.379"), allowed=3
    ),
    SamplingPlan(
        lot_from=501, lot_to=3200, sample=80, factor=Fraction("0.295"), allowed=5
    ),
    SamplingPlan(
        lot_from=3201, lot_to=None, sample=125, factor=Fraction("0.234"), allowed=7
    ),
)


#: Smaller lots are weighed whole. Source: TT 21/2014/TT-BKHCN, annex III.
WHOLE_BELOW = 100
#: Of a lot that is weighed whole, this share may lack more than T.
_SHARE_OF_WHOLE = Fraction(25, 1000)


def plan_for(lot: int, plans: Sequence[SamplingPlan] = PLANS_2004) -> SamplingPlan:
    """Return the plan for a lot of that size, or raise NoPlan.

    A lot below 100 is weighed whole: its mean is known and needs no correction.
    """
    if 0 < lot < WHOLE_BELOW:
        return SamplingPlan(
            lot_from=lot,
            lot_to=lot,
            sample=lot,
            factor=Fraction(0),
            allowed=int(lot * _SHARE_OF_WHOLE),
        )
    for plan in plans:
        if plan.lot_from <= lot and (plan.lot_to is None or lot <= plan.lot_to):
            return plan
    raise NoPlan(lot=lot, sample="?")


def mean_factor(sample: int, *, probability: float = 0.995) -> float:
    """Return t / √n, from which the factors of the plans were rounded.

    Source: OIML R 87:2004, 4.2.2, note.
    """
    return student_quantile(probability, dof=sample - 1) / sqrt(sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotResult:
    """What the sample says about the lot, in the unit of the packages."""

    plan: SamplingPlan
    deficiency: Fraction
    mean_error: Fraction
    standard_deviation: float
    beyond_once: int
    """Packages that lack more than T, those beyond 2 T included."""
    beyond_twice: int

    @property
    def corrected_mean(self) -> float:
        """The mean error, with what its scatter may hide."""
        return (
            float(self.mean_error) + float(self.plan.factor) * self.standard_deviation
        )

    @property
    def verdict(self) -> LotVerdict:
        """Accepted if the mean suffices, few lack T and none lacks 2 T."""
        good = (
            self.corrected_mean >= 0
            and self.beyond_once <= self.plan.allowed
            and self.beyond_twice == 0
        )
        return LotVerdict.ACCEPT if good else LotVerdict.REJECT


def judge_lot(
    contents: Sequence[Fraction],
    *,
    nominal: Fraction,
    deficiency: Fraction,
    lot: int,
    plans: Sequence[SamplingPlan] = PLANS_2004,
) -> LotResult:
    """Judge a lot by the actual contents of the packages taken from it.

    Exactly T below the nominal quantity is not beyond it. Refuses with NoPlan a sample
    of another size than the plan's.

    Source: OIML R 87:2004, 3.3 and 4.
    """
    plan = plan_for(lot, plans)
    if len(contents) != plan.sample:
        raise NoPlan(lot=lot, sample=len(contents))
    errors = [content - nominal for content in contents]
    return LotResult(
        plan=plan,
        deficiency=deficiency,
        mean_error=sum(errors, Fraction(0)) / len(errors),
        standard_deviation=stdev(map(float, errors)) if len(errors) > 1 else 0.0,
        beyond_once=sum(-error > deficiency for error in errors),
        beyond_twice=sum(-error > 2 * deficiency for error in errors),
    )
