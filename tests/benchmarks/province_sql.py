"""The statements that write the rows of a province, the same for both engines."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tests.benchmarks.province_choices import (
    LOT,
    TEMPORARY,
    UTILITIES,
    VISITS,
    Size,
    Ways,
    choose,
    pick,
)

#: In place of a snapshot.
PAD = '{"pad": "' + "x" * 88 + '"}'
#: A limit on a subquery: what it works out is not worked out again outside.
ALL = 2_000_000_000
#: Tables whose indexes are made anew.
LARGE = ("instrument", "order", "job", "certificate", "demand_figure", "reported_work")


def write(connection: sa.Connection, size: Size, ways: Ways) -> None:
    """Write all rows, with their indexes out of the way, and end what helped."""
    choose(connection, size, ways)
    with _without_indexes(connection):
        for statement in _statements(size, ways):
            connection.execute(sa.text(statement))
    for name in TEMPORARY.tables:
        connection.exec_driver_sql(f"DROP TABLE {name}")
    if connection.dialect.name == "postgresql":
        for table in ("organisation", *LARGE):
            connection.exec_driver_sql(
                f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'),
                (SELECT COALESCE(MAX(id), 1) FROM "{table}"))"""
            )


def _statements(size: Size, ways: Ways) -> Iterator[str]:
    yield f"""
    INSERT INTO organisation (id, kind, name, address, commune_key, phone,
      email, folded)
    SELECT {size.first_id - 1} + n.n,
      CASE WHEN n.n <= {UTILITIES} OR {pick("n.n", 0, 10)} < 7 THEN 'enterprise'
        WHEN {pick("n.n", 0, 10)} = 7 THEN 'organisation' ELSE 'person' END,
      'Cơ sở ' || n.n, '', p.key, '', '', 'co so ' || n.n
    FROM gen_n n JOIN gen_place p ON p.n = {pick("n.n", 1, 1000)}
    WHERE n.n <= {size.customers}"""
    yield f"""
    INSERT INTO organisation_role (organisation_id, role)
    SELECT {size.first_id - 1} + n, 'user' FROM gen_n WHERE n <= {size.customers}"""
    yield _instruments(size, ways)
    yield f"""
    INSERT INTO "order" (id, body_id, number, customer_id, received_at,
      received_by_id, promised_on, note)
    SELECT (l.n - 1) * {VISITS} + k.n, b.id, 'P' || ((l.n - 1) * {VISITS} + k.n),
      l.owner, d.morning, b.receptionist,
      CASE WHEN {pick("l.n", 1, 10)} < 7 THEN e.day END, ''
    FROM gen_lot l
    CROSS JOIN gen_n k
    JOIN gen_body b ON b.n = l.body_n
    JOIN gen_day d ON d.n = l.day + (k.n - 1) * {size.step}
    JOIN gen_day e ON e.n = d.n + 10
    WHERE k.n <= {VISITS}"""
    yield _jobs(size, ways)
    yield from _certificates(ways)
    yield from _demand(size, ways)
    yield from _reported(size)


#: The lot of instrument i.n; the visits that it makes are the last ones of its lot.
_LOT_OF = """(CASE WHEN i.n <= {of_utilities} THEN (i.n - 1) / {utility_lot} + 1
  ELSE {utility_lots} + (i.n - 1 - {of_utilities}) / {lot} + 1 END)"""
_COMES = "(1 + 2 * (i.n % 4))"


def _lot_of(size: Size) -> str:
    return _LOT_OF.format(
        of_utilities=size.of_utilities,
        utility_lot=size.utility_lot,
        utility_lots=size.utility_lots,
        lot=LOT,
    )


