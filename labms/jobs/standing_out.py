"""What stands out in a job's results: what is near a limit, where U is too large."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labms.jobs.failing import name_of, where
from labms.jobs.wording import group_result, large_text, result_of

#: A mean and its readings are told once: by whichever is nearer to its limit.
OF_THE_SAME = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """One result that uses much of its limit, in the words of the page."""

    key: str
    share: int
    """Of the limit, in percent."""
    place: str
    value: str
    limit: str


def nearest(laid: Mapping[str, Any], *, most: int = 3) -> list[Near]:
    """Return what uses most of its limit: readings, and readings judged together."""
    found = sorted(
        _judged(laid), key=lambda each: (-each[0]["share"], "kind" not in each[0])
    )
    chosen: list[Near] = []
    told: set[str] = set()
    for thing, near in found:
        rows = _rows(thing)
        if rows & told:
            continue
        chosen.append(near)
        if thing.get("kind", OF_THE_SAME) == OF_THE_SAME:
            told |= rows
        if len(chosen) == most:
            break
    return chosen


def _rows(thing: Mapping[str, Any]) -> set[str]:
    """Return the readings that a thing says the same of as they do of themselves."""
    if "kind" not in thing:
        return {thing["key"]}
    return set(thing["rows"]) if thing["kind"] == OF_THE_SAME else set()


def _judged(laid: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Near]]:
    """Yield every row and group that uses some of its limit."""
    for check in (one for stage in laid["stages"] for one in stage["checks"]):
        unit = check["error_unit"]
        for row in check["rows"]:
            if row["share"]:
                told = result_of(row, unit)
                yield row, _near(row, where(check, row), told["error"], told["limit"])
        for group in check["groups"]:
            if group.get("share"):
                told = group_result(group, unit, rows=check["rows"])
                place = f"{name_of(check)}, {told['name']}"
                yield group, _near(group, place, told["value"], told["limit"])


def _near(thing: Mapping[str, Any], place: str, value: str, limit: str) -> Near:
    return Near(
        key=thing["key"], share=thing["share"], place=place, value=value, limit=limit
    )


def too_uncertain(laid: Mapping[str, Any]) -> list[str]:
    """Return of each check where its uncertainty is too large beside the limit."""
    checks = (one for stage in laid["stages"] for one in stage["checks"])
    return [
        f"{name_of(check)}: {what}" for check in checks if (what := large_text(check))
    ]
