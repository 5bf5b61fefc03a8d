"""For which reasons the law has a type verified, by the list of the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from labms.catalogue.entries import InstrumentType, ListEntry
from labms.catalogue.rules import (
    ASKED_BY,
    CONTROL_NAMES,
    REASON_NAMES,
    VERIFICATIONS,
    Both,
    Control,
    VerificationReason,
)
from labms.errors import Conflict
from labms.i18n import N_, gettext


class ReasonNotListed(Conflict):
    """The list of that day does not have the type verified for this reason."""

    code = "job.reason_not_listed"
    message = N_(
        "On {day} the law does not ask for this of {type}: {reason}. What it asks for: "
        "{controls} ({list}, {number}). Choose that kind of verification, or a "
        "calibration."
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The controls of a type, in words of the language in use."""

    controls: frozenset[Control]

    def __str__(self) -> str:
        found = [name for each, name in CONTROL_NAMES.items() if each in self.controls]
        return ", ".join(gettext(name) for name in found)


def reasons_listed(controls: Iterable[Control]) -> tuple[VerificationReason, ...]:
    """Return for which reasons the law has a type of these controls verified."""
    known = set(controls)
    return tuple(each for each in VERIFICATIONS if ASKED_BY[each] in known)


def check_reason_listed(
    entry: ListEntry, reason: VerificationReason, *, kind: InstrumentType, on: date
) -> None:
    """Raise ReasonNotListed unless an entry of a list has its type verified for it."""
    if reason in reasons_listed(entry.controls):
        return
    raise ReasonNotListed(
        day=on.strftime("%d/%m/%Y"),
        type=Both(kind.name_vi, kind.name_en),
        reason=REASON_NAMES[reason],
        controls=_Asked(entry.controls),
        list=entry.list_title,
        number=entry.code,
    )