def _instruments(size: Size, ways: Ways) -> str:
    """Utilities' meters hang everywhere, the rest where the customer is, or near."""
    gone = f"{pick('i.n', 2, 100)} < 3"
    return f"""
    INSERT INTO instrument (id, type_slug, maker, model, serial, made_in, maker_key,
      serial_key, characteristics, state, owner_id, commune_key, place_of_use,
      registered_on, out_of_use_on, folded)
    SELECT i.n, t.slug, 'Maker', 'M', 'S' || i.n, '', 'maker', 's' || i.n, '{{}}',
      CASE WHEN {gone} THEN 'out_of_use' ELSE 'in_use' END,
      l.owner, p.key, '', d.day, CASE WHEN {gone} THEN g.day END, 'maker m s' || i.n
    FROM gen_n i
    JOIN gen_lot l ON l.n = {_lot_of(size)}
    JOIN gen_type t ON t.n = l.type_n
    JOIN gen_place p ON p.n = CASE WHEN i.n <= {size.of_utilities}
      OR {pick("i.n", 3, 7)} = 0 THEN {pick("i.n", 4, 1000)} ELSE l.place_n END
    JOIN gen_day d ON d.n = l.day + ({VISITS} - {_COMES}) * {size.step} - 20
    JOIN gen_day g ON g.n = {ways.last} - {pick("i.n", 5, 400)}
    WHERE i.n <= {size.instruments}"""


def _jobs(size: Size, ways: Ways) -> str:
    """Received on day r, performed on p, submitted on s, closed on c; and why not.

    Four of a hundred that are no meters are calibrated, one of a hundred is cancelled,
    five fail, and one of two hundred is submitted when the month is closed.
    """
    late = f"CASE WHEN {pick('id', 2, 200)} = 0 THEN 40 ELSE {pick('id', 3, 3)} END"
    known = "j.state NOT IN ('registered', 'cancelled')"
    done = "j.state NOT IN ('registered', 'cancelled', 'in_progress')"
    read = (
        "j.state NOT IN ('registered', 'cancelled', 'in_progress', 'awaiting_review')"
    )
    shut = "j.state IN ('certified', 'evidenced', 'notified', 'cancelled')"
    passed = f"{done} AND j.kind = 'verification' AND NOT j.fails"
    return f"""
    INSERT INTO job (id, body_id, order_id, position, kind, reason, agreed_rule, state,
      instrument_id, registered_at, assigned_to_id, place, performed_on, late_reason,
      performed_by_id, procedure_slug, procedure_revision, release_id,
      subject_snapshot, environment, note, version, verdict, evidence, mark,
      stamp_serial, cycle_months, valid_until, submitted_at, evidence_at,
      reviewed_by_id, reviewed_at, closed_at, cancel_reason)
    SELECT j.id, b.id, j.order_id, j.position, j.kind,
      CASE WHEN j.kind = 'verification' THEN 'periodic' END,
      CASE WHEN j.kind = 'calibration' THEN 'none' END,
      j.state, j.instrument_id, r.morning,
      CASE WHEN {known} THEN b.verifier END, '', CASE WHEN {done} THEN p.day END, '',
      CASE WHEN {known} THEN b.verifier END,
      CASE WHEN {known} THEN 'can-dong-ho-lo-xo' END,
      CASE WHEN {known} THEN '2026-1' END, CASE WHEN {known} THEN b.release END,
      '{PAD}', '{{}}', '', 1,
      CASE WHEN {done} AND j.kind = 'verification' THEN
        CASE WHEN j.fails THEN 'fail' ELSE 'pass' END END,
      CASE WHEN {passed} THEN
        CASE WHEN j.is_meter = 1 THEN 'stamp' ELSE 'certificate' END END, '', '',
      CASE WHEN {passed} THEN j.cycle END, CASE WHEN {passed} THEN v.day END,
      CASE WHEN {done} THEN s.evening END, CASE WHEN {done} THEN s.evening END,
      CASE WHEN {read} THEN b.reviewer END, CASE WHEN {read} THEN c.morning END,
      CASE WHEN {shut} THEN c.evening END,
      CASE WHEN j.state = 'cancelled' THEN 'x' END
    FROM (
      SELECT m.*, CASE
        WHEN what = 0 THEN 'cancelled'
        WHEN p > {ways.last} THEN 'registered'
        WHEN s > {ways.last} THEN 'in_progress'
        WHEN c - 1 > {ways.last} THEN 'awaiting_review'
        WHEN c > {ways.last} THEN 'approved'
        WHEN kind = 'calibration' THEN 'certified'
        WHEN fails THEN 'notified'
        WHEN is_meter = 1 THEN 'evidenced'
        ELSE 'certified' END AS state
      FROM (
        SELECT n.*, r + {pick("id", 4, 4)} AS p, r + {pick("id", 4, 4)} + {late} AS s,
          r + {pick("id", 4, 4)} + {late} + 1 + {pick("id", 5, 6)} AS c,
          CASE WHEN what BETWEEN 6 AND 9 AND is_meter = 0 THEN 'calibration'
            ELSE 'verification' END AS kind,
          what BETWEEN 1 AND 5 AS fails
        FROM (
          SELECT (i.n - 1) * {VISITS} + k.n AS id,
            (l.n - 1) * {VISITS} + k.n AS order_id, i.n - l.first AS position,
            i.n AS instrument_id, l.body_n,
            l.day + (k.n - 1) * {size.step} AS r, t.is_meter, t.cycle,
            {pick("((i.n - 1) * 7 + k.n)", 1, 100)} AS what
          FROM gen_n i
          CROSS JOIN gen_n k
          JOIN gen_lot l ON l.n = {_lot_of(size)}
          JOIN gen_type t ON t.n = l.type_n
          WHERE i.n <= {size.instruments} AND k.n <= {VISITS}
            AND k.n > {VISITS} - {_COMES}
          LIMIT {ALL}
        ) n
        LIMIT {ALL}
      ) m
      LIMIT {ALL}
    ) j
    JOIN gen_body b ON b.n = j.body_n
    JOIN gen_day r ON r.n = j.r
    JOIN gen_day p ON p.n = j.p
    JOIN gen_day s ON s.n = j.s
    JOIN gen_day c ON c.n = j.c
    LEFT JOIN gen_day v ON v.n = j.p + j.cycle * 30"""


