"""How the limits of a check are known: read in a text, copied, or from memory."""

from collections.abc import Iterator, Mapping

from labms.catalogue.entries import Check, Procedure, Source
from labms.catalogue.rules import Confidence, VerificationReason

#: What two people compared with the official text.
CHECKED = "checked"
#: From the least to the most that is known.
_ORDER = (
    str(Confidence.MEMORY),
    str(Confidence.TRANSCRIPTION),
    str(Confidence.SEEN),
    CHECKED,
)
#: What the limit of the error of each reading is called; the others are groups.
OF_ERRORS = "error"
_GROUPS = ("spread", "hysteresis", "shift", "one_sign")


def limit_sources(
    procedure: Procedure,
    check: Check,
    reason: VerificationReason | None,
    options: Mapping[str, str],
) -> tuple[Source, ...]:
    """Return where the limits of a check come from in one kind of verification."""
    found = _sources(procedure, check, reason, options)
    return tuple(dict.fromkeys(source for _, source in found))


def limits_known(
    procedure: Procedure,
    check: Check,
    reason: VerificationReason | None,
    options: Mapping[str, str],
) -> dict[str, str]:
    """Return how each limit of a check is known: of the error, of the spread, …"""
    found = _sources(procedure, check, reason, options)
    return {of: standing_of(source) for of, source in found}


def _sources(
    procedure: Procedure,
    check: Check,
    reason: VerificationReason | None,
    options: Mapping[str, str],
) -> Iterator[tuple[str, Source]]:
    use = check.limit_for(reason)
    if use is not None and use.table:
        table = procedure.tables[use.table]
        option = table.option(options.get(use.table) or table.options[0].slug)
        if option is not None:
            yield OF_ERRORS, option.source
    elif use is not None and use.source is not None:
        yield OF_ERRORS, use.source
    for name in _GROUPS:
        group = getattr(check, name)
        if group is not None and (reason is None or reason in group.reasons):
            yield name, group.source


def standing_of(source: Source) -> str:
    """Return how a figure is known, in one word of the catalogue."""
    return CHECKED if source.is_checked else str(source.confidence)


def least_known(sources: tuple[Source, ...]) -> str:
    """Return how the least known of these is known; "" of none."""
    return min(map(standing_of, sources), key=_ORDER.index, default="")
