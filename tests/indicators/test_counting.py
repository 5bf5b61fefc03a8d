"""What counts for the plan, and what does not."""

from datetime import date, datetime, time

import pytest

from labms import clock
from labms.certificates.rules import CertificateState, RevocationReason
from labms.demand.queries import demand_of
from labms.jobs.conformity import AgreedRule
from labms.jobs.rules import JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.plan.rules import RaisedKind
from tests.indicators.conftest import METER, PUMP, SCALE, TODAY

REVOKED = {
    "revocation_reason": RevocationReason.WRONG_RESULT,
    "revocation_text": "Sai số",
    "revoked_on": TODAY,
}


def test_without_any_demand_there_is_no_share_and_nothing_is_met(count):
    assert count.figure("designated-share").value is None
    assert count.target("2030-1").met is None


def test_the_demand_of_designated_types_is_the_designated_share(count):
    count.instrument(PUMP)
    count.instrument(SCALE)
    count.designated(PUMP)

    assert count.share("designated-share") == (1, 2)


def test_what_is_submitted_long_after_a_day_moves_none_of_its_figures(count):
    count.passed(count.instrument(), performed_on=date(2030, 12, 20))
    before = count.share("verified-share", on=date(2030, 12, 31))
    for day, hour in ((date(2031, 1, 31), time(23)), (date(2031, 2, 1), time(0, 30))):
        count.passed(
            count.instrument(),
            performed_on=date(2030, 12, 20),
            submitted_at=datetime.combine(day, hour, tzinfo=clock.ZONE),
        )
    after = count.share("verified-share", on=date(2030, 12, 31))

    assert (before[0], after[0]) == (1, 2)


def test_a_type_that_two_bodies_are_designated_for_counts_once(count):
    count.instrument(PUMP)
    count.designated(PUMP)
    count.designated(PUMP)

    assert count.share("designated-share") == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"valid_until": date(2031, 3, 3)},
        {"issued_on": date(2031, 3, 5)},
        {"suspended_from": date(2031, 3, 1)},
        {"reasons": ["initial"]},
    ],
)
def test_a_designation_that_does_not_hold_on_the_day_does_not_count(count, given):
    count.instrument(PUMP)
    count.designated(PUMP, **given)

    assert count.share("designated-share") == (0, 1)


def test_a_body_of_another_area_does_not_count_for_old_ben_tre(count, make):
    count.instrument(PUMP)
    body = count.designated(PUMP)
    body.organisation.commune_key = make.commune(former_province_code="84").key
    make._add(body.organisation)

    assert count.share("designated-share") == (0, 1)
    assert count.share("designated-share", area="vinh-long-new") == (1, 1)


@pytest.mark.parametrize("state", [JobState.CERTIFIED, JobState.EVIDENCED])
def test_a_pass_counts_with_a_certificate_or_a_stamp_alone(count, state):
    count.passed(state=state)

    assert count.share("verified-share") == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"state": JobState.NOTIFIED, "verdict": Verdict.FAIL},
        {"state": JobState.APPROVED},
        {"state": JobState.AWAITING_REVIEW},
        {
            "kind": JobKind.CALIBRATION,
            "state": JobState.CERTIFIED,
            "reason": None,
            "agreed_rule": AgreedRule.NONE,
            "verdict": None,
            "evidence": None,
        },
        {"performed_on": date(2030, 12, 31)},
    ],
)
def test_nothing_else_counts_as_a_pass(count, given):
    count.passed(**given)

    assert count.share("verified-share") == (0, 1)


def test_an_instrument_counts_once_a_year_and_both_counts_are_there(count):
    instrument = count.instrument()
    count.instrument()
    count.passed(instrument)
    count.passed(instrument)

    figure = count.figure("verified-share")

    assert count.share("verified-share") == (1, 2)
    assert (figure.turns, figure.distinct) == (2, 1)


def test_a_pass_whose_certificate_was_revoked_does_not_count(count):
    job = count.passed(state=JobState.CERTIFIED)
    count.certificate(job, CertificateState.REVOKED, **REVOKED)

    assert count.share("verified-share") == (0, 1)


def test_it_counts_again_with_another_certificate(count):
    job = count.passed(state=JobState.CERTIFIED)
    count.certificate(job, CertificateState.REVOKED, **REVOKED)
    count.certificate(job, sequence=9, number="V31.9", lookup_token="9" * 18)

    assert count.share("verified-share") == (1, 1)


def test_a_revocation_counts_from_its_day_on(count):
    job = count.passed(state=JobState.CERTIFIED, performed_on=date(2031, 2, 1))
    count.certificate(job, CertificateState.REVOKED, **REVOKED)

    assert count.share("verified-share", on=date(2031, 3, 3)) == (1, 1)


def test_in_each_commune_no_more_counts_than_is_due(count, make):
    for _ in range(2):
        count.instrument(commune_key=make.commune().key)
    crowded = make.commune()
    for _ in range(3):
        count.passed(count.instrument(commune_key=crowded.key, slug=METER))

    numerator, denominator = count.share("verified-share")

    assert denominator == sum(c.in_use for c in demand_of("ben-tre-old", 2031)) - 2
    assert numerator == 1


def test_an_entered_figure_makes_the_denominator_larger(count, make):
    count.passed()
    make.demand_figure(type_slug=PUMP, in_use_count=8)

    assert count.share("verified-share") == (1, 8)


