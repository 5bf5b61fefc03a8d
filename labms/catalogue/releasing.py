"""What has to hold before a body releases anything."""

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class CatalogueChanged(Conflict):
    """What would be released is not what was shown."""

    code = "catalogue.changed"
    message = N_("The catalogue has changed since this page was opened. Read it again.")


class AlreadyReleased(Conflict):
    """The body works with exactly this already."""

    code = "catalogue.already_released"
    message = N_("Your body has released this already.")


class NotReleased(Conflict):
    """There is nothing to withdraw."""

    code = "catalogue.not_released"
    message = N_("This release was withdrawn already.")


class WithdrawalReasonMissing(Invalid):
    """Whoever withdraws says why."""

    code = "catalogue.withdrawal_reason_missing"
    message = N_("Say why it is withdrawn, in at least ten characters.")


def check_withdrawal_reason(reason: str) -> str:
    """Return a reason worth keeping. Raises WithdrawalReasonMissing."""
    if len(reason.strip()) < 10:
        raise WithdrawalReasonMissing
    return reason.strip()
