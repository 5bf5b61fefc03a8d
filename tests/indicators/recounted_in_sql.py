"""The figures once more, in plain SQL, written by somebody who knows only their words.

Nothing here uses the program but the catalogue's cycles: another way to the same
numbers. Each function takes a connection, the old provinces of the area, and days.
"""

import json
import math
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from labms.catalogue.shipped import shipped_catalogue

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KINDS = ("person", "enterprise", "organisation")
DEMAND = """
WITH place AS (
    SELECT c.key, COALESCE(
        (SELECT s.new_key FROM commune_succession s
         WHERE s.old_key = c.key AND s.is_whole), c.key) AS today
    FROM commune c WHERE c.former_province_code IN ({provinces})
), standing AS (
    SELECT f.* , p.today, ROW_NUMBER() OVER (
        PARTITION BY f.type_slug, f.commune_key, COALESCE(f.holder, 'all')
        ORDER BY f.year DESC, CASE f.source WHEN 'survey' THEN 1 ELSE 0 END,
                 f.counted_on DESC, f.id DESC) AS nth
    FROM demand_figure f JOIN place p ON p.key = f.commune_key
    WHERE f.year <= :year AND f.counted_on <= :day AND f.entered_on < :shut
      AND f.purpose = 'verification' AND f.subject = 'instrument'
      AND f.id NOT IN (
          SELECT wrong.id FROM demand_figure wrong
          JOIN demand_figure better ON better.id = wrong.replaced_by_id
          WHERE better.counted_on <= :day AND better.entered_on < :shut)
)
SELECT type_slug, today, commune_key, COALESCE(holder, 'all') AS holder, year,
       in_use_count AS n, COALESCE(initial_count, 0) AS fresh,
       COALESCE(after_repair_count, 0) AS repaired
FROM standing WHERE nth = 1
"""
REGISTER = """
SELECT i.type_slug, COALESCE(s.new_key, i.commune_key) AS today, o.kind AS holder,
       COUNT(*) AS n
FROM instrument i
JOIN commune c ON c.key = i.commune_key
JOIN organisation o ON o.id = i.owner_id
LEFT JOIN commune_succession s ON s.old_key = i.commune_key AND s.is_whole
WHERE c.former_province_code IN ({provinces}) AND i.registered_on <= :day
  AND NOT COALESCE(i.out_of_use_on <= :day, {no})
GROUP BY i.type_slug, COALESCE(s.new_key, i.commune_key), o.kind
"""
PASSED = """
SELECT i.type_slug, COALESCE(s.new_key, i.commune_key) AS today, i.id,
       i.serial_key, COUNT(j.id) AS turns
FROM instrument i
JOIN commune c ON c.key = i.commune_key
JOIN job j ON j.instrument_id = i.id
LEFT JOIN commune_succession s ON s.old_key = i.commune_key AND s.is_whole
WHERE c.former_province_code IN ({provinces})
  AND j.kind = 'verification' AND j.verdict = 'pass'
  AND (j.state = 'certified' OR j.state = 'evidenced')
  AND j.performed_on >= :first AND j.performed_on <= :day
  AND j.submitted_at < :closed
  AND (0 = (SELECT COUNT(*) FROM certificate r WHERE r.job_id = j.id
            AND r.state = 'revoked' AND r.revoked_on <= :day)
       OR 0 < (SELECT COUNT(*) FROM certificate r WHERE r.job_id = j.id
               AND r.state = 'issued'))
GROUP BY i.type_slug, COALESCE(s.new_key, i.commune_key), i.id, i.serial_key
"""
REPORTED = """
SELECT w.type_slug, COALESCE(s.new_key, w.commune_key) AS today, w.serial_key,
       w.passed, COALESCE(w.distinct_count, w.passed) AS n,
       CASE WHEN home.former_province_code IN ({provinces}) THEN 1 ELSE 0 END AS own
FROM reported_work w
JOIN activity_report a ON a.id = w.report_id
JOIN organisation o ON o.id = a.organisation_id
LEFT JOIN commune home ON home.key = o.commune_key
LEFT JOIN commune c ON c.key = w.commune_key
LEFT JOIN commune_succession s ON s.old_key = w.commune_key AND s.is_whole
WHERE a.entered_on < :shut AND COALESCE(a.struck_on >= :shut, {yes})
  AND w.purpose = 'verification'
  AND a.first_on >= :first AND a.last_on <= :day
  AND (c.former_province_code IN ({provinces})
       OR (w.commune_key IS NULL AND a.area IN ({areas})))
  AND NOT EXISTS (
      SELECT 1 FROM job j WHERE j.body_id = o.id
      AND j.state IN ('certified', 'evidenced')
      AND j.performed_on >= a.first_on AND j.performed_on <= a.last_on
      AND j.submitted_at < :closed)
"""
SCOPES = """
SELECT s.type_slug, d.body_id AS body, s.reasons, d.suspended_from, d.suspended_until,
       d.id AS decision
FROM designation_scope s JOIN designation d ON d.id = s.designation_id
JOIN organisation o ON o.id = d.body_id JOIN commune c ON c.key = o.commune_key
WHERE d.issued_on <= :day AND :day <= d.valid_until AND NOT EXISTS (
    SELECT 1 FROM audit_event e WHERE e.subject_type = 'designation'
    AND e.subject_id = d.id AND e.event_type = 'designation:added'
    AND e.at >= :closed)
  AND c.former_province_code IN ({provinces})
UNION ALL
SELECT t.type_slug, t.organisation_id, t.reasons, NULL, NULL, NULL
FROM stated_scope t JOIN organisation o ON o.id = t.organisation_id
JOIN commune c ON c.key = o.commune_key
WHERE t.entered_on < :shut AND COALESCE(t.struck_on >= :shut, {yes})
  AND t.issued_on <= :day AND :day <= t.valid_until
  AND c.former_province_code IN ({provinces})
"""
CHANGED = """
SELECT e.subject_id AS decision, e.changes FROM audit_event e
WHERE e.subject_type = 'designation' AND e.event_type = 'designation:changed'
  AND e.at >= :closed ORDER BY e.id
"""
CAPACITY = """
SELECT b.organisation_id AS body, b.type_slug, b.per_year FROM body_capacity b
WHERE b.entered_on < :shut AND COALESCE(b.struck_on >= :shut, {yes})
  AND b.from_on <= :day AND NOT EXISTS (
    SELECT 1 FROM body_capacity n WHERE n.organisation_id = b.organisation_id
    AND n.type_slug = b.type_slug AND n.entered_on < :shut
    AND COALESCE(n.struck_on >= :shut, {yes}) AND n.from_on <= :day
    AND (n.from_on > b.from_on OR (n.from_on = b.from_on AND n.id > b.id)))
"""
TURNS = """
SELECT customer, COUNT(*) AS n FROM (
    SELECT o.customer_id AS customer, MIN(j.performed_on) AS day
    FROM "order" o JOIN job j ON j.order_id = o.id
    JOIN organisation e ON e.id = o.customer_id
    JOIN commune c ON c.key = e.commune_key
    WHERE e.kind = 'enterprise' AND c.former_province_code IN ({provinces})
      AND j.state IN ('approved', 'certified', 'evidenced', 'notified')
      AND j.submitted_at < :closed
    GROUP BY o.id, o.customer_id
    UNION ALL
    SELECT p.enterprise_id, p.supported_on FROM programme_support p
    WHERE NOT p.entered_on >= :shut AND NOT COALESCE(p.struck_on < :shut, {no})
      AND p.area IN ({areas})
) AS turn WHERE day >= '2019-01-01' AND day <= :day GROUP BY customer
"""


