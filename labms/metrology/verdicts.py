"""Whether an error is allowed."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from labms.errors import Invalid
from labms.i18n import N_

Number = Decimal | Fraction


class Verdict(StrEnum):
    """What a verification, a stage or a reading comes to."""

    PASS = "pass"
    FAIL = "fail"


class UncertaintyTooLarge(Invalid):
    """The measurement is not good enough to judge by."""

    code = "metrology.uncertainty_too_large"
    message = N_(
        "The uncertainty {uncertainty} is too large beside the permissible "
        "error {mpe} to judge by."
    )


def judge(
    error: Number,
    *,
    mpe: Number,
    uncertainty: Number | None = None,
    max_ratio: Number | None = None,
) -> Verdict:
    """Judge an error of indication by simple acceptance; on the limit is allowed.

    All in the unit of the indication; `mpe` bounds a symmetric interval,
    `uncertainty` is expanded (k = 2). If both are given, uncertainty : mpe must be
    at most `max_ratio`, else UncertaintyTooLarge.

    Source: JCGM 106:2012, 8.2.
    """
    if uncertainty is not None and max_ratio is not None:
        check_uncertainty(uncertainty, mpe=mpe, max_ratio=max_ratio)
    return judge_between(error, plus=mpe, minus=mpe)


def judge_between(error: Number, *, plus: Number, minus: Number) -> Verdict:
    """Judge as `judge` does, where the two limits differ: -minus to +plus."""
    if type(error) is type(plus) is type(minus) is Decimal:
        inside = minus.copy_negate() <= error <= plus  # unlike -minus, exact
    else:
        above, below = error.as_integer_ratio()
        if plus is minus:
            inside = _at_most(abs(above), below, plus)
        else:
            inside = _at_most(above, below, plus) and _at_most(-above, below, minus)
    return Verdict.PASS if inside else Verdict.FAIL


def _at_most(above: int, below: int, limit: Number) -> bool:
    """Whether above : below is at most the limit; both are exact."""
    over, under = limit.as_integer_ratio()
    return above * under <= over * below


def check_uncertainty(uncertainty: Number, *, mpe: Number, max_ratio: Number) -> None:
    """Raise UncertaintyTooLarge unless uncertainty : mpe is at most `max_ratio`.

    Compared by cross-multiplication, so that exactly one third is allowed.

    Source: OIML G 19:2017 for verification (one third).
    """
    if Fraction(uncertainty) > Fraction(max_ratio) * Fraction(mpe):
        raise UncertaintyTooLarge(uncertainty=uncertainty, mpe=mpe)
