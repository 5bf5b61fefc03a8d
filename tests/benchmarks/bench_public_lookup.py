"""How fast anybody's look-up is: its ratio to an empty Flask page on the same server.

    python -m tests.benchmarks.bench_public_lookup

Bar: 0.40 of the empty page, on SQLite, with thousands of certificates, look-ups and
empty pages in turns on one Waitress. Prints ratio, floor and bar; the exit status is 1
below the bar. The last result is kept beside this file.
"""

import json
import logging
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import waitress
from flask import Flask

from labms import clock
from labms.app import create_app
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.rules import new_lookup_token
from labms.certificates.services import reserve_certificate
from labms.db import Model, db, scoped, transaction
from labms.jobs.models import Job
from labms.organisations.models import Organisation
from labms.policy import EVERYTHING, Role
from labms.registry.models import Instrument
from labms.settings import Settings
from tests.benchmarks.load import Load, load
from tests.factories import SPRING_SCALE, Make
from tests.world import lay_the_ground

BAR = 0.40
CERTIFICATES = 5000
ROUNDS = 9
SECONDS = 1.0
RESULT = Path(__file__).with_name("public_lookup.json")


def settings_in(folder: Path) -> Settings:
    """Return the settings of a new instance on SQLite."""
    return Settings(
        instance=folder,
        secret_key="for-benchmarks-only-0123456789abcdef",
        public_url="https://kiemdinh.example.vn",
    )


def fill(app: Flask, settings: Settings) -> list[str]:
    """Make an instance with thousands of certificates and return their codes."""
    with app.app_context(), scoped(EVERYTHING), clock.at(date(2031, 3, 4)):
        Model.metadata.create_all(db.engine)
        lay_the_ground()
        first = _first_certificate(settings)
        with transaction():
            codes = _copies(first, CERTIFICATES)
        db.session.remove()
        db.engine.dispose()
    return codes


def _first_certificate(settings: Settings) -> Certificate:
    make = Make()
    body = make.body()
    verifier = make.user(Role.VERIFIER, body=body)
    make.card(verifier, SPRING_SCALE)
    signatory = make.user(Role.SIGNATORY, body=body)
    job = make.job(body=body, performed_by=verifier)
    with transaction():
        reserved = reserve_certificate(
            job, actor=signatory, shown=content_hash(job), settings=settings
        )
    return finish_issuing(reserved.id, settings=settings)


def _row(kind: type[Any], key: int) -> dict[str, Any]:
    table = kind.__table__
    found = db.session.execute(sa.select(table).where(table.c.id == key)).one()
    return dict(found._mapping)


def _copies(first: Certificate, count: int) -> list[str]:
    """Copy owner, instrument, job and certificate so many times."""
    owner = _row(Organisation, first.owner_id)
    instrument = _row(Instrument, first.instrument_id)
    job, certificate = _row(Job, first.job_id), _row(Certificate, first.id)
    rows: dict[type[Any], list[dict[str, Any]]] = {
        kind: [] for kind in (Organisation, Instrument, Job, Certificate)
    }
    codes = []
    for n in range(1000, 1000 + count):
        code, serial = new_lookup_token(), f"NH{n:08}"
        codes.append(code)
        rows[Organisation].append(owner | {"id": n, "name": f"Cơ sở {n}"})
        rows[Instrument].append(
            instrument
            | {"id": n, "owner_id": n, "serial": serial, "serial_key": serial.lower()}
        )
        rows[Job].append(job | {"id": n, "instrument_id": n, "position": n})
        rows[Certificate].append(
            certificate
            | {
                "id": n,
                "job_id": n,
                "instrument_id": n,
                "owner_id": n,
                "sequence": n,
                "number": f"V31.{n:05}",
                "lookup_token": code,
                "content": certificate["content"].replace(instrument["serial"], serial),
            }
        )
    for kind, given in rows.items():
        db.session.execute(sa.insert(kind.__table__), given)
    return codes


def serve(folder: str, port: int) -> None:
    """Serve look-ups and an empty page from one process, until it is ended."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = create_app(settings_in(Path(folder)))
    empty = Flask("empty")

    @empty.get("/empty")
    def page() -> str:
        return "Hello"

    def either(environ: Any, start_response: Any) -> Any:
        chosen = empty if environ["PATH_INFO"] == "/empty" else app
        return chosen.wsgi_app(environ, start_response)

    waitress.serve(
        either, host="127.0.0.1", port=port, threads=8, connection_limit=1000
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens, at most 30 seconds."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


@dataclass(frozen=True, slots=True)
class Round:
    """An empty page and a look-up, measured one after the other."""

    empty: Load
    lookup: Load
    #: Processor time of the server for one answer, in microseconds.
    empty_cpu: float
    lookup_cpu: float


def cpu_of(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rounds(port: int, pid: int, codes: list[str]) -> list[Round]:
    """Ask for the empty page and for look-ups in turns, so that noise hits both."""
    paths = [f"/c/{code}" for code in codes]
    load(port, ["/empty"], seconds=1)
    load(port, paths, seconds=3)
    found = []
    for _ in range(ROUNDS):
        used = [cpu_of(pid)]
        empty = load(port, ["/empty"], seconds=SECONDS)
        used.append(cpu_of(pid))
        lookup = load(port, paths, seconds=SECONDS)
        used.append(cpu_of(pid))
        found.append(
            Round(
                empty,
                lookup,
                1e6 * (used[1] - used[0]) / empty.requests,
                1e6 * (used[2] - used[1]) / lookup.requests,
            )
        )
    return found


def _median(measured: list[Round], name: str) -> float:
    return statistics.median(getattr(one, name) for one in measured)


def main() -> int:
    """Measure, print, keep the result, and say whether the bar was cleared."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        codes = fill(create_app(settings), settings)
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(folder, port), daemon=True
        )
        server.start()
        try:
            wait_for(port)
            measured = rounds(port, server.pid or 0, codes)
        finally:
            server.terminate()
            server.join()
    ratio = statistics.median(
        one.lookup.per_second / one.empty.per_second for one in measured
    )
    result = {
        "bar": BAR,
        "ratio": round(ratio, 3),
        "ratio_of_cpu": round(
            _median(measured, "empty_cpu") / _median(measured, "lookup_cpu"), 3
        ),
        "floor_per_second": round(
            statistics.median(r.empty.per_second for r in measured)
        ),
        "lookups_per_second": round(
            statistics.median(r.lookup.per_second for r in measured)
        ),
        "lookup_p99_ms": round(statistics.median(r.lookup.p99_ms for r in measured), 1),
        "empty_cpu_us": round(_median(measured, "empty_cpu")),
        "lookup_cpu_us": round(_median(measured, "lookup_cpu")),
        "certificates": CERTIFICATES,
        "engine": "sqlite",
        "server": "waitress, 8 threads, 16 connections",
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result))
    floor = result["floor_per_second"]
    print(f"ratio {ratio:.3f}, floor {floor}/s, bar {BAR:.2f}")
    return 0 if ratio >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
