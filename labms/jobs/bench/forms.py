"""What is typed on a grid: once for all, and in each line what is its own.

Fields are read by name, as on a single sheet; what cannot be read stays as typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from labms.catalogue.entries import CheckKind
from labms.catalogue.sheet import NO, NOT_APPLICABLE, YES
from labms.catalogue.sheet.planning import ANSWER, Row, Sheet
from labms.jobs.forms import KEPT, Entered, read_typed
from labms.jobs.models import Job
from labms.jobs.services import Typed
from labms.jobs.sheets import entries_of
from labms.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchEntered:
    """What came from a grid."""

    common: Entered
    lines: Mapping[int, Typed]
    """By the job's id."""
    versions: Mapping[int, int]
    is_confirmed: bool
    """Whether what is not marked was looked at, and is as required."""
    others: Mapping[str, str]
    """What holds for the unmarked ones, by the row's key."""
    shared: Mapping[str, str]
    """What the standard showed, by the entry's key."""
    mixed: frozenset[str]
    """Keys of what differs between lines, and stays so unless something is typed."""
    stamp_first: str
    stamp_count: int | None


def read_bench(
    form: MultiDict[str, str], jobs: Sequence[Job], sheets: Mapping[int, Sheet]
) -> BenchEntered:
    """Read the fields of a grid for these jobs; `sheets` are by the job's id."""
    first = sheets[jobs[0].id]
    common = read_typed(form, first)
    is_confirmed = form.get("confirmed") == "1"
    others = {
        row.key: _text(form, f"others.{row.key}") or YES
        for row in questions_of(first)
        if is_confirmed
    }
    shared = {key: _text(form, f"shared.{key}") for key in shared_keys(first)}
    mixed = frozenset(form.getlist("mixed")) & shared.keys()
    kept = {key for key in mixed if not shared[key]}
    lines = {}
    for job in jobs:
        saved = entries_of(job)
        readings: dict[str, str] = {}
        for row in sheets[job.id].rows:
            if row.kind is CheckKind.YES_NO:
                key = f"{row.key}.{ANSWER}"
                marked = _text(form, f"answer.{job.id}.{row.key}")
                readings[key] = marked or others.get(row.key, _before(saved, key))
                continue
            for column in row.columns:
                key = f"{row.key}.{column.key}"
                if column.is_shared:
                    was = saved.get(key, "")
                    readings[key] = was if key in kept else shared.get(key, was)
                else:
                    readings[key] = _text(form, f"reading.{job.id}.{key}")
        lines[job.id] = replace(
            common.typed,
            readings=readings,
            stamp=_text(form, f"stamp.{job.id}"),
            note=job.note,
        )
    return BenchEntered(
        common=common,
        lines=lines,
        versions={job.id: form.get(f"version.{job.id}", 0, type=int) for job in jobs},
        is_confirmed=is_confirmed,
        others=others,
        shared=shared,
        mixed=mixed,
        stamp_first=_text(form, "stamp_first"),
        stamp_count=form.get("stamp_count", type=int),
    )


def questions_of(sheet: Sheet) -> list[Row]:
    """Return the rows that are answered by yes or no."""
    return [row for row in sheet.rows if row.kind is CheckKind.YES_NO]


def shared_keys(sheet: Sheet) -> list[str]:
    """Return the keys of what is read on the standard, once for the whole bench."""
    return [
        f"{row.key}.{column.key}"
        for row in sheet.rows
        for column in row.columns
        if column.is_shared
    ]


def went_on(sheet: Sheet) -> dict[str, str]:
    """Return which entries go on from which, at the point before them."""
    found = {}
    last: Row | None = None
    for row in sheet.rows:
        if last is not None and last.check == row.check:
            for column in row.columns:
                if column.follows:
                    found[f"{row.key}.{column.key}"] = f"{last.key}.{column.follows}"
        last = row
    return found


def taken_over(entered: BenchEntered, key: str, source: str) -> BenchEntered:
    """Return what was typed, with one column filled from another where it is empty."""
    return replace(
        entered,
        lines={
            job_id: replace(
                typed,
                readings={
                    **typed.readings,
                    key: typed.readings.get(key) or typed.readings.get(source, ""),
                },
            )
            for job_id, typed in entered.lines.items()
        },
    )


def _before(saved: Mapping[str, str], key: str) -> str:
    """Return a saved answer that no mark on the grid stands for."""
    return "" if saved.get(key) in (NO, NOT_APPLICABLE) else saved.get(key, "")


def _text(form: MultiDict[str, str], name: str) -> str:
    return clean(form.get(name, ""))[:KEPT]
