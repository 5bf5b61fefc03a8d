"""How fast the dashboard has its numbers, with millions of jobs behind them.

    python -m tests.benchmarks.bench_figures [--jobs 10000000] [--folder /tmp/large]
    python -m tests.postgres -- python -m tests.benchmarks.bench_figures …

On SQLite in a folder of its own, or in a database of its own beside the one that
LABMS_TEST_DATABASE_URL names. One million jobs take minutes, ten take half an hour and
10 GB; `--folder` says where. With `--reuse` it works in that very folder or database,
fills it only if it is empty, and leaves it; then `--only` says what to measure.

Bars: the numbers of a dashboard within 50 ms for 95 of 100 calls, of both areas; they
are those that are counted from the rows; a correction of the past changes no figure
but of its cell, its type, its commune and its customer; a recount at the end finds
everything equal. The exit status is 1 beyond a bar.

Told beside, so that a number means something: the floor is the very rows of summaries
that a call reads, read bare through the driver; groups are the same figures of one day
by plain GROUP BY over the rows; and the dashboard from the rows. The results are kept
beside this file, by engine and size.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from labms import clock
from labms.app import create_app
from labms.db import db, scoped, transaction
from labms.indicators.figures import Count
from labms.jobs.models import Job
from labms.plan.data import plan
from labms.policy import EVERYTHING
from labms.reports.dashboard import Board, board_of
from labms.settings import Settings
from labms.summaries.folding import build, catch_up
from labms.summaries.reading import kept
from labms.summaries.recounting import differences
from tests.benchmarks.changes import Changes
from tests.benchmarks.province import TODAY, fill, prepare
from tests.databases import an_empty_database

MOST_P95_MS = 50.0
CALLS = 200
#: From so many jobs on, the trend of a plan's area is not counted from the rows: it
#: takes an hour.
LARGE = 2_000_000
#: The plan's, with targets and a trend of twelve months; and the whole province.
AREAS = ("ben-tre-old", "vinh-long-new")
RESULT = Path(__file__).with_name("figures.json")
GROUPS = (
    """SELECT i.type_slug, i.commune_key, COUNT(*), COUNT(DISTINCT i.id)
    FROM job j JOIN instrument i ON i.id = j.instrument_id
    WHERE j.kind = 'verification' AND j.verdict = 'pass'
    AND j.performed_on BETWEEN :first AND :last GROUP BY 1, 2""",
    """SELECT i.type_slug, j.verdict, COUNT(*)
    FROM job j JOIN instrument i ON i.id = j.instrument_id
    WHERE j.performed_on BETWEEN :first AND :last GROUP BY 1, 2""",
    """SELECT type_slug, commune_key, COUNT(*) FROM instrument
    WHERE out_of_use_on IS NULL GROUP BY 1, 2""",
    """SELECT type_slug, commune_key, SUM(in_use_count) FROM demand_figure
    WHERE holder IS NULL AND replaced_by_id IS NULL GROUP BY 1, 2""",
    """SELECT customer_id, COUNT(*) FROM "order" GROUP BY 1""",
    """SELECT COUNT(*) FROM (SELECT instrument_id FROM job
    GROUP BY instrument_id HAVING MAX(valid_until) < :last) AS late""",
    """SELECT j.closed_at, o.received_at, COUNT(*)
    FROM job j JOIN "order" o ON o.id = j.order_id
    WHERE j.closed_at >= :first GROUP BY 1, 2""",
)


def seconds(work: Callable[[], Any]) -> float:
    """Return how long some work takes, as somebody waits for it."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def milliseconds(times: list[float]) -> dict[str, float]:
    """Return what to tell of many."""
    ordered = sorted(times)
    return {
        "median": round(1000 * ordered[len(ordered) // 2], 2),
        "p95": round(1000 * ordered[int(len(ordered) * 0.95)], 2),
        "most": round(1000 * ordered[-1], 2),
    }


def numbers(board: Board) -> dict[str, Any]:
    """Return every number of a dashboard, to be compared."""
    return {
        "figures": [
            (
                s.figure.definition.code,
                s.figure.value,
                s.figure.turns,
                s.figure.distinct,
            )
            for s in (*board.targets, *board.others)
        ],
        "types": [(line.type_slug, line.due, line.counted) for line in board.types],
        "communes": [(gap.commune_key, gap.due, gap.done) for gap in board.communes],
        "trend": [[f.value for f in heading.past] for heading in board.headings],
    }


def from_rows(area: str) -> Board:
    """Return the dashboard as the rows say."""
    return board_of(Count(plan("3446"), area, TODAY))


def from_summaries(area: str) -> Board:
    """Return the dashboard as a page reads it, in a session that has read nothing."""
    db.session.remove()
    return board_of(kept(Count(plan("3446"), area, TODAY)))


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Yield the statements that run meanwhile, with what is put into them."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        found.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


class Bench:
    """One province of one size on one engine."""

    def __init__(self, jobs: int, calls: int = CALLS) -> None:
        self.jobs, self.calls = jobs, calls
        self.told: dict[str, Any] = {"jobs": jobs}
        #: What is beyond a bar, by the part that found it.
        self.beyond: dict[str, list[str]] = {}
        self.parts: dict[str, Callable[[], None]] = {
            "groups": lambda: self.tell("groups_s", round(self.groups(), 2)),
            "build": self.build,
            "dashboards": self.dashboards,
            "rows": self.rows,
            "changes": self.changes,
            "recount": self.recount,
        }

    def tell(self, what: str, found: Any) -> None:
        """Note and print a result."""
        self.told[what] = found
        print(f"{what}: {found}", flush=True)

    def check(self, part: str, what: str, cleared: bool) -> None:
        """Hold against a bar."""
        if not cleared:
            self.beyond[part].append(what)
            print(f"BEYOND THE BAR: {what}", flush=True)

    def prepare(self) -> None:
        """Fill the database, unless there is a province in it."""
        prepare()
        if db.session.scalar(sa.select(sa.func.max(Job.id))) is None:
            self.tell("fill_s", round(seconds(lambda: fill(jobs=self.jobs)), 1))
            self.analyse()

    def run(self, part: str) -> None:
        """Measure one part, in an application context."""
        self.beyond[part] = []
        self.parts[part]()

    def analyse(self) -> None:
        """Do what PostgreSQL does by itself after a while, where that is off."""
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM ANALYZE")

    def build(self) -> None:
        """Build the summaries."""
        begun = time.perf_counter()
        with transaction():
            build()
        self.tell("build_s", round(time.perf_counter() - begun, 1))
        self.analyse()

    def recount(self) -> None:
        """Count everything from the rows again, and look for what differs."""
        begun = time.perf_counter()
        found = list(differences())
        self.tell("recount_s", round(time.perf_counter() - begun, 1))
        for difference in found[:5]:
            print(difference)
        self.check("recount", "a recount finds everything equal", not found)

    def groups(self) -> float:
        """Return the seconds of the figures of one day by plain GROUP BY."""
        first = TODAY.replace(month=1, day=1)
        with db.engine.connect() as connection:
            return sum(
                seconds(
                    lambda sql=sql: connection.execute(  # type: ignore[misc]
                        sa.text(sql).bindparams(
                            *(
                                sa.bindparam(name, day, sa.Date)
                                for name, day in (("first", first), ("last", TODAY))
                                if f":{name}" in sql
                            )
                        )
                    ).all()
                )
                for sql in GROUPS
            )

    def dashboards(self) -> None:
        """Measure both areas, as a page reads them."""
        for area in AREAS:
            with statements() as ran:
                from_summaries(area)
            busy = time.process_time()
            taken = milliseconds(
                [seconds(lambda a=area: from_summaries(a)) for _ in range(self.calls)]  # type: ignore[misc]
            )
            busy = time.process_time() - busy
            rows, floor = self.floor(ran)
            self.tell(
                area,
                {
                    "ms": taken,
                    # of this process alone: what others took from it is not in here
                    "processor_ms": round(1000 * busy / self.calls, 2),
                    "queries": len(ran),
                    "floor_ms": floor,
                    "floor_rows": rows,
                    "ratio_to_floor": round(taken["median"] / floor["median"], 1),
                },
            )
            cleared = taken["p95"] <= MOST_P95_MS
            self.check("dashboards", f"{area}: p95 {taken['p95']} ms", cleared)

    def rows(self) -> None:
        """Measure the same from the rows, and compare."""
        found: dict[str, float] = {}
        for area in AREAS:
            board = from_summaries(area)
            if board.headings and self.jobs >= LARGE:
                continue
            begun = time.perf_counter()
            rows_say = numbers(from_rows(area))
            found[area] = round(time.perf_counter() - begun, 1)
            self.check("rows", f"{area}: as the rows say", numbers(board) == rows_say)
        self.tell("from_rows_s", found)

    def floor(self, ran: list[tuple[str, Any]]) -> tuple[int, dict[str, float]]:
        """Return how many rows of summaries a call reads, and the time to read them."""
        db.session.remove()
        reads = [each for each in ran if "FROM summary_" in each[0]]
        with db.engine.connect() as connection:
            cursor: Any = connection.connection.cursor()

            def read() -> int:
                count = 0
                for statement, given in reads:
                    cursor.execute(statement, given)
                    count += len(cursor.fetchall())
                return count

            rows = read()
            return rows, milliseconds([seconds(read) for _ in range(self.calls)])

    def changes(self) -> None:
        """Measure what happens every day, and corrections of the past."""
        changes = Changes()
        found: dict[str, Any] = {}
        for what in changes.kinds:
            times, folds, written, cells = [], [], [], []
            for n in range(changes.times[what]):
                before = changes.kept()
                change = changes.prepared(what, n)
                times.append(seconds(change.make))
                with statements() as ran:
                    folds.append(seconds(self.fold))
                written.append(rows_written(ran))
                differing = changes.differing(before)
                cells.append(len(differing))
                astray = sorted(k for k in differing if not change.concerns(k))
                self.check("changes", f"{what} touches {astray[:5]} too", not astray)
            self.check("changes", f"{what} changes anything", max(cells) > 0)
            found[what] = {
                "ms": milliseconds(times),
                "fold_ms": milliseconds(folds),
                "rows_written": max(written),
                "rows_differing": max(cells),
            }
        self.tell("changes", found)

    def fold(self) -> None:
        """Bring the summaries up to date."""
        with transaction():
            catch_up()


def rows_written(ran: list[tuple[str, Any]]) -> int:
    """Return how many rows of summaries were written."""
    return sum(
        len(given) if isinstance(given, list) else 1
        for statement, given in ran
        if statement.startswith("INSERT INTO summary_")
        and not statement.startswith("INSERT INTO summary_state")
    )


def application(folder: Path, url: str) -> Flask:
    """Return an application on a database."""
    return create_app(
        Settings(
            instance=folder,
            secret_key="for-benchmarks-only-0123456789abcdef",
            public_url="https://kiemdinh.example.vn",
            database_url=url,
        )
    )


def keep(engine: str, bench: Bench) -> None:
    """Write the result beside this file, and how it grew with the size."""
    known = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    own = known.setdefault(engine, {})
    before = own.get(str(bench.jobs), {})
    beyond = before.get("beyond", {}) | bench.beyond
    own[str(bench.jobs)] = before | bench.told | {"beyond": beyond}
    sizes = sorted(int(size) for size in own if size.isdigit())
    small, large = own[str(sizes[0])], own[str(sizes[-1])]
    if small is not large and all(area in small and area in large for area in AREAS):
        own["growth"] = {
            area: round(large[area]["ms"]["median"] / small[area]["ms"]["median"], 2)
            for area in AREAS
        }
    known["bar_p95_ms"] = MOST_P95_MS
    RESULT.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", "utf-8")


@contextmanager
def somewhere(asked: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """Yield a folder, and the address of a database."""
    if asked.reuse:
        asked.folder.mkdir(parents=True, exist_ok=True)
        yield asked.folder, os.environ.get("LABMS_TEST_DATABASE_URL", "")
        return
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as place,
        an_empty_database(Path(place)) as url,
    ):
        yield Path(place), url


def main() -> int:
    """Measure, print, keep the result, and say whether each bar was cleared."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--only", nargs="*")
    asked = parser.parse_args()
    bench = Bench(asked.jobs, asked.calls)
    with somewhere(asked) as (folder, url):
        app = application(folder, url)
        with app.app_context(), scoped(EVERYTHING), clock.at(TODAY):
            bench.prepare()
            for part in bench.parts if asked.only is None else asked.only:
                bench.run(part)
                keep(db.engine.dialect.name, bench)
            db.session.remove()
            db.engine.dispose()
    beyond = [what for found in bench.beyond.values() for what in found]
    for what in beyond:
        print(f"beyond the bar: {what}")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
