"""Where a figure comes from."""

from dataclasses import dataclass

from labms.catalogue.rules import CHECKERS_NEEDED, Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from, how it is known, and who compared it."""

    text: str
    confidence: Confidence
    checked_by: tuple[str, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether enough people compared it with the official text."""
        return len(set(self.checked_by)) >= CHECKERS_NEEDED
