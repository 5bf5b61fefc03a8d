"""What the verifier changed on the sheet since a reviewer gave the job back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.audit.queries import events_about
from labms.catalogue.rules import EVIDENCE_NAMES, Both, Evidence
from labms.catalogue.sheet import ANSWER
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.i18n import N_, gettext
from labms.jobs.comparing import NAMED
from labms.jobs.failing import entries_named
from labms.jobs.history import RETURNED, SAVED, TAKEN_BACK
from labms.jobs.models import Job
from labms.jobs.sheets import procedure_of
from labms.registry.models import Standard

_READING = "reading "
_ANSWERS = {
    "yes": N_("Complies"),
    "no": N_("Does not comply"),
    "na": N_("Not applicable"),
}
#: What is typed beside the readings, in the order of the page; the rest has words of
#: its own.
_FIELDS: Mapping[str, str] = {
    "performed_on": N_("Day of the measurements"),
    "late_reason": N_("Why this day is entered late"),
    "place": N_("Place of work"),
    "evidence": N_("Evidence"),
    "stamp_serial": N_("Serial number of the stamp"),
    "mark": N_("Mark or seal"),
    "note": N_("Note"),
}

#: What something was when the job was given back, and what it is now.
Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One thing on the sheet that is another one since the job was returned."""

    where: str
    before: str
    after: str


def changed_since_return(job: Job, laid: Mapping[str, Any]) -> list[Changed]:
    """Return what differs from what a reviewer returned, whatever may be changed.

    Readings and answers, surroundings, standards, the day, the place, the evidence with
    stamp and mark, the note, and what was taken over from the register.
    """
    events = events_about("job", job.id)
    backs = (RETURNED, TAKEN_BACK)
    places = [n for n, event in enumerate(events) if event.event_type in backs]
    if not places:
        return []
    told = _told(events[places[-1] + 1 :])
    found = [
        *_of_fields(told),
        *_of_surroundings(job, told),
        *_of_standards(job, told),
        *_of_readings(laid, told),
        *_of_subject(job, told),
    ]
    return [one for one in found if one.before != one.after]


def _told(events: Iterable[AuditEvent]) -> dict[str, Pair]:
    """Return what everything was at first and is at last; what is as it was, is not."""
    found: dict[str, Pair] = {}
    for event in events:
        for key, (before, after) in json.loads(event.changes).items():
            if key.startswith(_READING) and event.event_type != SAVED:
                continue
            found[key] = (found.get(key, (before,))[0], after)
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


def _of_fields(told: Mapping[str, Pair]) -> Iterator[Changed]:
    for key, name in _FIELDS.items():
        if key not in told:
            continue
        before, after = told[key]
        if key == "evidence" and None in (before, after):
            continue  # it follows from the verdict, which stands above
        yield Changed(
            where=gettext(name), before=_field(key, before), after=_field(key, after)
        )


def _field(key: str, value: str | None) -> str:
    if key == "place":
        return value or gettext(N_("In the laboratory"))
    if not value:
        return ""
    if key == "performed_on":
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return gettext(EVIDENCE_NAMES[Evidence(value)]) if key == "evidence" else value


def _of_surroundings(job: Job, told: Mapping[str, Pair]) -> Iterator[Changed]:
    before, after = told.get("environment") or ({}, {})
    for item in procedure_of(job).environment:
        name = str(Both(item.name_vi, item.name_en))
        for end, said in (("begin", N_("begin")), ("end", N_("end"))):
            was, is_ = (
                ((side or {}).get(item.key) or {}).get(end, "")
                for side in (before, after)
            )
            yield Changed(
                where=f"{name}, {gettext(said)}",
                before=_with_unit(was, item.unit),
                after=_with_unit(is_, item.unit),
            )


def _with_unit(typed: str, unit: str) -> str:
    return f"{typed} {unit}" if typed and unit != "1" else typed


def _of_standards(job: Job, told: Mapping[str, Pair]) -> Iterator[Changed]:
    if "standards" not in told:
        return
    before, after = told["standards"]
    rows = sa.select(Standard.id, Standard.inventory_number, Standard.name).where(
        Standard.body_id == job.body_id, Standard.id.in_({*before, *after})
    )
    names = {key: f"{number} {name}" for key, number, name in db.session.execute(rows)}
    yield Changed(
        where=gettext(N_("Standards used")),
        before=_standards(before, names),
        after=_standards(after, names),
    )


def _standards(ids: Sequence[int], names: Mapping[int, str]) -> str:
    return "; ".join(names.get(each, f"#{each}") for each in ids)


def _of_readings(
    laid: Mapping[str, Any], told: Mapping[str, Pair]
) -> Iterator[Changed]:
    named = dict(entries_named(laid))
    gone = [
        key.removeprefix(_READING)
        for key in told
        if key.startswith(_READING) and key.removeprefix(_READING) not in named
    ]
    for key in (*named, *gone):
        before, after = told.get(f"{_READING}{key}", ("", ""))
        is_answer = key.endswith(f".{ANSWER}")
        yield Changed(
            where=named.get(key, key),
            before=_reading(before, is_answer=is_answer),
            after=_reading(after, is_answer=is_answer),
        )


def _reading(typed: str | None, *, is_answer: bool) -> str:
    if is_answer and typed in _ANSWERS:
        return gettext(_ANSWERS[typed])
    return typed or ""


def _of_subject(job: Job, told: Mapping[str, Pair]) -> Iterator[Changed]:
    before, after = told.get("subject_snapshot") or ({}, {})
    before, after = before or {}, after or {}
    for key, name in NAMED:
        yield Changed(
            where=gettext(name),
            before=before.get(key) or "",
            after=after.get(key) or "",
        )
    was, is_ = before.get("characteristics", {}), after.get("characteristics", {})
    known = {
        one.key: str(Both(one.name_vi, one.name_en))
        for kind in [shipped_catalogue().type(job.subject_snapshot["type_slug"])]
        for one in (*kind.characteristics, *procedure_of(job).characteristics)
    }
    for key in dict.fromkeys((*was, *is_)):
        yield Changed(
            where=known.get(key, key),
            before=str(was.get(key) or ""),
            after=str(is_.get(key) or ""),
        )
