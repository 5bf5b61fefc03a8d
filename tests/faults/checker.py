"""Looks at what is left, with nothing of the program.

The oracle is plain SQL and plain files: a rule that the program broke while writing
would be broken while reading too.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults.instances import Records, Row, records_of

#: What a certificate has been through, by its state.
LIVES = {
    "reserved": ["certificate:reserved"],
    "issued": ["certificate:reserved", "certificate:issued"],
    "superseded": [
        *("certificate:reserved", "certificate:issued", "certificate:superseded")
    ],
}
#: What the public log says of it.
LOGGED = {
    "reserved": ["issue"],
    "issued": ["issue", "file"],
    "superseded": ["issue", "file", "supersede"],
}
CLOSED = ("certified", "evidenced", "notified")


def problems(folder: Path, *, told: Path, settled: bool = True) -> list[str]:
    """Return everything that is not as it must be, after whatever happened.

    `settled`: what was begun has been finished since; else it is right after a fault,
    when a number may still wait for its document and a file for its row.
    """
    with records_of(folder) as records:
        certificates = records.all_of("certificate", by="body_id, year, sequence")
        found = [
            *_whole(records),
            *_numbers(records, certificates),
            *_content(certificates),
            *_trail(records),
            *_lives(records, certificates),
            *_log(records, certificates),
            *_in_force(records, certificates),
            *_stamps(records),
            *_acknowledged(certificates, told),
            *_named_files(folder, records, certificates),
        ]
        if settled:
            found += [
                *_left_over(folder, records, certificates),
                *_finished(records, certificates),
            ]
    return found


def _whole(records: Records) -> Iterator[str]:
    """A server that lives on keeps itself whole, a file may have been cut."""
    if not records.is_file:
        return
    for row in records.rows("PRAGMA integrity_check"):
        if row["integrity_check"] != "ok":
            yield row["integrity_check"]
    for row in records.rows("PRAGMA foreign_key_check"):
        yield f"a row leads nowhere: {tuple(row.values())}"


def _numbers(records: Records, certificates: list[Row]) -> Iterator[str]:
    """Numbers are unique, and 1…n of a series are each accounted for."""
    for series in records.all_of("number_series", by="body_id, kind, year"):
        if series["kind"] != "certificate":
            continue
        taken = [
            row["sequence"]
            for row in certificates
            if (row["body_id"], row["year"]) == (series["body_id"], series["year"])
        ]
        if sorted(taken) != list(range(1, series["last"] + 1)):
            yield f"numbers {taken}, counted to {series['last']}"
    for what in ("number", "lookup_token"):
        counted = Counter((row["body_id"], row[what]) for row in certificates)
        for (_, given), times in counted.items():
            if times > 1:
                yield f"{what} {given} was given {times} times"


def _content(certificates: list[Row]) -> Iterator[str]:
    for row in certificates:
        if hashlib.sha256(row["content"].encode()).hexdigest() != row["content_hash"]:
            yield f"{row['number']}: frozen words have another hash"
        if row["number"] not in row["content"]:
            yield f"{row['number']}: frozen words tell another number"


def _trail(records: Records) -> Iterator[str]:
    """The trail is a chain without a gap that ends where it says."""
    previous, expected = "0" * 64, 1
    for event in records.all_of("audit_event"):
        if (event["id"], event["previous_hash"]) != (expected, previous):
            yield f"the trail breaks at event {event['id']}"
            return
        previous, expected = event["hash"], expected + 1
    for head in records.all_of("audit_head"):
        if (head["size"], head["hash"]) != (expected - 1, previous):
            yield "the trail does not end where it says"


def _kinds(records: Records, subject: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for event in records.all_of("audit_event"):
        if event["subject_type"] == subject:
            found.setdefault(event["subject_id"], []).append(event["event_type"])
    return found


def _lives(records: Records, certificates: list[Row]) -> Iterator[str]:
    """One event for each change, of certificates and of their files."""
    kinds = _kinds(records, "certificate")
    for row in certificates:
        if (events := kinds.pop(row["id"], [])) != LIVES.get(row["state"]):
            yield f"{row['number']} is {row['state']}: events {events}"
    if kinds:
        yield f"events of certificates that are not there: {sorted(kinds)}"
    added = _kinds(records, "certificate_file")
    for row in records.all_of("certificate_file"):
        if (events := added.get(row["id"])) != ["certificate_file:added"]:
            yield f"file {row['file_hash']}: events {events}"
    closings = _kinds(records, "job")
    for row in records.all_of("job"):
        times = closings.get(row["id"], []).count("job:closed")
        if times != (row["state"] in CLOSED):
            yield f"job {row['id']} is {row['state']}, and was closed {times} times"


def _log(records: Records, certificates: list[Row]) -> Iterator[str]:
    """The public log tells each life, and what it signed is what it holds."""
    entries = records.all_of("log_entry", by="position")
    told: dict[str, list[str]] = {}
    for row in entries:
        told.setdefault(row["document"], []).append(row["event"])
    for row in certificates:
        document = hashlib.sha256(row["lookup_token"].encode()).hexdigest()
        if (events := told.pop(document, [])) != LOGGED.get(row["state"]):
            yield f"{row['number']} is {row['state']}: the log says {events}"
    if told:
        yield "the log tells of documents that are not there"
    yield from _tree(records, entries)


def _tree(records: Records, entries: list[Row]) -> Iterator[str]:
    leaves = [hashlib.sha256(b"\0" + row["entry"].encode()).digest() for row in entries]
    if [leaf.hex() for leaf in leaves] != [row["leaf_hash"] for row in entries]:
        yield "the log holds other entries than it hashed"
    if [row["position"] for row in entries] != list(range(len(entries))):
        yield "the log has a gap"
    rows = records.all_of("log_checkpoint", by="size")
    signed = {row["size"]: row["root"] for row in rows}
    for size in range(1, len(leaves) + 1):
        if signed.pop(size, "") != _root(leaves[:size]).hex():
            yield f"the log signed something else when it had {size} entries"
    heads = records.all_of("log_head")
    if signed or [row["size"] for row in heads] != [len(leaves)] * len(heads):
        yield "the log does not end where it says"


def _root(leaves: list[bytes]) -> bytes:
    """Return the hash of a tree. Source: RFC 6962, 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + _root(leaves[:half]) + _root(leaves[half:])).digest()


