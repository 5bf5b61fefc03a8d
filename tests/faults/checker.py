"""Looks at what is left, with nothing of the program but its chain of events.

The oracle is plain SQL and plain files: a rule that the program broke while writing
would be broken while reading too.
"""

import hashlib
import sqlite3
from pathlib import Path


def problems(instance: Path, *, told: Path) -> list[str]:
    """Return everything that is not as it must be, after whatever happened."""
    found = []
    with sqlite3.connect(f"file:{instance / 'labms.sqlite3'}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        found += _whole(db)
        rows = db.execute("SELECT * FROM certificate ORDER BY sequence").fetchall()
        found += _numbers(db, rows)
        found += _files(instance, rows)
        found += _content(rows)
        found += _events(db, rows)
        found += _acknowledged(rows, told)
        found += _jobs(db, rows)
    return found


def _whole(db: sqlite3.Connection) -> list[str]:
    found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return found + [str(tuple(row)) for row in db.execute("PRAGMA foreign_key_check")]


def _numbers(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[str]:
    """Numbers are unique, and 1…n of a series are each accounted for."""
    found = []
    for series in db.execute("SELECT * FROM number_series WHERE kind = 'certificate'"):
        taken = [
            row["sequence"]
            for row in rows
            if (row["body_id"], row["year"]) == (series["body_id"], series["year"])
        ]
        if sorted(taken) != list(range(1, series["last"] + 1)):
            found.append(f"numbers {taken}, counted to {series['last']}")
    if len({(row["body_id"], row["number"]) for row in rows}) != len(rows):
        found.append("a number was given twice")
    return found


def _files(instance: Path, rows: list[sqlite3.Row]) -> list[str]:
    """Each file has one row with its hash, each issued row its file."""
    kept = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (instance / "files").glob("??/??/*")
    }
    named = [row["file_hash"] for row in rows if row["file_hash"]]
    found = [f"file {name} is damaged" for name, real in kept.items() if name != real]
    found += [f"file {name} has no record" for name in kept if name not in named]
    found += [f"{name} has no file" for name in named if name not in kept]
    if len(named) != len(set(named)):
        found.append("two records name one file")
    found += [
        f"{row['number']} is {row['state']}" for row in rows if row["state"] != "issued"
    ]
    return found


def _content(rows: list[sqlite3.Row]) -> list[str]:
    return [
        f"{row['number']}: frozen words have another hash"
        for row in rows
        if hashlib.sha256(row["content"].encode()).hexdigest() != row["content_hash"]
    ]


def _events(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[str]:
    """One event for each change, and a chain without a gap."""
    found = []
    for row in rows:
        kinds = [
            event["event_type"]
            for event in db.execute(
                "SELECT event_type FROM audit_event WHERE subject_type = 'certificate' "
                "AND subject_id = ? ORDER BY id",
                (row["id"],),
            )
        ]
        if kinds != ["certificate:reserved", "certificate:issued"]:
            found.append(f"{row['number']}: events {kinds}")
    previous, expected = "0" * 64, 1
    for event in db.execute("SELECT * FROM audit_event ORDER BY id"):
        if (event["id"], event["previous_hash"]) != (expected, previous):
            found.append(f"the trail breaks at event {event['id']}")
            break
        previous, expected = event["hash"], expected + 1
    head = db.execute("SELECT size, hash FROM audit_head").fetchone()
    if head is not None and tuple(head) != (expected - 1, previous):
        found.append("the trail does not end where it says")
    return found


def _acknowledged(rows: list[sqlite3.Row], told: Path) -> list[str]:
    """What somebody was told is still so."""
    if not told.exists():
        return []
    stored = {row["number"]: row["file_hash"] for row in rows}
    found = []
    for line in told.read_text("utf-8").splitlines():
        what, number, *digest = line.split()
        if number not in stored or (what == "issued" and [stored[number]] != digest):
            found.append(f"{line}: was told, and is not so")
    return found


def _jobs(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[str]:
    """A job is certified when its certificate is issued, and not before."""
    states = dict(db.execute("SELECT id, state FROM job").fetchall())
    certified = {row["job_id"] for row in rows if row["state"] == "issued"}
    closed = {key for key, state in states.items() if state == "certified"}
    return [] if closed == certified else [f"jobs {closed}, certificates {certified}"]


def certificates(instance: Path) -> dict[str, tuple[str, str, str]]:
    """Return what each number stands for: hash of the words, of the file, the code."""
    with sqlite3.connect(f"file:{instance / 'labms.sqlite3'}?mode=ro", uri=True) as db:
        return {
            row[0]: row[1:]
            for row in db.execute(
                "SELECT number, content_hash, file_hash, lookup_token FROM certificate"
            )
        }
