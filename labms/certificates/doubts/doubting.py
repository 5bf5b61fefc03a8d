"""A standard was found bad: every document that rests on it is doubted, later freed.

Each document is decided in a transaction of its own, so that one that refuses keeps no
other back, and whoever is interrupted goes on where it ended: what is held already, for
whatever reason, is passed over. What was said of a standard and its days is what the
documents of one go have in common; that, and nothing else, is lifted together.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from labms.certificates.doubts.holding import hold_certificate, lift_hold
from labms.certificates.life import HoldReason
from labms.certificates.models import Certificate, Hold
from labms.certificates.queries import certificate_by_id, holds_of
from labms.certificates.rules import CertificateState, check_explained
from labms.certificates.tracing import results_resting_on
from labms.db import transaction
from labms.errors import LabError
from labms.jobs.models import Job
from labms.policy import Actor
from labms.registry.models import Standard
from labms.registry.standings import HoldKind
from labms.traceability.queries import Affected, affected_calibrations

#: So many documents in one go: seconds, not minutes; then somebody goes on.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Impact:
    """What rests on a standard between two days."""

    standard: Standard
    since: date
    until: date
    standards: Sequence[Affected]
    results: Sequence[tuple[Job, Certificate | None]]
    holds: Mapping[int, Hold]
    """Which doubts stand, by document."""

    @property
    def in_force(self) -> list[Certificate]:
        """The documents that a doubt would touch, in the order of their days."""
        return [
            document
            for _, document in self.results
            if document is not None and document.state is CertificateState.ISSUED
        ]

    @property
    def without_document(self) -> int:
        """How many results have no document that could be doubted: stamps and marks."""
        return sum(document is None for _, document in self.results)

    @property
    def free(self) -> list[Certificate]:
        """Those in force that nothing holds yet."""
        return [one for one in self.in_force if one.id not in self.holds]

    @property
    def doubts(self) -> Mapping[str, int]:
        """What was said of standards where documents are held, and of how many."""
        return Counter(
            hold.explanation
            for one in self.in_force
            if (hold := self.holds.get(one.id)) and hold.reason is HoldReason.STANDARD
        )

    def held_because(self, said: str) -> list[Certificate]:
        """Return the documents that are held because of what was said."""
        return [
            one
            for one in self.in_force
            if (hold := self.holds.get(one.id))
            and hold.reason is HoldReason.STANDARD
            and hold.explanation == said
        ]


@dataclass(slots=True)
class Outcome:
    """What became of each document in one go."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, LabError] = field(default_factory=dict)
    left: int = 0


def impact_of(standard: Standard, *, since: date, until: date) -> Impact:
    """Return what rests on a standard between two days, where the scope shows it."""
    affected = affected_calibrations(standard.id, since=since, until=until)
    keys = [each.calibration.id for each in affected]
    results = results_resting_on(keys, standard.id, since, until)
    documents = [document for _, document in results if document is not None]
    return Impact(standard, since, until, affected, results, holds_of(documents))


def said_of(impact: Impact, text: str) -> str:
    """Return what is written beside each document. Raises ReasonTooShort."""
    days = f"{impact.since:%d/%m/%Y}–{impact.until:%d/%m/%Y}"
    return f"{impact.standard.inventory_number}, {days}: {check_explained(text)}"


def doubt_all(
    impact: Impact, *, actor: Actor, kind: HoldKind, text: str, most: int = AT_ONCE
) -> Outcome:
    """Hold the documents that rest on a standard and are not held yet, one by one.

    Raises ReasonTooShort; what refuses else is told beside its document.
    """
    said, free = said_of(impact, text), impact.free

    def act(document: Certificate) -> None:
        hold_certificate(
            document, actor=actor, kind=kind, reason=HoldReason.STANDARD, text=said
        )

    return _each(free, act, most=most)


def free_all(
    impact: Impact, *, actor: Actor, said: str, text: str, most: int = AT_ONCE
) -> Outcome:
    """Lift the doubts for which the same was said, one by one.

    Raises ReasonTooShort; what refuses else is told beside its document.
    """
    because = check_explained(text)

    def act(document: Certificate) -> None:
        lift_hold(document, actor=actor, text=because)

    return _each(impact.held_because(said), act, most=most)


def _each(
    documents: Sequence[Certificate], act: Callable[[Certificate], None], *, most: int
) -> Outcome:
    keys = {one.id: one.number for one in documents}
    outcome = Outcome(left=max(0, len(keys) - most))
    for key, number in list(keys.items())[:most]:
        try:
            with transaction():
                act(certificate_by_id(key, for_update=True))
        except LabError as error:
            outcome.refused[number] = error
        else:
            outcome.done.append(number)
    return outcome