def test_what_is_not_known_stands_beside_the_share(count, make):
    make.demand_figure(type_slug=PUMP, in_use_count=8)
    there = count.instrument(commune_key=make.commune().key, is_surveyed=False)
    count.passed(there)

    unknown = count.figure("verified-share").unknown

    assert (unknown.communes, unknown.communes_never_surveyed) == (2, 1)
    assert (unknown.in_use, unknown.unsurveyed_in_use) == (9, 1)
    assert (unknown.unsurveyed_due, unknown.unsurveyed_done) == (1, 1)
    assert count.share("verified-share") == (0, 9)
    assert count.figure("designated-share").unknown.unsurveyed_done is None


def test_what_nobody_surveyed_is_below_the_line_of_every_share(count, make):
    count.designated(PUMP)
    count.passed(count.instrument(is_surveyed=False))
    for code in ("designated-share", "verified-share"):
        assert count.share(code) == (0, 1)

    make.demand_figure(type_slug=PUMP, in_use_count=0)

    for code in ("designated-share", "verified-share"):
        assert count.share(code) == (1, 1)


def served(make, **given):
    """An order with one approved job."""
    return make.job(JobState.CERTIFIED, standards=[], **given)


def test_an_order_with_an_approved_result_is_a_turn(count, make):
    served(make)
    make.job(JobState.AWAITING_REVIEW, standards=[])

    figure = count.figure("enterprises-served")

    assert (figure.turns, figure.distinct, figure.value) == (1, 1, 1)


@pytest.mark.long
def test_a_failed_job_is_a_service_as_well(count, make):
    make.job(JobState.NOTIFIED, verdict=Verdict.FAIL, standards=[])

    assert count.figure("enterprises-served").turns == 1


def test_two_jobs_of_one_order_are_one_turn(count, make):
    job = served(make)
    served(make, order_id=job.order_id, position=2)

    assert count.figure("enterprises-served").turns == 1


def test_two_orders_of_one_enterprise_are_two_turns_and_one_enterprise(count, make):
    enterprise = make.organisation()
    for _ in range(2):
        body = make.body()
        order = make.order(body, customer_id=enterprise.id)
        served(make, body=body, order_id=order.id)
    make.support(enterprise_id=enterprise.id)

    figure = count.figure("enterprises-served")

    assert (figure.turns, figure.distinct) == (3, 1)


@pytest.mark.parametrize(
    "kind", [OrganisationKind.PERSON, OrganisationKind.ORGANISATION]
)
def test_persons_and_offices_are_not_enterprises(count, make, kind):
    body = make.body()
    order = make.order(body, customer_id=make.organisation(kind=kind).id)
    served(make, body=body, order_id=order.id)

    assert count.figure("enterprises-served").turns == 0


def test_an_order_counts_on_the_day_of_its_first_result(count, make):
    job = served(make, performed_on=date(2031, 2, 1))
    served(make, order_id=job.order_id, position=2, performed_on=TODAY)

    assert count.figure("enterprises-served", on=date(2031, 2, 1)).turns == 1
    assert count.figure("enterprises-served", on=date(2031, 1, 31)).turns == 0


def test_turns_add_up_from_the_beginning_of_the_plan(count, make):
    make.support(supported_on=date(2018, 12, 31))
    make.support(supported_on=date(2019, 1, 1))
    make.support(supported_on=date(2030, 5, 1))

    assert count.figure("enterprises-served").turns == 2


def test_participations_and_persons_are_counted_apart(count, make):
    make.training(turns=20, distinct_count=18)

    figure = count.figure("persons-trained")

    assert (figure.turns, figure.distinct, figure.value) == (20, 18, 20)
    assert not figure.is_distinct_at_most


def test_persons_of_several_trainings_are_at_most_so_many(count, make):
    make.training()
    make.training()

    assert count.figure("persons-trained").is_distinct_at_most


def test_a_record_that_was_struck_out_does_not_count(count, make):
    make.training(struck_on=TODAY, struck_reason="Nhập hai lần")
    make.support(struck_on=TODAY, struck_reason="Nhập hai lần")

    assert count.figure("persons-trained").turns == 0
    assert count.figure("enterprises-served").turns == 0


def test_records_of_new_vinh_long_do_not_count_for_old_ben_tre(count, make):
    make.training(area="vinh-long-new")
    make.training()

    assert count.figure("persons-trained").turns == 20
    assert count.figure("persons-trained", area="vinh-long-new").turns == 40


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (RaisedKind.SOCIALISED, "bodies-socialised"),
        (RaisedKind.CAPABILITY, "bodies-raised"),
        (RaisedKind.CRITERIA, "laboratories-assessed"),
    ],
)
def test_two_records_of_one_body_are_one_body(count, make, kind, code):
    organisation = make.laboratory()
    make.body_raised(kind, organisation_id=organisation.id)
    make.body_raised(kind, organisation_id=organisation.id)

    figure = count.figure(code)

    assert (figure.turns, figure.distinct, figure.value) == (2, 1, 1)


def test_a_non_state_body_counts_only_while_it_is_designated(count, make):
    body = count.designated(PUMP, valid_until=date(2031, 3, 3))
    make.body_raised(
        RaisedKind.SOCIALISED,
        organisation_id=body.id,
        achieved_on=date(2030, 5, 1),
    )

    assert count.figure("bodies-socialised").value == 0
    assert count.figure("bodies-socialised", on=date(2031, 3, 3)).value == 1


def test_an_old_commune_and_the_one_it_became_are_one_cell(count, make):
    instrument = count.instrument()
    count.passed(instrument)

    assert count.share("verified-share", area="vinh-long-new") == (1, 1)


def test_the_day_of_a_job_is_the_day_of_its_measurements(count):
    count.passed(
        performed_on=date(2031, 1, 1),
        closed_at=datetime.fromisoformat("2031-02-01T00:00Z"),
    )

    assert count.share("verified-share", on=date(2031, 1, 1)) == (1, 1)
