"""How fast hundreds of documents are issued, and whether look-ups notice.

    python -m tests.benchmarks.bench_bulk_issue

Bars, on SQLite, in one Waitress with the worker of a bulk run beside its threads: 500
documents issued, signed and stored within 60 seconds; meanwhile look-ups at 50 a
second keep their p99 within 50 ms, counted from when each was due. Prints both and the
idle p99 as the floor; the exit status is 1 beyond a bar. The result is kept beside
this file. `--unsigned` leaves the signature away.
"""

import http.client
import json
import logging
import multiprocessing
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import waitress
from flask import Flask

from labms import clock
from labms.app import create_app
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import run_by_id
from labms.bulk.rules import BulkKind, ItemState
from labms.bulk.services import propose, start
from labms.bulk.working import _giving_way, work
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.services import reserve_certificate
from labms.db import Model, db, scoped, transaction
from labms.policy import EVERYTHING, Role
from labms.settings import Settings
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from tests.benchmarks.bench_public_lookup import free_port, settings_in, wait_for
from tests.factories import SPRING_SCALE, Make
from tests.world import lay_the_ground

JOBS = 500
#: When verifiers have their cards.
DAY = date(2031, 3, 4)
PER_SECOND = 50
MOST_SECONDS = 60.0
MOST_P99_MS = 50.0
RESULT = Path(__file__).with_name("bulk_issue.json")


def fill(settings: Settings, *, is_signed: bool) -> tuple[int, str, float]:
    """Make jobs, and confirm a run over them: its id, a code, how long that took."""
    app = create_app(settings)
    with app.app_context(), scoped(EVERYTHING), clock.at(DAY):
        Model.metadata.create_all(db.engine)
        lay_the_ground()
        make = Make()
        body = make.body()
        verifier = make.user(Role.VERIFIER, body=body)
        make.card(verifier, SPRING_SCALE)
        signatory = make.user(Role.SIGNATORY, body=body)
        if is_signed:
            manager = make.user(Role.QUALITY_MANAGER, body=body)
            with transaction():
                choose_way(body, SigningWay.SERVER, actor=manager)
        jobs = [make.job(body=body, performed_by=verifier) for _ in range(JOBS + 1)]
        with transaction():
            first = reserve_certificate(
                jobs[0],
                actor=signatory,
                shown=content_hash(jobs[0]),
                settings=settings,
            ).id
        code = finish_issuing(first, settings=settings).lookup_token
        begun = time.perf_counter()
        with transaction():
            run = propose(
                BulkKind.ISSUE,
                [job.id for job in jobs[1:]],
                actor=signatory,
                test_print=False,
            )
            run_id, shown = run.id, run.shown_hash
        proposing = time.perf_counter() - begun
        with transaction():
            start(run_by_id(run_id, for_update=True), actor=signatory, shown=shown)
        db.session.remove()
        db.engine.dispose()
    return run_id, code, proposing


def issue(app: Flask, run_id: int) -> None:
    """Do what the server's own worker does, on the day of the jobs."""
    with app.app_context(), clock.at(DAY), _giving_way():
        work(run_id, settings=app.extensions["labms"])


def serve(folder: str, port: int, run_id: int) -> None:
    """Serve look-ups, and set a worker to the run when that is asked for."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = create_app(settings_in(Path(folder)))

    def either(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/begin":
            threading.Thread(target=issue, args=(app, run_id), daemon=True).start()
            start_response("200 OK", [("Content-Length", "2")])
            return [b"ok"]
        return app.wsgi_app(environ, start_response)

    waitress.serve(either, host="127.0.0.1", port=port, threads=8)


def paced(port: int, path: str, *, until: Any) -> list[float]:
    """Look up so often a second until told; milliseconds from when each was due."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times, begun, n = [], time.perf_counter(), 0
    while not until():
        due = begun + n / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(answer.status)
        times.append(1000 * (time.perf_counter() - due))
        n += 1
    return sorted(times)


def p99(times: list[float]) -> float:
    """Return the slowest in a hundred."""
    return times[int(len(times) * 0.99)] if times else float("inf")


class Progress:
    """Looks now and then, from outside, how far the run is."""

    def __init__(self, settings: Settings, run_id: int) -> None:
        self._engine = sa.create_engine(settings.engine_url)
        self._run = run_id
        self._asked = 0.0
        self.finished_at: float | None = None

    def __call__(self) -> bool:
        """Return whether it is finished; asked at most twice a second."""
        now = time.perf_counter()
        if now - self._asked < 0.5:
            return False
        self._asked = now
        rows = sa.select(BulkRun.finished_at).where(BulkRun.id == self._run)
        with self._engine.connect() as connection:
            done = connection.scalar(rows) is not None
        self.finished_at = now if done else None
        return done

    def count(self) -> int:
        """Return how many documents there are."""
        rows = sa.select(sa.func.count()).where(BulkItem.state == ItemState.DONE)
        with self._engine.connect() as connection:
            return connection.scalar(rows) or 0


def main() -> int:
    """Measure, print, keep the result, and say whether the bars were kept."""
    is_signed = "--unsigned" not in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        run_id, code, proposing = fill(settings, is_signed=is_signed)
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(folder, port, run_id), daemon=True
        )
        server.start()
        try:
            wait_for(port)
            path = f"/c/{code}"
            end = time.perf_counter() + 2
            paced(port, path, until=lambda: time.perf_counter() > end)
            end = time.perf_counter() + 5
            idle = paced(port, path, until=lambda: time.perf_counter() > end)
            asking = http.client.HTTPConnection("127.0.0.1", port)
            asking.request("GET", "/begin")
            asking.getresponse().read()
            progress, begun = Progress(settings, run_id), time.perf_counter()
            busy = paced(
                port,
                path,
                until=lambda: progress() or time.perf_counter() > begun + 300,
            )
            seconds = (progress.finished_at or time.perf_counter()) - begun
            done = progress.count()
        finally:
            server.terminate()
            server.join()
    result = {
        "jobs": JOBS,
        "done": done,
        "signed": is_signed,
        "most_seconds": MOST_SECONDS,
        "seconds": round(seconds, 1),
        "seconds_until_shown": round(proposing, 1),
        "most_p99_ms": MOST_P99_MS,
        "lookup_p99_ms": round(p99(busy), 1),
        "lookup_median_ms": round(busy[len(busy) // 2], 1),
        "idle_p99_ms": round(p99(idle), 1),
        "lookups": len(busy),
        "engine": "sqlite",
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result))
    kept = seconds <= MOST_SECONDS and p99(busy) <= MOST_P99_MS and done == JOBS
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
