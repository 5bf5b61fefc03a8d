"""What the public log costs, and that it does not grow dearer as it grows longer.

    python -m tests.benchmarks.bench_log

Bars, by processor time, on SQLite: an entry after 100,000 costs at most 1.10 of one
after 1,000; and at most 12 times the floor: the hashes and the signature of an entry
worked out by hand, nothing kept. Proofs are told as well: to make one from the tables,
to check one, to check the whole log. Both lengths are measured in turns, so that noise
hits both; the least disturbed round counts. The exit status is 1 below any bar. The
last result is kept beside this file.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from labms import clock
from labms.app import create_app
from labms.db import Model, db, transaction
from labms.proof import merkle
from labms.proof.checking import log_faults
from labms.proof.checkpoints import Checkpoint, open_checkpoint, read_proof
from labms.proof.models import LogCheckpoint, LogEntry, LogHead, LogNode
from labms.proof.notes import PrivateKey, encoded
from labms.proof.queries import log_keys, proof_of_issue, proof_today
from labms.proof.rules import Entry, LogEvent, document_id
from labms.proof.services import append
from labms.settings import Settings

SHORT, LONG = 1_000, 100_000
GROWTH_BAR = 1.10
FLOOR_BAR = 12
ROUNDS = 9
APPENDED = 200
PROVED = 100
TODAY = date(2031, 3, 4)
RESULT = Path(__file__).with_name("log.json")


def new_app(folder: Path) -> Flask:
    """Make an empty instance on SQLite."""
    app = create_app(
        Settings(
            instance=folder,
            secret_key="for-benchmarks-only-0123456789abcdef",
            public_url="https://kiemdinh.example.vn",
        )
    )
    with app.app_context(), clock.at(TODAY):
        Model.metadata.create_all(db.engine)
        with transaction():
            append_one(0)
        fill(app, int(folder.name))
        db.session.remove()
    return app


def append_one(number: int) -> None:
    """Log one issue, as a certificate does."""
    document = document_id(f"code {number}")
    append(LogEvent.ISSUE, document=document, content=document, day=TODAY)


def fill(app: Flask, size: int) -> None:
    """Write a log of some length at once: the same rows, without its services."""
    from labms.proof.keys import load_key

    key = load_key(app.extensions["labms"].keys_dir)
    first = db.session.execute(sa.select(LogEntry)).scalars().one()
    peaks = [bytes.fromhex(first.leaf_hash)]
    entries, nodes, checkpoints = [], [], []
    for n in range(1, size):
        document = document_id(f"code {n}")
        told = Entry(event="issue", id=document, day=TODAY, content=document).text
        leaf = merkle.leaf_hash(told.encode())
        made = merkle.grown(n, peaks, leaf)
        peaks = merkle.peaks_after(peaks, made)
        entries.append(
            {
                "position": n,
                "event": "issue",
                "document": document,
                "file": None,
                "entry": told,
                "leaf_hash": leaf.hex(),
            }
        )
        nodes += [
            {"height": height, "position": position, "hash": digest.hex()}
            for (height, position), digest in made[1:]
        ]
        now = Checkpoint(key.public.name, n + 1, merkle.folded(peaks))
        checkpoints.append(
            {
                "size": n + 1,
                "key_id": 1,
                "root": now.root.hex(),
                "signature": encoded(key.sign(now.text)),
                "signed_at": clock.now(),
                "trail_size": None,
                "trail_hash": None,
                "trail_signature": None,
            }
        )
    with transaction():
        for model, rows in (
            (LogEntry, entries),
            (LogNode, nodes),
            (LogCheckpoint, checkpoints),
        ):
            db.session.execute(sa.insert(model.__table__), rows)
        db.session.execute(
            sa.update(LogHead).values(size=size, peaks=b"".join(peaks).hex())
        )


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


@dataclass(slots=True)
class Log:
    """A log of some length, and what was measured on it."""

    app: Flask
    size: int
    appended: int = 0

    def append(self) -> float:
        """Return the seconds of an entry: many in one transaction, taken back after."""
        with self.app.app_context(), clock.at(TODAY):
            db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            taken = seconds(self._many) / APPENDED
            db.session.rollback()  # so that it stays as long as it is called
            db.session.remove()
        return taken

    def _many(self) -> None:
        for n in range(APPENDED):
            append_one(self.size + n)

    def prove(self) -> float:
        """Return the seconds to make the proof of an entry in the log of today."""
        codes = [self.size * n // PROVED for n in range(PROVED)]
        with self.app.app_context():
            taken = seconds(
                lambda: [proof_today(document_id(f"code {n}")) for n in codes]
            )
            db.session.remove()
        return taken / PROVED

    def fix(self) -> float:
        """Return the seconds to make the proof that lies in the file."""
        codes = [self.size * n // PROVED for n in range(PROVED)]
        with self.app.app_context():
            taken = seconds(
                lambda: [proof_of_issue(document_id(f"code {n}")) for n in codes]
            )
            db.session.remove()
        return taken / PROVED

    def verify(self) -> float:
        """Return the seconds in which a stranger checks a proof."""
        with self.app.app_context():
            text, keys = proof_today(document_id(f"code {self.size // 3}")), log_keys()

            def check() -> None:
                proof = read_proof(text)
                checkpoint, _ = open_checkpoint(proof.checkpoint, keys)
                if not proof.leads_to(checkpoint, merkle.leaf_hash(proof.extra)):
                    raise ArithmeticError(text)

            taken = seconds(lambda: [check() for _ in range(PROVED)])
            db.session.remove()
        return taken / PROVED

    def check(self) -> float:
        """Return the seconds to recompute the whole log, the newest signatures too."""

        def work() -> None:
            if faults := log_faults(most_signatures=300):
                raise ArithmeticError(faults)

        with self.app.app_context():
            taken = seconds(work)
            db.session.remove()
        return taken


def by_hand(key: PrivateKey) -> float:
    """Return the seconds of what an entry cannot do without, kept nowhere."""
    peaks: list[bytes] = []

    def work() -> None:
        nonlocal peaks
        for n in range(APPENDED):
            document = document_id(f"code {n}")
            told = Entry(event="issue", id=document, day=TODAY, content=document).text
            made = merkle.grown(n, peaks, merkle.leaf_hash(told.encode()))
            peaks = merkle.peaks_after(peaks, made)
            key.sign(Checkpoint("log", n + 1, merkle.folded(peaks)).text)
            key.sign(told)  # of the trail

    return seconds(work) / APPENDED


def main() -> int:
    """Measure, print, keep the result, and say whether each bar was cleared."""
    with tempfile.TemporaryDirectory() as place:
        short, long = (
            Log(new_app(folder), size)
            for size in (SHORT, LONG)
            if not (folder := Path(place) / str(size)).mkdir()  # type: ignore[func-returns-value]
        )
        key = PrivateKey.new("log")
        rounds = [(short.append(), long.append(), by_hand(key)) for _ in range(ROUNDS)]
        first, last, floor = (min(times) for times in zip(*rounds, strict=True))
        others = {
            what: {
                size: f"{min(getattr(one, what)() for _ in range(tries)) * 1e6:.3g}"
                for size, one in ((SHORT, short), (LONG, long))
            }
            for what, tries in (("fix", 5), ("prove", 5), ("verify", 5), ("check", 1))
        }
    growth, ratio = last / first, last / floor
    result = {
        "append_us": {SHORT: round(first * 1e6, 1), LONG: round(last * 1e6, 1)},
        "growth": round(growth, 3),
        "growth_bar": GROWTH_BAR,
        "floor_us": round(floor * 1e6, 1),
        "ratio_to_floor": round(ratio, 1),
        "ratio_bar": FLOOR_BAR,
        "microseconds": others,
        "cleared": growth <= GROWTH_BAR and ratio <= FLOOR_BAR,
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(
        f"an entry: {first * 1e6:.0f} µs after {SHORT:,}, {last * 1e6:.0f} µs after "
        f"{LONG:,}: ratio {growth:.3f}, bar {GROWTH_BAR}; floor {floor * 1e6:.0f} µs, "
        f"ratio {ratio:.1f}, bar {FLOOR_BAR}{'' if result['cleared'] else ': BELOW'}"
    )
    for what, told in others.items():
        print(f"{what}: {told[SHORT]} µs after {SHORT:,}, {told[LONG]} µs at {LONG:,}")
    return 0 if result["cleared"] else 1


if __name__ == "__main__":
    sys.exit(main())
