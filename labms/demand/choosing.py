"""Which of several entered figures of a cell counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labms.demand.rules import Entered, holders_missing, total
from labms.organisations.rules import OrganisationKind


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entered figures count, and what shows that all of it was surveyed."""

    counting: tuple[Entered, ...]
    #: A survey of all that gives way to parts that are more, though they are not all.
    behind: tuple[Entered, ...] = ()


def figures_that_count(
    figures: Iterable[Entered], *, commune_key: str
) -> tuple[Entered, ...]:
    """Return which entered figures count, see `chosen`."""
    return chosen(figures, commune_key=commune_key).counting


def chosen(figures: Iterable[Entered], *, commune_key: str) -> Choice:
    """Return which entered figures of a type make up the one of a commune of today.

    For each kind of holder and for all together the newest, see `Entered.age`. Of its
    own; if it has none, or only for some holders and fewer: those of each old commune
    that became a part of it, together. A figure counts for its year and on, until
    there is a newer one, so that demand is not forgotten at the turn of the year.
    What was surveyed stays surveyed: parts that are more than the whole take its place
    as a number, and the whole stands behind them.
    """
    newest: dict[str, dict[OrganisationKind | None, Entered]] = {}
    for figure in sorted(figures, key=lambda each: each.age):
        newest.setdefault(figure.commune_key, {})[figure.holder] = figure
    of_today = newest.pop(commune_key, {})
    own = _whole_or_parts(of_today)
    old = tuple(each for key in sorted(newest) for each in _whole_or_parts(newest[key]))
    all_old = tuple(each for key in sorted(newest) for each in _all_of(newest[key]))
    if own and (None in of_today or not holders_missing(own)):
        all_own = _all_of(of_today)
        return Choice(own, all_own if all_own != own else ())
    if own and total(own) >= total(old):
        return Choice(own, all_old)
    return Choice(old, all_old if all_old != old else ())


def _all_of(found: Mapping[OrganisationKind | None, Entered]) -> tuple[Entered, ...]:
    """Return the figures that say the most about who was surveyed."""
    counting = _whole_or_parts(found)
    is_whole = not counting or not holders_missing(counting) or None not in found
    return counting if is_whole else (found[None],)


def _whole_or_parts(
    found: Mapping[OrganisationKind | None, Entered],
) -> tuple[Entered, ...]:
    """Return the figure of all holders, or those of each kind.

    Parts take its place when there is one of each kind, none of them older; or when
    they are more already: to know a part better never makes the whole smaller.
    """
    whole = found.get(None)
    parts = tuple(found[kind] for kind in OrganisationKind if kind in found)
    if whole is None:
        return parts
    complete = len(parts) == len(OrganisationKind)
    if complete and min(part.year for part in parts) >= whole.year:
        return parts
    return parts if total(parts) > whole.in_use_count else (whole,)
