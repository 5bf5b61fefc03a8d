"""Which words of a document can be corrected, and what it would say then.

Register and body are asked how they name things today: a wrong fact is put right there
first, so that no document says what the register doesn't. The place of the work alone
is typed. Nothing that was measured is touched: for that a document is revoked.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labms.catalogue.queries import procedure_release_by_id
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.certificates.content import Content, hash_of, words_today
from labms.certificates.life import MeasuredOtherwise
from labms.certificates.models import Certificate
from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.jobs.laying import laid_out
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id
from labms.jobs.sheets import characteristics_shown, entries_of, evaluated
from labms.jobs.surroundings import around_job
from labms.paper.content import check_content
from labms.paper.fonts import NotPrintable, check_printable

#: What can be taken from register or body: the names of the fields, by the path.
#: They name no card and no designation.
VALUES_ALONE = ("calibration-1", "test-report-1")


FIELDS: Mapping[str, str] = {
    "instrument.serial": N_("Serial number"),
    "instrument.maker": N_("Maker"),
    "instrument.model": N_("Model"),
    "instrument.made_in": N_("Made in"),
    "instrument.made_year": N_("Made in the year"),
    "instrument.type_approval": N_("Type approval"),
    "instrument.characteristics": N_("Characteristics"),
    "owner": N_("User"),
    "body": N_("Body"),
    "performer": N_("Performed by"),
    "head": N_("Signed for the body by"),
}
PLACE = "place"
#: Of a party, the keys that are printed.
_PRINTED = ("name", "address", "phone", "title", "card_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a document says otherwise than the register says today."""

    path: str
    before: str
    after: str
    problem: str = ""
    """Why it can't be corrected without measuring again."""

    @property
    def label(self) -> str:
        """What it is called."""
        return FIELDS.get(self.path, N_("Place of work"))


def _at(content: Mapping[str, Any], path: str) -> Any:
    found: Any = content
    for key in path.split("."):
        found = found[key]
    return found


def _put(content: Content, path: str, value: Any) -> None:
    *way, last = path.split(".")
    inside = content
    for key in way:
        inside = inside[key]
    inside[last] = value


def _told(value: Any) -> str:
    """Return words as one reads them: a list line by line, a party as it is printed."""
    if isinstance(value, list):
        return "\n".join(f"{one['name_vi']}: {one['value']}" for one in value)
    if isinstance(value, Mapping):
        named = [str(value.get(key) or "") for key in _PRINTED]
        numbers = [
            value.get(f"{key}_number") for key in ("registration", "designation")
        ]
        return "\n".join(filter(None, [*named, *(str(one or "") for one in numbers)]))
    return str(value)


def _taken(old: Any, now: Any) -> Any:
    """Return what takes the place of some words: keys that they had, and no others."""
    if isinstance(old, Mapping):
        return {key: now.get(key, value) for key, value in old.items()}
    return now


def differences(job: Job, says: Mapping[str, Any]) -> list[Difference]:
    """Return what register and body say today otherwise than a document does."""
    today, found = words_today(job), []
    for path in FIELDS:
        old = _at(says, path)
        new = _taken(old, _at(today, path))
        if says["schema"] == "calibration-1" and path in ("performer", "body"):
            # It names neither the verifier's card nor the designation.
            new = new | {
                key: old[key]
                for key in ("card_number", "designation_number")
                if key in old
            }
        if new != old:
            found.append(
                Difference(
                    path=path,
                    before=_told(old),
                    after=_told(new),
                    problem=_problem(job) if path.endswith(".characteristics") else "",
                )
            )
    return found


def _problem(job: Job) -> str:
    try:
        check_judged_alike(job)
    except MeasuredOtherwise as error:
        return str(error.text)
    return ""


