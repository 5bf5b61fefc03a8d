"""What a notice says that an instrument failed on, in both languages at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from labms.i18n import speaking
from labms.jobs.failing import name_of, where
from labms.jobs.wording import group_result, result_of

Finding = dict[str, str]


def findings_of(evaluation: Mapping[str, Any]) -> list[Finding]:
    """Return each requirement that is not met and each limit that is exceeded.

    What was found and the limit are numbers, printed as in Vietnamese; a requirement
    has neither.
    """
    return [
        finding
        for stage in evaluation["stages"]
        for check in stage["checks"]
        for finding in _of_check(check)
    ]


def _of_check(check: Mapping[str, Any]) -> Iterator[Finding]:
    for row in check["rows"]:
        if row["verdict"] != "fail":
            continue
        with speaking("en"):
            what_en = where(check, row)
        with speaking("vi"):
            found = {"what": where(check, row), "what_en": what_en}
            if row["error"] is not None:
                shown = result_of(row, check["error_unit"])
                found |= {"value": shown["error"], "limit": shown["limit"]}
        yield found
    for group in check["groups"]:
        if group["verdict"] != "fail":
            continue
        with speaking("en"):
            shown = group_result(group, check["error_unit"], rows=check["rows"])
            what_en = f"{name_of(check)}, {shown['name']}"
        with speaking("vi"):
            shown = group_result(group, check["error_unit"], rows=check["rows"])
            yield {
                "what": f"{name_of(check)}, {shown['name']}",
                "what_en": what_en,
                "value": shown["value"],
                "limit": shown["limit"],
            }