def _in_force(records: Records, certificates: list[Row]) -> Iterator[str]:
    """A certified job has one document in force, every other has none."""
    counted = Counter(row["job_id"] for row in certificates if row["state"] == "issued")
    for job in records.all_of("job"):
        if counted[job["id"]] != (job["state"] == "certified"):
            yield f"job {job['id']} is {job['state']}: {counted[job['id']]} in force"
    followers = Counter(row["supersedes_id"] for row in certificates)
    for row in certificates:
        if followers[row["id"]] != (row["state"] == "superseded"):
            yield f"{row['number']} is {row['state']}: {followers[row['id']]} follow"


def _stamps(records: Records) -> Iterator[str]:
    """A stamp is used once, by one job, and stands when that job is closed."""
    jobs = {row["id"]: row for row in records.all_of("job")}
    stamps = [row for row in records.all_of("stamp") if row["state"] != "released"]
    kinds = _kinds(records, "stamp")
    for what in ("serial", "likeness"):
        counted = Counter((row["body_id"], row[what]) for row in stamps)
        for (_, serial), times in counted.items():
            if times > 1:
                yield f"stamp {serial} was used {times} times"
    on_jobs = {row["job_id"]: row for row in stamps if row["state"] == "applied"}
    for row in stamps:
        job, events = jobs[row["job_id"]], kinds.get(row["id"], [])
        if events.count("stamp:applied") < 1:
            yield f"stamp {row['serial']} has no event"
        if events.count("stamp:confirmed") != (job["state"] in CLOSED):
            yield f"stamp {row['serial']} of a job that is {job['state']}: {events}"
        if (row["confirmed_at"] is not None) != (job["state"] in CLOSED):
            yield f"stamp {row['serial']} stands, its job is {job['state']}"
    for key, job in jobs.items():
        put_on = job["state"] in {"awaiting_review", "approved", *CLOSED}
        if put_on and job["stamp_serial"] and key not in on_jobs:
            yield f"job {key} tells of stamp {job['stamp_serial']}, which is not there"


