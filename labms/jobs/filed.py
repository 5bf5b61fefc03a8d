"""What a file says about a job's measurements, for `labms jobs save`."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from labms.catalogue.queries import procedure_release_by_id
from labms.catalogue.rules import Evidence
from labms.errors import Invalid
from labms.i18n import N_, Message
from labms.jobs.models import Job
from labms.jobs.sheets import procedure_of, sheet_of
from labms.jobs.typed import Typed

_TEXTS = ("late_reason", "place", "note", "stamp", "mark")
_KEYS = (
    *("performed_on", "environment", "readings", "standards", "evidence"),
    *("stamp_mistyped", *_TEXTS),
)
_ENDS = ("begin", "end")


class BadFile(Invalid):
    """The file is not what `labms jobs save` takes."""

    code = "job.bad_file"
    message = N_("Nothing was saved. {problem}")

    def __init__(self, problem: str, **details: object) -> None:
        super().__init__(problem=Message(problem, details))


class UnknownInFile(BadFile):
    """The file names something that the job's sheet does not have."""

    code = "job.unknown_in_file"


def read_file(content: bytes) -> Typed:
    """Return what a JSON file says was typed. Raises BadFile."""
    try:
        given = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFile(N_("The file is no JSON text in UTF-8.")) from error
    if not isinstance(given, dict):
        raise BadFile(N_("The file has to be one JSON object in curly brackets."))
    for key in given.keys() - set(_KEYS):
        raise BadFile(
            N_("The file has “{key}”; known are: {known}."),
            key=key,
            known=", ".join(_KEYS),
        )
    flag = given.get("stamp_mistyped", False)
    if not isinstance(flag, bool):
        raise BadFile(N_("“{key}” has to be true or false."), key="stamp_mistyped")
    return Typed(
        performed_on=_day(given.get("performed_on")),
        environment={
            key: _texts_by_key(one, f"environment.{key}")
            for key, one in _object(given, "environment").items()
        },
        readings=_texts_by_key(given.get("readings", {}), "readings"),
        standards={
            key: _ids(one, f"standards.{key}")
            for key, one in _object(given, "standards").items()
        },
        evidence=_evidence(given.get("evidence")),
        stamp_mistyped=flag,
        **{key: _text(given.get(key, ""), key) for key in _TEXTS},
    )


def check_known(job: Job, typed: Typed) -> None:
    """Raise UnknownInFile if something was typed that a begun job has no place for."""
    if job.release_id is None or not job.subject_snapshot:
        return  # saving refuses it: it has not begun
    procedure = procedure_of(job)
    sheet = sheet_of(job, procedure_release_by_id(job.release_id))
    _refuse_others("readings", typed.readings, sheet.entry_keys)
    _refuse_others(
        "environment", typed.environment, [item.key for item in procedure.environment]
    )
    for key, pair in typed.environment.items():
        _refuse_others(f"environment.{key}", pair, _ENDS)
    _refuse_others(
        "standards", typed.standards, [need.slug for need in procedure.standards]
    )


def _refuse_others(part: str, given: Iterable[str], known: Iterable[str]) -> None:
    there = list(known)
    for key in given:
        if key not in there:
            raise UnknownInFile(
                N_("This job has no “{key}” in “{part}”; it has for example {known}."),
                key=key,
                part=part,
                known=", ".join(there[:3]) or "–",
            )


def _object(given: Mapping[str, Any], key: str) -> dict[str, Any]:
    return _as_object(given.get(key, {}), key)


def _as_object(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFile(N_("“{key}” has to be an object in curly brackets."), key=key)
    return value


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BadFile(N_("“{key}” has to be a text in quotation marks."), key=key)
    return value


def _texts_by_key(value: object, part: str) -> dict[str, str]:
    pairs = _as_object(value, part).items()
    return {key: _text(one, f"{part}.{key}") for key, one in pairs}


def _ids(value: object, key: str) -> list[int]:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise BadFile(N_("“{key}” has to be a list of the ids of standards."), key=key)
    return value


def _day(value: object) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(_text(value, "performed_on"))
    except ValueError as error:
        raise BadFile(
            N_("“{key}” has to be a day, as 2026-03-31."), key="performed_on"
        ) from error


def _evidence(value: object) -> Evidence | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in set(Evidence):
        raise BadFile(
            N_("“{key}” has to be one of: {known}."),
            key="evidence",
            known=", ".join(Evidence),
        )
    return Evidence(value)
