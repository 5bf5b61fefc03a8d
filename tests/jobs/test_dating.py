"""The day of the measurements: nobody writes over what happened since."""

from datetime import date, datetime, timedelta

import pytest

from labms import clock
from labms.audit.queries import events_about
from labms.catalogue.rules import Evidence
from labms.db import transaction
from labms.errors import LabError
from labms.jobs.dating import (
    EndedSince,
    LateEntryUnexplained,
    MeasuredBeforeReceived,
    MeasuredSince,
    Past,
    SameDayUnexplained,
    check_past,
    evidence_moment,
)
from labms.jobs.queries import job_by_id
from labms.jobs.rules import ReasonMissing
from labms.jobs.services import submit_job
from labms.registry.evidence import valid_until
from labms.registry.queries import instrument_by_id
from labms.registry.rules import EndingReason
from labms.registry.services import report_ending

TODAY = date(2031, 3, 10)
WHY = "Đo lưu động tại chợ, lập phiếu khi về."


def refusal(day, *, ended=None, verified=None, received=TODAY, place="", reason=""):
    """What is said about a day of March 2031, if anything."""
    past = Past(
        ended_on=date(2031, 3, ended) if ended else None,
        ended_by=EndingReason.REPAIRED if ended else None,
        verified_on=date(2031, 3, verified) if verified else None,
    )
    try:
        check_past(
            date(2031, 3, day),
            past,
            today=TODAY,
            received=received,
            place=place,
            reason=reason,
        )
    except LabError as error:
        return type(error)
    return None


def test_in_the_laboratory_nothing_is_measured_before_it_was_brought():
    assert refusal(9) is MeasuredBeforeReceived
    assert refusal(9, reason=WHY) is MeasuredBeforeReceived
    assert refusal(9, received=date(2031, 3, 9)) is None


def test_elsewhere_it_may_be_with_a_reason():
    assert refusal(9, place="Chợ") is LateEntryUnexplained
    assert refusal(9, place="Chợ", reason="sau") is ReasonMissing
    assert refusal(9, place="Chợ", reason=WHY) is None


def test_never_before_what_ended_its_evidence_or_its_last_verification():
    given = {"place": "Chợ", "reason": WHY, "received": date(2031, 3, 1)}

    assert refusal(5, ended=6, **given) is EndedSince
    assert refusal(5, verified=6, **given) is MeasuredSince
    assert refusal(6, ended=5, verified=6, **given) is None


def test_on_a_day_that_has_passed_somebody_says_what_came_first():
    received = date(2031, 3, 1)

    assert refusal(6, ended=6, received=received) is SameDayUnexplained
    assert refusal(6, ended=6, received=received, reason=WHY) is None
    assert refusal(10, ended=10, received=received) is None


def test_evidence_counts_from_its_submission_or_from_the_end_of_an_earlier_day():
    now = datetime(2031, 3, 10, 9, tzinfo=clock.ZONE)

    late = evidence_moment(date(2031, 3, 9), now)

    assert evidence_moment(TODAY, now) == now
    assert clock.day_of(late) == date(2031, 3, 9)
    assert clock.day_of(late + timedelta(microseconds=1)) == TODAY


def repair(lab, instrument, *, on):
    """Report that an instrument was repaired."""
    with transaction():
        report_ending(
            instrument_by_id(instrument.id),
            reason=EndingReason.REPAIRED,
            actor=lab.receptionist,
            on=on,
            note="Đã thay lò xo.",
        )


@pytest.mark.long
def test_a_pass_from_before_a_repair_is_refused_naming_it(lab, make):
    repaired = make.instrument()
    early = clock.today()
    with clock.at(early + timedelta(days=2)):
        again = lab.started(repaired, place="Chợ")
        repair(lab, repaired, on=clock.today())
        job = lab.saved(again, place="Chợ", performed_on=early, late_reason=WHY)
        with pytest.raises(EndedSince, match="06/03/2031"):
            submit_job(job_by_id(job.id), actor=lab.verifier)

        job = lab.submitted(again)
        assert job.evidence_at == job.submitted_at


def test_what_is_found_out_later_ends_evidence_that_was_entered_late(lab, make):
    instrument = make.instrument()
    early = clock.today()
    job_id = lab.started(instrument).id
    with clock.at(early + timedelta(days=3)):
        lab.approved(
            job_by_id(job_id),
            performed_on=early,
            evidence=Evidence.STAMP,
            stamp="T.0001",
        )
        assert valid_until([instrument.id])
        repair(lab, instrument, on=early + timedelta(days=1))

        assert not valid_until([instrument.id])


def test_a_late_entry_is_kept_with_its_reason_and_shown_to_the_reviewer(lab, client):
    early = clock.today() - timedelta(days=4)
    job = lab.submitted(performed_on=early, place="Chợ", late_reason=WHY)

    *_, submitted = events_about("job", job.id)
    assert submitted.reason == WHY
    client = lab.make.sign_in(client, lab.reviewer)
    page = client.get(f"/jobs/{job.id}/review").get_data(as_text=True)
    assert WHY in page
    assert "28/02/2031" in page
