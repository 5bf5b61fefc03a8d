"""What managers ask every day, in plain SQL once more."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.indicators.recounted_in_sql import ZONE, day_of

CLOSED = """
SELECT o.received_at, o.promised_on, j.closed_at
FROM job j JOIN "order" o ON o.id = j.order_id
JOIN instrument i ON i.id = j.instrument_id JOIN commune c ON c.key = i.commune_key
WHERE c.former_province_code IN ({provinces})
  AND j.state IN ('certified', 'evidenced', 'notified')
  AND j.closed_at >= :opened AND j.closed_at < :midnight
"""
LATE = """
SELECT i.id FROM instrument i JOIN commune c ON c.key = i.commune_key
WHERE c.former_province_code IN ({provinces}) AND i.registered_on <= :day
  AND (i.out_of_use_on IS NULL OR i.out_of_use_on > :day)
  AND i.id IN (SELECT j.instrument_id FROM job j WHERE {passed})
  AND i.id NOT IN (
      SELECT j.instrument_id FROM job j WHERE {passed}
      AND COALESCE(j.valid_until >= :day, {yes})
      AND 0 = (SELECT COUNT(*) FROM evidence_ending e
               WHERE e.instrument_id = j.instrument_id AND e.ended_on <= :day
               AND e.ended_at > j.evidence_at AND e.withdrawn_at IS NULL)
      AND (j.id IN (SELECT n.job_id FROM certificate n WHERE n.state = 'issued')
           OR j.id NOT IN (SELECT r.job_id FROM certificate r
                           WHERE r.state = 'revoked' AND NOT r.revoked_on > :day)))
"""
IN_WORK = """
SELECT COUNT(*) AS n FROM job j JOIN instrument i ON i.id = j.instrument_id
JOIN commune c ON c.key = i.commune_key
WHERE c.former_province_code IN ({provinces}) AND NOT j.state = 'cancelled'
  AND j.registered_at < :midnight AND NOT COALESCE(j.closed_at < :midnight, {no})
"""


def daily(recount):
    """Pass share, overdue, in work."""
    judged = recount.rows(
        "SELECT j.verdict FROM job j JOIN instrument i ON i.id = j.instrument_id "
        "JOIN commune c ON c.key = i.commune_key WHERE j.kind = 'verification' "
        "AND j.state IN ('certified', 'evidenced', 'notified') "
        "AND j.performed_on >= :first AND j.performed_on <= :day "
        "AND c.former_province_code IN ({provinces}) AND (j.id IN (SELECT "
        "n.job_id FROM certificate n WHERE n.state = 'issued') OR j.id NOT IN "
        "(SELECT r.job_id FROM certificate r WHERE r.state = 'revoked' "
        "AND r.revoked_on <= :day))"
    )
    late = recount.rows(LATE)
    return (
        (sum(row.verdict == "pass" for row in judged), len(judged)),
        len(late),
    )


def pace(recount):
    """Days that half and nine tenths took, of how many; on time; in work."""
    rows = recount.rows(CLOSED)
    days = [(_on(row.closed_at) - _on(row.received_at)).days for row in rows]
    promised = [row for row in rows if row.promised_on]
    kept = [row for row in promised if _on(row.closed_at) <= day_of(row.promised_on)]
    return (
        _at_most(days, 2, 1),
        _at_most(days, 10, 9),
        len(days) or None,
        (len(kept), len(promised)),
        recount.one(IN_WORK).n,
    )


def _at_most(days, of, part):
    enough = [n for n in days if of * sum(d <= n for d in days) >= part * len(days)]
    return min(enough, default=None)


def _on(moment):
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo("UTC"))
    return moment.astimezone(ZONE).date()
