"""Where an uncertainty decides, and what stands against a pass without a failure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from labms.catalogue.entries import Check
from labms.catalogue.rules import Both
from labms.catalogue.sheet.budgets import PointBudget
from labms.catalogue.sheet.results import GroupResult, Reading
from labms.catalogue.sheet.rows import SheetCheck
from labms.i18n import N_, Message
from labms.metrology.decision import Decision, Rule, r_111
from labms.metrology.rounding import as_decimal
from labms.metrology.verdicts import Verdict

#: So many more digits has what a limit leaves after the uncertainty is taken off.
MORE_DIGITS = 1


def decided(
    check: Check,
    group: GroupResult,
    readings: Mapping[str, Reading],
    budgets: Mapping[str, PointBudget],
) -> GroupResult:
    """Return a mean judged with its uncertainty, where the check says so.

    Beyond the limit itself it fails, whatever the uncertainty; within it, it waits
    for the uncertainty, and for one that is small enough.
    """
    if check.decision is not Rule.R_111 or group.kind != "mean":
        return group
    found = [readings[key] for key in group.rows if key in readings]
    limits = [each.limits for each in found if each.limits is not None]
    if len(found) < len(group.rows) or len(limits) < len(found):
        return group
    mpe = min(min(each) for each in limits)
    mean = sum((each.error for each in found), Fraction(0)) / len(found)
    if abs(mean) > mpe:
        return replace(group, verdict=Verdict.FAIL)
    uncertainty = _uncertainty(group, budgets)
    if uncertainty is None:
        return replace(group, verdict=None)
    decision = r_111(mean, mpe=mpe, uncertainty=uncertainty).decision
    if decision is Decision.TOO_UNCERTAIN:
        return replace(group, verdict=None)
    verdict = Verdict.PASS if decision is Decision.PASS else Verdict.FAIL
    digits = max((each.places for each in found), default=0) + MORE_DIGITS
    left = as_decimal(mpe - uncertainty)
    step = Decimal(1).scaleb(-digits)
    return replace(
        group, verdict=verdict, limit=left.quantize(step, rounding=ROUND_FLOOR)
    )


def standing_against(
    check: Check,
    shown: SheetCheck,
    groups: list[GroupResult],
    readings: Mapping[str, Reading],
    budgets: Mapping[str, PointBudget],
) -> Iterator[Message]:
    """Yield why a check can give no pass although nothing in it has failed."""
    name = Both(check.name_vi, check.name_en)
    if shown.is_unlimited:
        yield Message(
            N_(
                "{check}: the limit is not known. It can be recorded, but it can give "
                "no pass until your body enters the limit."
            ),
            {"check": name},
        )
    waiting = [
        each
        for each in groups
        if check.decision is Rule.R_111
        and each.kind == "mean"
        and each.verdict is None
        and all(key in readings for key in each.rows)
    ]
    if any(_uncertainty(each, budgets) is None for each in waiting):
        yield Message(
            N_("{check}: without its uncertainty it cannot be judged."),
            {"check": name},
        )
    elif waiting:
        yield Message(
            N_(
                "{check}: the uncertainty is larger than a third of the limit, so it "
                "can be neither passed nor failed."
            ),
            {"check": name},
        )
    if any(each.is_refused and each.check == check.slug for each in budgets.values()):
        yield Message(
            N_("{check}: the uncertainty is too large beside the limit to judge by."),
            {"check": name},
        )


def _uncertainty(
    group: GroupResult, budgets: Mapping[str, PointBudget]
) -> Fraction | None:
    rows = set(group.rows)
    for budget in budgets.values():
        if rows <= set(budget.rows):
            return budget.uncertainty
    return None