def _certificates(ways: Ways) -> Iterator[str]:
    """One of two hundred is revoked after a month; half of them are replaced."""
    revoked = f"{pick('j.id', 3, 200)} = 0 AND w.n <= {ways.last}"
    columns = """INSERT INTO certificate (id, body_id, kind, year, sequence, number,
      lookup_token, state, job_id, instrument_id, owner_id, content, content_hash,
      reserved_at, issued_on, issued_at, issued_by_id, evidence_at, valid_until,
      file_hash, handed_over_to, revoked_on, revocation_reason, revocation_text)"""
    rows = """FROM job j
      JOIN instrument i ON i.id = j.instrument_id
      JOIN gen_day d ON d.evening = j.closed_at
      JOIN gen_day w ON w.n = d.n + 30
      WHERE j.state = 'certified'"""
    shared = "j.id, j.instrument_id, i.owner_id, '{}', '0'"
    yield f"""{columns}
      SELECT j.id, j.body_id, j.kind, d.year, j.id, 'V' || j.id, 'T' || j.id,
        CASE WHEN {revoked} THEN 'revoked' ELSE 'issued' END, {shared},
        d.evening, d.day, d.evening, j.reviewed_by_id, j.evidence_at, j.valid_until,
        '0', '', CASE WHEN {revoked} THEN w.day END,
        CASE WHEN {revoked} THEN 'wrong_result' END, CASE WHEN {revoked} THEN 'x' END
      {rows}"""
    yield f"""{columns}
      SELECT j.id + 500000000, j.body_id, j.kind, w.year, j.id + 500000000,
        'W' || j.id, 'W' || j.id, 'issued', {shared}, w.evening, w.day, w.evening,
        j.reviewed_by_id, j.evidence_at, j.valid_until, '0', '', NULL, NULL, NULL
      {rows} AND {revoked} AND j.id % 2 = 0"""


