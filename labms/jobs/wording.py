"""How errors, limits and points of what was laid out are written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from labms import i18n
from labms.catalogue.sheet.planning import ANSWER
from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.jobs.conformity import DECISIONS
from labms.metrology.decimals import in_english, read_decimal
from labms.metrology.decision import Decision

#: Directions as the procedures name them.
DIRECTIONS: Mapping[str, str] = {"up": N_("increasing"), "down": N_("decreasing")}
GROUP_KINDS: Mapping[str, str] = {
    "spread": N_("Largest difference"),
    "hysteresis": N_("Hysteresis"),
    "shift": N_("Largest shift of the indication"),
    "mean": N_("Mean error"),
    "one_sign": N_("All errors of one sign: the smallest"),
}
ANSWERS: Mapping[str, str] = {
    "yes": N_("Complies"),
    "no": N_("Does not comply"),
    "na": N_("Not applicable"),
}
VERDICTS: Mapping[str, str] = {"pass": N_("Pass"), "fail": N_("Fail")}
NO_UNCERTAINTY = N_("No uncertainty:")
MINUS = "\u2212"
#: Numbers of fewer digits are read at a glance.
LEAST_GROUPED = 5
DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def number_text(value: str | None) -> str:
    """Return a decimal that is kept as text with the mark of the language in use.

    Whatever isn't one, as the name of a fuel, stays as it is.
    """
    if value is None or not DECIMAL.fullmatch(value):
        return value or ""
    text = value.replace("-", MINUS)
    return text.replace(".", ",") if i18n.language() == "vi" else text


def figures_text(text: str) -> str:
    """Return printed figures, as ±2.5 or −1 / +2.5, with the mark of the language.

    For cells that hold numbers and signs alone: names would lose their points.
    """
    text = text.replace("-", MINUS)
    return text.replace(".", ",") if i18n.language() == "vi" else text


def typed_text(typed: str) -> str:
    """Return a decimal that a person typed, with comma or point, as it is shown here.

    What cannot be read stays as it was typed.
    """
    try:
        return number_text(format(read_decimal(typed), "f"))
    except LabError:
        return typed


def spoken(text: str) -> str:
    """Return words of a Vietnamese paper for a screen: decimals as in its language."""
    return text if i18n.language() == "vi" else in_english(text)


def signed(value: str | None) -> str:
    """Return an error with its sign; none for zero."""
    if value is None:
        return ""
    is_zero = not value.strip("-0.")
    text = number_text(value.lstrip("-") if is_zero else value)
    return text if is_zero or value.startswith("-") else f"+{text}"


def limit_text(plus: str | None, minus: str | None) -> str:
    """Return the limits of an error: ±100, or +100/−50 where they differ."""
    if plus is None or minus is None:
        return ""
    if plus == minus:
        return f"±{number_text(plus)}"
    return f"+{number_text(plus)}/{MINUS}{number_text(minus)}"


def with_unit(text: str, unit: str) -> str:
    """Return a number with its unit; nothing for nothing."""
    return f"{text} {unit}".rstrip() if text else ""


def grouped(number: str) -> str:
    """Return a number with its thousands apart, from five digits on: 60 000.

    Points and commas are decimal marks where numbers are typed, so a space that does
    not break stands between (SI Brochure, 9th edition, 5.4.4; from memory).
    """
    whole, *rest = re.split(r"([.,].*)", number, maxsplit=1)
    if len(whole.lstrip(MINUS)) < LEAST_GROUPED:
        return number
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", "\u00a0", whole) + "".join(rest)


def point_text(row: Mapping[str, Any]) -> str:
    """Return where a reading is taken: the load, what it is called, where it lies.

    In the unit in which it is read, so that nobody types 60 for 60000 g.
    """
    language = i18n.language()
    called = row[f"point_{language}"]
    plain_number = number_text(row["nominal"])
    nominal = with_unit(grouped(plain_number), row["unit"])
    plain = called.replace(" ", "") == f"{plain_number}{row['unit']}".replace(" ", "")
    parts = [nominal if plain or not called else f"{nominal} ({called})"]
    parts.append(row[f"position_{language}"])
    return ", ".join(part for part in parts if part)


def way_text(row: Mapping[str, Any]) -> str:
    """Return in which direction, and the how manieth time."""
    parts = [gettext(DIRECTIONS.get(row["direction"] or "", ""))]
    if row["repetition"]:
        parts.append(gettext("run {number}").format(number=row["repetition"]))
    return ", ".join(part for part in parts if part)


def answer_text(row: Mapping[str, Any]) -> str:
    """Return what a question was answered by."""
    typed = next(
        (c["typed"] for c in row["columns"] if c["key"].endswith(f".{ANSWER}")), ""
    )
    return gettext(ANSWERS.get(typed, ""))


def result_of(row: Mapping[str, Any], error_unit: str) -> dict[str, Any]:
    """Return what a page shows live beside one reading."""
    return {
        "error": with_unit(signed(row["error_shown"]), error_unit),
        "limit": with_unit(
            limit_text(row["limit_plus"], row["limit_minus"]), error_unit
        ),
        "verdict": row["verdict"],
        "word": gettext(VERDICTS.get(row["verdict"] or "", "")),
        "problem": row.get("problem", ""),
        "warning": row.get("warning", ""),
        "share": row["share"],
    }


def bounds_text(minimum: object, maximum: object) -> str:
    """Return what a condition has to lie between, or which end it has."""
    low, high = (
        number_text(None if each is None else str(each)) for each in (minimum, maximum)
    )
    if low and high:
        return f"{low} … {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def place_text(group: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return where readings were taken that are judged together, as far as alike."""
    keys = set(group["rows"])
    found = [row for row in rows if row["key"] in keys]
    places = {point_text(row) for row in found}
    if len(places) != 1:
        return ""
    parts = [*places]
    directions = {row["direction"] for row in found}
    if len(directions) == 1:
        parts.append(gettext(DIRECTIONS.get(directions.pop() or "", "")))
    times = {row["repetition"] for row in found} - {None}
    if len(times) == 1:
        parts.append(gettext("run {number}").format(number=times.pop()))
    return ", ".join(part for part in parts if part)