class Recount:
    """One area on one day, from the rows alone."""

    def __init__(self, connection, provinces, areas, day):
        self.connection, self.day = connection, day
        self.surveyed = set()
        self.words = {
            "provinces": ", ".join(f"'{code}'" for code in sorted(provinces)),
            "areas": ", ".join(f"'{code}'" for code in sorted(areas)),
            "no": "0" if connection.dialect.name == "sqlite" else "false",
            "yes": "1" if connection.dialect.name == "sqlite" else "true",
            "passed": "j.kind = 'verification' AND j.verdict = 'pass' AND "
            "j.state IN ('approved', 'certified', 'evidenced') AND "
            "NOT j.performed_on > :day AND j.instrument_id IS NOT NULL",
        }
        self.given = {
            "day": day,
            "beginning": date(2019, 1, 1),
            "first": date(day.year, 1, 1),
            "year": day.year,
            "shut": day + timedelta(days=32),
            "closed": _midnight(day + timedelta(days=32)),
            "opened": _midnight(date(day.year, 1, 1)),
            "midnight": _midnight(day + timedelta(days=1)),
        }

    def rows(self, query):
        text = query.format(**self.words)
        named = {name: self.given[name] for name in self.given if f":{name}" in text}
        types = dict.fromkeys(("day", "first", "shut", "beginning"), sa.Date)
        types |= dict.fromkeys(
            ("closed", "opened", "midnight"), sa.DateTime(timezone=True)
        )
        statement = sa.text(text).bindparams(
            *(sa.bindparam(name, type_=types.get(name)) for name in named)
        )
        return self.connection.execute(statement, named).all()

    def cells(self):
        """(type, commune) → what is due, as a fraction."""
        entered = defaultdict(lambda: defaultdict(dict))
        for row in self.rows(DEMAND):
            entered[row.type_slug, row.today][row.commune_key][row.holder] = row
        register = defaultdict(dict)
        for row in self.rows(REGISTER):
            register[row.type_slug, row.today][row.holder] = row.n
        found = {}
        for key in {*entered, *register}:
            slug, today = key
            standing, behind = self._standing(entered.get(key, {}), today)
            found[key] = self._due(slug, standing, behind, register.get(key, {}))
            if self._is_full(entered.get(key, {}), today):
                self.surveyed.add(key)
        return found

    def _is_full(self, communes, today):
        """All were counted: in the commune of today, or in each that went into it."""
        full = {
            key for key, by in communes.items() if "all" in by or len(by) == len(KINDS)
        }
        old = full - {today}
        return today in full or 0 < self.went_into.get(today, 1) <= len(old)

    @cached_property
    def went_into(self):
        """Commune of today → how many old ones it has in it as a whole."""
        return dict(
            self.rows(
                "SELECT new_key, COUNT(*) AS n FROM commune_succession "
                "WHERE is_whole GROUP BY new_key"
            )
        )

    @staticmethod
    def _standing(communes, today):
        def chosen(rows):
            parts = [rows[kind] for kind in KINDS if kind in rows]
            whole = rows.get("all")
            if whole is None:
                return parts
            newer = len(parts) == 3 and all(p.year >= whole.year for p in parts)
            return parts if newer or sum(p.n for p in parts) > whole.n else [whole]

        def alternative(rows):
            found = chosen(rows)
            few = 0 < len(found) < 3 and found[0].holder != "all"
            return [rows["all"]] if few and "all" in rows else found

        own = chosen(communes.get(today, {}))
        old = [row for key in communes if key != today for row in chosen(communes[key])]
        before = [
            row
            for key in communes
            if key != today
            for row in alternative(communes[key])
        ]
        if "all" in communes.get(today, {}) or len(own) == 3:
            return own, alternative(communes[today])
        more = sum(r.n for r in own) >= sum(r.n for r in old)
        return own if own and more else old, before

    def _due(self, slug, rows, behind, register):
        in_use = max(sum(row.n for row in rows), sum(register.values()))
        if rows and all(row.holder != "all" for row in rows):
            in_use = max(
                in_use,
                sum(
                    max(
                        sum(row.n for row in rows if row.holder == kind),
                        register.get(kind, 0),
                    )
                    for kind in KINDS
                ),
            )
        entry = shipped_catalogue().entry_on(slug, date(self.day.year, 12, 31))
        if entry is None:
            return Fraction(0)
        due = Fraction(0)
        if entry.cycle_months:
            due = min(Fraction(in_use), Fraction(in_use * 12, entry.cycle_months))
        if "initial" in entry.controls:
            due += max(sum(row.fresh for row in each) for each in (rows, behind))
        if "after_repair" in entry.controls:
            due += max(sum(row.repaired for row in each) for each in (rows, behind))
        return due

    def due_by_type(self, cells):
        total = defaultdict(Fraction)
        for (slug, _), due in cells.items():
            total[slug] += due
        return {slug: math.ceil(due) for slug, due in total.items()}

    def scopes(self):
        """(body, type) that may do periodic verification."""
        return {
            (row.body, row.type_slug)
            for row in self.rows(SCOPES)
            if "periodic" in str(row.reasons) and not self.is_stopped(row)
        }

    @cached_property
    def earlier(self):
        """Decision → columns that were changed too late, as they were before."""
        was = defaultdict(dict)
        for row in self.rows(CHANGED):
            for name, (before, _) in json.loads(row.changes).items():
                was[row.decision].setdefault(name, before)
        return was

    def is_stopped(self, row):
        """Whether a decision was suspended on the day, as far as that was known."""
        then = self.earlier.get(row.decision, {})
        first = day_of(then.get("suspended_from", row.suspended_from))
        last = day_of(then.get("suspended_until", row.suspended_until))
        return first and first <= self.day and not (last and last < self.day)

    def shares(self):
        """The three shares, as (above, below)."""
        cells = self.cells()
        due = self.due_by_type(cells)
        below = sum(due.values())
        known = {key: due for key, due in cells.items() if key in self.surveyed}
        above = self.due_by_type(known)
        scopes = self.scopes()
        types = {slug for _, slug in scopes}
        capacity = defaultdict(int)
        for row in self.rows(CAPACITY):
            if (row.body, row.type_slug) in scopes:
                capacity[row.type_slug] += row.per_year
        return {
            "designated-share": (sum(n for s, n in above.items() if s in types), below),
            "capacity-share": (
                sum(min(n, capacity[s]) for s, n in above.items() if s in types),
                below,
            ),
            "verified-share": (self._performed(known, above), below),
        }

    def _performed(self, cells, due):
        own, serials = defaultdict(int), set()
        for row in self.rows(PASSED):
            own[row.type_slug, row.today] += 1
            serials.add((row.type_slug, row.serial_key))
        told = defaultdict(int)
        listed = defaultdict(set)
        for row in self.rows(REPORTED):
            if not row.serial_key:
                told[row.type_slug, row.today] += row.n
            elif row.passed and (row.type_slug, row.serial_key) not in serials:
                listed[row.type_slug, row.today, row.own].add(row.serial_key)
        for (slug, today, _), found in listed.items():
            told[slug, today] += len(found)
        total = 0
        for slug, most in due.items():
            placed = sum(
                min(own[key] + told[key], math.ceil(cells[key]))
                for key in cells
                if key[0] == slug
            )
            total += min(most, placed + told[slug, None])
        return total

    def turns(self):
        """Participations and different enterprises."""
        found = [row.n for row in self.rows(TURNS)]
        return sum(found), len(found)

    def one(self, query):
        return self.rows(query)[0]

    def persons(self):
        row = self.one(
            "SELECT COALESCE(SUM(turns), 0) AS n, COALESCE(SUM(distinct_count), 0) AS d"
            " FROM training WHERE area IN ({areas}) AND held_on >= '2019-01-01'"
            " AND held_on <= :day AND NOT entered_on >= :shut"
            " AND NOT COALESCE(struck_on < :shut, {no})"
        )
        return int(row.n), int(row.d)


def _midnight(day):
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def day_of(value):
    return date.fromisoformat(value) if isinstance(value, str) else value