def _demand(size: Size, ways: Ways) -> Iterator[str]:
    """One figure of fifty was corrected, two months later."""
    columns = """INSERT INTO demand_figure (id, type_slug, commune_key, year,
      in_use_count, source, document, method, counted_on, entered_on, entered_by_id,
      holder, initial_count, after_repair_count, subject, purpose)"""
    counted = f"c.first + {pick('c.n', 0, 300)}"
    last = ways.last

    def until(day: str) -> str:
        return f"(CASE WHEN {day} > {last} THEN {last} ELSE {day} END)"

    def figures(shift: int, days: int) -> str:
        use = f"c.about * (50 + {pick(f'(c.n + {shift})', 2, 100)}) / 100"
        return f"""{columns}
          SELECT c.n + {shift}, c.slug, c.key, c.year, {use},
            CASE {pick("c.n", 3, 9)} WHEN 0 THEN 'meter_list' WHEN 1 THEN 'licence_list'
              ELSE 'survey' END,
            'Báo cáo', '', d.day, d.day, {size.entered_by}, c.holder,
            CASE WHEN {pick("c.n", 4, 5)} = 0 THEN {use} / 20 END,
            CASE WHEN {pick("c.n", 5, 5)} = 0 THEN {use} / 50 END,
            'instrument', 'verification'
          FROM gen_cell c JOIN gen_day d ON d.n = {until(f"{counted} + {days}")}"""

    wrong = f"{pick('c.n', 1, 50)} = 0"
    later = 10_000_000
    yield figures(0, 0)
    yield f"{figures(later, 60)} WHERE {wrong}"
    yield f"""UPDATE demand_figure SET replaced_by_id = id + {later}
      WHERE id < {later} AND {pick("id", 1, 50)} = 0"""


def _reported(size: Size) -> Iterator[str]:
    """Totals by type and commune, and lists of meters, some of which labms knows."""
    columns = """INSERT INTO reported_work (report_id, type_slug, commune_key, purpose,
      turns, passed, distinct_count, serial, serial_key)"""
    reports = "(SELECT COUNT(*) FROM gen_report)"
    yield f"""{columns}
      SELECT r.id, c.slug, CASE WHEN {pick("c.n", 2, 9)} > 0 THEN c.key END,
        'verification', c.about / 10 + 1, c.about / 10 + 1,
        CASE WHEN c.n % 3 = 0 THEN c.about / 10 + 1 END, '', ''
      FROM gen_cell c JOIN gen_report r ON r.n = {pick("c.n", 3, reports)}
      WHERE c.n % 4 = 0"""
    every = max(size.instruments // 25_000, 7)
    yield f"""{columns}
      SELECT r.id, i.type_slug, i.commune_key, 'verification', 1,
        CASE WHEN i.id % 20 = 0 THEN 0 ELSE 1 END, NULL,
        CASE WHEN i.id % 3 = 0 THEN i.serial ELSE 'X' || i.serial END,
        CASE WHEN i.id % 3 = 0 THEN i.serial_key ELSE 'x' || i.serial_key END
      FROM instrument i
      JOIN gen_report r ON r.n = {pick("i.id", 2, reports)}
      WHERE i.id <= {size.of_utilities} AND i.id % {every} = 0"""


@contextmanager
def _without_indexes(connection: sa.Connection) -> Iterator[None]:
    """Drop the indexes of large tables that are no constraints, and make them anew."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT tbl_name, name, sql FROM sqlite_master "
            "WHERE type = 'index' AND sql IS NOT NULL"
        ).all()
    else:
        found = connection.exec_driver_sql(
            "SELECT tablename, indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = 'public' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)"
        ).all()
    # PostgreSQL would write the condition of a partial index in other words
    dropped = [
        (name, sql)
        for table, name, sql in found
        if table in LARGE and " WHERE " not in sql
    ]
    for name, _ in dropped:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, sql in dropped:
        connection.exec_driver_sql(sql)
