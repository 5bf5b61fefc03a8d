"""The figures about bodies once more, in plain SQL, from what their words say.

A record counts from the first day of the plan to the day asked for, in the area that
it names, if it was entered within 31 days after the day and was not struck out in that
time; so does a certificate or an assessment behind it. The body must offer
verification, calibration or testing and lie in that area. Then each figure has its own
words, below.
"""

#: Not of the state; who verifies that day is asked of its decisions, see `idle`.
SOCIALISED = """
SELECT b.organisation_id AS body FROM body_raised b {somebody} AND b.kind = 'socialised'
AND 'authority' NOT IN (
    SELECT role FROM organisation_role WHERE organisation_id = b.organisation_id)
"""
#: With a certificate that was issued by the day and still held when it was achieved.
UPGRADED = """
SELECT b.organisation_id AS body FROM body_raised b {somebody} AND b.kind = 'capability'
AND 0 < (SELECT COUNT(*) FROM accreditation a WHERE a.raised_id = b.id
         AND a.entered_on < :shut AND COALESCE(a.struck_on >= :shut, {yes})
         AND NOT a.issued_on > :day
         AND NOT a.valid_until < b.achieved_on)
"""
#: In the city of before, found to meet the criteria, and recognised by a paper.
ASSESSED = """
SELECT DISTINCT b.id, b.organisation_id AS body FROM body_raised b {somebody}
AND b.kind = 'criteria'
AND b.id IN (SELECT raised_id FROM criteria_assessment
             WHERE conclusion = 'meets' AND entered_on < :shut
             AND (struck_on IS NULL OR struck_on >= :shut))
AND b.id IN (SELECT a.raised_id FROM accreditation a
             JOIN body_raised r ON r.id = a.raised_id
             WHERE NOT a.entered_on >= :shut AND NOT COALESCE(a.struck_on < :shut, {no})
             AND a.issued_on <= :day AND r.achieved_on <= a.valid_until)
AND home.key IN (
    SELECT key FROM commune WHERE district_code = '829' UNION
    SELECT s.new_key FROM commune c JOIN commune_succession s ON s.old_key = c.key
    WHERE c.district_code = '829')
"""
SOMEBODY = """
JOIN organisation o ON o.id = b.organisation_id
JOIN organisation_role r ON r.organisation_id = o.id AND r.role = 'body'
JOIN commune home ON home.key = o.commune_key
WHERE b.entered_on < :shut AND COALESCE(b.struck_on >= :shut, {yes})
AND b.area IN ({areas})
AND b.achieved_on >= :beginning AND b.achieved_on <= :day
AND (home.former_province_code = '83' OR (
     b.area = 'vinh-long-new' AND home.former_province_code IN ('84', '86')))
"""
DECISIONS = """
SELECT d.id AS decision, d.body_id AS body, d.valid_until,
       d.suspended_from, d.suspended_until
FROM designation d WHERE NOT d.issued_on > :day AND d.id NOT IN (
    SELECT e.subject_id FROM audit_event e WHERE e.subject_type = 'designation'
    AND e.event_type = 'designation:added' AND e.at >= :closed)
"""


def bodies(recount):
    """Code → records that count and different bodies among them."""
    idle = _idle(recount)
    found = {
        "bodies-socialised": [
            row.body for row in _rows(recount, SOCIALISED) if row.body not in idle
        ],
        "bodies-raised": [row.body for row in _rows(recount, UPGRADED)],
        "laboratories-assessed": [row.body for row in _rows(recount, ASSESSED)],
    }
    return {code: (len(each), len(set(each))) for code, each in found.items()}


def _rows(recount, query):
    return recount.rows(query.replace("{somebody}", SOMEBODY))


def _idle(recount):
    """Bodies with decisions in labms, of which none holds on the day."""
    known, verifying = set(), set()
    for row in recount.rows(DECISIONS):
        known.add(row.body)
        ended = str(row.valid_until) < recount.day.isoformat()
        if not ended and not recount.is_stopped(row):
            verifying.add(row.body)
    return known - verifying
