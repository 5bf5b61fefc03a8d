"""What is typed, kept, judged and refused on the way to a verdict."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from labms import clock
from labms.audit.queries import events_about
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.rules import Evidence, OutOfScope
from labms.db import transaction
from labms.jobs.page import measure_page
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import (
    ChangedMeanwhile,
    DayInFuture,
    DayMissing,
    EnvironmentIncomplete,
    EvidenceMissing,
    EvidenceNotOffered,
    ReadingsIncomplete,
    ReleasedLater,
    StandardsMissing,
    UnreadableEntries,
    UnusableStandard,
)
from labms.jobs.services import (
    approve_job,
    return_job,
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.wording import group_result
from labms.metrology.verdicts import Verdict
from labms.registry.models import Instrument, Standard
from labms.registry.rules import StandardState
from labms.stamps.queries import stamp_of
from labms.stamps.rules import StampLooksAlike, StampState, StampUsed
from tests.jobs.laboratory import laboratory, rewrite

PLACE = {
    "point_vi": "", "point_en": "", "position_vi": "", "position_en": "",
    "nominal": "5", "unit": "L", "direction": None, "repetition": None,
}  # fmt: skip
MAX_UP = "metrological-loads-5-up-1.indication"
OTHER = "metrological-loads-4-up-1.indication"


@pytest.mark.long
def test_an_error_exactly_on_the_limit_passes_and_beyond_it_fails(lab):
    on, beyond = (
        lab.submitted(readings={MAX_UP: "60300"}),
        lab.submitted(readings={MAX_UP: "60300,1"}),
    )

    assert on.verdict is Verdict.PASS
    assert beyond.verdict is Verdict.FAIL


def test_a_stage_that_fails_ends_the_verification(lab):
    """Nothing after it is needed: no readings, no weights, no temperature."""
    job = lab.started()
    typed = lab.typed(
        job,
        environment={},
        standards={},
        readings={row.entry_keys[0]: "" for row in lab.sheet(job).rows}
        | {"external-markings.answer": "no"},
    )
    with transaction():
        save_readings(job_to_change(job.id), typed, actor=lab.verifier)
    with transaction():
        submit_job(job_to_change(job.id), actor=lab.verifier, confirmed=True)

    done = job_by_id(job.id)
    assert (done.verdict, done.failed_stage) == (Verdict.FAIL, "external")
    reached = [stage["is_reached"] for stage in done.evaluation["stages"]]
    assert reached == [True, False, False]


@pytest.mark.long
def test_what_was_typed_stays_as_typed_beside_its_decimal(lab):
    job = lab.saved(
        readings={MAX_UP: "60100,0", "metrological-loads-4-up-1.indication": "4o"}
    )

    kept = {reading.key: reading for reading in job.readings}
    assert kept[MAX_UP].typed == "60100,0"
    assert kept[MAX_UP].value == Decimal("60100.0")
    assert str(kept[MAX_UP].value) == "60100.0"
    unreadable = kept["metrological-loads-4-up-1.indication"]
    assert (unreadable.typed, unreadable.value) == ("4o", None)


@pytest.mark.long
def test_an_unreadable_reading_is_kept_and_named(lab):
    job = lab.saved(readings={MAX_UP: "6o100"})

    row = measure_page(job).results()["rows"]["metrological-loads-5-up-1"]

    assert "6o100" in row["problem"]
    with pytest.raises(UnreadableEntries, match="6o100"):
        submit_job(job, actor=lab.verifier)
    job = lab.saved(job, readings={MAX_UP: "90000", OTHER: "4o"})  # one fails by itself
    with pytest.raises(UnreadableEntries, match="4o"):
        submit_job(job, actor=lab.verifier, confirmed=True)


def test_each_changed_reading_stands_in_the_trail_with_what_it_was(lab):
    job = lab.saved(readings={MAX_UP: "60100"})
    lab.saved(job, readings={MAX_UP: "60000"})

    *_, last = events_about("job", job.id)

    assert f'"reading {MAX_UP}":["60100","60000"]' in last.changes
    assert "loads-4" not in last.changes


def test_two_windows_do_not_overwrite_each_other(lab):
    job = lab.started()
    version = job.version
    lab.saved(job, readings={MAX_UP: "60100"})

    with pytest.raises(ChangedMeanwhile):
        save_readings(
            job_by_id(job.id),
            lab.typed(job, readings={MAX_UP: "60200"}),
            actor=lab.verifier,
            version=version,
        )


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"performed_on": None}, DayMissing),
        ({"environment": {}}, EnvironmentIncomplete),
        ({"environment": {"temperature": {"begin": "41"}}}, EnvironmentIncomplete),
        ({"environment": {"temperature": {"begin": "nóng"}}}, EnvironmentIncomplete),
        ({"environment": {"temperature": {"begin": "28", "end": "41"}}},
         EnvironmentIncomplete),
        ({"standards": {}}, StandardsMissing),
        ({"readings": {MAX_UP: ""}}, ReadingsIncomplete),
        ({"evidence": Evidence.STAMP}, EvidenceMissing),
        ({"evidence": Evidence.STAMP_AND_MARK, "stamp": "31V.1"}, EvidenceMissing),
        ({"evidence": Evidence.MARK, "mark": "V"}, EvidenceNotOffered),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named_when_submitted(lab, changed, refusal):
    job = lab.saved(**changed)

    with pytest.raises(refusal):
        submit_job(job, actor=lab.verifier)


def test_nobody_has_measured_tomorrow(lab):
    job = lab.started()

    with pytest.raises(DayInFuture):
        save_readings(
            job,
            lab.typed(job, performed_on=clock.today() + timedelta(days=1)),
            actor=lab.verifier,
        )


def test_a_procedure_counts_from_its_release_on(make):
    lab = laboratory(make)
    rewrite(ProcedureRelease, released_on=clock.today())
    job = lab.saved(
        performed_on=clock.today() - timedelta(days=1),
        place="Chợ Bến Tre",
        late_reason="Đo lưu động, nhập sau một ngày.",
    )

    with pytest.raises(ReleasedLater):
        submit_job(job, actor=lab.verifier)


@pytest.mark.long
def test_an_expired_standard_is_listed_with_its_reason_and_refused(lab, make):
    expired = make.standard(lab.body)
    make.calibration(expired, due_on=clock.today() - timedelta(days=1))
    job = lab.started()

    [need] = measure_page(job).needs
    assert [each.standard.id for each in need.usable] == [lab.weights.id]
    [other] = need.unusable
    assert other.standard.id == expired.id
    assert "03/03/2031" in str(other.problem)
    with pytest.raises(UnusableStandard):
        save_readings(
            job,
            lab.typed(job, standards={"weights": [expired.id]}),
            actor=lab.verifier,
        )


@pytest.mark.long
def test_a_standard_that_was_suspended_meanwhile_is_refused_at_each_step(lab):
    saved, waiting = lab.saved(), lab.submitted()
    rewrite(Standard, Standard.id == lab.weights.id, state=StandardState.SUSPENDED)

    with pytest.raises(UnusableStandard):
        submit_job(job_by_id(saved.id), actor=lab.verifier)
    with pytest.raises(UnusableStandard):
        approve_job(job_by_id(waiting.id), actor=lab.reviewer)


def test_weights_of_another_body_are_never_offered(lab, make):
    make.traceable_standard(make.body())

    [need] = measure_page(lab.started()).needs

    assert [each.standard.id for each in need.usable] == [lab.weights.id]
    assert need.unusable == ()


def test_several_weights_make_one_load(lab, make):
    half = make.traceable_standard(lab.body, range_to=Decimal(40000))
    other = make.traceable_standard(lab.body, range_to=Decimal(20000))

    alone = lab.saved(standards={"weights": [half.id]})
    with pytest.raises(StandardsMissing):
        submit_job(alone, actor=lab.verifier)

    together = lab.submitted(standards={"weights": [half.id, other.id]})
    assert len(together.used) == 2


@pytest.mark.long
def test_a_stamp_serial_is_used_once_in_the_life_of_a_body(lab, make):
    lab.approved(stamp="31V.00001")
    job = lab.saved(stamp="31v.00001")

    assert "31V.00001" in measure_page(job).problems["stamp"]
    with pytest.raises(StampUsed):
        submit_job(job, actor=lab.verifier)


@pytest.mark.long
def test_another_body_has_serials_of_its_own(lab, make):
    lab.approved(stamp="31V.00001")

    assert laboratory(make).approved(stamp="31V.00001").stamp_serial == "31V.00001"


@pytest.mark.long
def test_a_returned_job_keeps_its_stamp_or_changes_it(lab):
    job_id = lab.submitted(stamp="31V.00001").id
    for serial in ("31V.00001", "31V.00002"):
        with transaction():
            return_job(job_to_change(job_id), actor=lab.reviewer, reason="Xem lại tem.")
        lab.submitted(job_by_id(job_id), stamp=serial)

    assert stamp_of(lab.body.id, "31V.00001").state is StampState.CANCELLED
    assert stamp_of(lab.body.id, "31V.00002").state is StampState.APPLIED


@pytest.mark.long
def test_a_mistyped_stamp_is_free_again_and_what_looks_alike_is_refused(
    lab, client, make
):
    job_id = lab.submitted(stamp="31V.00010").id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason="Xem lại tem.")
    client = make.sign_in(client, lab.verifier)
    page = client.get(f"/jobs/{job_id}/measure").text
    assert 'value="mistyped"' in page
    alike = lab.saved(stamp="31V-0001O")
    with pytest.raises(StampLooksAlike, match=r"31V\.00010"):
        submit_job(alike, actor=lab.verifier)
    assert "31V.00010" in measure_page(alike).problems["stamp"]

    lab.submitted(job_by_id(job_id), stamp="31V.00011", stamp_mistyped=True)

    assert stamp_of(lab.body.id, "31V.00010") is None
    lab.submitted(job_by_id(alike.id), stamp="31V.00010")
    assert stamp_of(lab.body.id, "31V.00010").job_id == alike.id
    assert stamp_of(lab.body.id, "31V.00011").job_id == job_id


@pytest.mark.long
def test_a_stamp_comes_off_an_instrument_that_fails_after_all(lab):
    job_id = lab.submitted(stamp="31V.00001").id
    with transaction():
        return_job(job_to_change(job_id), actor=lab.reviewer, reason="Đọc lại kết quả.")
    lab.submitted(job_by_id(job_id), readings={MAX_UP: "61000"}, stamp="31V.00001")

    assert stamp_of(lab.body.id, "31V.00001").state is StampState.CANCELLED


def test_the_next_scale_of_the_day_takes_over_conditions_and_standards(lab):
    lab.submitted(place="Chợ An Hội")
    job = lab.started()

    page = measure_page(job)

    assert page.is_taken_over
    assert page.typed.environment["temperature"]["begin"] == "28,4"
    assert page.typed.standards == {"weights": (lab.weights.id,)}
    assert page.typed.place == "Chợ An Hội"
    assert page.typed.readings == {}


def test_nothing_is_taken_over_from_yesterday(lab):
    with clock.at(clock.now() - timedelta(days=1)):
        lab.submitted()

    page = measure_page(lab.started())

    assert not page.is_taken_over
    assert page.typed.environment == {}


def test_a_corrected_characteristic_changes_the_sheet_before_it_is_submitted(lab):
    job = lab.started()
    rewrite(
        Instrument,
        Instrument.id == job.instrument_id,
        characteristics={"Max": "30", "e": "100", "class": "IIII"},
    )
    assert measure_page(job_by_id(job.id)).has_changed

    saved = lab.saved(job_by_id(job.id))

    assert saved.subject_snapshot["characteristics"]["Max"] == "30"
    assert max(row.nominal or 0 for row in lab.sheet(saved).rows) == 30000


def test_an_instrument_outside_the_procedure_is_not_begun(lab, make):
    big = make.instrument(characteristics={"Max": "500", "e": "1000", "class": "IIII"})

    with pytest.raises(OutOfScope):
        start_job(lab.job(big), actor=lab.verifier)


def test_a_pass_is_not_called_complete_while_anything_is_missing(lab, client):
    job = lab.saved()
    there = measure_page(job_by_id(job.id))
    assert there.lacking == []
    assert there.results()["lacking"] == ""

    bare = lab.typed(job, environment={}, standards={})
    page = measure_page(job_by_id(job.id), typed=bare)
    assert page.results()["verdict"] == "pass"
    told = page.results()["lacking"]
    assert told.startswith("còn cần: Nhiệt độ chưa được ghi nhận; ")
    assert told.endswith("Quả cân chuẩn: Chưa chọn chuẩn đo lường.")

    with transaction():
        save_readings(job_to_change(job.id), bare, actor=lab.verifier)
    browser = lab.make.sign_in(client, lab.verifier)
    shown = browser.get(f"/jobs/{job.id}/measure").text
    (told,) = re.findall(r"data-missing[^>]*>([^<]*)<", shown)
    assert told.startswith("còn cần: Nhiệt độ chưa được ghi")


def test_a_mean_error_lies_between_two_limits():
    group = {"kind": "mean", "rows": [], "value_shown": "-0.5", "limit": "1"}
    shown = group_result(group | {"verdict": "pass"}, "%")
    assert (shown["value"], shown["limit"]) == ("−0,5 %", "±1 %")
    row = {"key": "one", "limit_plus": "1", "limit_minus": "0.5"} | PLACE
    both = group | {"rows": ["one"], "verdict": "pass"}
    assert group_result(both, "%", rows=[row])["limit"] == "+1/−0,5 %"
    spread = {**group, "kind": "spread", "value_shown": "0.5", "verdict": "pass"}
    assert group_result(spread, "%")["limit"] == "≤ 1 %"
