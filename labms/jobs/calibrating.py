"""What a calibration needs before it is begun, and before it is handed in."""

from dataclasses import dataclass
from datetime import date

from labms.catalogue.sheet import Evaluation, Sheet
from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.jobs.conformity import AgreedRule, NothingToConformTo, RuleNotForThis
from labms.metrology.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a customer asks of a calibration, settled before anything is measured."""

    rule: AgreedRule = AgreedRule.NONE
    recalibration_on: date | None = None
    """Printed only because the customer asked for it (ISO/IEC 17025, 7.8.4.3)."""


class NotCalibrated(Conflict):
    """An examination was not as required, so there is nothing to state."""

    code = "job.not_calibrated"
    message = N_(
        "An examination was answered with no. An instrument in this state is not "
        "calibrated: cancel the job with the reason."
    )


class UncertaintyUnknown(Conflict):
    """A value without its uncertainty is no calibration."""

    code = "job.uncertainty_unknown"
    message = N_("{check}: no uncertainty can be stated. {problem}")


class RecalibrationTooEarly(Invalid):
    """The next calibration cannot be due before this one."""

    code = "job.recalibration_too_early"
    message = N_("The day of the next calibration lies in the past.")


def check_agreement(agreement: Agreement, *, today: date) -> None:
    """Raise RecalibrationTooEarly for a day that is past."""
    day = agreement.recalibration_on
    if day is not None and day <= today:
        raise RecalibrationTooEarly


def check_agreed(rule: AgreedRule | None, sheet: Sheet) -> None:
    """Raise unless a procedure has the limits that an agreed rule judges by.

    NothingToConformTo without any; RuleNotForThis for the rule of weights elsewhere.
    """
    if rule is None or rule is AgreedRule.NONE:
        return
    found = [check for stage in sheet.stages for check in stage.checks]
    if not any(sheet.check(check.slug).limits for check in found):
        raise NothingToConformTo(procedure=sheet.procedure.document)
    if rule is AgreedRule.R_111 and "oiml-r-111" not in sheet.procedure.tables:
        raise RuleNotForThis


def check_values(evaluation: Evaluation) -> None:
    """Raise unless everything that a calibration states has its uncertainty."""
    if evaluation.verdict is Verdict.FAIL:
        raise NotCalibrated
    for budget in evaluation.budgets.values():
        if budget.coverage is None:
            point = "" if budget.nominal is None else format(budget.nominal, "f")
            name = " ".join(filter(None, (budget.check, point)))
            raise UncertaintyUnknown(check=name, problem=budget.problem or "")