def _acknowledged(certificates: list[Row], told: Path) -> Iterator[str]:
    """What somebody was told is still so."""
    if not told.exists():
        return
    stored = {row["number"]: row["file_hash"] for row in certificates}
    for line in told.read_text("utf-8").splitlines():
        what, number, *digest = line.split()
        if number not in stored or (what == "issued" and [stored[number]] != digest):
            yield f"{line}: was told, and is not so"


def _stored(folder: Path, *patterns: str) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in patterns
        for path in (folder / "files").glob(pattern)
    }


def _named(records: Records, certificates: list[Row]) -> list[str]:
    """Return the hash of each file that a row speaks of, once for each document."""
    files: dict[int, set[str]] = {
        row["id"]: {row["file_hash"]} for row in certificates if row["file_hash"]
    }
    for row in records.all_of("certificate_file"):
        files.setdefault(row["certificate_id"], set()).add(row["file_hash"])
    return [digest for some in files.values() for digest in some]


def _named_files(
    folder: Path, records: Records, certificates: list[Row]
) -> Iterator[str]:
    """Each file is what its name says, and each that a row names is there."""
    kept = _stored(folder, "??/??/*")
    for path, real in kept.items():
        if path.name != real:
            yield f"file {path.name} is damaged"
    named = _named(records, certificates)
    there = {path.name for path in kept}
    for row in certificates:
        if (row["file_hash"] is None) != (row["state"] == "reserved"):
            yield f"{row['number']} is {row['state']}, its file {row['file_hash']}"
    yield from (f"{digest} has no file" for digest in named if digest not in there)
    if len(named) != len(set(named)):
        yield "two records name one file"


def _left_over(
    folder: Path, records: Records, certificates: list[Row]
) -> Iterator[str]:
    """No file without its record; and nowhere a signed one that no record names."""
    named = set(_named(records, certificates))
    for path in _stored(folder, "??/??/*"):
        if path.name not in named:
            yield f"file {path.name} has no record"
    for path, digest in _stored(folder, "pending/*", "tmp/*").items():
        if b"/ByteRange" in path.read_bytes() and digest not in named:
            yield f"{path.parent.name}/{path.name} is signed, and has no record"


def _finished(records: Records, certificates: list[Row]) -> Iterator[str]:
    """Nothing that was begun waits for anybody."""
    for row in certificates:
        if row["state"] == "reserved":
            yield f"{row['number']} is reserved"
    by_id = {row["id"]: row for row in certificates}
    runs = {row["id"]: row for row in records.all_of("bulk_run")}
    for run in runs.values():
        if run["started_at"] and not run["finished_at"]:
            yield f"run {run['id']} is not finished"
    for item in records.all_of("bulk_item"):
        run, document = runs[item["run_id"]], by_id.get(item["certificate_id"])
        if run["started_at"] and item["state"] != "done":
            yield f"item {item['id']} is {item['state']}: {item['problem_en']}"
        if document is not None and document["job_id"] != item["job_id"]:
            yield f"item {item['id']} has the document of another job"


def certificates(folder: Path) -> dict[str, tuple[str, str | None, str]]:
    """Return what each number stands for: hash of the words, of the file, the code."""
    with records_of(folder) as records:
        return {
            row["number"]: (row["content_hash"], row["file_hash"], row["lookup_token"])
            for row in records.all_of("certificate")
        }
