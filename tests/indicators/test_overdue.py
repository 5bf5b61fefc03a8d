"""An instrument is overdue on every day on which nothing of it is in force."""

import itertools
import random
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.rules import CertificateState, RevocationReason
from labms.db import db
from labms.indicators import daily
from labms.indicators.evidence import Asked, evidence
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.outlook.queries import due_by_month
from labms.places.rules import AREAS
from labms.registry.evidence import valid_until
from labms.registry.models import EvidenceEnding
from labms.registry.papers import worth_of
from labms.registry.rules import EndingReason
from labms.registry.standings import Standing
from tests.indicators import recounted_daily
from tests.indicators.by_chance import LAST, Province
from tests.indicators.conftest import PLAN, TODAY
from tests.indicators.recounted_in_sql import Recount

AREA = "ben-tre-old"
CODE = "overdue-instruments"
EVE, MORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG, SHORT = date(2031, 12, 31), date(2031, 2, 1)


class Held:
    """One instrument with what happened to it."""

    def __init__(self, count):
        self.count, self.instrument = count, count.instrument()

    def passed(self, until, on=date(2030, 9, 1), state_of="issued", **given):
        """A certificate that is valid until a day."""
        at = datetime.combine(on, time(9), tzinfo=clock.ZONE)
        days = {"performed_on": on, "evidence_at": at, "valid_until": until}
        job = self.count.passed(self.instrument, JobState.CERTIFIED, **days)
        return self.document(job, state_of, until=until, at=at, **given)

    def again(self, other, state="issued", **given):
        """Another certificate of the same job."""
        job = db.session.get_one(Job, other.job_id)
        days = {"until": other.valid_until, "at": other.evidence_at, "sequence": 900}
        return self.document(job, state, **days | given)

    def document(self, job, state="issued", *, until, at, revoked_on=TODAY, **given):
        if state == "revoked":
            given |= {
                "revocation_reason": RevocationReason.WRONG_RESULT,
                "revocation_text": "Sai số",
                "revoked_on": revoked_on,
            }
        number = given.setdefault("sequence", 100 + job.id)
        given |= {"number": f"Q{number}", "lookup_token": f"{number:018}"}
        days = {"issued_on": clock.day_of(at), "evidence_at": at, "valid_until": until}
        return self.count.certificate(job, CertificateState(state), **days | given)

    def ended(self, reason=EndingReason.REPAIRED, on=TODAY, **given):
        """Evidence that ended on a day, in the morning."""
        at = datetime.combine(on, time(8), tzinfo=clock.ZONE)
        user = self.count.make.user().id
        row = {"ended_at": at, "ended_on": on, "recorded_by_id": user}
        given |= {"instrument_id": self.instrument.id, "reason": reason}
        return self.count.make._add(EvidenceEnding(**row | given))

    def is_overdue(self, on=TODAY):
        """Whether the figure says that it is overdue."""
        return bool(daily.overdue_count(AREA, on=on))

    def rows(self, on=TODAY):
        found = evidence(
            Asked(PLAN, AREA, on, CODE), type_name=shipped_catalogue().type
        ).rows
        return [[str(cell.value) for cell in row] for row in found]

    def worth(self):
        found = worth_of(self.instrument.id, on=TODAY, expiring_days=30)
        return found.standing


@pytest.fixture
def held(count):
    return Held(count)


#: What the public page says of an instrument of which nothing is in force any more.
OVER = {Standing.EXPIRED, Standing.ENDED, Standing.NOTICE, Standing.REVOKED}
OLDER = date(2029, 9, 1)


def revoked_alone(held):
    held.passed(LONG, state_of="revoked")


def revoked_after_what_ran_out(held):
    held.passed(SHORT, on=OLDER)
    held.passed(LONG, state_of="revoked")


def revoked_beside_what_still_holds(held):
    held.passed(LONG, on=OLDER)
    held.passed(date(2032, 6, 1), state_of="revoked")


def revoked_and_issued_again(held):
    held.again(held.passed(LONG, state_of="revoked"))


def superseded(held):
    held.again(held.passed(LONG, state_of="superseded"))


def superseded_and_the_new_one_revoked(held):
    held.again(held.passed(LONG, state_of="superseded"), "revoked")


def repaired(held):
    held.passed(LONG)
    held.ended()


def repaired_and_verified_again(held):
    held.passed(LONG, on=OLDER)
    held.ended(on=date(2030, 8, 1))
    held.passed(LONG)


def verified_after_the_repair_for_a_shorter_time(held):
    held.passed(LONG, on=OLDER)
    held.ended(on=date(2030, 8, 1))
    held.passed(SHORT)


def ended_by_mistake(held):
    held.passed(LONG)
    held.ended(EndingReason.FAILED, withdrawn_at=clock.now())


def valid(held):
    held.passed(LONG)


def ran_out(held):
    held.passed(SHORT)


