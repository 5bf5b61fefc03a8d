"""Conformity in a calibration: under which rule, agreed beforehand, and what it says.

Source: ISO/IEC 17025:2017, 7.1.3, 7.8.6.1 and 7.8.6.2.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from labms.errors import Conflict
from labms.i18n import N_
from labms.metrology.decision import (
    Decision,
    Tolerance,
    guarded,
    non_binary,
    r_111,
    simple,
)


class AgreedRule(StrEnum):
    """What a customer and the body agreed on before anything was measured."""

    NONE = "none"
    SIMPLE = "simple"
    GUARDED = "guarded"
    NON_BINARY = "nonbinary"
    R_111 = "r111"


AGREED_RULES: Mapping[AgreedRule, str] = {
    AgreedRule.NONE: N_("Values only, no statement of conformity"),
    AgreedRule.SIMPLE: N_("Simple acceptance"),
    AgreedRule.GUARDED: N_("Acceptance with a guard band of U"),
    AgreedRule.NON_BINARY: N_("Non-binary statement with a guard band of U (ILAC-G8)"),
    AgreedRule.R_111: N_("Weights: within the limit less U (OIML R 111)"),
}

#: How a rule is printed, in Vietnamese and English.
STATEMENTS: Mapping[AgreedRule, tuple[str, str]] = {
    AgreedRule.SIMPLE: (
        "Kết luận phù hợp theo quy tắc chấp nhận đơn giản: sai số không vượt quá giới "
        "hạn thì đạt (ILAC-G8:09/2019, 4.2.1). Rủi ro kết luận sai tại giới hạn đến "
        "50 %.",
        "Conformity by simple acceptance: an error within the limit passes "
        "(ILAC-G8:09/2019, 4.2.1). The risk of a wrong decision at the limit is up to "
        "50 %.",
    ),
    AgreedRule.GUARDED: (
        "Kết luận phù hợp có dải bảo vệ bằng U: sai số không vượt quá giới hạn trừ U "
        "thì đạt (ILAC-G8:09/2019, 4.2.2). Rủi ro chấp nhận sai dưới 2,5 %.",
        "Conformity with a guard band of U: an error within the limit less U passes "
        "(ILAC-G8:09/2019, 4.2.2). The risk of false acceptance is below 2.5 %.",
    ),
    AgreedRule.NON_BINARY: (
        "Kết luận không nhị phân với dải bảo vệ bằng U (ILAC-G8:09/2019, 4.2.3): “đạt "
        "có điều kiện” và “không đạt có điều kiện” khi sai số cách giới hạn không quá "
        "U.",
        "Non-binary statement with a guard band of U (ILAC-G8:09/2019, 4.2.3): "
        "conditional where the error lies within U of the limit.",
    ),
    AgreedRule.R_111: (
        "Kết luận theo OIML R 111-1:2004, 5.2 và 5.3: U không quá 1/3 giới hạn và sai "
        "lệch không vượt quá giới hạn trừ U.",
        "Conformity by OIML R 111-1:2004, 5.2 and 5.3: U within a third of the limit, "
        "and the deviation within the limit less U.",
    ),
}

DECISIONS: Mapping[Decision, tuple[str, str]] = {
    Decision.PASS: ("đạt", "pass"),
    Decision.CONDITIONAL_PASS: ("đạt có điều kiện", "conditional pass"),
    Decision.CONDITIONAL_FAIL: ("không đạt có điều kiện", "conditional fail"),
    Decision.FAIL: ("không đạt", "fail"),
    Decision.TOO_UNCERTAIN: ("không kết luận: U quá lớn", "no statement: U too large"),
}


class RuleAgreedAlready(Conflict):
    """Once measuring has begun, the rule by which values are judged stays."""

    code = "job.rule_agreed_already"
    message = N_(
        "The decision rule was agreed before measuring and cannot be changed any more."
    )


class NothingToConformTo(Conflict):
    """A statement of conformity needs limits."""

    code = "job.nothing_to_conform_to"
    message = N_(
        "A statement of conformity was agreed, and {procedure} has no limits for it. "
        "Agree on values only."
    )


class RuleNotForThis(Conflict):
    """The rule of R 111 is for weights."""

    code = "job.rule_not_for_this"
    message = N_("This rule is for weights only.")


def decide(
    rule: AgreedRule,
    value: Fraction,
    *,
    plus: Decimal | None,
    minus: Decimal | None,
    uncertainty: Fraction,
) -> Decision | None:
    """Return what an agreed rule says of an error; None without rule or limit.

    Nothing is rounded before it is compared.
    """
    if rule is AgreedRule.NONE or plus is None or minus is None:
        return None
    tolerance = Tolerance.between(-Fraction(minus), Fraction(plus))
    if rule is AgreedRule.SIMPLE:
        return simple(value, tolerance)
    if rule is AgreedRule.GUARDED:
        return guarded(value, tolerance, width=uncertainty)
    if rule is AgreedRule.NON_BINARY:
        return non_binary(value, tolerance, width=uncertainty)
    mpe = min(plus, minus)
    return r_111(value, mpe=mpe, uncertainty=uncertainty).decision
