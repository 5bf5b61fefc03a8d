"""The chain from a standard in use up to the unit, on the day of each step.

Pure: what is known of standards and their calibrations comes in as a `Network`. Each
calibration has to be in force on the day on which it was relied upon: the first on the
day of use, each one above on the day when the one below was made.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from labms.traceability.facts import CalibrationFacts, StandardFacts
from labms.traceability.judging import (
    Problem,
    class_problems,
    competence_problems,
    in_force,
    outage_problems,
    scope_problems,
    uncertainty_problems,
    unsupported,
    use_problems,
)

#: A chain from a market to the kilogram has five steps; more is a mistake in the data.
MOST_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Network:
    """The standards and calibrations among which chains are looked for."""

    standards: Mapping[Hashable, StandardFacts]
    calibrations: Mapping[Hashable, tuple[CalibrationFacts, ...]]
    """Of each standard, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What standards were used for: the day, and what they had to be good for."""

    on: date
    value: Decimal | None = None
    """In `unit`, as the two that follow; None: not asked."""
    mpe: Decimal | None = None
    ratio: Decimal = Decimal(3)
    unit: str = ""
    accuracy_class: str = ""
    """Of the weight it was used for."""
    by: Mapping[Any, Hashable] = field(default_factory=dict)
    """Of a standard the calibration that was relied upon, where that is known: then it
    is judged, not the one that would count on that day by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step: a standard, and the calibration that was relied upon on a day."""

    standard: StandardFacts
    calibration: CalibrationFacts | None
    level: int
    """0 for a standard that was itself used."""
    on: date
    problems: tuple[Problem, ...] = ()
    is_repeated: bool = False
    """Whether what is above it stands with an earlier link."""

    def to_json(self) -> dict[str, Any]:
        """Return the link as plain values, decimals as strings."""
        return {
            "level": self.level,
            "on": self.on.isoformat(),
            "standard": self.standard.to_json(),
            "calibration": self.calibration.to_json() if self.calibration else None,
            "repeated": self.is_repeated,
            "problems": [problem.to_json() for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Chain:
    """All steps above the standards that were used, each followed by those above it."""

    links: tuple[Link, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What breaks it, from below upwards; () for a whole chain."""
        return tuple(problem for link in self.links for problem in link.problems)

    @property
    def is_whole(self) -> bool:
        """Whether every standard is linked to the unit without a break."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return the chain as plain values."""
        return {
            "links": [link.to_json() for link in self.links],
            "problems": [problem.to_json() for problem in self.problems],
        }


def chain_from(network: Network, used: Iterable[Hashable], use: Use) -> Chain:
    """Return the chain above the standards that were used, problems named."""
    walk = _Walk(network)
    for key in used:
        walk.start(key, use)
    return Chain(tuple(walk.links))


@dataclass(slots=True)
class _Walk:
    network: Network
    links: list[Link] = field(default_factory=list)
    done: set[tuple[Hashable, date, Hashable]] = field(default_factory=set)

    def start(self, key: Hashable, use: Use) -> None:
        first = len(self.links)
        self._climb(key, on=use.on, path=(), by=use.by.get(key))
        link = self.links[first]
        if link.calibration is None:
            return
        more = [
            *use_problems(
                link.standard,
                link.calibration,
                value=use.value,
                mpe=use.mpe,
                ratio=use.ratio,
                unit=use.unit,
            ),
            *class_problems(
                link.standard, link.calibration, used_for=use.accuracy_class
            ),
        ]
        self.links[first] = Link(
            standard=link.standard,
            calibration=link.calibration,
            level=0,
            on=link.on,
            problems=(*link.problems, *more),
            is_repeated=link.is_repeated,
        )

    def _climb(
        self,
        key: Hashable,
        *,
        on: date,
        path: tuple[CalibrationFacts, ...],
        by: Hashable = None,
    ) -> None:
        standard = self.network.standards[key]
        known = self.network.calibrations.get(key, ())
        if by is not None:
            known = tuple(one for one in known if one.key == by)
        found = in_force(known, on=on)
        circular = found is not None and found.key in {step.key for step in path}
        repeated = (key, on, by) in self.done and not circular
        problems: tuple[Problem, ...] = ()
        if not repeated:
            problems = tuple(self._problems(standard, found, known, on, path))
        self.links.append(
            Link(
                standard=standard,
                calibration=found,
                level=len(path),
                on=on,
                problems=problems,
                is_repeated=repeated,
            )
        )
        if repeated or circular or found is None or found.is_root:
            return
        self.done.add((key, on, by))
        if len(path) + 1 < MOST_LEVELS:
            for reference in found.references:
                self._climb(reference, on=found.calibrated_on, path=(*path, found))

    def _problems(
        self,
        standard: StandardFacts,
        found: CalibrationFacts | None,
        known: tuple[CalibrationFacts, ...],
        on: date,
        path: tuple[CalibrationFacts, ...],
    ) -> Iterator[Problem]:
        yield from outage_problems(standard, on=on)
        if found is None:
            yield unsupported(standard, known, on=on)
        elif found.key in {step.key for step in path}:
            yield Problem.about("T03", standard, found)
        else:
            yield from competence_problems(standard, found)
            yield from scope_problems(standard, found)
            yield from uncertainty_problems(standard, found, self._above(found))
            if not found.is_root and (
                not found.references or len(path) + 1 >= MOST_LEVELS
            ):
                yield Problem.about("T02", standard, found)

    def _above(self, found: CalibrationFacts) -> Iterator[CalibrationFacts]:
        """Yield the calibrations in force of what a standard was compared with."""
        for reference in found.references:
            known = self.network.calibrations.get(reference, ())
            if above := in_force(known, on=found.calibrated_on):
                yield above
