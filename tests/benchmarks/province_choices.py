"""What a province is made of before it has rows: its size, choices, and lots.

Days are numbers until they are written: a table of the calendar has each day's date
and moments. What is chosen by chance is `pick`: no engine has a generator of random
numbers that gives the same on the other one.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.db import UTCDateTime

#: Odd numbers without a pattern: rows times one of these look random in their middle.
FACTORS = (2654435761, 2246822519, 3266489917, 668265263, 374761393, 2869860233)
#: An instrument of a lot comes 1, 3, 5 or 7 times: 4 on average.
VISITS = 7
JOBS_EACH = 4
LOT, UTILITY_LOT, UTILITIES = 8, 400, 8


def pick(row: str, which: int, count: int | str) -> str:
    """Return the expression of a number below `count` that a row number decides.

    >>> pick("n", 4, 10)
    '(CAST(n AS BIGINT) * 374761393 % 4294967296 / 256 % 10)'
    """
    return f"(CAST({row} AS BIGINT) * {FACTORS[which]} % 4294967296 / 256 % {count})"


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a province is."""

    jobs: int
    cells: int
    #: Days between two visits of an instrument.
    step: int
    #: The number of the first customer.
    first_id: int
    first_year: int
    last_year: int
    entered_by: int

    @property
    def instruments(self) -> int:
        """Each makes four jobs on average; whole lots."""
        return max(self.jobs // JOBS_EACH // LOT, 2) * LOT

    @property
    def utility_lot(self) -> int:
        """How many meters a utility brings at once."""
        return UTILITY_LOT if self.instruments >= 20 * UTILITY_LOT else LOT

    @property
    def of_utilities(self) -> int:
        """How many instruments are utilities'."""
        return self.instruments // 4 // self.utility_lot * self.utility_lot

    @property
    def utility_lots(self) -> int:
        """How many lots they make."""
        return self.of_utilities // self.utility_lot

    @property
    def lots(self) -> int:
        """All lots."""
        return self.utility_lots + (self.instruments - self.of_utilities) // LOT

    @property
    def customers(self) -> int:
        """Organisations that bring instruments."""
        return min(20_000, max(self.jobs // 100, 2 * UTILITIES))


@dataclass(kw_only=True)
class Ways:
    """What there is to choose from."""

    #: A thousand types: as many of each as it is frequent. The first half are meters.
    types: list[str]
    meters: frozenset[str]
    cycles: dict[str, int | None]
    #: A thousand communes, likewise.
    places: list[str]
    old: list[str]
    first_day: date
    today: date
    #: Number, body, verifier, reviewer, receptionist, release.
    bodies: list[tuple[int, ...]] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    reports: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of today."""
        return (self.today - self.first_day).days


TEMPORARY = sa.MetaData()


def _temporary(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(f"gen_{name}", TEMPORARY, *columns, prefixes=["TEMPORARY"])


def _number(name: str = "n") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


_N = _temporary("n", _number())
_LOT = _temporary(
    "lot",
    _number(),
    *(
        sa.Column(name, sa.Integer)
        for name in ("owner", "type_n", "place_n", "body_n", "day", "first", "size")
    ),
)
_DAY = _temporary(
    "day",
    _number(),
    sa.Column("day", sa.Date),
    sa.Column("year", sa.Integer),
    sa.Column("morning", UTCDateTime),
    sa.Column("evening", UTCDateTime, unique=True),
)
_TYPE = _temporary(
    "type",
    _number(),
    sa.Column("slug", sa.Text),
    sa.Column("cycle", sa.Integer),
    sa.Column("is_meter", sa.Integer),
)
_PLACE = _temporary("place", _number(), sa.Column("key", sa.Text))
_BODY = _temporary(
    "body",
    _number(),
    *(
        sa.Column(name, sa.Integer)
        for name in ("id", "verifier", "reviewer", "receptionist", "release")
    ),
)
_REPORT = _temporary("report", _number(), sa.Column("id", sa.Integer))
_CELL = _temporary(
    "cell",
    _number(),
    sa.Column("slug", sa.Text),
    sa.Column("key", sa.Text),
    sa.Column("year", sa.Integer),
    sa.Column("first", sa.Integer),
    sa.Column("holder", sa.Text),
    #: How many are in use, about.
    sa.Column("about", sa.Integer),
)


def choose(connection: sa.Connection, size: Size, ways: Ways) -> None:
    """Make the temporary tables and fill the small ones."""
    TEMPORARY.create_all(connection, checkfirst=False)
    longest = ways.last + 31 * 72 + 60
    rows: dict[sa.Table, list[tuple[Any, ...]]] = {
        _DAY: [_day(n, ways.first_day + timedelta(days=n)) for n in range(longest)],
        _TYPE: [
            (n, slug, ways.cycles[slug], int(slug in ways.meters))
            for n, slug in enumerate(ways.types)
        ],
        _PLACE: list(enumerate(ways.places)),
        _BODY: list(ways.bodies),
        _REPORT: list(enumerate(ways.reports)),
        _CELL: list(_cells(size, ways)),
    }
    for table, given in rows.items():
        names = table.columns.keys()
        connection.execute(
            sa.insert(table), [dict(zip(names, row, strict=True)) for row in given]
        )
    most = max(size.instruments, size.customers)
    connection.exec_driver_sql(
        f"INSERT INTO gen_n WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL "
        f"SELECT n + 1 FROM counted WHERE n < {most}) SELECT n FROM counted"
    )
    connection.execute(sa.text(_lots(size, ways)))
    if connection.dialect.name == "postgresql":
        for name in TEMPORARY.tables:
            connection.exec_driver_sql(f"ANALYZE {name}")


def _day(n: int, day: date) -> tuple[Any, ...]:
    def at(hour: int) -> datetime:
        return datetime.combine(day, time(hour), tzinfo=clock.ZONE)

    return n, day, day.year, at(8), at(16)


def _cells(size: Size, ways: Ways) -> Iterator[tuple[Any, ...]]:
    """Yield cells of demand; those of old communes for one year and all holders."""
    types, places = Counter(ways.types), Counter(ways.places)
    places.update(dict.fromkeys(set(ways.old) - places.keys(), 1))
    new = [key for key in places if key not in ways.old]
    parts = {None: 10, "enterprise": 6, "organisation": 2, "person": 2}
    years = range(size.first_year, size.last_year + 1)
    every = [
        (list(types), new, years, list(parts)),
        (list(types), ways.old, years[:1], [None]),
    ]
    counts = [math.prod(map(len, each)) for each in every]
    for n in range(min(size.cells, sum(counts))):
        place = n * FACTORS[0] % sum(counts)  # a prime: none comes twice
        if is_old := place >= counts[0]:
            place -= counts[0]
        found: list[Any] = []
        for choice in every[is_old]:
            place, at = divmod(place, len(choice))
            found.append(choice[at])
        slug, key, year, holder = found
        about = size.instruments * types[slug] * places[key] // 1_000_000
        first = (date(year, 1, 1) - ways.first_day).days
        yield n + 1, slug, key, year, first, holder, about * parts[holder] // 10 + 1


def _lots(size: Size, ways: Ways) -> str:
    utility = f"n <= {size.utility_lots}"
    draw = pick("n", 2, 10_000)
    customers = size.customers - UTILITIES
    before = size.utility_lots
    late = pick("n", 5, 20)  # a tenth comes one or two visits late
    shift = f"(CASE {late} WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 0 END)"
    start = ways.last - (VISITS) * size.step
    return f"""
    INSERT INTO gen_lot (n, owner, type_n, place_n, body_n, day, first, size)
    SELECT n,
      {size.first_id} + CASE WHEN {utility} THEN n % {UTILITIES}
        ELSE {UTILITIES} + {draw} * {draw} * {customers} / 100000000 END,
      {pick("n", 3, 1000)} % CASE WHEN {utility} THEN 500 ELSE 1000 END,
      {pick("n", 4, 1000)},
      {pick("n", 1, len(ways.bodies))},
      {start} + {pick("n", 0, size.step)} - {shift} * {size.step},
      CASE WHEN {utility} THEN (n - 1) * {size.utility_lot}
        ELSE {size.of_utilities} + (n - 1 - {before}) * {LOT} END,
      CASE WHEN {utility} THEN {size.utility_lot} ELSE {LOT} END
    FROM gen_n WHERE n <= {size.lots}"""
