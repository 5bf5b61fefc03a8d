"""Faults as a person reads them on a page, in their language.

The rules of the catalogue speak English, for those who review its files. Whoever
corrects a procedure on a page is told the same in the language of the page.
"""

import re
from collections.abc import Iterator
from functools import cache

from labms.catalogue.rules import MODE_NAMES
from labms.i18n import N_, Message, gettext

#: What the rules say about anything that the pages let a person type.
MESSAGES = (
    N_("is empty"),
    N_("unknown key"),
    N_("lies below min"),
    N_("should be above zero"),
    N_("should be at most {most}"),
    N_("should be between {least} and {most}"),
    N_("a sheet has at most {most} lines"),
    N_("should be a number above zero"),
    N_("should be a whole number, not {value}"),
    N_("should be a number in quotes, not {value}"),
    N_("a multiple of a limit has to be above zero"),
    N_("limits in service are not below those at verification"),
    N_("cannot be below zero"),
    N_("should be an expression in quotes, not {value}"),
    N_("should be a number, not a truth value"),
    N_("should be a number, not a text"),
    N_("should be a truth value, not a number"),
    N_("should be a truth value, not a text"),
    N_("should be a text, not a number"),
    N_("should be an upper bound and a limit"),
    N_("should have {count} cells"),
    N_("a check with readings needs at least one point"),
    N_("a limit has to be above zero"),
    N_("a point lies beyond {end}"),
    N_("“{unit}” is no unit of “{quantity}”"),
    N_("names one person twice"),
    N_("a limit that is unknown cannot say this"),
    N_("only the last step may have no end"),
    N_("the upper bounds have to ascend"),
    N_("the limits fall as the values rise"),
    N_("the rows have to ascend"),
    N_("goes with repetitions"),
    N_("goes with both directions"),
    N_("names the limit of a reading, and there is none"),
    N_("missing, though there is something to judge"),
    N_("{count} limits for {reason} verification"),
    N_("its limits are in {unit}, not in {other}"),
    N_("“{name}” is not one of the inputs that are texts"),
    N_("“{name}” is not one of the inputs that are numbers"),
    N_("“{name}” stands there twice"),
    N_("“{name}” is no earlier check of the stage"),
    N_("“{name}” reads each point once"),
    N_("unknown unit “{unit}”"),
    N_("has no value where {key} = {figure}"),
    N_("has no value for the typical instrument (as for a division by zero)"),
    "“{source}” has no value here: {problem}",
    "The table of limits sets no limit for {case}.",
    "The instrument's {name} is missing.",
    "{procedure} does not cover this instrument: {rule}",
    "“{source}”, character {position}: {problem} {what}",
    "“{source}”, character {position}: {problem}",
)
#: What the last two say: they begin alike, and end in what was not understood.
_REASONS = {str(reason): name for reason, name in MODE_NAMES.items()}
#: With this characteristic at zero it was tried.
_ZERO = re.compile(r"\w+ = 0")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (text, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(text))))
        for text in MESSAGES
    )


def in_words(message: str) -> str:
    """Return what is wrong in the language in use; English if nobody translated it."""
    reason, _, cause = message.partition(": ")
    if reason in _REASONS and cause:
        return f"{gettext(_REASONS[reason])}: {in_words(cause)}"
    if _ZERO.fullmatch(reason) and cause:
        return f"{reason}: {in_words(cause)}"
    if message == "missing":
        return gettext(N_("this is missing"))
    for text, pattern in _patterns():
        if found := pattern.fullmatch(message):
            return _said(text, found.groupdict())
    return message


def _said(text: str, details: dict[str, str]) -> str:
    if "reason" in details:
        name = _REASONS.get(details["reason"], details["reason"])
        text = N_("{count} limits for: {reason}")
        return str(Message(text, {**details, "reason": name}))
    if "position" in details:
        return str(_of_expression(details))
    return str(Message(text, details))


def _of_expression(details: dict[str, str]) -> Message:
    """Return a refusal of the expression language, its problem translated too."""
    problem, what = details["problem"], details.get("what", "")
    whole = f"{problem} {what}".strip()
    for known in _splits(whole):
        if gettext(known) != known:
            rest = whole.removeprefix(known).strip()
            problem, what = known, rest
            break
    text = "“{source}”, character {position}: {problem} {what}"
    given = {"source": details["source"], "position": details["position"]}
    return Message(text, {**given, "problem": problem, "what": what})


def _splits(whole: str) -> Iterator[str]:
    """Yield the beginnings of a sentence, the longest first."""
    words = whole.split(" ")
    for count in range(len(words), 0, -1):
        yield " ".join(words[:count])