@pytest.mark.parametrize(
    ("story", "standing", "on_the_eve", "why"),
    [
        (valid, "valid", False, None),
        (ran_out, "expired", True, "đã qua ngày có giá trị cuối cùng"),
        (revoked_alone, "revoked", False, "bị thu hồi"),
        (revoked_after_what_ran_out, "expired", False, "bị thu hồi"),
        (revoked_beside_what_still_holds, "valid", False, None),
        (revoked_and_issued_again, "valid", False, None),
        (superseded, "valid", False, None),
        (superseded_and_the_new_one_revoked, "revoked", False, "Q900 bị thu hồi"),
        (repaired, "ended", False, "được sửa chữa"),
        (repaired_and_verified_again, "valid", False, None),
        (
            verified_after_the_repair_for_a_shorter_time,
            "expired",
            True,
            "đã qua ngày có giá trị cuối cùng",
        ),
        (ended_by_mistake, "valid", False, None),
    ],
)
def test_overdue_is_what_the_public_page_says_is_not_in_force_any_more(
    held, story, standing, on_the_eve, why
):
    story(held)

    assert held.worth() == standing
    assert held.is_overdue(EVE) is on_the_eve
    rows = held.rows()
    assert len(rows) == (Standing(standing) in OVER)
    assert all(why in row[-1] for row in rows)


def test_one_that_passed_for_good_is_never_overdue_and_falls_due_in_no_month(held):
    held.passed(SHORT, on=OLDER)
    held.passed(None)

    assert held.worth() is Standing.VALID
    assert not held.is_overdue()
    assert due_by_month(AREA, on=TODAY) == []


def test_what_was_revoked_is_due_in_the_month_of_the_revocation(held):
    held.passed(LONG, state_of="revoked")

    (before,) = due_by_month(AREA, on=EVE)
    (after,) = due_by_month(AREA, on=TODAY)

    assert (before.month, after.month) == (date(2031, 12, 1), date(2031, 3, 1))


def test_going_on_by_a_day_finds_those_whose_last_day_is_past(held):
    held.passed(TODAY)

    assert daily.overdue(AREA, on=TODAY, since=EVE) == {}
    assert sum(daily.overdue(AREA, on=MORROW, since=TODAY).values()) == 1


@pytest.mark.long
def test_whatever_happened_the_page_and_the_figure_agree(count):
    assert_they_agree(count, seed=4, size=9)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_whatever_happened_to_many_they_agree(count, seed):
    assert_they_agree(count, seed=seed, size=60)


@pytest.mark.long
def test_each_condition_of_the_plain_recount_decides(make, count, monkeypatch):
    """The control: a broken rule is found, whichever it is."""
    Province(make, count, seed=5, size=80)
    area = AREAS["vinh-long-new"]
    ends = db.session.scalars(sa.select(Job.valid_until).distinct())
    days = sorted(day for day in ends if day and day <= LAST)

    def recounted():
        at = db.session.connection(), area.old_province_codes, {AREA}
        return [len(Recount(*at, day).rows(recounted_daily.LATE)) for day in days]

    figures = [daily.overdue_count(area.code, on=day) for day in days]
    assert recounted() == figures
    for words, instead in (
        ("AND i.registered_on <= :day", ""),
        ("AND (i.out_of_use_on IS NULL OR i.out_of_use_on > :day)", ""),
        ("j.valid_until >= :day", "j.valid_until > :day"),
        ("AND e.ended_on <= :day", ""),
        ("AND e.ended_at > j.evidence_at", ""),
        ("AND e.withdrawn_at IS NULL", ""),
        ("r.state = 'revoked'", "r.state = 'void'"),
        ("AND NOT r.revoked_on > :day", ""),
    ):
        assert words in recounted_daily.LATE
        with monkeypatch.context() as broken:
            other = recounted_daily.LATE.replace(words, instead)
            broken.setattr(recounted_daily, "LATE", other)
            assert recounted() != figures, f"nobody misses {words}"


def assert_they_agree(count, *, seed, size):
    rng, said, numbers = random.Random(seed), {}, itertools.count(1000)
    for _ in range(size):
        held = Held(count)
        for _ in range(rng.choice([1, 2, 3])):
            day = TODAY - timedelta(days=rng.randrange(2, 900))
            if rng.random() < 0.3:
                is_withdrawn = rng.random() < 0.2
                withdrawn = {"withdrawn_at": clock.now()} if is_withdrawn else {}
                held.ended(rng.choice([*EndingReason]), on=day, **withdrawn)
                continue
            state = rng.choice(["issued", "issued", "revoked", "superseded"])
            until = rng.choice([day + timedelta(days=rng.choice([90, 365, 730])), None])
            own = held.passed(until, on=day, state_of=state, sequence=next(numbers))
            if state == "superseded" or rng.random() < 0.2:
                other = "superseded" if state == "issued" else "issued"
                state = rng.choice(["revoked", other])
                held.again(own, state, sequence=next(numbers))
        said[held.instrument.id] = held.worth()
    last = daily.last_days(AREA, on=TODAY)
    late = db.session.scalars(sa.select(last.c.id).where(last.c.valid_until < TODAY))

    assert sum(daily.overdue(AREA, on=TODAY).values()) == daily.overdue_count(
        AREA, on=TODAY
    )
    assert set(late) == {number for number, worth in said.items() if worth in OVER}
    assert len(set(said.values())) >= min(size, 20) // 5, "a bit of everything"


def test_the_list_of_instruments_knows_what_was_issued_again(count):
    job = count.passed()
    count.certificate(
        job,
        CertificateState.REVOKED,
        revoked_on=TODAY,
        revocation_reason=RevocationReason.WRONG_RESULT,
    )
    assert valid_until([job.instrument_id]) == {}

    count.certificate(job, sequence=7, number="V31.00007", lookup_token="7" * 18)

    assert valid_until([job.instrument_id]) == {job.instrument_id: job.valid_until}
