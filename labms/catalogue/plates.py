"""Whether an instrument can be what its plate is said to say.

Two things are told apart: figures that cannot be true, alone or together; and what
keeps an instrument from being measured only: a figure that is still missing, a class
that no procedure covers. It may be registered all the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from labms.catalogue.characteristics import Given
from labms.catalogue.entries import (
    Characteristic,
    CharacteristicKind,
    Procedure,
    ScopeRule,
)
from labms.catalogue.rules import Both, OutOfScope
from labms.catalogue.sheet.planning import plan_sheet
from labms.errors import Invalid, LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import read_decimal


class ImpossibleFigure(Invalid):
    """A figure that no instrument bears; `key` says of which characteristic."""

    code = "catalogue.impossible_figure"
    message = N_("{name}: this cannot be.")

    def __init__(self, key: str, **details: object) -> None:
        self.key = key
        super().__init__(**details)


class NotAboveZero(ImpossibleFigure):
    """Zero or less, where only more than zero has a meaning."""

    code = "catalogue.not_above_zero"
    message = N_("{name} has to be above zero. Look at the plate again.")


class BelowZero(ImpossibleFigure):
    """Less than zero, where that has no meaning."""

    code = "catalogue.below_zero"
    message = N_("{name} cannot lie below zero. Look at the plate again.")


class FiguresContradict(ImpossibleFigure):
    """No procedure for the type could plan a sheet with these figures."""

    code = "catalogue.figures_contradict"
    message = N_("These figures do not go together: {problem} Look at the plate again.")


@dataclass(frozen=True, slots=True)
class Trial:
    """A procedure, and the options of its tables that are to be tried."""

    procedure: Procedure
    options: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nothing could be measured with what is known of an instrument."""

    key: str
    """The characteristic that it is shown beside."""
    problem: Message
    is_contradiction: bool
    """Whether figures that are given cannot go together."""


def sign_problems(
    expected: Iterable[Characteristic], given: Given
) -> Iterator[ImpossibleFigure]:
    """Yield the figures that lie below zero, or on it, and cannot."""
    for each in expected:
        value = _number(each, given)
        if value is None or each.is_signed:
            continue
        name = Both(each.name_vi, each.name_en)
        if value < 0:
            yield BelowZero(each.key, name=name)
        elif value == 0 and each.is_required:
            yield NotAboveZero(each.key, name=name)


def doubt_about(given: Given, trials: Iterable[Trial]) -> Doubt | None:
    """Return why no procedure covers an instrument; None if one does, or is for none.

    What keeps it from being measured by one procedure counts before a contradiction
    that another finds: it may be the first one's instrument.
    """
    doubts: list[Doubt] = []
    for trial in trials:
        doubt = _tried(trial, given)
        if doubt is None:
            return None
        doubts.append(doubt)
    return min(doubts, key=lambda doubt: doubt.is_contradiction, default=None)


def _tried(trial: Trial, given: Given) -> Doubt | None:
    first: LabError | None = None
    for reason in trial.procedure.reasons or (None,):
        for options in trial.options:
            try:
                plan_sheet(
                    trial.procedure,
                    characteristics=given,
                    reason=reason,
                    options=options,
                )
            except LabError as error:
                first = first or error
            else:
                return None
    return None if first is None else _doubt(trial.procedure, given, first)


def _doubt(procedure: Procedure, given: Given, error: LabError) -> Doubt:
    """Return what a refusal means: it cannot be measured yet, or cannot be so.

    Figures contradict each other only if a rule rests on several that are given.
    """
    expected = {each.key: each for each in procedure.characteristics}
    rule = _rule(procedure, error)
    named = rule.rule.names if rule else frozenset(expected)
    meant = _followed(procedure, named)
    open_ = [key for key in expected if key in named and not _is_given(given, key)]
    figures = [
        key
        for key, each in expected.items()
        if key in meant and _is_given(given, key) and _is_figure(each)
    ]
    unknown = not rule and any(expected[key].default is None for key in open_)
    contradicts = len(figures) > 1 and not unknown
    beside = [key for key in figures if key in named] if contradicts else open_
    chosen = [key for key in expected if key in named and _is_given(given, key)]
    keys = beside or figures or chosen or [*expected, ""]
    return Doubt(keys[-1], error.text, contradicts)


def _rule(procedure: Procedure, error: LabError) -> ScopeRule | None:
    if not isinstance(error, OutOfScope):
        return None
    said = error.details["rule"]
    return next(
        each for each in procedure.scope if Both(each.text_vi, each.text_en) == said
    )


def _followed(procedure: Procedure, names: Iterable[str]) -> set[str]:
    """Return the names, and those that their values and defaults follow from."""
    behind = {key: one.names for key, one in procedure.values.items()}
    for each in procedure.characteristics:
        if each.default is not None:
            behind.setdefault(each.key, each.default.names)
    found: set[str] = set()
    rest = list(names)
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            rest += behind.get(name, ())
    return found


def _is_figure(each: Characteristic) -> bool:
    return each.kind is CharacteristicKind.DECIMAL


def _is_given(given: Given, key: str) -> bool:
    return bool(str(given.get(key, "")).strip())


def _number(each: Characteristic, given: Given) -> Decimal | None:
    """Return a figure as it is given; None if it is not, or cannot be read."""
    written = given.get(each.key, "")
    if not _is_figure(each) or not _is_given(given, each.key):
        return None
    if isinstance(written, Decimal):
        return written
    try:
        return read_decimal(written)
    except LabError:
        return None  # reading the characteristics says so
