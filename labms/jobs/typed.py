"""What was typed about a job, before anything is made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from labms.catalogue.rules import Evidence
from labms.errors import Invalid
from labms.i18n import N_

#: Longer than anything that belongs into one field of the page, into its note, or into
#: the reason of a late entry.
LONGEST, LONGEST_NOTE, LONGEST_REASON = 200, 2000, 1000


class TextTooLong(Invalid):
    """Nothing is cut off silently."""

    code = "job.text_too_long"
    message = N_(
        "“{begin}…” is longer than {most} characters. Shorten it; nothing was saved."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands on the measurement page, as far as it can be kept.

    Readings and conditions stay as they were typed, readable or not.
    """

    performed_on: date | None = None
    late_reason: str = ""
    place: str = ""
    note: str = ""
    environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, Sequence[int]] = field(default_factory=dict)
    evidence: Evidence | None = None
    stamp: str = ""
    stamp_mistyped: bool = False
    """Whether the stamp noted before, which this one replaces, was never put on."""
    mark: str = ""

    def check_lengths(self) -> None:
        """Raise TextTooLong if something is longer than can be kept."""
        for text, most in self._texts():
            if len(text) > most:
                raise TextTooLong(begin=text[:20], most=most)

    def _texts(self) -> Iterator[tuple[str, int]]:
        yield self.note, LONGEST_NOTE
        yield self.late_reason, LONGEST_REASON
        short = [self.place, self.stamp, self.mark, *self.readings.values()]
        for pair in self.environment.values():
            short += pair.values()
        yield from ((text, LONGEST) for text in short)