def group_limit(group: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the limit of readings that are judged together: of a mean, both sides."""
    limit = group["limit"]
    if not limit or group["kind"] != "mean":
        return f"≤ {number_text(limit)}" if limit else ""
    keys = set(group["rows"])
    below = [row.get("limit_minus") for row in rows if row["key"] in keys]
    return limit_text(limit, min(filter(None, below), key=Decimal, default=limit))


def group_result(
    group: Mapping[str, Any], error_unit: str, *, rows: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return what a page shows live below readings that are judged together."""
    kind, value = group["kind"], number_text(group["value_shown"])
    if kind == "mean":
        value = signed(group["value_shown"])
    name = gettext(GROUP_KINDS[kind])
    place = place_text(group, rows)
    return {
        "name": f"{name}: {place}" if place else name,
        "value": with_unit(value, error_unit),
        "limit": with_unit(group_limit(group, rows), error_unit),
        "verdict": group["verdict"],
        "word": gettext(VERDICTS.get(group["verdict"] or "", "")),
    }


#: How what an agreed rule says of a point looks on a page.
DECISION_KINDS = {"pass": "good", "fail": "bad"}


def decision_text(decision: str | None) -> str:
    """Return what an agreed rule says of a point; nothing where none was agreed."""
    if decision is None:
        return ""
    vi, en = DECISIONS[Decision(decision)]
    return vi if i18n.language() == "vi" else en


def statements_of(laid: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what an agreed rule says of each point: where, in words, and its kind."""
    found = []
    for check in (one for stage in laid["stages"] for one in stage["checks"]):
        rows = {row["key"]: row for row in check["rows"]}
        for budget in check.get("budgets", ()):
            if budget.get("decision") is None:
                continue
            first = rows[budget["rows"][0]]
            point = " ".join(filter(None, (point_text(first), _way_of(budget, rows))))
            found.append(
                {
                    "place": f"{check[f'name_{i18n.language()}']}, {point}",
                    "word": decision_text(budget["decision"]),
                    "kind": DECISION_KINDS.get(budget["decision"], "warn"),
                }
            )
    return found


def budgets_text(check: Mapping[str, Any]) -> str:
    """Return the uncertainty at each point of a check, as one line below it."""
    found, problems = [], []
    for point, budget in _budgets_at(check):
        if budget["uncertainty"] is None:
            problems.append(budget.get("problem", ""))
            continue
        text = with_unit(number_text(budget["uncertainty"]), check["error_unit"])
        factor = number_text(budget["coverage_factor"])
        said = decision_text(budget.get("decision"))
        found.append((point, f"{text} (k = {factor}){said and f', {said}'}"))
    parts = [_uncertainties(found)] if found else []
    if large := large_text(check):
        parts.append(large)
        if not any(each.get("is_refused") for each in check.get("budgets", ())):
            parts.append(gettext(WARNS_ONLY))
    if problems:
        parts.append(f"{gettext(NO_UNCERTAINTY)} {problems[0]}".rstrip())
    return " ".join(parts)


#: What follows from an uncertainty that is too large, where nothing is refused.
WARNS_ONLY = N_("This is a warning: a pass is not stopped by it.")


def large_text(check: Mapping[str, Any]) -> str:
    """Return where U is too large beside the limit; nothing where it is nowhere."""
    known = [each for each in _budgets_at(check) if each[1]["uncertainty"] is not None]
    large = [point for point, each in known if each["is_small_enough"] is False]
    if len(large) > 1 and len(large) == len(known):
        told = gettext(N_("Too large beside the limit at all {n} points."))
        return told.format(n=len(large))
    told = gettext(N_("Too large beside the limit at: {points}."))
    return told.format(points="; ".join(large)) if large else ""


def _budgets_at(check: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the budgets of a check, each with the point that it is about."""
    rows = {row["key"]: row for row in check["rows"]}
    return [
        (
            " ".join(
                filter(None, (point_text(rows[one["rows"][0]]), _way_of(one, rows)))
            ),
            one,
        )
        for one in check.get("budgets", ())
    ]


#: So many points of one value and more are told as "all the others".
MANY = 3


def _uncertainties(found: Sequence[tuple[str, str]]) -> str:
    """Return U by its values: once where it is the same, and where it differs.

    What most points have comes last, as that of all the others.
    """
    by: dict[str, list[str]] = {}
    for point, value in found:
        by.setdefault(value, []).append(point)
    if len(found) > 1 and len(by) == 1:
        told = gettext(N_("U at all {n} points: {value}."))
        return told.format(n=len(found), value=found[0][1])
    most = max(by, key=lambda value: len(by[value]))
    if len(by[most]) < MANY:
        most = ""
    listed = [
        f"{', '.join(points)}: {value}" for value, points in by.items() if value != most
    ]
    if most:
        told = gettext(N_("at the other {n} points: {value}"))
        listed.append(told.format(n=len(by[most]), value=most))
    return f"U: {'; '.join(listed)}."


def _way_of(budget: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the direction that a budget is about, if it is about one."""
    ways = {rows[key]["direction"] for key in budget["rows"]} - {None}
    return gettext(DIRECTIONS[ways.pop()]) if len(ways) == 1 else ""