def check_judged_alike(job: Job) -> None:
    """Raise MeasuredOtherwise unless the readings come to the same result and limits.

    The characteristics of an instrument decide at which points it is measured and by
    which limits; a wrong range on the paper alone is a slip of the pen, a wrong one at
    the measurements is not.
    """
    assert job.instrument is not None  # noqa: S101 (a certified job)
    given = job.instrument.characteristics
    then = {"characteristics": given, "type_slug": job.instrument.type_slug}
    release, job = procedure_release_by_id(job.release_id or 0), job_by_id(job.id)
    sheet, evaluation = evaluated(job, release)
    before = laid_out(sheet, evaluation, rule=job.agreed_rule, with_problems=False)
    try:
        other = plan_sheet(
            sheet.procedure,
            characteristics=given,
            reason=sheet.reason,
            options=release.options,
        )
        judged = evaluate(other, entries_of(job), around=around_job(job, other))
    except LabError as error:
        raise MeasuredOtherwise(problem=error.text) from error
    if before != laid_out(other, judged, rule=job.agreed_rule, with_problems=False):
        named = ", ".join(
            f"{one['name_vi']} {one['value']} {one['unit']}".strip()
            for one in characteristics_shown(then)
        )
        raise MeasuredOtherwise(problem=named)


def draft_of(
    certificate: Certificate, job: Job, *, take: Collection[str], place: str
) -> tuple[Content, list[Difference]]:
    """Return what the corrected document would say, and what differs.

    `take` names the paths that are taken from register and body. Raises
    MeasuredOtherwise.
    """
    says: Content = json.loads(certificate.content)
    offered = differences(job, says)
    today = words_today(job)
    draft = deepcopy(says)
    chosen = [one for one in offered if one.path in take]
    for one in chosen:
        if one.path.endswith(".characteristics"):
            check_judged_alike(job)
        old = _at(says, one.path)
        new = _taken(old, _at(today, one.path))
        if says["schema"] in VALUES_ALONE and isinstance(new, dict):
            keep = ("card_number", "designation_number")
            new |= {key: old[key] for key in keep if key in old}
        _put(draft, one.path, new)
    if place.strip() and place.strip() != says[PLACE]:
        before = says[PLACE]
        draft[PLACE] = draft["place_en"] = place.strip()
        chosen.append(Difference(path=PLACE, before=before, after=place.strip()))
    blank = {"number": "", "issued_on": "", "lookup": {"url": "", "host": ""}}
    return draft | blank | {"supersedes": certificate.number}, chosen


def unprintable(
    draft: Mapping[str, Any], chosen: Collection[Difference]
) -> Iterator[tuple[str, NotPrintable]]:
    """Yield the path of each correction that no font can print, and why.

    An empty path: something that stands in the draft, and that no correction shows.
    The fonts have been prepared.
    """
    found = False
    for one in chosen:
        try:
            check_printable(one.after, where=gettext(one.label))
        except NotPrintable as error:
            found = True
            yield one.path, error
    if not found:
        try:
            check_content(draft, schema=draft["schema"])
        except NotPrintable as error:
            yield "", error


def owner_of(certificate: Certificate, job: Job, chosen: Collection[Difference]) -> int:
    """Return whose the corrected document is: the register's if its owner was taken."""
    if any(one.path == "owner" for one in chosen):
        return int(words_today(job)["owner_id"])
    return certificate.owner_id


def correction_hash(certificate: Certificate, draft: Content) -> str:
    """Return the hash of what a signatory is shown about a correction."""
    return hash_of({**draft, "corrects": certificate.content_hash})


def changes_told(chosen: Collection[Difference]) -> str:
    """Return what differs as JSON, to be kept with the correction."""
    rows = [
        {"path": one.path, "before": one.before, "after": one.after} for one in chosen
    ]
    return json.dumps(rows, ensure_ascii=False)


def changes_of(kept: str) -> list[Difference]:
    """Return what differed, from what was kept."""
    return [Difference(**row) for row in json.loads(kept)]


def in_words(chosen: Collection[Difference]) -> str:
    """Return what differs as one line for the trail: names, not words."""
    return ", ".join(gettext(one.label) for one in chosen)
